SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.stamp
UV := $(BIN)/uv --no-config --quiet
JOBS ?= 2

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: env
env: $(STAMP) ## Make .venv with the tongban command and all tools

$(STAMP): requirements.lock pyproject.toml
	@tools/make-env $(VENV)
	@touch $@

.PHONY: lock
lock: ## Resolve the dependencies anew into requirements.lock
	@$(UV) pip compile pyproject.toml --group dev --universal \
	    --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-emit-find-links --no-annotate --no-header --upgrade \
	    --output-file requirements.lock > /dev/null

.PHONY: demo
demo: env ## Build the practice city and serve it (ARGS="--port 8001")
	@$(BIN)/tongban demo $(ARGS)

.PHONY: story
story: env ## Tell the flagship story headless (ARGS=--json)
	@$(BIN)/tongban story $(ARGS)

.PHONY: bench
bench: env ## Measure the figures of docs/reference/measures.md
	@$(BIN)/tongban bench $(ARGS)

.PHONY: test
test: env check test-setup ## Check, then run all tests in parallel
	@$(BIN)/pytest -n $(JOBS) --dist loadfile $(ARGS)

.PHONY: test-setup
test-setup: ## Install what browser and PostgreSQL tests need, as root
	@tools/test-setup

.PHONY: check
check: env ## Lint, format, types, contracts, security, docs
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/bandit --quiet --recursive --severity-level medium \
	    --configfile pyproject.toml src tools
	@$(BIN)/python -m tools.docs --check

.PHONY: fix
fix: env ## Mend what lint and format can mend
	@$(BIN)/ruff check --fix --quiet || true
	@$(BIN)/ruff format --quiet
	@$(BIN)/ruff check

.PHONY: docs
docs: env ## Write docs/reference anew
	@$(BIN)/python -m tools.docs

.PHONY: cover
cover: env ## Branch coverage of kernel and pack
	@$(BIN)/coverage run -m pytest $(filter-out tests/capabilities \
	    tests/functional tests/architecture,$(wildcard tests/*))
	@$(BIN)/coverage report

.PHONY: measure
measure: env ## Print the size and shape of the code against its budget
	@$(BIN)/python -m tools.measure
