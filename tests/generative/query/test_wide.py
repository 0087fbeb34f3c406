"""Every form of governed SQL answers as its author's text does on governed rows."""

from dataclasses import replace
from random import Random

from hypothesis import given
from sqlglot import exp
from tests.generative.query import bare
from tests.generative.query.author import Statement
from tests.generative.query.cities import DATASETS
from tests.generative.query.expressions import KIND_OF
from tests.generative.query.test_engines import (
    CHANCE,
    ROWWISE,
    answered,
    check_secrets,
    compared,
    generated,
    make_use,
    shown_days,
)
from tests.generative.query.wide import WideAuthor
from tests.generative.query.worlds import SECRET, World, make_world

from tongban.kernel.query.language.allow import ALLOWED
from tongban.kernel.query.language.parse import parse
from tongban.kernel.query.model import Scope
from tongban.kernel.terms import Refused


# What only a refusal, or nothing at all, can hold.
NOT_GENERATED: dict[type[exp.Expr], str] = {}


def make_author(chance: Random, scope: Scope) -> tuple[World, WideAuthor]:
    """A random world in which the list of codes is granted whole."""
    world = make_world(chance, scope, chance.choice([1, 2]))
    codes = replace(world.grants["ref.code"], items=frozenset({"code", "title"}))
    world = replace(world, grants={**world.grants, "ref.code": codes})
    granted = {
        code: {
            name: KIND_OF[item.type]
            for name, item in dataset.items.items()
            if name in world.grants[code].items
        }
        for code, dataset in DATASETS.items()
    }
    return world, WideAuthor(chance, granted)


def check(world: World, statement: Statement) -> bool:
    """Whether it is answered at all: no place among rows is told by what is hidden."""
    use = world.use(statement.sql)
    try:
        _, answer = answered(world, statement)
    except Refused as refused:
        if refused.code != "query.order":
            raise
        return False
    expected = bare.answer(use, world.catalog(), world.grants, world.city.rows, SECRET)
    assert compared(answer.rows, ordered=False) == compared(expected, ordered=False)
    check_secrets(world, statement, repr(answer.rows) + str(shown_days(answer)))
    return True


def test_every_template_answers_as_it_is_written():
    chance = Random(2)
    worlds = [make_author(chance, scope) for scope in ROWWISE for _ in range(2)]
    for number in range(len(worlds[0][1].every())):
        turn = number % len(worlds)
        assert any(
            check(world, author.every()[number])
            for world, author in [*worlds[turn:], *worlds[:turn]]
        )


@generated(100)
@given(chance=CHANCE)
def test_any_statement_answers_as_it_is_written(chance):
    world, author = make_author(chance, chance.choice(ROWWISE))
    check(world, author.statement())


def test_every_node_of_the_allow_list_is_generated():
    chance = Random(1)
    _, wide = make_author(chance, Scope.POPULATION)
    written = wide.every()
    for _ in range(1_000):
        written.append(make_use(chance, chance.choice(ROWWISE))[1])
    seen = {type(node) for each in written for node in parse(each.sql).walk()}
    assert (
        sorted(n.__name__ for n in ALLOWED.keys() - seen - NOT_GENERATED.keys()) == []
    )
    assert NOT_GENERATED.keys() & seen == set()
