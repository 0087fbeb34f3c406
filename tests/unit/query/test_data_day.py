"""The day whose data a use means: how it is lowered, by which law, who may."""

from dataclasses import replace
from datetime import date

import pytest
from tests.unit.query.world import AT, CASE, CATALOG, PURPOSES, bulk, grant, use

from tongban.kernel.query.compiler import Compiler
from tongban.kernel.query.model import Scope
from tongban.kernel.query.terms.access import bindings
from tongban.kernel.terms import Refused


YESTERDAY = date(2026, 11, 22)
ONE = "SELECT sex FROM population.person"


def of(wish, day=YESTERDAY):
    return replace(wish, data_of=day)


@pytest.mark.parametrize("sql", [ONE, "SELECT division FROM population.hukou"])
def test_one_persons_past_is_in_the_lake(compiler, sql):
    (live,) = compiler.compile(use(sql), CASE).fetches
    (kept,) = compiler.compile(of(use(sql)), CASE).fetches
    assert (live.kind, kept.kind) == ("sqlite", "duckdb")


def test_the_plan_is_the_same_one_wherever_it_is_read(compiler):
    now, then = (compiler.compile(u, CASE) for u in (use(ONE), of(use(ONE))))
    assert now.digest == then.digest


def test_today_by_name_is_read_live(compiler):
    (fetch,) = compiler.compile(of(use(ONE), AT.date()), CASE).fetches
    assert fetch.kind == "sqlite"


def test_federated_data_of_the_past_are_one_statement(compiler):
    sql = (
        "SELECT sex, (SELECT count(*) FROM market.licence) AS n FROM population.person"
    )
    live = compiler.compile(use(sql), CASE)
    past = compiler.compile(of(use(sql)), CASE)
    assert (len(live.fetches), live.final is None) == (2, False)
    assert (len(past.fetches), past.final) == (1, None)
    assert past.fetches[0].datasets == ("market.licence", "population.person")


def test_as_of_is_that_day_unless_said_otherwise():
    wish = of(use(ONE))
    assert bindings(wish)["as_of"] == YESTERDAY
    earlier = replace(wish, as_of=date(2020, 2, 29))
    assert bindings(earlier)["as_of"] == date(2020, 2, 29)
    assert bindings(wish)["__today"] == AT.date()


@pytest.mark.parametrize(
    ("day", "code"), [(date(2025, 12, 31), None), (None, "query.expired")]
)
def test_an_entry_that_ended_is_there_for_its_own_days(compiler, day, code):
    wish = of(use("SELECT code FROM ref.closed"), day)
    if code is None:
        assert compiler.compile(wish, CASE).datasets == {"ref.closed"}
        return
    with pytest.raises(Refused) as refused:
        compiler.compile(wish, CASE)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "dated",
    [{"until": date(2026, 11, 22)}, {"since": date(2026, 11, 24)}],
)
def test_a_grant_is_judged_today_whatever_the_day(dated):
    over = grant(
        "old", "planning", "population.person", "sex", Scope.POPULATION, **dated
    )
    compiler = Compiler(CATALOG, PURPOSES, [over])
    for day in (date(2026, 11, 22), date(2026, 1, 1)):
        with pytest.raises(Refused) as refused:
            compiler.compile(of(bulk(ONE), day))
        assert refused.value.code == "query.expired"
