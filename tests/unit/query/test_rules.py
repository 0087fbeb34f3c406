"""Rules of instant decisions: one statement, explained condition by condition."""

from datetime import date

import pytest
from tests.unit.query.world import (
    CASE,
    CATALOG,
    FOUNDER,
    PURPOSES,
    bulk,
    grant,
    use,
)

from tongban.kernel.query.compiler import Compiler
from tongban.kernel.query.explaining.rules import (
    Joint,
    batch_use_sql,
    explain_row,
    rule_use_sql,
)
from tongban.kernel.query.model import Scope
from tongban.kernel.query.terms.access import bindings
from tongban.kernel.terms import UserError


ADULT = "age((SELECT birth_date FROM population.person), :as_of) >= 18"
RULE = [
    ("adult", ADULT, "art. 17"),
    ("no licence void", "NOT EXISTS (SELECT 1 FROM market.licence)", "art. 12"),
    ("large enough", ":area > 50", "art. 3"),
    (
        "at home",
        "(SELECT division FROM population.hukou) IN (SELECT code FROM ref.industry)",
        "art. 4",
    ),
]


def test_the_statement_of_a_rule():
    assert rule_use_sql(RULE[1:3]) == (
        "WITH facts AS (SELECT EXISTS(SELECT 1 FROM market.licence) AS seen_1_1) "
        "SELECT NOT facts.seen_1_1 AS truth_1, :area > 50 AS truth_2, facts.seen_1_1 "
        "FROM facts"
    )


def test_a_rule_over_the_form_alone_reads_nothing():
    assert rule_use_sql([RULE[2]]) == "SELECT :area > 50 AS truth_1"


def test_each_value_is_read_once():
    assert rule_use_sql([RULE[0]]).count("population.person") == 1


def test_functions_for_authors_are_written_out():
    sql = rule_use_sql([("m", "months_between(:a, :b) > 3", "")])
    assert "MONTHS_BETWEEN" not in sql.upper()


def test_condition_that_is_no_sql_is_named():
    with pytest.raises(UserError) as refused:
        rule_use_sql([RULE[0], ("bad", "1 = = 1", "")])
    assert refused.value.where.startswith("condition 2")


@pytest.fixture
def outcome(compiler, duck):
    """A rule, run over people of the lake, is explained."""
    duck.execute("CREATE SCHEMA IF NOT EXISTS lake")
    duck.execute(
        'CREATE OR REPLACE TABLE lake."ref.industry" AS '
        "SELECT '6210' AS code, 'restaurant' AS title"
    )

    def run(rule, **params):
        wish = use(rule_use_sql(rule), **params)
        plan = compiler.compile(wish, CASE)
        values = bindings(wish)
        found = duck.execute(
            plan.fetches[0].sql, {name: values[name] for name in plan.fetches[0].params}
        )
        return explain_row(rule, plan.columns, found.fetchone())

    return run


TITLE = "(SELECT title FROM ref.industry WHERE code = :code)"


@pytest.mark.parametrize(
    ("code", "truth", "value"),
    [("6210", True, "restaurant"), ("1", None, None)],
)
def test_truth_and_the_value_seen(outcome, code, truth, value):
    (found,) = outcome([("t", f"{TITLE} = 'restaurant'", "art. 1")], code=code)
    assert (found.title, found.basis, found.truth) == ("t", "art. 1", truth)
    (seen,) = found.values
    assert (seen.label, seen.value) == ("title", value)
    assert seen.sources == ("ref.industry.code", "ref.industry.title")
    assert (seen.dataset, seen.item) == ("ref.industry", "")


def test_false_is_told_from_unknown(outcome):
    rule = [
        ("f", ":code = 'x'", ""),
        ("u", "(SELECT code FROM ref.industry WHERE false) = 'x'", ""),
        ("e", "EXISTS (SELECT 1 FROM ref.industry)", ""),
    ]
    false, unknown, exists = outcome(rule, code="y")
    assert [false.truth, unknown.truth, exists.truth] == [False, None, True]
    assert false.values == ()
    assert exists.values[0].label == "exists"
    assert exists.values[0].value is True


def test_one_item_is_named(outcome):
    (found,) = outcome([("t", "(SELECT max(code) FROM ref.industry) = '6210'", "")])
    (seen,) = found.values
    assert (seen.dataset, seen.item, seen.masked) == ("ref.industry", "code", False)


def test_the_whole_rule_compiles(compiler):
    plan = compiler.compile(use(rule_use_sql(RULE), area=60), CASE)
    names = [column.name for column in plan.columns]
    assert names[:4] == ["truth_1", "truth_2", "truth_3", "truth_4"]
    assert names[4:] == ["seen_1_1", "seen_2_1", "seen_4_1"]
    assert bindings(use("", area=60))["subject"] == FOUNDER.id


def test_a_rule_serves_everyone_too(compiler, duck):
    sql = f"SELECT count(*) AS n FROM population.person WHERE {ADULT_ROW}"
    plan = compiler.compile(bulk(sql))
    duck.execute("CREATE SCHEMA IF NOT EXISTS lake")
    duck.execute(
        'CREATE OR REPLACE TABLE lake."population.person" AS SELECT true AS alive, '
        "d AS birth_date FROM (VALUES (DATE '2000-05-01'), (DATE '2020-05-01')) t(d)"
    )
    values = {name: date(2026, 11, 23) for name in ("as_of", "__today")}
    assert duck.execute(plan.fetches[0].sql, values).fetchone() == (1,)


ADULT_ROW = "age(birth_date, :as_of) >= 18"


# -------------------------------------------------------------------- as a tree

OLD = "(SELECT max(code) FROM ref.industry) = '6210'"
TREE = f"({OLD} OR :a = 1) AND NOT (:b = 1 AND :c = 1) AND :a IS NOT NULL"


def drawn(node):
    """A node as text: its joint and truth, its parts in brackets."""
    parts = " ".join(map(drawn, node.parts))
    mark = {True: "+", False: "-", None: "?"}[node.truth]
    return f"{node.joint}{mark}" + (f"[{parts}]" if parts else "")


@pytest.mark.parametrize(
    ("a", "b", "c", "expected"),
    [
        (1, 0, 0, "and+[or+[test+ test+] not+[and-[test- test-]] test+]"),
        (0, 1, 1, "and-[or+[test+ test-] not-[and+[test+ test+]] test+]"),
        (0, 1, None, "and?[or+[test+ test-] not?[and?[test+ test?]] test+]"),
        (None, 0, None, "and-[or+[test+ test?] not+[and-[test- test?]] test-]"),
    ],
)
def test_every_node_has_its_truth(outcome, a, b, c, expected):
    (found,) = outcome([("t", TREE, "")], a=a, b=b, c=c)
    assert drawn(found.node) == expected
    assert found.truth is found.node.truth


def test_a_test_knows_the_values_it_looked_at(outcome):
    both = f"{OLD} AND EXISTS (SELECT 1 FROM ref.industry WHERE code = '1')"
    (found,) = outcome([("t", both, "")])
    first, second = found.node.parts
    assert [value.value for value in first.values] == ["6210"]
    assert [value.label for value in second.values] == ["exists"]
    assert found.values == first.values + second.values
    assert found.node.values == ()


def test_a_test_shows_what_the_author_wrote(outcome):
    (found,) = outcome([("t", "age(:day, :as_of) >= 18", "")], day=date(2000, 1, 1))
    assert (found.node.joint, found.node.parts) == (Joint.TEST, ())
    assert found.node.sql == "AGE(:day, :as_of) >= 18"


def test_not_of_one_test_is_one_test(outcome):
    rule = [("t", "NOT EXISTS (SELECT 1 FROM ref.industry)", "")]
    assert drawn(outcome(rule)[0].node) == "test-"


def test_a_value_says_of_which_data_it_is(compiler):
    rule = [("t", OLD, "")]
    plan = compiler.compile(use(rule_use_sql(rule)), CASE)
    (found,) = explain_row(rule, plan.columns, (True, "6210"), {"ref.industry": "v1"})
    assert found.values[0].versions == (("ref.industry", "v1"),)


# ------------------------------------------------------------------ over everyone

ABOUT = {"population.person": "id_number", "market.licence": "legal_rep_id"}
EVERYONE = [
    ("grown", "age((SELECT birth_date FROM population.person), :as_of) >= 18", ""),
    (
        "poor or many",
        (
            "one.sex = '2' AND (one.children > 2 OR NOT EXISTS (SELECT 1 FROM "
            "market.licence WHERE status = 'valid'))"
        ),
        "",
    ),
    (
        "own firm listed",
        "'catering' IN (SELECT industry FROM market.licence) AND :subject <> 'x'",
        "",
    ),
]


PEOPLE = """
    SELECT *, true AS alive FROM (VALUES
        ('a', DATE '1990-01-01', '2', 3), ('b', DATE '2015-01-01', '2', 0),
        ('c', DATE '1960-01-01', '1', NULL), ('d', NULL, '2', NULL))
    AS t(id_number, birth_date, sex, children)
"""
FIRMS = """
    SELECT * FROM (VALUES ('a', 'valid', 'catering'), ('b', 'valid', 'books'),
        ('d', 'valid', NULL)) AS t(legal_rep_id, status, industry)
"""


@pytest.fixture
def batch(duck):
    """The rule over four people and the firms of three, as the lake holds them."""
    duck.execute("CREATE SCHEMA IF NOT EXISTS lake")
    for code, rows in (("population.person", PEOPLE), ("market.licence", FIRMS)):
        duck.execute(f'CREATE OR REPLACE TABLE lake."{code}" AS {rows}')
    seeing = [
        grant(code, "planning", code, items, Scope.POPULATION, reveal=frozenset(shown))
        for code, items, shown in (
            (
                "population.person",
                "id_number birth_date sex children",
                ["id_number", "birth_date"],
            ),
            ("market.licence", "legal_rep_id status industry", ["legal_rep_id"]),
        )
    ]
    compiler = Compiler(CATALOG, PURPOSES, seeing)

    def run(**more):
        sql = batch_use_sql(
            EVERYONE,
            dataset="population.person",
            subject="id_number",
            about=ABOUT,
            **more,
        )
        (fetch,) = compiler.compile(bulk(sql)).fetches
        day = dict.fromkeys(fetch.params, date(2026, 11, 23))
        found = duck.execute(fetch.sql, day)
        names = [column[0] for column in found.description]
        return names, {row[0]: row[1:] for row in found.fetchall()}

    return run


def test_everyone_has_a_row_with_every_truth(batch):
    names, rows = batch()
    assert names == [
        "subject",
        "truth_1",
        *("truth_2", "truth_2_1", "truth_2_2", "truth_2_3", "truth_2_4"),
        *("truth_3", "truth_3_1", "truth_3_2"),
    ]
    yes, no, unknown = True, False, None
    assert rows == {
        "a": (yes, yes, yes, yes, yes, no, yes, yes, yes),
        "b": (no, no, yes, no, no, no, no, no, yes),
        "c": (yes, no, no, yes, unknown, yes, no, no, yes),
        "d": (unknown, unknown, yes, unknown, unknown, no, unknown, unknown, yes),
    }


def test_conditions_alone_on_request(batch):
    names, rows = batch(parts=False)
    assert names == ["subject", "truth_1", "truth_2", "truth_3"]
    assert rows["c"] == (True, False, False)


def test_an_outer_join_stays_one():
    sql = batch_use_sql(
        [("t", ("(SELECT count(p.sex) FROM ref.industry AS i LEFT JOIN "
          "population.person AS p ON p.sex = i.code) = 0"), "")],
        dataset="population.person",
        subject="id_number",
        about=ABOUT,
    )  # fmt: skip
    assert "ON p.sex = i.code AND p.id_number = one.id_number" in sql
