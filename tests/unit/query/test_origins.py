"""Lineage with its ways: which item comes into which column, and how."""

import pytest
from tests.unit.query.world import CASE, bulk, use

from tongban.kernel.query.explaining.origins import Origin, UseLineage, Way
from tongban.kernel.terms import Refused


W = Way
P, L = "population.person", "market.licence"


def ways(origins):
    short = len("population.")
    return {
        (o.item[short:] if o.item.startswith("population.") else o.item, o.way)
        for o in origins
    }


@pytest.fixture
def traced(compiler):
    def of(sql):
        found = compiler.lineage(use(sql), CASE)
        return {name: ways(each) for name, each in found.columns}, ways(found.rows)

    return of


SEX, BORN = "person.sex", "person.birth_date"
ALIVE, DIVISION, NUMBER = "person.alive", "hukou.division", "person.id_number"


@pytest.mark.parametrize(
    ("sql", "columns", "rows"),
    [
        ("SELECT sex FROM population.person", {"sex": {(SEX, W.IDENTITY)}}, set()),
        (
            "SELECT upper(sex) AS s FROM population.person WHERE alive",
            {"s": {(SEX, W.TRANSFORMATION)}},
            {(ALIVE, W.FILTER)},
        ),
        (
            (
                "SELECT sex, count(*) AS n, max(birth_date) AS b "
                "FROM population.person GROUP BY sex "
                "HAVING max(children) > 1 ORDER BY sex"
            ),
            {
                "sex": {(SEX, W.IDENTITY)},
                "n": set(),
                "b": {(BORN, W.AGGREGATION)},
            },
            {
                (SEX, W.GROUP_BY),
                (SEX, W.SORT),
                ("person.children", W.FILTER),
            },
        ),
        (
            (
                "SELECT count(*) FILTER (WHERE alive) AS n, "
                "CASE WHEN max(children) > 2 THEN max(sex) ELSE 'x' END AS c "
                "FROM population.person"
            ),
            {
                "n": {(ALIVE, W.FILTER)},
                "c": {("person.children", W.CONDITIONAL), (SEX, W.AGGREGATION)},
            },
            set(),
        ),
        (
            (
                "SELECT row_number() OVER (PARTITION BY sex ORDER BY birth_date) AS r, "
                "sum(children) OVER (PARTITION BY sex) AS c FROM population.person"
            ),
            {
                "r": {(SEX, W.WINDOW), (BORN, W.WINDOW)},
                "c": {(SEX, W.WINDOW), ("person.children", W.AGGREGATION)},
            },
            set(),
        ),
        (
            (
                "SELECT p.sex, h.division AS d FROM population.person AS p "
                "JOIN population.hukou AS h ON h.id_number = p.id_number"
            ),
            {"sex": {(SEX, W.IDENTITY)}, "d": {(DIVISION, W.IDENTITY)}},
            {(NUMBER, W.JOIN), ("hukou.id_number", W.JOIN)},
        ),
        (
            (
                "WITH a AS (SELECT upper(sex) AS s, children AS c "
                "FROM population.person WHERE alive), "
                "b AS (SELECT s, max(c) AS c FROM a GROUP BY s) "
                "SELECT s, c + 1 AS more FROM b"
            ),
            {
                "s": {(SEX, W.TRANSFORMATION)},
                "more": {("person.children", W.AGGREGATION)},
            },
            {(ALIVE, W.FILTER), (SEX, W.GROUP_BY)},
        ),
        (
            (
                "SELECT sex AS a FROM population.person WHERE alive UNION ALL "
                "SELECT division FROM population.hukou ORDER BY a"
            ),
            {"a": {(SEX, W.IDENTITY), (DIVISION, W.IDENTITY)}},
            {(ALIVE, W.FILTER), (SEX, W.SORT), (DIVISION, W.SORT)},
        ),
        (
            (
                "SELECT id_number AS a FROM population.person EXCEPT "
                "SELECT id_number FROM population.hukou"
            ),
            {"a": {(NUMBER, W.IDENTITY), ("hukou.id_number", W.FILTER)}},
            {(NUMBER, W.FILTER), ("hukou.id_number", W.FILTER)},
        ),
        (
            (
                "SELECT sex FROM population.person AS p WHERE EXISTS (SELECT 1 FROM "
                "population.hukou AS h WHERE h.id_number = p.id_number)"
            ),
            {"sex": {(SEX, W.IDENTITY)}},
            {(NUMBER, W.FILTER), ("hukou.id_number", W.FILTER)},
        ),
        (
            (
                "SELECT (SELECT max(h.division) FROM population.hukou AS h "
                "WHERE h.id_number = p.id_number) AS d FROM population.person AS p"
            ),
            {
                "d": {
                    (DIVISION, W.AGGREGATION),
                    (NUMBER, W.FILTER),
                    ("hukou.id_number", W.FILTER),
                }
            },
            set(),
        ),
        (
            "SELECT q.s FROM (SELECT sex AS s FROM population.person WHERE alive) AS q",
            {"s": {(SEX, W.IDENTITY)}},
            {(ALIVE, W.FILTER)},
        ),
        (
            (
                "SELECT sex FROM population.person WHERE sex IN "
                "(WITH h AS (SELECT division FROM population.hukou "
                "WHERE id_number = 'x') SELECT division FROM h)"
            ),
            {"sex": {(SEX, W.IDENTITY)}},
            {(SEX, W.FILTER), (DIVISION, W.FILTER), ("hukou.id_number", W.FILTER)},
        ),
        ("SELECT '990101199001011239'", {"column_1": set()}, set()),
        (
            "SELECT DISTINCT sex FROM population.person",
            {"sex": {(SEX, W.IDENTITY)}},
            {(SEX, W.GROUP_BY)},
        ),
        (
            (
                "SELECT count(*) AS n FROM (SELECT sex FROM population.person UNION "
                "SELECT division FROM population.hukou) AS u"
            ),
            {"n": set()},
            {(SEX, W.GROUP_BY), (DIVISION, W.GROUP_BY)},
        ),
        (
            (
                "SELECT v.x, u.y FROM population.person AS p, "
                "LATERAL (SELECT upper(p.sex) AS x) AS v, "
                "UNNEST([p.sex, p.name]) AS u(y)"
            ),
            {
                "x": {(SEX, W.TRANSFORMATION)},
                "y": {(SEX, W.TRANSFORMATION), ("person.name", W.TRANSFORMATION)},
            },
            set(),
        ),
        (
            "SELECT sex FROM population.person QUALIFY rank() OVER (ORDER BY name) = 1",
            {"sex": {(SEX, W.IDENTITY)}},
            {("person.name", W.WINDOW)},
        ),
    ],
)
def test_ways(traced, sql, columns, rows):
    assert traced(sql) == (columns, rows)


def test_masked_items_are_told(compiler):
    found = compiler.lineage(use("SELECT name, id_number FROM population.person"), CASE)
    assert [(name, each[0].masked) for name, each in found.columns] == [
        ("name", True),
        ("id_number", False),
    ]


def test_a_star_is_what_is_granted(compiler):
    found = compiler.lineage(bulk("SELECT * FROM population.person"))
    names = ["id_number", "name", "birth_date", "sex", "address", "income", "children"]
    assert [name for name, _ in found.columns] == names


def test_what_is_not_allowed_has_no_lineage(compiler):
    with pytest.raises(Refused):
        compiler.lineage(bulk("SELECT alive FROM population.person"))


def test_it_survives_being_kept():
    known = UseLineage(
        (("n", (Origin(f"{P}.sex", W.AGGREGATION, masked=True),)), ("one", ())),
        (Origin(f"{L}.status", W.FILTER),),
    )
    assert UseLineage.from_json(known.to_json()) == known


def test_in_words():
    known = UseLineage(
        (("n", (Origin("a.b.c", W.IDENTITY, masked=True),)), ("one", ())),
        (Origin("a.b.d", W.FILTER),),
    )
    assert str(known).splitlines() == [
        "n ← a.b.c (identity, masked)",
        "one ← no item",
        "rows ← a.b.d (filter)",
    ]
