"""``*`` brings what is granted and nothing else, whatever form it stands in."""

import pytest
from tests.unit.query.world import bulk

from tongban.kernel.terms import UserError


PERSON = "population.person"
# Of the twelve items, those that the grant for planning has.
GRANTED = ["id_number", "name", "birth_date", "sex", "address", "income", "children"]
LETTERS = "a, b, c, d, e, f, g, h, i, j, k, l"


def columns(compiler, sql):
    plan = compiler.compile(bulk(sql))
    assert plan.items == {f"{PERSON}.{item}" for item in GRANTED}
    return [column.name for column in plan.columns]


@pytest.mark.parametrize(
    "sql",
    [
        f"SELECT * FROM {PERSON}",
        f"WITH q AS MATERIALIZED (SELECT * FROM {PERSON}) SELECT * FROM q",
        f"SELECT * FROM {PERSON} UNION ALL SELECT * FROM {PERSON}",
        f"SELECT * FROM {PERSON} EXCEPT ALL SELECT * FROM {PERSON} WHERE sex = 'f'",
        f"SELECT * FROM {PERSON} QUALIFY rank() OVER (ORDER BY income) = 1",
        (
            f"SELECT p.* FROM {PERSON} AS p JOIN (SELECT DISTINCT ON (v.s) v.s AS s "
            f"FROM (VALUES ('f', 1)) AS v(s, n) ORDER BY v.s, v.n) AS q ON q.s = p.sex"
        ),
        (
            f"SELECT q.* FROM (VALUES ('f')) AS v(s) CROSS JOIN LATERAL "
            f"(SELECT * FROM {PERSON} AS p WHERE p.sex = v.s) AS q"
        ),
    ],
)
def test_star_is_what_is_granted(compiler, sql):
    assert columns(compiler, sql) == GRANTED


@pytest.mark.parametrize(
    ("sql", "more"),
    [
        (f"SELECT * FROM {PERSON} AS p, unnest([p.sex]) AS u(v)", ["v"]),
        (f"SELECT * FROM {PERSON} CROSS JOIN (VALUES (1, 2)) AS v(a, b)", ["a", "b"]),
        (
            (
                f"SELECT * FROM {PERSON} AS p CROSS JOIN LATERAL "
                f"(SELECT count(*) AS n FROM {PERSON} AS o WHERE o.sex = p.sex) AS q"
            ),
            ["n"],
        ),
    ],
)
def test_star_and_what_is_made(compiler, sql, more):
    assert columns(compiler, sql) == GRANTED + more


@pytest.mark.parametrize(
    "sql",
    [
        f"SELECT * FROM (SELECT * FROM {PERSON}) AS q({LETTERS})",
        f"WITH q({LETTERS}) AS (SELECT * FROM {PERSON}) SELECT * FROM q",
    ],
)
def test_names_for_every_item_stay_with_theirs(compiler, sql):
    """The items without a grant are the fifth, seventh, and so on of the catalogue."""
    assert columns(compiler, sql) == ["a", "b", "c", "d", "f", "h", "k"]


@pytest.mark.parametrize(
    "sql",
    [
        f"SELECT *, rank() OVER w AS r FROM {PERSON} WINDOW w AS (ORDER BY mobile)",
        f"SELECT *, unnest([mobile]) AS m FROM {PERSON}",
        f"SELECT * FROM {PERSON} AS p, unnest([p.mobile]) AS u(v)",
        f"SELECT q.* FROM {PERSON} AS p, LATERAL (SELECT p.mobile AS m) AS q",
        f"SELECT sex FROM {PERSON} GROUP BY ROLLUP (sex, mobile)",
        f"SELECT sex FROM {PERSON} GROUP BY GROUPING SETS ((sex), (mobile))",
        f"SELECT sex FROM {PERSON} QUALIFY rank() OVER (ORDER BY mobile) = 1",
        f"SELECT sex FROM {PERSON} WHERE sex = ANY (SELECT mobile FROM {PERSON})",
        f"SELECT count(*) FILTER (WHERE mobile > '') AS n FROM {PERSON}",
        f"SELECT string_agg(sex, ',' ORDER BY mobile) AS s FROM {PERSON}",
        f"SELECT mobile ->> '$.a' AS j FROM {PERSON}",
    ],
)
def test_what_is_named_must_be_granted(compiler, sql):
    with pytest.raises(UserError) as refused:
        compiler.compile(bulk(sql))
    assert refused.value.code == "query.grant-items"
    assert refused.value.facts["items"] == [f"{PERSON}.mobile"]
