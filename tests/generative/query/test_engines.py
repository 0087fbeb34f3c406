"""Every engine answers as the oracle does, and nothing out of reach shows.

Random cities, terms of use and statements; see worlds and author.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from sqlglot import exp
from tests.capabilities.postgresql import programs, server
from tests.generative.query.author import Author, Statement
from tests.generative.query.cities import (
    CITIES,
    DATASETS,
    city,
    write_to_mysql,
    write_to_postgresql,
)
from tests.generative.query.expressions import KIND_OF
from tests.generative.query.worlds import SECRET, World, make_world
from tests.unit.engines import mariadb

from tongban.kernel.catalog.model import SourceKind
from tongban.kernel.query.engines import Answer, oracle, run
from tongban.kernel.query.engines.mysql import Servers as mysql_servers
from tongban.kernel.query.engines.places import Place
from tongban.kernel.query.engines.postgresql import Database, Servers
from tongban.kernel.query.language.parse import StatementError, parse
from tongban.kernel.query.model import Grant, Plan, Scope
from tongban.kernel.query.terms.access import bindings
from tongban.kernel.terms import Refused


# Scopes whose answers are rows as they are; the clean room's have tests of their own.
ROWWISE = (Scope.SUBJECT, Scope.POPULATION)

# Forms that these statements do not hold, for the oracle knows no answer; test_wide
# has them, and tests/spec/engines tries each by hand.
NOT_GENERATED = {
    **oracle.UNKNOWN,
    exp.Tuple: "the executor compares no tuples with NULL in them",
}


def generated(examples: int) -> settings:
    """The same statements every time; no shrinking, which may take minutes."""
    return settings(
        max_examples=examples,
        derandomize=True,
        phases=[Phase.generate],
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


# Fast and seeded by Hypothesis, which prints the seed of what fails.
CHANCE = st.randoms(use_true_random=True)


def make_use(
    chance: Random,
    scope: Scope,
    databases: int = 1,
    *,
    plain: bool = False,
    kind: SourceKind = SourceKind.SQLITE,
) -> tuple[World, Statement]:
    """A world and a statement over what is granted in it."""
    world = make_world(chance, scope, databases, kind)
    return world, make_statement(chance, world, plain=plain)


def make_statement(
    chance: Random, world: World, *, plain: bool = False, granted: bool = True
) -> Statement:
    items = {
        code: {
            name: KIND_OF[item.type]
            for name, item in dataset.items.items()
            if not granted or name in world.grants[code].items
        }
        for code, dataset in DATASETS.items()
    }
    guesses = [
        value
        for rows in world.city.rows.values()
        for row in rows
        for value in row.values()
        if isinstance(value, str)
    ]
    return Author(chance, items, guesses, plain=plain).statement()


def answered(world: World, statement: Statement) -> tuple[Plan, Answer]:
    use = world.use(statement.sql, **statement.params)
    try:
        plan = world.compiler().compile(use, world.case())
    except StatementError as refused:
        # A text joined to itself again and again, a macro within a macro: bounds of
        # size that chance goes over and no author does.
        assume(refused.code not in {"query.too-large", "query.function"})
        raise
    answer = run(plan, bindings(use, SECRET), world.city.sources, at=use.at, limit=1000)
    return plan, answer


def plainly(cell: Any) -> Any:
    """A cell without the differences that do not matter: 1, 1.0 and Decimal(1)."""
    if isinstance(cell, datetime):
        return cell.isoformat()
    if isinstance(cell, bool) or cell is None or isinstance(cell, str | date):
        return cell
    if isinstance(cell, list | tuple):
        return [plainly(part) for part in cell]
    if isinstance(cell, float) and not isfinite(cell):
        return repr(cell)
    if isinstance(cell, Decimal | float) and cell != int(cell):
        return round(float(cell), 6)
    return int(cell)


def compared(rows: list[tuple], *, ordered: bool) -> list[tuple]:
    plain = [tuple(plainly(cell) for cell in row) for row in rows]
    return plain if ordered else sorted(plain, key=repr)


def check(world: World, statement: Statement) -> str:
    """The engine's answer is the oracle's and shows no secret; which way it went."""
    plan, answer = answered(world, statement)
    use = world.use(statement.sql, **statement.params)
    expected = oracle.answer(
        use, world.catalog(), world.grants, world.city.rows, SECRET
    )
    assert answer.columns == expected.columns
    assert compared(answer.rows, ordered=statement.ordered) == compared(
        expected.rows, ordered=statement.ordered
    )
    check_secrets(world, statement, repr(answer.rows) + str(shown_days(answer)))
    if plan.final is not None:
        return "federated"
    return plan.fetches[0].kind


def shown_days(answer: Answer) -> list[str]:
    cells = [cell for row in answer.rows for cell in row]
    return [cell.isoformat() for cell in cells if isinstance(cell, date)]


def check_secrets(world: World, statement: Statement, shown: str) -> None:
    given_away = f"{statement.sql} {statement.params}".lower()
    leaked = {
        secret
        for secret in world.secrets()
        if secret in shown.lower() and secret not in given_away
    }
    assert not leaked


@generated(120)
@given(chance=CHANCE)
def test_lake_answers_as_the_oracle(chance):
    assert check(*make_use(chance, Scope.POPULATION)) == "duckdb"


@pytest.mark.parametrize("databases", [1, 2])
@generated(60)
@given(chance=CHANCE)
def test_federation_answers_as_the_oracle(databases, chance):
    check(*make_use(chance, Scope.SUBJECT, databases))


def bring(kind: SourceKind, place: Place) -> None:
    """Let every city be read at ``place`` as well."""
    for seed in range(CITIES):
        city(seed).sources.places[kind] = place


@pytest.fixture
def postgresql() -> Iterator[None]:
    """Every city in a real PostgreSQL server."""
    if programs() is None:
        pytest.skip("no PostgreSQL here")
    with server() as url:
        write_to_postgresql(url)
        place = Servers(dict.fromkeys(("one", "two"), Database(url)))
        with closing(place):
            bring(SourceKind.POSTGRESQL, place)
            yield


@pytest.fixture
def mysql(tmp_path: Path) -> Iterator[None]:
    """Every city in a real MariaDB server."""
    if mariadb.program() is None:
        pytest.skip(mariadb.WHY_NOT)
    with mariadb.server() as found:
        with found.connected() as cursor:
            write_to_mysql(cursor)
        found.admin("GRANT SELECT ON *.* TO reader@'127.0.0.1'")
        place = mysql_servers(dict.fromkeys(("one", "two"), found.address(tmp_path)))
        with closing(place):
            bring(SourceKind.MYSQL, place)
            yield


@pytest.mark.parametrize("kind", [SourceKind.POSTGRESQL, SourceKind.MYSQL])
def test_server_answers_as_the_oracle(kind, request):
    request.getfixturevalue(kind)
    ways: Counter[str] = Counter()

    @generated(150)
    @given(chance=CHANCE)
    def each(chance):
        plain = chance.random() < 0.7
        ways[check(*make_use(chance, Scope.SUBJECT, plain=plain, kind=kind))] += 1

    each()
    assert ways[kind] > 30
    assert ways["federated"] > 10


def test_department_answers_as_the_oracle():
    ways: Counter[str] = Counter()

    @generated(120)
    @given(chance=CHANCE)
    def each(chance):
        ways[check(*make_use(chance, Scope.SUBJECT, plain=True))] += 1

    each()
    assert ways["sqlite"] > 30
    assert ways["federated"] > 10


@generated(120)
@given(chance=CHANCE)
def test_what_is_not_granted_is_refused_without_a_word_of_data(chance):
    world = make_world(chance, chance.choice(ROWWISE))
    statement = make_statement(chance, world, granted=False)
    assume(ungranted(world, statement))
    with pytest.raises(Refused) as refused:
        answered(world, statement)
    assert refused.value.code in {"query.grant-items", "query.purpose-items"}
    check_secrets(world, statement, f"{refused.value} {refused.value.facts}")


def ungranted(world: World, statement: Statement) -> set[str]:
    """Items that the statement names and the grants do not."""
    aliases = {"p": "reg.person", "h": "reg.home", "k": "ref.code"}
    named = set()
    for column in parse(statement.sql).find_all(exp.Column):
        code = aliases.get(column.table.removesuffix("x"))
        if code is None or isinstance(column.this, exp.Star):
            continue
        if column.name not in world.grants[code].items:
            named.add(f"{code}.{column.name}")
    return named


def test_a_planted_leak_would_be_found():
    place = city(0)
    person = place.rows["reg.person"][0]
    world = World(place, {("reg.person", "id"): "id-number"}, _all_granted(), None, 1)
    statement = Statement("SELECT p.id FROM reg.person AS p", [])
    check_secrets(world, statement, "990101********123X")
    with pytest.raises(AssertionError):
        check_secrets(world, statement, f"x{person['id'].lower()}y")


def _all_granted() -> dict[str, Grant]:
    return {
        code: Grant(
            f"g-{code}",
            "o",
            "p",
            code,
            frozenset(dataset.items),
            Scope.POPULATION,
            "依据",
            date(2025, 1, 1),
        )
        for code, dataset in DATASETS.items()
    }
