"""Purpose, scope, case and values: asked at every call, even of a kept plan."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from tests.unit.query.world import (
    CASE,
    FOUNDER,
    PERSON,
    PURPOSES,
    SHOP,
    bulk,
    use,
)

from tongban.kernel.query.model import Scope
from tongban.kernel.query.terms.access import bindings
from tongban.kernel.terms import Subject, UserError


SQL = "SELECT division FROM population.hukou"
EVERYONE = "SELECT sex FROM population.person"


@pytest.fixture
def code(compiler):
    def attempt(wish, case=CASE):
        compiler.compile(use(SQL), CASE)
        with pytest.raises(UserError) as refused:
            compiler.compile(wish, case)
        return refused.value.code

    return attempt


def test_all_in_order(compiler):
    assert compiler.compile(use(SQL), CASE).scope is Scope.SUBJECT
    assert compiler.compile(bulk(EVERYONE)).scope is Scope.POPULATION


def test_unknown_purpose(code):
    assert code(use(SQL, purpose="licencing")) == "query.purpose"


def test_subject_purpose_without_a_subject(code):
    assert code(use(SQL, subject=None)) == "query.scope"


def test_purpose_for_everyone_with_a_subject(code):
    assert code(use(EVERYONE, purpose="planning")) == "query.scope"


def test_no_case_named(code):
    assert code(replace(use(SQL), case=None)) == "query.case-missing"


def test_case_that_does_not_exist(code):
    assert code(use(SQL), None) == "query.case-missing"


def test_view_of_another_case(code):
    assert code(use(SQL), replace(CASE, number="C2")) == "query.case-missing"


def test_closed_case(code):
    assert code(use(SQL), replace(CASE, is_open=False)) == "query.case-closed"


def test_case_of_another_type(code):
    assert code(use(SQL), replace(CASE, type="divorce")) == "query.case-type"


def test_subject_who_is_no_party(code):
    stranger = Subject(PERSON, "990101199001011255")
    assert code(use(SQL, subject=stranger)) == "query.not-party"


def test_number_of_a_party_of_another_kind(code):
    confused = Subject(SHOP.kind, FOUNDER.id)
    assert code(use(SQL, subject=confused)) == "query.not-party"


def test_case_named_for_everyone_must_be_open(code):
    wish = replace(bulk(EVERYONE), case="C1")
    assert code(wish, replace(CASE, is_open=False)) == "query.case-closed"


def test_case_named_for_everyone_may_be_any_open_one(compiler):
    wish = replace(bulk(EVERYONE), case="C1")
    assert compiler.compile(wish, CASE)


VALUE = SQL + " WHERE division = :d"


@pytest.mark.parametrize(
    "value", ["x", "a\n\u3000b", 3, 2**63 - 1, None, True, Decimal(1), 1.5]
)
def test_value_of_a_plain_type(compiler, value):
    assert compiler.compile(use(VALUE, d=value), CASE)


@pytest.mark.parametrize(
    "value", [["x"], {"a": 1}, b"x", 2**63, "\ud800", "\u0378", object()]
)
def test_value_that_no_engine_reads(code, value):
    assert code(use(VALUE, d=value)) == "query.param"


def test_value_that_is_not_given(code):
    assert code(use(VALUE)) == "query.param"


def test_value_that_is_not_used(compiler):
    assert compiler.compile(use(SQL, unused="x"), CASE)


@pytest.mark.parametrize("name", ["subject", "as_of"])
def test_value_that_only_the_use_itself_gives(code, name):
    assert code(replace(use(SQL), params={name: "x"})) == "query.param"


def test_subject_of_a_use_for_everyone(code):
    wish = bulk(EVERYONE + " WHERE id_number = :subject")
    assert code(wish) == "query.param"


def test_bindings_add_subject_and_day():
    assert bindings(use(VALUE, d="x")) == {
        "d": "x",
        "subject": FOUNDER.id,
        "as_of": date(2026, 11, 23),
        "__today": date(2026, 11, 23),
    }


def test_bindings_for_everyone_have_no_subject():
    day = date(2026, 11, 23)
    assert bindings(bulk(EVERYONE)) == {"as_of": day, "__today": day}


def test_both_scopes_that_yield_rows_have_a_purpose():
    scopes = {purpose.scope for purpose in PURPOSES.values()}
    assert scopes == set(Scope) - {Scope.AGGREGATE}


def test_another_day_is_the_value_of_as_of_and_of_nothing_else(compiler):
    earlier = replace(use(SQL), as_of=date(2026, 11, 20))
    assert bindings(earlier)["as_of"] == date(2026, 11, 20)
    assert bindings(earlier)["__today"] == date(2026, 11, 23)
    assert bindings(use(SQL))["as_of"] == date(2026, 11, 23)
    assert compiler.compile(earlier, CASE) == compiler.compile(use(SQL), CASE)
