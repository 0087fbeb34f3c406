"""What a grant's filter may be."""

import pytest
from tests.unit.query.world import CATALOG

from tongban.kernel.query.bind import row_filter
from tongban.kernel.query.check import check_filter
from tongban.kernel.terms import UserError


PERSON = CATALOG.datasets["population.person"]


@pytest.mark.parametrize(
    ("sql", "items"),
    [
        ("alive", {"alive"}),
        ("ALIVE AND Sex = 'f'", {"alive", "sex"}),
        ("birth_date <= :as_of", {"birth_date"}),
        ("age(birth_date, :as_of) >= 18", {"birth_date"}),
        ("sex IN ('f', 'm') OR notes IS NULL", {"sex", "notes"}),
    ],
)
def test_expression_over_the_datasets_own_items(sql, items):
    assert check_filter(sql, PERSON) == items


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("dead", "query.unknown-item"),
        ("person.alive", "query.unknown-item"),
        ("alive = :subject", "query.node"),
        ("alive = :other", "query.node"),
        ("EXISTS (SELECT 1 FROM population.hukou)", "query.node"),
        ("id_number IN (SELECT id_number FROM population.hukou)", "query.node"),
        ("(SELECT true)", "query.node"),
        ("count(*) > 1", "query.node"),
        ("row_number() OVER () = 1", "query.node"),
        ("alive) OR (true", "query.syntax"),
        ("alive; DROP TABLE person", "query.statements"),
        ("alive OR random() > 1", "query.function"),
        ("SELECT alive FROM population.person", "query.syntax"),
        ("", "query.syntax"),
    ],
)
def test_anything_else_is_refused(sql, code):
    with pytest.raises(UserError) as refused:
        check_filter(sql, PERSON)
    assert refused.value.code == code


def test_filter_looks_at_raw_values():
    condition = row_filter("name = '张三'", frozenset(PERSON.items))
    assert condition.sql("duckdb") == '"__raw"."name" = \'张三\''
