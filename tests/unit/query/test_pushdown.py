"""What SQLite may answer, and that it answers as DuckDB does.

The statements run on the same rows twice: pushed down to SQLite, and over a lake
of DuckDB, by a catalogue that differs in nothing but where the rows are.
"""

import sqlite3
from dataclasses import replace
from datetime import date
from decimal import Decimal

import duckdb
import pytest
from tests.unit.query.world import (
    AT,
    CASE,
    CATALOG,
    FOUNDER,
    GRANTS,
    LAKE,
    PURPOSES,
    use,
)

from tongban.kernel.catalog.model import DataType
from tongban.kernel.query.compiler import Compiler
from tongban.kernel.query.sqltypes import SQL_TYPES
from tongban.kernel.query.terms.access import bindings


ME, OTHER = FOUNDER.id, "990101198005055678"
PERSON = [
    # id, name, birth, sex, alive, address, mobile, income, height, notes, children, at
    (ME, "张三", date(1990, 1, 1), "f", True, "云州市东湖区人民路1号", "13812345678")
    + (1_234_500, Decimal("171.5"), "n", 2, None),
    (OTHER, "李四", date(1980, 5, 5), "m", True, "短", None)
    + (None, None, None, None, None),
]
HUKOU = [(ME, "990101"), (ME, "990102"), (ME, None), (OTHER, "990103")]
LICENCE = [
    ("A", "Café 云", ME, "valid", date(2020, 2, 29), "6210", 500),
    ("B", "a_b", ME, "void", date(2026, 11, 23), None, None),
    ("C", "A%B", ME, "valid", None, "6220", 7),
    ("D", None, ME, None, date(2026, 11, 24), "6210", 7),
    ("E", "other", OTHER, "valid", date(2020, 1, 1), "6210", 1),
]
ROWS = {"person": PERSON, "hukou": HUKOU, "licence": LICENCE}
CODES = {
    "person": "population.person",
    "hukou": "population.hukou",
    "licence": "market.licence",
}
IN_LAKE = replace(
    CATALOG,
    datasets={
        code: replace(entry, source=LAKE) for code, entry in CATALOG.datasets.items()
    },
)


def lite_cell(value):
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def duck_type(item):
    return SQL_TYPES[item.type].sql("duckdb")


READ = {
    DataType.DATE: date.fromisoformat,
    DataType.BOOLEAN: bool,
    DataType.DECIMAL: lambda cell: Decimal(str(cell)),
}


@pytest.fixture(scope="module")
def departments():
    connection = sqlite3.connect(":memory:")
    connection.execute("PRAGMA case_sensitive_like = 1")
    for table, rows in ROWS.items():
        names = ", ".join(CATALOG.datasets[CODES[table]].items)
        marks = ", ".join("?" for _ in rows[0])
        connection.execute(f"CREATE TABLE {table} ({names})")
        cells = [[lite_cell(value) for value in row] for row in rows]
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", cells)
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def lake():
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA lake")
        for table, rows in ROWS.items():
            items = CATALOG.datasets[CODES[table]].items.values()
            columns = ", ".join(
                f"{i.name} {SQL_TYPES[i.type].sql('duckdb')}" for i in items
            )
            marks = ", ".join("?" for _ in rows[0])
            name = f'lake."{CODES[table]}"'
            connection.execute(f"CREATE TABLE {name} ({columns})")
            connection.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
        yield connection


def pushed(sql, **params):
    plan = Compiler(CATALOG, PURPOSES, GRANTS).compile(use(sql, **params), CASE)
    return plan if plan.final is None and plan.fetches[0].kind == "sqlite" else None


def in_sqlite(departments, sql, params):
    plan = pushed(sql, **params)
    assert plan, "not pushed down"
    (fetch,) = plan.fetches
    values = bindings(use(sql, **params))
    given = [lite_cell(values[name]) for name in fetch.params]
    types = [column.type for column in plan.columns]
    return [
        tuple(
            cell if cell is None else READ.get(kind, lambda same: same)(cell)
            for cell, kind in zip(row, types, strict=True)
        )
        for row in departments.execute(fetch.sql, given).fetchall()
    ]


def in_duckdb(lake, sql, params):
    plan = Compiler(IN_LAKE, PURPOSES, GRANTS).compile(use(sql, **params), CASE)
    (fetch,) = plan.fetches
    values = bindings(use(sql, **params))
    return lake.execute(fetch.sql, {n: values[n] for n in fetch.params}).fetchall()


L = "FROM market.licence"
SAFE = [
    f"SELECT uscc, name, legal_rep_id, status, opened, industry {L}",
    (
        "SELECT id_number, name, birth_date, sex, alive, address, mobile, children "
        "FROM population.person"
    ),
    f"SELECT status, count(*) AS n {L} GROUP BY status ORDER BY status",
    f"SELECT status, max(opened) AS d {L} GROUP BY status, industry ORDER BY status, d",
    f"SELECT industry {L} GROUP BY industry HAVING count(*) > 1 AND min(uscc) < 'C'",
    f"SELECT coalesce(status, 'none') AS s {L} GROUP BY status ORDER BY status",
    f"SELECT count(DISTINCT status) AS n {L} HAVING count(*) > 1",
    f"SELECT count(*) AS n {L} HAVING count(*) > 9",
    f"SELECT max(n) AS m FROM (SELECT count(*) AS n {L} GROUP BY status) AS q",
    f"WITH q AS (SELECT name, status {L}) SELECT name FROM q WHERE status = 'valid'",
    f"WITH q(a) AS (SELECT uscc {L}), r AS (SELECT a FROM q) SELECT a FROM r LIMIT 9",
    f"SELECT status {L} UNION SELECT industry {L} ORDER BY status LIMIT 3",
    f"SELECT status {L} UNION ALL SELECT industry {L} UNION ALL SELECT name {L}",
    f"SELECT status {L} INTERSECT SELECT 'valid' AS status",
    f"SELECT uscc {L} EXCEPT SELECT 'A' AS a",
    f"SELECT uscc {L} WHERE name LIKE 'A%'",
    f"SELECT uscc {L} WHERE name LIKE 'a\\_b'",
    f"SELECT uscc {L} WHERE name LIKE '%_云'",
    f"SELECT uscc {L} WHERE NOT name LIKE '%b%'",
    f"SELECT uscc {L} WHERE name NOT LIKE '%b%'",
    f"SELECT uscc {L} WHERE status = 'valid'",
    f"SELECT uscc {L} WHERE status <> 'valid'",
    f"SELECT uscc {L} WHERE NOT (status = 'valid' AND industry = '6210')",
    f"SELECT uscc {L} WHERE status IS NOT DISTINCT FROM NULL",
    f"SELECT uscc {L} WHERE industry IS NULL OR opened IS NULL",
    f"SELECT uscc {L} WHERE opened < '2026-01-01'",
    f"SELECT uscc {L} WHERE opened = DATE '2020-02-29'",
    f"SELECT uscc {L} WHERE opened <= :as_of",
    f"SELECT uscc {L} WHERE opened BETWEEN DATE '2020-01-01' AND :as_of",
    f"SELECT uscc {L} WHERE status IN ('valid', 'x')",
    f"SELECT uscc {L} WHERE status NOT IN ('valid', 'x')",
    f"SELECT uscc {L} WHERE status NOT IN ('valid', NULL)",
    f"SELECT uscc {L} WHERE industry NOT IN (SELECT industry {L})",
    f"SELECT uscc {L} WHERE industry IN (SELECT industry {L} WHERE status = 'valid')",
    f"SELECT uscc, opened {L} ORDER BY opened, uscc",
    f"SELECT uscc, opened {L} ORDER BY opened DESC, uscc",
    f"SELECT uscc, opened {L} ORDER BY opened NULLS FIRST, uscc",
    f"SELECT uscc, opened {L} ORDER BY opened DESC NULLS FIRST, uscc LIMIT 2",
    f"SELECT uscc, name AS n {L} ORDER BY n",
    f"SELECT DISTINCT status {L}",
    f"SELECT count(*) AS n, count(industry) AS i, count(DISTINCT status) AS s {L}",
    f"SELECT min(opened) AS a, max(name) AS b {L}",
    f"SELECT min(opened) AS a, count(*) AS n {L} WHERE uscc = 'none'",
    f"SELECT status = 'valid' AS ok, opened > :as_of AS late {L}",
    f"SELECT CASE WHEN status = 'valid' THEN name ELSE industry END AS c {L}",
    f"SELECT CASE WHEN status = 'x' THEN 1 END AS c {L}",
    f"SELECT COALESCE(industry, name, 'none') AS c {L}",
    f"SELECT uscc || '-' || industry AS c {L}",
    f"SELECT uscc, EXISTS (SELECT 1 {L} AS o WHERE o.uscc = l.industry) AS e {L} AS l",
    (
        f"SELECT a.uscc, b.uscc AS other {L} AS a JOIN {L[5:]} AS b "
        "ON a.industry = b.industry"
    ),
    (
        f"SELECT a.uscc, b.uscc AS other {L} AS a LEFT JOIN {L[5:]} AS b "
        "ON a.industry = b.industry AND a.uscc <> b.uscc"
    ),
    f"SELECT a.uscc, b.uscc AS other {L} AS a, {L[5:]} AS b",
    f"SELECT (SELECT max(o.name) {L} AS o WHERE o.uscc > l.uscc) AS next {L} AS l",
    f"SELECT (SELECT o.name {L} AS o ORDER BY o.uscc DESC LIMIT 1) AS last",
    (
        "SELECT h.division, p.name FROM population.hukou AS h "
        "JOIN population.person AS p USING (id_number) WHERE alive AND children >= 2"
    ),
    "SELECT sex FROM population.person WHERE alive = true AND NOT alive = false",
    "SELECT alive IS TRUE AS a, children IS NULL AS c FROM population.person",
    "SELECT division FROM population.hukou WHERE division > :d",
    "SELECT division FROM population.hukou WHERE division = :nothing",
]
VALUES = {"d": "990101", "nothing": None}


@pytest.mark.parametrize("sql", SAFE)
def test_both_engines_answer_alike(departments, lake, sql):
    params = {name: value for name, value in VALUES.items() if f":{name}" in sql}
    lite = in_sqlite(departments, sql, params)
    duck = in_duckdb(lake, sql, params)
    ordered = "ORDER BY" in sql
    assert lite == duck if ordered else sorted(lite, key=repr) == sorted(duck, key=repr)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT children + 1 AS c FROM population.person",
        "SELECT height FROM population.person WHERE height > 1",
        "SELECT moved_at FROM population.person WHERE moved_at > :as_of",
        "SELECT birth_date FROM population.person WHERE birth_date > '2000-1-1'",
        "SELECT birth_date FROM population.person WHERE birth_date > '2000-02-31'",
        "SELECT sex FROM population.person WHERE sex = 1",
        "SELECT sex FROM population.person WHERE sex = children",
        "SELECT sex FROM population.person WHERE children",
        "SELECT sex FROM population.person WHERE children > 1.5",
        "SELECT sex FROM population.person WHERE children < 99999999999999999999",
        "SELECT max(moved_at) AS c FROM population.person",
        "SELECT sex AS n FROM population.person ORDER BY n || 'x'",
        (
            "SELECT sex FROM population.person WHERE sex IN "
            "(SELECT id_number, division FROM population.hukou)"
        ),
        "SELECT sum(children) AS c FROM population.person",
        "SELECT avg(children) AS c FROM population.person",
        "SELECT max(height) AS c FROM population.person",
        "SELECT sex, count(*) AS n FROM population.person GROUP BY sex || 'x'",
        "SELECT name, count(*) AS n FROM population.person GROUP BY sex",
        "SELECT sex FROM population.person GROUP BY sex HAVING alive",
        "SELECT sex FROM population.person GROUP BY sex ORDER BY children",
        "SELECT height, count(*) AS n FROM population.person GROUP BY height",
        "SELECT count(*) AS n FROM population.person WHERE count(*) > 1",
        "SELECT height FROM population.person UNION SELECT 1 AS one",
        "SELECT sex FROM population.person UNION SELECT 1 AS one",
        (
            "SELECT sex FROM population.person UNION "
            "(SELECT sex FROM population.person EXCEPT SELECT 'f' AS sex)"
        ),
        (
            "WITH q AS (SELECT sex FROM population.person) SELECT sex FROM "
            "(WITH q AS (SELECT sex FROM q) SELECT sex FROM q) AS r"
        ),
        (
            "SELECT sex FROM population.person AS p WHERE 1 = "
            "(SELECT count(p.sex) FROM population.hukou)"
        ),
        "SELECT sex, count(*) AS n FROM population.person",
        "SELECT DISTINCT sex FROM population.person ORDER BY sex",
        "SELECT DISTINCT ON (sex) name FROM population.person",
        "SELECT DISTINCT height FROM population.person",
        "SELECT upper(sex) AS u FROM population.person",
        "SELECT sex FROM population.person WHERE sex ILIKE 'F'",
        "SELECT CAST(sex AS INT) AS c FROM population.person",
        "SELECT row_number() OVER (ORDER BY sex) AS n FROM population.person",
        "SELECT sex FROM population.person ORDER BY height",
        "SELECT sex FROM population.person OFFSET 1",
        "SELECT sex FROM population.person LIMIT :d",
        "SELECT sex FROM population.person WHERE birth_date = :d",
        "SELECT (SELECT division FROM population.hukou) AS d",
        "SELECT p.sex FROM population.person AS p RIGHT JOIN population.hukou ON true",
        "SELECT CASE WHEN alive THEN 1 ELSE 'x' END AS c FROM population.person",
        "SELECT CASE sex WHEN 'f' THEN 1 END AS c FROM population.person",
        "SELECT COALESCE(sex, children) AS c FROM population.person",
        "SELECT income FROM population.person",
        "SELECT sex || children AS c FROM population.person",
    ],
)
def test_not_pushed_down(sql):
    params = {"d": "x"} if ":d" in sql else {}
    assert pushed(sql, **params) is None


def test_the_type_of_a_value_decides():
    sql = "SELECT division FROM population.hukou WHERE division = :d"
    assert pushed(sql, d="x")
    assert pushed(sql, d=None)
    assert pushed(sql, d=1) is None
    assert pushed(sql, d=AT) is None
    assert pushed(sql, d=Decimal(1)) is None
    opened = "SELECT uscc FROM market.licence WHERE opened = :d"
    assert pushed(opened, d=date(2020, 2, 29))


def test_a_filter_that_is_not_safe_keeps_the_statement_from_sqlite():
    grants = [replace(g, filter="children + 1 > 0") for g in GRANTS if g.id == "person"]
    plan = Compiler(CATALOG, PURPOSES, grants).compile(
        use("SELECT sex FROM population.person"), CASE
    )
    assert plan.final is not None


def test_nothing_of_another_subject_is_read(departments):
    rows = in_sqlite(departments, f"SELECT uscc {L} WHERE true OR uscc = 'E'", {})
    assert rows == [("A",), ("B",), ("C",), ("D",)]
