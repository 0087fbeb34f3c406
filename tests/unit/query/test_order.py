"""What tells the rows of a hidden number apart, and what only seems to."""

from datetime import date

import pytest
from tests.unit.query.world import AT, LAKE, PERSON, T, dataset

from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.model import Organization
from tongban.kernel.query.compiler import Compiler
from tongban.kernel.query.model import Grant, Purpose, Scope, Use
from tongban.kernel.terms import Refused, Text


DATASETS = {
    each.code: each
    for each in (
        # Under pseudonyms no two numbers are equal; under the mask many are.
        dataset(
            "reg.citizen",
            "police",
            LAKE,
            [("id", T.TEXT, "pseudonym"), ("name", T.TEXT, None)],
            {PERSON: "id"},
        ),
        dataset(
            "reg.resident",
            "police",
            LAKE,
            [("id", T.TEXT, "id-number"), ("name", T.TEXT, None)],
            {PERSON: "id"},
        ),
        dataset("ref.street", "police", LAKE, [("name", T.TEXT, None)]),
    )
}
CATALOG = Catalog(
    organizations={"police": Organization("police", Text("警"), "", "990000")},
    datasets=DATASETS,
)
PLANNING = Purpose(
    "planning",
    Text("规划"),
    Scope.POPULATION,
    frozenset(f"{code}.{n}" for code, each in DATASETS.items() for n in each.items),
    "basis",
)
GRANTS = [
    Grant(
        id=code,
        organization="police",
        purpose="planning",
        dataset=code,
        items=frozenset(each.items),
        scope=Scope.POPULATION,
        basis="basis",
        since=date(2020, 1, 1),
    )
    for code, each in DATASETS.items()
]


@pytest.fixture(scope="module")
def compiler():
    return Compiler(CATALOG, {"planning": PLANNING}, GRANTS)


def compiled(compiler, sql):
    return compiler.compile(Use("officer", "police", "planning", sql, AT))


TOLD_APART = """
SELECT name, row_number() OVER (ORDER BY id) AS n FROM reg.citizen;
SELECT name, lag(name) OVER (PARTITION BY name ORDER BY name, id DESC) AS n
    FROM reg.citizen;
SELECT q.who AS w FROM (SELECT c.name, c.id AS who FROM reg.citizen AS c
    ORDER BY c.id LIMIT 3) AS q;
WITH a AS (SELECT id AS i, name AS n FROM reg.citizen), b AS (SELECT i AS j, n FROM a)
    SELECT n, ntile(2) OVER (ORDER BY j) AS t FROM b;
SELECT s.name AS n, row_number() OVER (ORDER BY c.id, s.name) AS r
    FROM reg.citizen AS c CROSS JOIN ref.street AS s;
SELECT a.name AS n, row_number() OVER (ORDER BY a.id, b.id) AS r
    FROM reg.citizen AS a CROSS JOIN reg.citizen AS b;
SELECT id, name, rank() OVER (ORDER BY name) AS r FROM reg.resident;
SELECT s.name AS n FROM (SELECT DISTINCT ON (name) name FROM ref.street) AS s
    JOIN reg.resident AS r ON r.name = s.name
"""
LEFT_EQUAL = """
SELECT name, row_number() OVER (ORDER BY id) AS n FROM reg.resident;
SELECT name, row_number() OVER (ORDER BY substring(id, 1, 1)) AS n FROM reg.citizen;
SELECT q.n AS n, row_number() OVER (ORDER BY q.part) AS r FROM
    (SELECT name AS n, substring(id, 1, 1) AS part FROM reg.citizen) AS q;
SELECT q.n AS n, row_number() OVER (ORDER BY q.most) AS r FROM
    (SELECT name AS n, max(id) AS most FROM reg.citizen GROUP BY name) AS q;
SELECT q.i AS n, row_number() OVER (ORDER BY q.i) AS r FROM
    (SELECT id AS i FROM reg.citizen UNION ALL SELECT id FROM reg.citizen) AS q;
SELECT b.name AS n, row_number() OVER (ORDER BY a.id) AS r
    FROM reg.citizen AS a CROSS JOIN reg.citizen AS b;
SELECT c.name AS n, (SELECT r.name FROM reg.citizen AS r ORDER BY c.id LIMIT 1) AS r
    FROM reg.citizen AS c;
SELECT name FROM (SELECT name FROM reg.citizen UNION ALL SELECT name FROM ref.street
    LIMIT 1) AS q
"""


@pytest.mark.parametrize("sql", TOLD_APART.split(";"))
def test_rows_told_apart_may_be_placed(compiler, sql):
    assert compiled(compiler, sql)


@pytest.mark.parametrize("sql", LEFT_EQUAL.split(";"))
def test_rows_left_equal_may_not(compiler, sql):
    with pytest.raises(Refused) as refused:
        compiled(compiler, sql)
    assert refused.value.code == "query.order"
