"""Every operation at every engine: the same answer, or a reason in one table.

What differs must be impossible to be pushed there.
"""

import math
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import psycopg
import pymysql
import pytest
from pyspark.errors import PySparkException
from sqlglot import exp
from sqlglot.errors import SqlglotError
from tests.capabilities.postgresql import programs
from tests.spec.engines.differences import reasons
from tests.spec.engines.places import ENGINES, Engines, engines, is_pushed
from tests.spec.engines.samples import ROWWISE, TOTALS, WHOLE, statement
from tests.unit.engines import mariadb

from tongban.kernel.query.engines.faults import SourceFault
from tongban.kernel.query.language.grammar import (
    FUNCTIONS,
    MACROS,
    OPERATORS,
    STRUCTURE,
)
from tongban.kernel.query.language.parse import parse
from tongban.kernel.terms import UserError


pytestmark = [
    pytest.mark.skipif(programs() is None, reason="no PostgreSQL here"),
    pytest.mark.skipif(mariadb.program() is None, reason=mariadb.WHY_NOT),
]
SAMPLES = [*ROWWISE, *TOTALS, *WHOLE]
PUSHED = ENGINES[:4]
REASONS = reasons()
# A value that cannot be computed, or a form that an engine does not have.
REFUSALS = (UserError, SourceFault, PySparkException, SqlglotError, ArithmeticError)
REFUSALS += (TypeError, SyntaxError, psycopg.Error, pymysql.Error)


@pytest.fixture(scope="module")
def every(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    with engines(tmp_path_factory.mktemp("engines")) as running:
        yield running


def plain(cell: Any) -> Any:
    """A cell without what the declared types give back: 1, 1.0 and TRUE are one."""
    if isinstance(cell, date):
        return str(cell)
    if isinstance(cell, bool | int | float | Decimal):
        number = float(cell)
        whole = math.isfinite(number) and number == int(number)
        return int(cell) if whole else round(number, 6)
    return cell


def outcome(ask: Any, *question: str) -> Any:
    try:
        rows = ask(*question)
    except REFUSALS:
        return "refused"
    return sorted((tuple(plain(cell) for cell in row) for row in rows), key=repr)


@pytest.mark.parametrize("engine", ENGINES)
def test_differences_are_those_with_a_reason(every, engine):
    differing = {
        sample
        for sample in SAMPLES
        if outcome(every.ask, engine, statement(sample))
        != outcome(every.expected, statement(sample))
    }
    assert differing == {sample for place, sample in REASONS if place == engine}


@pytest.mark.parametrize("engine", PUSHED)
def test_what_differs_is_never_pushed(engine):
    pushed = {s for s in SAMPLES if is_pushed(engine, statement(s))}
    assert len(pushed) > 40
    assert pushed & {sample for place, sample in REASONS if place == engine} == set()


@pytest.mark.parametrize("engine", PUSHED)
def test_the_answer_is_duckdbs_whichever_way_it_was_found(every, engine):
    """Types included: what is pushed comes back as the very same values."""
    for sample in SAMPLES:
        if is_pushed(engine, statement(sample)):
            found = every.pushed(engine, statement(sample))
            wanted = every.expected(statement(sample))
            assert sorted(map(repr, found)) == sorted(map(repr, wanted)), sample


def test_every_operation_has_a_sample():
    tried: set[type[exp.Expr]] = set()
    named = set()
    for sample in SAMPLES:
        for node in parse(statement(sample)).walk():
            tried.add(type(node))
            named.add(node.name.lower() if isinstance(node, exp.Anonymous) else "")
    allowed = {**STRUCTURE, **OPERATORS, **FUNCTIONS}
    assert allowed.keys() - tried == set()
    assert MACROS - named == set()


def test_every_reason_is_a_sentence_about_a_sample():
    assert {sample for _, sample in REASONS} <= set(SAMPLES)
    assert all(len(reason) > 10 for reason in REASONS.values())
