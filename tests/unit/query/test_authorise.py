"""One grant in force must cover all that is read of a dataset."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from tests.unit.query.world import (
    CASE,
    CATALOG,
    FOUNDER,
    GRANTS,
    PURPOSES,
    SHOP,
    bulk,
    grant,
    use,
)

from tongban.kernel.catalog.model import SharingType
from tongban.kernel.query.compiler import Compiler
from tongban.kernel.query.model import Scope
from tongban.kernel.query.terms.grants import GrantIndex
from tongban.kernel.terms import Refused


def refused(wish, grants=GRANTS):
    with pytest.raises(Refused) as found:
        Compiler(CATALOG, PURPOSES, grants).compile(wish, CASE)
    return found.value


def plan(sql, *grants, **more):
    return Compiler(CATALOG, PURPOSES, grants).compile(use(sql, **more), CASE)


def licence(name, items, **more):
    return grant(name, "licensing", "market.licence", items, **more)


def test_no_grant_at_all():
    found = refused(use("SELECT division FROM population.hukou"), [])
    assert found.code == "query.no-grant"
    assert found.facts["provider"] == "police"
    assert found.mend == "apply to police (police) for sharing on its terms: by law"


def test_grant_of_another_organization():
    other = replace(GRANTS[1], organization="tax")
    sql = "SELECT division FROM population.hukou"
    assert refused(use(sql), [other]).code == "query.no-grant"


def test_what_is_withheld_cannot_be_applied_for():
    hukou = CATALOG.datasets["population.hukou"]
    sharing = replace(
        hukou.sharing, type=SharingType.WITHHELD, basis="《户口登记条例》第三条"
    )
    entries = {hukou.code: replace(hukou, sharing=sharing)}
    compiler = Compiler(replace(CATALOG, datasets=entries), PURPOSES, [])
    with pytest.raises(Refused) as found:
        compiler.compile(use("SELECT division FROM population.hukou"), CASE)
    assert found.value.mend == (
        "police (police) does not share it: 《户口登记条例》第三条"
    )


def test_item_beyond_the_grant_is_named():
    found = refused(use("SELECT name, capital FROM market.licence"))
    assert found.code == "query.grant-items"
    assert found.facts["items"] == ["market.licence.capital"]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT name FROM market.licence WHERE capital > 5",
        "SELECT name FROM market.licence ORDER BY capital",
        "SELECT count(*) AS n FROM market.licence GROUP BY capital",
        "SELECT count(*) AS n FROM market.licence HAVING max(capital) > 5",
        "SELECT count(capital) AS n FROM market.licence",
        "SELECT sum(1) OVER (ORDER BY capital) AS n FROM market.licence",
        "SELECT sum(1) FILTER (WHERE capital > 5) AS n FROM market.licence",
        (
            "SELECT name FROM market.licence WHERE EXISTS "
            "(SELECT 1 FROM market.licence WHERE capital > 5)"
        ),
        "SELECT (SELECT max(capital) FROM market.licence) AS n",
        (
            "SELECT name FROM ref.industry AS i JOIN market.licence AS l "
            "ON l.capital > length(i.code)"
        ),
        (
            "SELECT code FROM ref.industry WHERE code IN (SELECT title FROM "
            "ref.industry UNION SELECT name FROM market.licence WHERE capital > 5)"
        ),
        "WITH x AS (SELECT capital AS c FROM market.licence) SELECT 1 AS one FROM x",
        "SELECT 1 AS one FROM (SELECT capital FROM market.licence) AS x",
        "SELECT CASE WHEN capital > 5 THEN 1 END AS n FROM market.licence",
        "SELECT DISTINCT ON (capital) name FROM market.licence",
        (
            "SELECT a.name FROM market.licence AS a JOIN market.licence AS b "
            "USING (capital)"
        ),
        "WITH x AS (SELECT * FROM market.licence) SELECT name FROM x WHERE capital > 5",
    ],
)
def test_an_item_is_used_wherever_it_stands(sql):
    assert refused(use(sql)).facts["items"] == ["market.licence.capital"]


def test_item_beyond_the_purpose():
    found = refused(use("SELECT notes FROM population.person"))
    assert found.code == "query.purpose-items"
    assert found.facts["items"] == ["population.person.notes"]


def test_counting_rows_needs_a_purpose_that_lists_some_item():
    found = refused(bulk("SELECT count(*) AS n FROM population.hukou"))
    assert found.code == "query.purpose-items"


def test_counting_rows_needs_a_grant():
    sql = "SELECT count(*) AS n FROM population.hukou"
    assert refused(use(sql), []).code == "query.no-grant"


def test_two_grants_are_not_one():
    grants = [licence("a", "name"), licence("b", "status")]
    found = refused(use("SELECT name, status FROM market.licence"), grants)
    assert found.code == "query.grant-items"


def test_two_grants_may_serve_two_datasets():
    found = plan(
        "SELECT h.division, l.name FROM population.hukou AS h CROSS JOIN "
        "market.licence AS l",
        grant("h", "licensing", "population.hukou", "division"),
        licence("l", "name"),
    )
    assert found.grants == {"h", "l"}


def test_the_oldest_of_two_that_cover_is_taken():
    sql = "SELECT name FROM market.licence"
    late = licence("late", "name", since=date(2025, 1, 1))
    assert plan(sql, late, licence("early", "name")).grants == {"early"}


def test_for_a_star_the_one_that_gives_most_is_taken():
    wide = licence("wide", "name status opened", since=date(2025, 1, 1))
    found = plan("SELECT * FROM market.licence", licence("narrow", "name"), wide)
    assert [column.name for column in found.columns] == ["name", "status", "opened"]


def test_a_star_never_joins_two_grants():
    grants = [licence("a", "name"), licence("b", "status")]
    found = plan("SELECT * FROM market.licence", *grants)
    assert found.items == {"market.licence.name"}


def test_a_star_gives_no_more_than_the_purpose_lists():
    sql = "SELECT * FROM market.licence"
    found = Compiler(CATALOG, PURPOSES, GRANTS).compile(bulk(sql))
    assert "market.licence.capital" not in found.items


def test_a_star_of_nothing_granted():
    found = refused(
        bulk("SELECT * FROM market.licence"),
        [grant("g", "planning", "market.licence", "capital", Scope.POPULATION)],
    )
    assert found.code == "query.grant-items"


def test_grant_not_yet_in_force():
    late = licence("late", "name", since=date(2027, 1, 1))
    found = refused(use("SELECT name FROM market.licence"), [late])
    assert found.code == "query.expired"
    assert "2027-01-01" in found.why


def test_grant_no_longer_in_force_although_its_plan_is_kept():
    ending = licence("ending", "name", until=date(2026, 11, 23))
    compiler = Compiler(CATALOG, PURPOSES, [ending])
    sql = "SELECT name FROM market.licence"
    assert compiler.compile(use(sql), CASE).grants == {"ending"}
    with pytest.raises(Refused) as found:
        compiler.compile(use(sql, at=datetime(2026, 11, 24, tzinfo=UTC)), CASE)
    assert found.value.code == "query.expired"


def test_grant_of_the_other_scope():
    everyone = licence("everyone", "name", scope=Scope.POPULATION)
    found = refused(use("SELECT name FROM market.licence"), [everyone])
    assert found.code == "query.no-grant"
    assert "scope" in found.why


def test_dataset_no_longer_in_the_catalogue():
    found = refused(use("SELECT code FROM ref.closed"))
    assert found.code == "query.expired"
    at = datetime(2025, 6, 1, tzinfo=UTC)
    assert Compiler(CATALOG, PURPOSES, GRANTS).compile(
        use("SELECT code FROM ref.closed", at=at), CASE
    )


def test_dataset_about_another_kind_of_subject():
    found = refused(use("SELECT standing FROM tax.standing", subject=FOUNDER))
    assert found.code == "query.subject"
    assert refused(use("SELECT sex FROM population.person", subject=SHOP)).code == (
        "query.subject"
    )


def test_all_that_is_missing_is_told_at_once():
    sql = "SELECT capital, notes FROM market.licence, population.person"
    found = refused(use(sql))
    assert found.facts["missing"] == {
        "market.licence": ["market.licence.capital"],
        "population.person": ["population.person.notes"],
    }


def test_index_keeps_the_oldest_first():
    late, early = licence("a", "name", since=date(2025, 1, 1)), licence("b", "name")
    index = GrantIndex([late, early])
    assert index.of("bureau", "licensing", "market.licence") == (early, late)
    assert index.of("bureau", "licensing", "nothing") == ()


def test_index_gives_what_is_in_force_for_the_scope():
    kept = licence("kept", "name")
    ended = licence("ended", "name", until=date(2024, 6, 1))
    other = licence("other", "name", scope=Scope.POPULATION)
    index = GrantIndex([kept, ended, other])
    found = index.in_force(
        "bureau", "licensing", "market.licence", Scope.SUBJECT, date(2026, 1, 1)
    )
    assert found == (kept,)


def test_index_after_changes_is_that_of_all_grants_left():
    kept, gone = licence("kept", "name"), licence("gone", "name")
    old, new = licence("moved", "name"), licence("moved", "name status")
    early = licence("early", "uscc", since=date(2020, 1, 1))
    index = GrantIndex([kept, gone, old])
    after = index.changed({"gone": None, "moved": new, "early": early, "never": None})
    key = ("bureau", "licensing", "market.licence")
    assert after.of(*key) == GrantIndex([kept, new, early]).of(*key)
    assert index.of(*key) == (gone, kept, old)


def test_compiler_after_changes_refuses_what_was_revoked():
    sql = "SELECT name FROM market.licence"
    compiler = Compiler(CATALOG, PURPOSES, GRANTS)
    assert compiler.compile(use(sql), CASE)
    assert refused_by(compiler.under({"licence": None}), use(sql)) == "query.no-grant"
    assert compiler.compile(use(sql), CASE)


def refused_by(compiler, wish):
    with pytest.raises(Refused) as found:
        compiler.compile(wish, CASE)
    return found.value.code
