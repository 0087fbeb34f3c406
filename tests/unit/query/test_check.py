"""What a pack's SQL reads, and what is wrong with it, before anybody uses it."""

import pytest
from tests.unit.query.world import CATALOG

from tongban.kernel.query.check import check_condition, items_of
from tongban.kernel.terms import UserError


@pytest.mark.parametrize(
    ("sql", "items"),
    [
        ("SELECT sex FROM population.person", {"population.person.sex"}),
        (
            "SELECT count(*) AS n FROM population.person WHERE alive",
            {"population.person.alive"},
        ),
        (
            "SELECT * FROM population.hukou",
            {"population.hukou.id_number", "population.hukou.division"},
        ),
        (
            "age((SELECT birth_date FROM population.person), :as_of) >= 18",
            {"population.person.birth_date"},
        ),
        ("EXISTS (SELECT 1 FROM population.hukou)", set()),
        (":floor_area > 50", set()),
        ("(SELECT title FROM ref.industry) = 'x'", {"ref.industry.title"}),
    ],
)
def test_items_of(sql, items):
    assert items_of(sql, CATALOG) == items


def test_condition_may_use_the_fields_of_its_form():
    sql = ":area > 50 AND (SELECT status FROM market.licence) = :status AND :as_of > :d"
    found = check_condition(sql, CATALOG, ["area", "status", "d"])
    assert found == {"market.licence.status"}


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        (":are > 50", "query.param"),
        ("alive", "query.unknown-item"),
        ("(SELECT sexx FROM population.person) = 'f'", "query.unknown-item"),
        ("(SELECT sex FROM population.people) = 'f'", "query.unknown-dataset"),
        ("now() > :as_of", "query.function"),
        ("1 = 1; SELECT 1", "query.statements"),
        ("SELECT true", "query.syntax"),
        ("*", "query.unknown-item"),
        ("1 = 1 AS x", "query.syntax"),
        ("", "query.syntax"),
    ],
)
def test_condition_that_is_wrong(sql, code):
    with pytest.raises(UserError) as refused:
        check_condition(sql, CATALOG, ["area"])
    assert refused.value.code == code


def test_near_name_is_suggested():
    with pytest.raises(UserError) as refused:
        check_condition(":are > 50", CATALOG, ["area"])
    assert refused.value.mend == "did you mean 'area'?"
