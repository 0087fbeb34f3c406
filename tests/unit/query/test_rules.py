"""Rules of instant decisions: one statement, explained condition by condition."""

from datetime import date

import pytest
from tests.unit.query.world import CASE, FOUNDER, bulk, use

from tongban.kernel.query.access import bindings
from tongban.kernel.query.rules import explain_row, rule_use_sql
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
