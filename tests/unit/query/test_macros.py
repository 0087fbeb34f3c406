"""The functions for authors of rules, computed by DuckDB; expected values by hand."""

import pytest
from sqlglot import exp

from tongban.kernel.query.language.macros import expand
from tongban.kernel.query.language.parse import parse
from tongban.kernel.query.language.soften import soften
from tongban.kernel.terms import UserError


@pytest.fixture
def value(duck):
    def compute(expression):
        tree = soften(expand(parse(f"SELECT {expression}")))
        assert not list(tree.find_all(exp.Anonymous, exp.MonthsBetween))
        return duck.execute(tree.sql("duckdb")).fetchone()[0]

    return compute


@pytest.mark.parametrize(
    ("birth", "at", "years"),
    [
        ("2000-06-15", "2026-06-14", 25),
        ("2000-06-15", "2026-06-15", 26),
        ("2000-06-15", "2026-12-31", 26),
        ("2000-06-15", "2000-06-15", 0),
        ("2004-02-29", "2026-02-28", 21),
        ("2004-02-29", "2026-03-01", 22),
        ("2004-02-29", "2028-02-29", 24),
        ("1926-11-23", "2026-11-23", 100),
    ],
)
def test_age(value, birth, at, years):
    assert value(f"age(DATE '{birth}', DATE '{at}')") == years


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2026-01-15", "2026-02-14", 0),
        ("2026-01-15", "2026-02-15", 1),
        ("2025-11-30", "2026-11-30", 12),
        ("2026-01-31", "2026-02-27", 0),
        ("2026-01-31", "2026-02-28", 1),
        ("2026-01-31", "2026-04-30", 3),
        ("2024-02-29", "2025-02-28", 12),
    ],
)
def test_months_between(value, start, end, months):
    assert value(f"months_between(DATE '{start}', DATE '{end}')") == months


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        ("11010519491231002X", True),  # the example of GB 11643
        ("110105194912310021", False),
        ("11010519491331002X", False),
        ("440524188001010014", True),
        ("44052418800101001", False),
        ("44052418800101001x", False),
        ("", False),
    ],
)
def test_is_valid_id_number(value, number, valid):
    assert value(f"is_valid_id_number('{number}')") is valid


@pytest.mark.parametrize(
    ("code", "valid"),
    [
        ("91350100M000100Y43", True),  # the example of GB 32100
        ("91350100M000100Y44", False),
        ("91350100M000100I43", False),
        ("91350100M000100Y4", False),
    ],
)
def test_is_valid_uscc(value, code, valid):
    assert value(f"is_valid_uscc('{code}')") is valid


@pytest.mark.parametrize(
    "call",
    [
        "age(NULL, DATE '2026-01-01')",
        "age(DATE '2026-01-01', NULL)",
        "age('no date', DATE '2026-01-01')",
        "age(DATE '2026-11-24', DATE '2026-11-23')",
        "months_between(NULL, DATE '2026-01-01')",
        "is_valid_id_number(NULL)",
        "is_valid_uscc(NULL)",
    ],
)
def test_unknown_gives_unknown(value, call):
    assert value(call) is None


@pytest.mark.parametrize("call", ["age(a)", "age(a, b, c)", "is_valid_uscc(a, b)"])
def test_wrong_number_of_values_is_refused(call):
    with pytest.raises(UserError, match="takes"):
        expand(parse(f"SELECT {call}"))
