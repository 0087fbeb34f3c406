"""An item may declare how many digits its decimal number has."""

import dataclasses

import pytest
from sqlglot import exp
from tests.unit.query.world import CASE, CATALOG, GRANTS, PURPOSES, use

from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.model import DataType, Item
from tongban.kernel.query.compiler import Compiler
from tongban.kernel.query.engines.types import duckdb_type
from tongban.kernel.query.sqltypes import cast_item
from tongban.kernel.terms import Text


PERSON = CATALOG.datasets["population.person"]


def item(decimal, kind=DataType.DECIMAL):
    return Item("n", Text("n"), "e", kind, decimal=decimal)


def height_of(decimal):
    """The plan of a use of one decimal item, unmasked, that declares its digits."""
    height = dataclasses.replace(PERSON.items["height"], decimal=decimal, mask=None)
    person = dataclasses.replace(PERSON, items={**PERSON.items, "height": height})
    catalog = Catalog(
        CATALOG.organizations, datasets={**CATALOG.datasets, person.code: person}
    )
    compiler = Compiler(catalog, PURPOSES, GRANTS)
    return compiler.compile(use("SELECT height FROM population.person"), CASE)


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        (item(None), "DECIMAL(18, 6)"),
        (item((15, 2)), "DECIMAL(15, 2)"),
        (item((38, 0)), "DECIMAL(38, 0)"),
        (item((15, 2), DataType.INTEGER), "BIGINT"),
    ],
)
def test_type(declared, expected):
    assert duckdb_type(declared) == expected
    assert cast_item(exp.null(), declared).sql("duckdb") == f"CAST(NULL AS {expected})"


def test_a_department_answers_itself_what_has_the_usual_digits():
    assert height_of(None).final is None


def test_declared_digits_are_those_of_the_federating_engine():
    plan = height_of((5, 2))
    assert plan.final is not None
    assert 'CAST("__raw"."height" AS DECIMAL(5, 2))' in plan.final.sql
