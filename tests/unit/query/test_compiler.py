"""The plan as a whole: what is kept of it, and what it may be kept by."""

import hashlib
import re
import statistics
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sqlglot
from sqlglot import exp
from tests.unit.query.world import (
    CASE,
    CATALOG,
    FOUNDER,
    GRANTS,
    PERSON,
    PURPOSES,
    SHOP,
    bulk,
    use,
)

from tongban.kernel.query.compiler import Compiler
from tongban.kernel.query.terms.grants import GrantIndex
from tongban.kernel.terms import Subject, UserError


SQL = "SELECT division FROM population.hukou"


def test_the_same_wish_gives_the_same_plan(compiler):
    assert compiler.compile(use(SQL), CASE) is compiler.compile(use(SQL), CASE)


def test_a_plan_serves_every_subject_and_every_day(compiler):
    other = Subject(PERSON, "990101198005055678")
    case = replace(CASE, parties=frozenset({other}))
    later = datetime(2026, 12, 1, tzinfo=UTC)
    wish = use(SQL, subject=other, at=later)
    assert compiler.compile(use(SQL), CASE) is compiler.compile(wish, case)


def test_a_plan_serves_one_kind_of_subject(compiler):
    sql = "SELECT name FROM market.licence"
    person = compiler.compile(use(sql, subject=FOUNDER), CASE)
    enterprise = compiler.compile(use(sql, subject=SHOP), CASE)
    assert person.digest != enterprise.digest


def test_a_new_grant_in_the_place_of_another_is_a_new_plan():
    sql = "SELECT name FROM population.person"
    revealing = [replace(g, reveal=frozenset({"name"})) for g in GRANTS]
    before = Compiler(CATALOG, PURPOSES, GRANTS).compile(use(sql), CASE)
    after = Compiler(CATALOG, PURPOSES, GrantIndex(revealing)).compile(use(sql), CASE)
    assert before.columns[0].masked
    assert not after.columns[0].masked
    assert before.digest != after.digest


def test_digest_is_of_the_governed_statement(compiler):
    governed = (
        'SELECT "hukou"."division" AS "division" FROM (SELECT "__raw"."division" AS '
        '"division" FROM "population"."hukou" AS "__raw" WHERE "__raw"."id_number" = '
        '$subject) AS "hukou"'
    )
    digest = hashlib.sha256(governed.encode()).hexdigest()
    assert compiler.compile(use(SQL), CASE).digest == digest


def test_digest_does_not_depend_on_how_it_is_written(compiler):
    written = "select /* the */ DIVISION\n\tFrom Population.Hukou -- end"
    plans = [compiler.compile(use(sql), CASE) for sql in (SQL, written)]
    assert plans[0].digest == plans[1].digest


def test_a_statement_of_no_dataset_is_computed(compiler):
    plan = compiler.compile(use("SELECT :n > 3 AS enough", n=5), CASE)
    assert plan.datasets == frozenset()
    assert plan.fetches[0].params == ("n",)


def test_a_refusal_is_refused_again(compiler):
    for _ in range(2):
        with pytest.raises(UserError, match="notes"):
            compiler.compile(use("SELECT notes FROM population.person"), CASE)


CORPUS = [
    "SELECT * FROM population.person",
    "WITH q AS (SELECT * FROM market.licence) SELECT * FROM q, population.hukou AS h",
    (
        "SELECT name FROM population.person WHERE EXISTS (SELECT 1 FROM market.licence "
        "WHERE industry IN (SELECT code FROM ref.industry ORDER BY "
        "(SELECT max(division) FROM population.hukou)))"
    ),
    (
        "SELECT (SELECT max(division) FROM population.hukou) AS a "
        "UNION SELECT code FROM ref.industry ORDER BY a"
    ),
    (
        "SELECT l.name FROM market.licence AS l JOIN ref.industry AS i ON l.industry = "
        "i.code AND i.title IN (SELECT division FROM population.hukou)"
    ),
    "SELECT sum(1) OVER (PARTITION BY (SELECT max(code) FROM ref.industry)) AS s",
    "SELECT 1 AS a LIMIT 1",
    (
        "SELECT CASE WHEN EXISTS (SELECT 1 FROM population.hukou) THEN "
        "(SELECT max(name) FROM market.licence) END AS c"
    ),
    (
        "SELECT count(*) FILTER (WHERE sex IN (SELECT code FROM ref.industry)) AS n "
        "FROM population.person"
    ),
]


@pytest.mark.parametrize("sql", CORPUS)
def test_every_physical_relation_is_read_on_its_terms_alone(compiler, sql):
    plan = compiler.compile(use(sql), CASE)
    for fetch in [*plan.fetches, *([plan.final] if plan.final else [])]:
        statement = re.sub(r"\?\d", "'x'", fetch.sql)
        tree = sqlglot.parse_one(statement, read=fetch.kind)
        for table in tree.find_all(exp.Table):
            if table.db:
                assert table.db in {"main", "lake", "temp"}
                assert table.alias == "__raw"
            else:
                assert table.name in {cte.alias for cte in tree.find_all(exp.CTE)}


def test_compiling_is_quick(compiler):
    """The order of magnitude alone: machines differ, and others work beside us."""
    sql = (
        "SELECT p.name, l.name AS shop, count(*) AS n FROM population.person AS p "
        "JOIN market.licence AS l ON l.legal_rep_id = p.id_number WHERE "
        "age(p.birth_date, :as_of) >= 18 GROUP BY p.name, l.name ORDER BY n LIMIT 10"
    )
    cold = [timed(compiler, f"{sql} OFFSET {n}") for n in range(15)]
    kept = [timed(compiler, f"{sql} OFFSET 1") for _ in range(50)]
    assert statistics.median(cold) < 0.150
    assert statistics.median(kept) < 0.002


def timed(compiler, sql):
    start = time.perf_counter()
    compiler.compile(bulk(sql))
    return time.perf_counter() - start
