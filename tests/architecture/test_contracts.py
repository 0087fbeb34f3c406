"""The import contracts of pyproject.toml catch what they forbid.

Whether the source keeps them is asked by `make check`. Here a small package of the
same shape breaks one contract at a time, under the very same configuration.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tools.source import ROOT


LINT = Path(sys.executable).with_name("lint-imports")
QUERY = ("engines", "explaining", "language", "lowering", "room", "terms")
QUERY_ROOT = (
    "check",
    "compiler",
    "logic",
    "model",
    "quota",
    "recipe",
    "sqltypes",
)
IN_QUERY = (
    "In query: engines | compiler > explaining > lowering | room > terms > language"
)
MODULES = (
    "cli.py",
    "web/__init__.py",
    "capabilities/__init__.py",
    "capabilities/exchange/__init__.py",
    "capabilities/exchange/urls.py",
    "capabilities/exchange/views.py",
    "capabilities/exchange/actions.py",
    "capabilities/services/__init__.py",
    "store/__init__.py",
    "store/models.py",
    "store/commit.py",
    "pack/__init__.py",
    "kernel/__init__.py",
    "kernel/terms.py",
    "kernel/catalog/__init__.py",
    "kernel/catalog/dataset.py",
    "kernel/catalog/item.py",
    "kernel/query/__init__.py",
    *(f"kernel/query/{name}/__init__.py" for name in QUERY),
    *(f"kernel/query/{name}.py" for name in QUERY_ROOT),
    "kernel/case/__init__.py",
    "kernel/ledger/__init__.py",
)


def broken_contracts(folder: Path) -> tuple[set[str], str]:
    """Names of the broken contracts of the package in this folder, and the output."""
    command = [LINT, "--config", ROOT / "pyproject.toml", "--no-cache", "--no-logo"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    names = {
        line.removesuffix(" BROKEN")
        for line in run.stdout.splitlines()
        if line.endswith(" BROKEN")
    }
    assert bool(names) == bool(run.returncode), run.stdout + run.stderr
    return names, run.stdout


@pytest.fixture
def package(tmp_path: Path) -> Path:
    for name in ("__init__.py", *MODULES):
        module = tmp_path / "tongban" / name
        module.parent.mkdir(parents=True, exist_ok=True)
        module.touch()
    (tmp_path / "tongban/store/commit.py").write_text("import tongban.store.models\n")
    return tmp_path / "tongban"


def test_a_package_that_keeps_them_passes(package: Path) -> None:
    names, output = broken_contracts(package.parent)
    assert names == set()
    assert "8 kept" in output


@pytest.mark.parametrize(
    ("importer", "imported", "contract"),
    [
        (
            "kernel/terms.py",
            "tongban.web",
            "web > capabilities > store > pack > kernel",
        ),
        (
            "pack/__init__.py",
            "tongban.store",
            "web > capabilities > store > pack > kernel",
        ),
        (
            "web/__init__.py",
            "tongban.cli",
            "web > capabilities > store > pack > kernel",
        ),
        (
            "kernel/query/__init__.py",
            "tongban.kernel.case",
            "query | case > catalog | ledger > terms",
        ),
        (
            "kernel/ledger/__init__.py",
            "tongban.kernel.query",
            "query | case > catalog | ledger > terms",
        ),
        (
            "kernel/query/language/__init__.py",
            "tongban.kernel.query.terms",
            IN_QUERY,
        ),
        (
            "capabilities/exchange/actions.py",
            "tongban.capabilities.services",
            "Capabilities are independent",
        ),
        (
            "capabilities/exchange/actions.py",
            "tongban.capabilities.exchange.views",
            "In a capability: urls > views > forms > actions > models",
        ),
        ("kernel/case/__init__.py", "django.db", "Kernel and pack know no framework"),
        (
            "web/__init__.py",
            "tongban.store.models",
            "Only the store touches its tables",
        ),
    ],
)
def test_a_planted_import_is_caught(
    package: Path, importer: str, imported: str, contract: str
) -> None:
    (package / importer).write_text(f"import {imported}\n")
    names, _ = broken_contracts(package.parent)
    assert contract in names


def test_a_cycle_is_caught(package: Path) -> None:
    catalog = package / "kernel" / "catalog"
    (catalog / "item.py").write_text("import tongban.kernel.catalog.dataset\n")
    (catalog / "dataset.py").write_text("import tongban.kernel.catalog.item\n")
    names, _ = broken_contracts(package.parent)
    assert names == {"No cycles between neighbours"}


@pytest.mark.parametrize("name", ["extras", "kernel/extras"])
def test_a_module_without_a_layer_is_caught(package: Path, name: str) -> None:
    shutil.copytree(package / "web", package / name)
    names, _ = broken_contracts(package.parent)
    assert len(names) == 1


def test_a_broken_contract_gives_its_reason(package: Path) -> None:
    (package / "kernel/terms.py").write_text("import tongban.web\n")
    _, output = broken_contracts(package.parent)
    assert "The kernels decide" in output
