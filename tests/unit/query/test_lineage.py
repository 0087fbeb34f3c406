"""Which items each column of an answer derives from, and which are read at all."""

import pytest
import sqlglot
from tests.unit.query.world import CASE, CATALOG, bulk, use

from tongban.kernel.query.language.lineage import trace
from tongban.kernel.terms import UserError


@pytest.fixture
def columns(compiler):
    def of(sql):
        plan = compiler.compile(use(sql), CASE)
        short = len("population.")
        return {c.name: {s[short:] for s in c.sources} for c in plan.columns}

    return of


P, H = "person", "hukou"


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT sex FROM population.person", {"sex": {f"{P}.sex"}}),
        ("SELECT sex AS s FROM population.person", {"s": {f"{P}.sex"}}),
        (
            "SELECT sex || name AS both FROM population.person",
            {"both": {f"{P}.sex", f"{P}.name"}},
        ),
        ("SELECT count(*) AS n FROM population.person", {"n": set()}),
        ("SELECT 1 AS one FROM population.person WHERE alive", {"one": set()}),
        ("SELECT max(sex) AS m FROM population.person", {"m": {f"{P}.sex"}}),
        (
            (
                "WITH a AS (SELECT sex AS x FROM population.person), "
                "b AS (SELECT x AS y FROM a) SELECT y FROM b"
            ),
            {"y": {f"{P}.sex"}},
        ),
        (
            "SELECT q.x FROM (SELECT name || sex AS x FROM population.person) AS q",
            {"x": {f"{P}.name", f"{P}.sex"}},
        ),
        (
            (
                "SELECT sex AS a FROM population.person UNION ALL "
                "SELECT division FROM population.hukou"
            ),
            {"a": {f"{P}.sex", f"{H}.division"}},
        ),
        (
            (
                "(SELECT sex AS a FROM population.person) EXCEPT "
                "(SELECT division FROM population.hukou)"
            ),
            {"a": {f"{P}.sex", f"{H}.division"}},
        ),
        (
            "SELECT (SELECT division FROM population.hukou) AS d",
            {"d": {f"{H}.division"}},
        ),
        (
            (
                "SELECT (SELECT max(h.division) FROM population.hukou AS h "
                "WHERE h.id_number = p.id_number) AS d FROM population.person AS p"
            ),
            {"d": {f"{H}.division", f"{H}.id_number", f"{P}.id_number"}},
        ),
        (
            "SELECT h.* FROM population.hukou AS h",
            {"id_number": {f"{H}.id_number"}, "division": {f"{H}.division"}},
        ),
        (
            (
                "SELECT id_number FROM population.person JOIN population.hukou "
                "USING (id_number)"
            ),
            {"id_number": {f"{P}.id_number", f"{H}.id_number"}},
        ),
        (
            "SELECT rank() OVER (ORDER BY sex) AS r FROM population.person",
            {"r": {f"{P}.sex"}},
        ),
        (
            "SELECT age(birth_date, :as_of) AS a FROM population.person",
            {"a": {f"{P}.birth_date"}},
        ),
        (
            (
                "WITH q AS (SELECT sex AS a FROM population.person) SELECT r.a FROM "
                "(WITH q AS (SELECT division AS a FROM population.hukou) "
                "SELECT a FROM q) AS r"
            ),
            {"a": {f"{H}.division"}},
        ),
    ],
)
def test_sources(columns, sql, expected):
    assert columns(sql) == expected


@pytest.mark.parametrize(
    "tree",
    [
        # What SQLGlot's qualifier never leaves behind, as far as we know.
        'SELECT "p"."nothing" AS "n" FROM "population"."person" AS "p"',
        'SELECT "q"."sex" AS "s" FROM "population"."person" AS "p"',
        'SELECT "sex" AS "s" FROM "population"."person" AS "p"',
        (
            'SELECT "q"."s" AS "s" FROM "population"."person" AS "p", '
            '(SELECT "p"."sex" AS "s") AS "q"'
        ),
        (
            'WITH "q" AS (SELECT "p"."sex" AS "s") SELECT "q"."s" AS "s" '
            'FROM "q" AS "q", "population"."person" AS "p"'
        ),
    ],
)
def test_a_name_of_nothing_is_refused(tree):
    with pytest.raises(UserError) as refused:
        trace(sqlglot.parse_one(tree, read="duckdb"), CATALOG.datasets)
    assert refused.value.code == "query.unknown-item"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT ((SELECT max(division) FROM population.hukou)) AS d",
        "SELECT q.d FROM ((SELECT division AS d FROM population.hukou)) AS q",
    ],
)
def test_brackets_around_brackets(columns, sql):
    assert columns(sql) == {"d": {f"{H}.division"}}


def test_a_query_in_from_may_look_further_out(columns):
    found = columns(
        "SELECT (SELECT max(q.d) FROM (SELECT h.division AS d) AS q) AS e "
        "FROM population.hukou AS h"
    )
    assert found == {"e": {f"{H}.division"}}


@pytest.mark.parametrize(
    ("sql", "masked"),
    [
        ("SELECT name FROM population.person", True),
        ("SELECT id_number FROM population.person", False),
        ("SELECT sex || name AS x FROM population.person", True),
        ("WITH a AS (SELECT mobile AS x FROM population.person) SELECT x FROM a", True),
        ("SELECT count(*) AS n FROM population.person WHERE name = 'x'", False),
    ],
)
def test_masked(compiler, sql, masked):
    (column,) = compiler.compile(use(sql), CASE).columns
    assert column.masked is masked


def test_items_are_all_that_is_read(compiler):
    plan = compiler.compile(
        use("SELECT sex FROM population.person WHERE children > 1 ORDER BY name"), CASE
    )
    assert plan.items == {f"population.person.{i}" for i in ("sex", "children", "name")}
    assert plan.datasets == {"population.person"}
    assert plan.providers == {"population.person": "police"}


def test_items_do_not_include_what_only_the_terms_look_at(compiler):
    plan = compiler.compile(bulk("SELECT sex FROM population.person"))
    assert plan.items == {"population.person.sex"}


def test_a_long_chain_of_with_queries_is_no_recursion(compiler):
    chain = ["c0 AS (SELECT sex AS s FROM population.person)"]
    chain += [f"c{n} AS (SELECT s FROM c{n - 1})" for n in range(1, 250)]
    plan = compiler.compile(use(f"WITH {', '.join(chain)} SELECT s FROM c249"), CASE)
    assert plan.columns[0].sources == {"population.person.sex"}
