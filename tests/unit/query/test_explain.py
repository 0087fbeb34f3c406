"""Explanations say what the compiler would, and never raise."""

import json
from dataclasses import replace

import pytest
from tests.unit.query.world import CASE, use


def test_allowed(compiler):
    wish = use("SELECT name, sex FROM population.person")
    found = compiler.explain(wish, CASE)
    assert found.allowed
    assert found.plan is compiler.compile(wish, CASE)
    (verdict,) = found.datasets
    assert (verdict.grant, verdict.basis, verdict.filter) == (
        "person",
        "basis",
        "alive",
    )
    assert verdict.items == ("name", "sex")
    assert verdict.masked == ("name",)


def test_what_is_missing_of_each_dataset(compiler):
    sql = "SELECT l.capital, h.division FROM market.licence AS l, population.hukou AS h"
    found = compiler.explain(use(sql), CASE)
    assert not found.allowed
    licence, hukou = found.datasets
    assert licence.missing == ("capital",)
    assert licence.refusal.code == "query.grant-items"
    assert hukou.grant == "hukou"


@pytest.mark.parametrize(
    ("change", "check", "code"),
    [
        ({"purpose": "none"}, "purpose", "query.purpose"),
        ({"subject": None}, "scope", "query.scope"),
        ({"case": "C9"}, "case", "query.case-missing"),
        ({"sql": "DROP TABLE x"}, "statement", "query.not-select"),
        (
            {"sql": "SELECT nothing FROM ref.industry"},
            "statement",
            "query.unknown-item",
        ),
    ],
)
def test_a_check_that_fails_is_named(compiler, change, check, code):
    wish = replace(use("SELECT sex FROM population.person"), **change)
    found = compiler.explain(wish, CASE)
    assert not found.allowed
    refused = {c.name: c.refusal.code for c in found.checks if c.refusal}
    assert refused[check] == code


def test_values_need_not_be_given(compiler):
    wish = use("SELECT sex FROM population.person WHERE sex = :s")
    assert compiler.explain(wish, CASE).allowed


def test_grants_are_explained_even_when_the_case_is_closed(compiler):
    wish = use("SELECT sex FROM population.person")
    found = compiler.explain(wish, replace(CASE, is_open=False))
    assert not found.allowed
    assert found.datasets[0].grant == "person"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT name, sex FROM population.person",
        "SELECT capital FROM market.licence",
        "SELECT nothing FROM market.licence",
    ],
)
def test_json(compiler, sql):
    found = compiler.explain(use(sql), CASE)
    assert json.loads(json.dumps(found.to_json()))["allowed"] is found.allowed


def test_json_of_an_allowed_use_has_the_statements(compiler):
    found = compiler.explain(use("SELECT name FROM population.person"), CASE).to_json()
    (statement,) = found["statements"]
    assert statement["engine"] == "sqlite"
    assert statement["database"] == "police"
    assert found["columns"] == [
        {"name": "name", "sources": ["population.person.name"], "masked": True}
    ]


def test_text_of_a_refusal_names_code_and_remedy(compiler):
    text = str(compiler.explain(use("SELECT capital FROM market.licence"), CASE))
    assert text.startswith("refused\n")
    assert "[query.grant-items]" in text
    assert "apply to market (market)" in text


def test_text_of_an_allowed_use(compiler):
    text = str(compiler.explain(use("SELECT name FROM population.person"), CASE))
    assert text.startswith("allowed\n")
    assert "grant person (basis)" in text
    assert "masked: name" in text
    assert "rows: alive" in text
    assert 'FROM "main"."person"' in text


# ----------------------------------------------------------- what is pushed where


def statements(compiler, sql):
    found = compiler.explain(use(sql), CASE)
    return {each["engine"]: each for each in found.to_json()["statements"]}, str(found)


def test_a_fetch_tells_its_columns_and_its_condition(compiler):
    # tax.standing is in the lake, so that the two are joined there.
    told, text = statements(
        compiler,
        "SELECT p.name FROM population.person AS p, ref.industry AS i "
        "WHERE p.sex = i.code",
    )
    assert told["sqlite"]["columns"] == "id_number, name, sex, alive"
    assert told["sqlite"]["filter"].startswith("id_number = :subject")
    assert told["sqlite"]["pushed"] == ""
    assert "  columns: id_number, name, sex, alive\n" in text


def test_a_statement_pushed_down_whole_says_so(compiler):
    told, text = statements(compiler, "SELECT sex FROM population.person")
    assert list(told) == ["sqlite"]
    assert told["sqlite"]["pushed"] == "the whole statement"
    assert text.endswith("  pushed: the whole statement")
