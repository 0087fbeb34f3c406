"""The largest statements that pass, and the smallest that do not."""

import pytest

from tongban.kernel.query.language.limits import (
    MAX_CHAIN,
    MAX_JOINS,
    MAX_WINDOWS,
    limit,
)
from tongban.kernel.query.language.parse import parse
from tongban.kernel.terms import UserError


def is_accepted(sql):
    try:
        limit(parse(sql))
    except UserError as refused:
        return refused.code != "query.too-large"
    return True


def joins(count):
    return "SELECT 1 FROM a.b " + "JOIN c.d ON true " * count


def nested(levels):
    return "SELECT " + "(SELECT " * levels + "1" + ")" * levels


@pytest.mark.parametrize(
    ("count", "accepted"), [(MAX_JOINS, True), (MAX_JOINS + 1, False)]
)
def test_joins(count, accepted):
    assert is_accepted(joins(count)) is accepted


@pytest.mark.parametrize(("levels", "accepted"), [(20, True), (40, False)])
def test_depth(levels, accepted):
    assert is_accepted(nested(levels)) is accepted


@pytest.mark.parametrize("operator", ["AND", "OR"])
def test_a_chain_is_no_depth(operator):
    assert is_accepted("SELECT " + f" {operator} ".join(["a"] * 300))


@pytest.mark.parametrize("operator", ["||", "+", "*"])
@pytest.mark.parametrize(("more", "accepted"), [(0, True), (1, False)])
def test_a_chain_that_planning_takes_long_for(operator, more, accepted):
    chain = f" {operator} ".join(["a"] * (MAX_CHAIN + 1 + more))
    assert is_accepted(f"SELECT {chain}") is accepted


@pytest.mark.parametrize(("more", "accepted"), [(0, True), (1, False)])
def test_windows(more, accepted):
    window = "rank() OVER (ORDER BY a)"
    listed = ", ".join([window] * (MAX_WINDOWS + more))
    assert is_accepted(f"SELECT {listed}") is accepted


@pytest.mark.parametrize(
    ("grouped", "accepted"),
    [
        ("CUBE (a, b, c, d, e, f)", True),
        ("CUBE (a, b, c, d, e, f, g)", False),
        ("CUBE (a, b, c), CUBE (d, e, f)", True),
        ("CUBE (a, b, c), CUBE (d, e, f), ROLLUP (g)", False),
        ("ROLLUP (a, b, c, d, e, f, g, h)", True),
        ("GROUPING SETS (a, CUBE (b, c, d, e, f, g))", False),
    ],
)
def test_grouping_sets(grouped, accepted):
    assert is_accepted(f"SELECT 1 FROM a.b GROUP BY {grouped}") is accepted


@pytest.mark.parametrize(("count", "accepted"), [(1000, True), (3000, False)])
def test_nodes(count, accepted):
    assert is_accepted("SELECT " + ", ".join(["a"] * count)) is accepted


def test_a_chain_of_unions_is_depth():
    assert not is_accepted(" UNION ALL ".join(["SELECT 1"] * 100))
