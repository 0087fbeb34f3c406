"""What a grant's filter may be, and on whose terms it looks into other datasets."""

from dataclasses import replace
from datetime import date

import pytest
from tests.unit.query.world import CASE, CATALOG, GRANTS, PURPOSES, bulk, grant, use

from tongban.kernel.query.check import check_filter, check_row
from tongban.kernel.query.compiler import Compiler
from tongban.kernel.query.model import Scope
from tongban.kernel.query.terms.row_filter import read_filter
from tongban.kernel.terms import Refused, UserError


PERSON = CATALOG.datasets["population.person"]


@pytest.mark.parametrize(
    ("sql", "items"),
    [
        ("alive", {"alive"}),
        ("ALIVE AND Sex = 'f'", {"alive", "sex"}),
        ("person.alive", {"alive"}),
        ("birth_date <= :as_of", {"birth_date"}),
        ("age(birth_date, :as_of) >= 18", {"birth_date"}),
        ("sex IN ('f', 'm') OR notes IS NULL", {"sex", "notes"}),
    ],
)
def test_expression_over_the_datasets_own_items(sql, items):
    assert check_row(sql, PERSON) == items
    assert check_filter(sql, PERSON, CATALOG) == frozenset()


@pytest.mark.parametrize(
    ("sql", "items"),
    [
        (
            "id_number IN (SELECT id_number FROM population.hukou)",
            {"population.hukou.id_number"},
        ),
        (
            (
                "alive AND EXISTS (SELECT 1 FROM population.hukou AS h "
                "WHERE h.id_number = person.id_number AND h.division = :division)"
            ),
            {"population.hukou.id_number", "population.hukou.division"},
        ),
        (
            (
                "id_number NOT IN (SELECT l.legal_rep_id FROM market.licence AS l "
                "JOIN tax.standing AS s USING (uscc) WHERE s.standing = sex)"
            ),
            {
                "market.licence.legal_rep_id",
                "market.licence.uscc",
                "tax.standing.uscc",
                "tax.standing.standing",
            },
        ),
        ("sex = :organization OR sex = :purpose", set()),
    ],
)
def test_filter_looks_into_other_datasets(sql, items):
    assert check_filter(sql, PERSON, CATALOG) == items


BAD = [
    ("dead", "query.unknown-item"),
    ("licence.alive", "query.unknown-item"),
    ("alive = :subject", "query.node"),
    ("alive = :other", "query.node"),
    ("(SELECT true)", "query.node"),
    ("(SELECT max(division) FROM population.hukou) = sex", "query.node"),
    ("count(*) > 1", "query.node"),
    ("row_number() OVER () = 1", "query.node"),
    ("alive) OR (true", "query.syntax"),
    ("alive; DROP TABLE person", "query.statements"),
    ("alive OR random() > 1", "query.function"),
    ("SELECT alive FROM population.person", "query.syntax"),
    ("", "query.syntax"),
]


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        *BAD,
        (
            "id_number IN (SELECT id_number FROM population.hukuo)",
            "query.unknown-dataset",
        ),
        (
            "id_number IN (SELECT id_number FROM population.person)",
            "query.filter-cycle",
        ),
        ("EXISTS (SELECT 1 FROM population.hukou AS person)", "query.columns"),
        (
            "EXISTS (WITH person AS (SELECT 1 AS a) SELECT a FROM person)",
            "query.columns",
        ),
    ],
)
def test_anything_else_is_refused(sql, code):
    with pytest.raises(UserError) as refused:
        check_filter(sql, PERSON, CATALOG)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        *BAD,
        ("id_number IN (SELECT id_number FROM population.hukou)", "query.node"),
        ("sex = :organization", "query.node"),
    ],
)
def test_condition_over_rows_stays_within_its_row(sql, code):
    with pytest.raises(UserError) as refused:
        check_row(sql, PERSON)
    assert refused.value.code == code


def test_filter_looks_at_raw_values():
    condition = read_filter("name = '张三'", PERSON).condition
    assert condition.sql("duckdb") == '"__raw"."name" = \'张三\''


# ----------------------------------------------- the terms of what it looks into

MOVED_HERE = (
    "EXISTS (SELECT 1 FROM population.hukou AS h "
    "WHERE h.id_number = person.id_number AND h.division = :division)"
)
HUKOU = grant("hukou-all", "planning", "population.hukou", "id_number division")
HUKOU = replace(HUKOU, scope=Scope.POPULATION)


def planning(*grants, filter_sql=MOVED_HERE, items=("id_number", "division")):
    """A compiler where people are seen whose households are in the division."""
    named = frozenset(f"population.hukou.{item}" for item in items)
    purpose = PURPOSES["planning"]
    purposes = {**PURPOSES, "planning": replace(purpose, items=purpose.items | named)}
    kept = [each for each in GRANTS if each.id != "people"]
    (people,) = (each for each in GRANTS if each.id == "people")
    return Compiler(
        CATALOG, purposes, [*kept, replace(people, filter=filter_sql), *grants]
    )


EVERYONE = bulk("SELECT sex FROM population.person")


def test_plan_names_what_the_filter_reads():
    plan = planning(HUKOU).compile(EVERYONE)
    assert plan.datasets == {"population.person", "population.hukou"}
    assert plan.items == {
        "population.person.sex",
        "population.hukou.id_number",
        "population.hukou.division",
    }
    assert plan.grants == {"people", "hukou-all"}
    assert plan.providers == {
        "population.person": "police",
        "population.hukou": "police",
    }
    assert plan.fetches[0].datasets == ("population.hukou", "population.person")


def test_filter_knows_the_caller():
    (fetch,) = planning(HUKOU).compile(EVERYONE).fetches
    assert "\"division\" = '990100'" in fetch.sql
    caller = planning(filter_sql="sex = :organization OR sex = :purpose")
    (fetch,) = caller.compile(EVERYONE).fetches
    assert "= 'bureau'" in fetch.sql
    assert "= 'planning'" in fetch.sql


def refusal_of(compiler, wish=EVERYONE, case=None):
    with pytest.raises(Refused) as refused:
        compiler.compile(wish, case)
    told = compiler.explain(wish, case)
    assert not told.allowed
    codes = {each.refusal.code for each in told.datasets if each.refusal}
    assert codes == {refused.value.code}
    return refused.value


@pytest.mark.parametrize(
    ("grants", "code"),
    [
        ([], "query.no-grant"),
        ([replace(HUKOU, organization="tax")], "query.no-grant"),
        ([replace(HUKOU, purpose="licensing")], "query.no-grant"),
        ([replace(HUKOU, scope=Scope.SUBJECT)], "query.no-grant"),
        ([replace(HUKOU, until=date(2025, 1, 1))], "query.expired"),
        ([replace(HUKOU, items=frozenset({"id_number"}))], "query.grant-items"),
        (
            [
                replace(
                    HUKOU,
                    filter="id_number IN (SELECT legal_rep_id FROM market.licence)",
                )
            ],
            "query.filter-depth",
        ),
    ],
)
def test_filter_reads_on_a_grant_of_its_own(grants, code):
    refused = refusal_of(planning(*grants))
    assert refused.code == code
    assert refused.facts["dataset"] == "population.hukou"


def test_refusal_says_which_filter_reads_it():
    assert "filter of grant 'people'" in str(refusal_of(planning()))


def test_purpose_must_list_what_a_filter_reads():
    refused = refusal_of(planning(HUKOU, items=("id_number",)))
    assert refused.code == "query.purpose-items"
    assert refused.facts["items"] == ["population.hukou.division"]


def test_filter_may_not_look_into_an_entry_out_of_force():
    compiler = planning(HUKOU)
    hukou = CATALOG.datasets["population.hukou"]
    ended = {**CATALOG.datasets, hukou.code: replace(hukou, until=date(2025, 1, 1))}
    catalog = replace(CATALOG, datasets=ended)
    compiler = Compiler(catalog, compiler.purposes, [*planning_grants(), HUKOU])
    assert refusal_of(compiler).code == "query.expired"


def planning_grants():
    return [
        replace(each, filter=MOVED_HERE) if each.id == "people" else each
        for each in GRANTS
    ]


def test_organisation_without_division_is_refused():
    compiler = planning(HUKOU)
    bureau = replace(CATALOG.organizations["bureau"], division="")
    catalog = replace(CATALOG, organizations={"bureau": bureau})
    compiler = Compiler(catalog, compiler.purposes, [*planning_grants(), HUKOU])
    assert refusal_of(compiler).code == "query.division"


def test_grant_of_the_other_that_ends_serves_no_more():
    compiler = planning(replace(HUKOU, until=date(2026, 11, 23)))
    assert compiler.compile(EVERYONE)
    tomorrow = replace(EVERYONE, at=EVERYONE.at.replace(day=24))
    assert refusal_of(compiler, tomorrow).code == "query.expired"


def test_other_is_read_masked_and_by_its_own_filter():
    masked = replace(
        CATALOG.datasets["population.hukou"].items["division"], mask="name"
    )
    hukou = CATALOG.datasets["population.hukou"]
    items = {**hukou.items, "division": masked}
    catalog = replace(
        CATALOG, datasets={**CATALOG.datasets, hukou.code: replace(hukou, items=items)}
    )
    own = replace(HUKOU, filter="division <> '990199'")
    compiler = Compiler(catalog, planning().purposes, [*planning_grants(), own])
    (fetch,) = compiler.compile(EVERYONE).fetches
    assert 'SUBSTRING("__raw"."division", 1, 1) || \'**\'' in fetch.sql
    assert '"__raw"."division" <> \'990199\'' in fetch.sql


# ---------------------------------------------------------- one subject's own rows


def licensing(sql="alive AND " + MOVED_HERE):
    return Compiler(
        CATALOG,
        PURPOSES,
        [replace(each, filter=sql) if each.id == "person" else each for each in GRANTS],
    )


def test_subjects_rows_are_fetched_and_the_other_is_read_whole():
    plan = licensing().compile(use("SELECT sex FROM population.person"), CASE)
    (fetch,) = plan.fetches
    assert (fetch.kind, fetch.params) == ("sqlite", ("subject",))
    assert '"alive"' in fetch.sql
    assert plan.final.datasets == ("population.hukou",)
    assert '"lake"."population.hukou"' in plan.final.sql
    assert plan.final.sql.count("$subject") == 1


def test_a_dataset_read_and_looked_into_is_narrowed_only_where_read():
    sql = "SELECT h.division FROM population.person AS p JOIN population.hukou AS h "
    plan = licensing().compile(use(sql + "ON h.id_number = p.id_number"), CASE)
    assert {fetch.into for fetch in plan.fetches} == {
        "population.person",
        "population.hukou",
    }
    assert plan.final.datasets == ("population.hukou",)
    assert '"temp"."population.hukou"' in plan.final.sql
    assert '"lake"."population.hukou"' in plan.final.sql
