"""The budget of the clean room: what a question costs, and when it is refused."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connections
from tests.capabilities.qinghe import MONDAY, REGISTRAR
from tests.capabilities.store.figures import (
    BY_DECADE,
    BY_LIFE,
    COUNT,
    ask,
    bring_in,
    left,
    refused,
)

from tongban.home import Home
from tongban.kernel.query.engines import MemoryOverrun, Overrun, ValueFault
from tongban.kernel.query.model import Use
from tongban.kernel.query.room.disclosure import too_many_groups
from tongban.kernel.terms import UserError
from tongban.store import budgets, clock, comparing, jurisdiction, privacy, uses
from tongban.store.again import again
from tongban.store.models import PrivacyQuestion, PrivacySpent, UseReceipt


@pytest.fixture(autouse=True)
def residents(home: Home) -> None:
    """60 people in the lake: 40 born in the 1980s, 20 in the 1990s.

    Half of either are alive: no decade shares fewer than ten with the living.
    """
    bring_in(home, 60)


def test_an_answer_is_receipted_with_the_rows_that_are_shown() -> None:
    result = ask(BY_DECADE)
    assert result.rows == [(198, 40), (199, 20)]
    assert UseReceipt.objects.get().rows == 2
    nothing = f"{COUNT} WHERE birth_date = DATE '1980-01-01' GROUP BY alive"
    assert ask(nothing).rows == []
    assert UseReceipt.objects.latest("pk").rows == 0


def test_each_different_question_costs_one_and_the_same_nothing() -> None:
    assert left() == 3
    ask(COUNT)
    ask(COUNT)
    assert left() == 2
    ask(BY_DECADE)
    ask(BY_LIFE)
    assert left() == 0
    assert ask(COUNT).rows == [(60,)]
    assert UseReceipt.objects.count() == 5
    # Another name or a sum of it is no other question.
    assert ask("SELECT 2 * COUNT(*) AS twice FROM population.person").rows == [(120,)]
    told = refused(f"{COUNT} WHERE alive")
    assert told.code == "query.budget"
    assert told.facts["resets"] == "2026-12-01"


def test_the_budget_is_full_again_in_the_next_period() -> None:
    for sql in (COUNT, BY_DECADE, BY_LIFE):
        ask(sql)
    with clock.at(datetime(2026, 12, 1, tzinfo=MONDAY.tzinfo)):
        assert left() == 3
        ask(BY_LIFE)
        assert left() == 3
        ask(f"{COUNT} GROUP BY MONTH(birth_date)")
    assert PrivacySpent.objects.count() == 2


def test_a_question_too_close_to_an_earlier_one_is_refused_and_costs_one() -> None:
    first = ask(COUNT)
    told = refused(f"{COUNT} WHERE birth_date <> DATE '1983-01-01'")
    assert told.code == "query.differencing"
    assert told.facts["receipt"] == first.receipt_id
    assert not {"4", "56", "60"} & set(str(told).split())
    assert UseReceipt.objects.count() == 1
    assert left() == 1


def test_a_changed_value_is_a_different_question() -> None:
    before = f"{COUNT} WHERE birth_date < :day"
    ask(before, params={"day": date(1990, 1, 1)})
    ask(before, params={"day": date(1990, 1, 1)})
    assert left() == 2
    told = refused(before, params={"day": date(1989, 1, 1)})
    assert told.code == "query.differencing"


def test_all_questions_of_a_period_read_the_same_data(home: Home) -> None:
    ask(BY_DECADE)
    bring_in(home, 59)
    assert ask(COUNT).rows == [(60,)]
    with clock.at(datetime(2026, 12, 1, tzinfo=MONDAY.tzinfo)):
        assert ask(COUNT).rows == [(59,)]
    told = refused(COUNT, data_of=date(2026, 11, 22))
    assert told.code == "query.aggregate-past"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT MAX(birth_date) AS m FROM population.person",
        "SELECT name, COUNT(*) AS n FROM population.person GROUP BY name",
        "SELECT nothing FROM population.person",
    ],
)
def test_what_is_refused_before_it_is_computed_costs_nothing(sql: str) -> None:
    refused(sql)
    assert left() == 3


def test_what_fails_on_the_data_costs_one() -> None:
    wish = Use("o", "market-regulation", "population.statistics", COUNT, MONDAY)
    plan = jurisdiction.compiler().compile(wish)
    privacy.charge_failure(plan, wish)
    assert left() == 2
    privacy.charge_failure(replace(plan, recipe=None), wish)
    assert left() == 2


FAULTS = [
    Overrun(1),
    MemoryOverrun("1 MB", "1 MB"),
    ValueFault("overflow", why="too large"),
    too_many_groups(),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda each: each.code)
def test_every_fault_of_the_data_costs_one_and_is_not_told_for_nothing(
    fault: UserError,
) -> None:
    wish = Use("o", "market-regulation", "population.statistics", COUNT, MONDAY)
    plan = jurisdiction.compiler().compile(wish)
    for least in (2, 1, 0):
        with pytest.raises(type(fault)), privacy.charged(plan, wish):
            raise fault
        assert left() == least
    with pytest.raises(budgets.BudgetSpent), privacy.charged(plan, wish):
        raise fault
    assert PrivacySpent.objects.get().questions == 3


def test_a_spent_budget_does_not_tell_what_would_fail() -> None:
    failing = f"{COUNT} WHERE birth_date + :k > birth_date"
    told = [refused(failing, params={"k": 2**31 - n}).code for n in range(1, 5)]
    assert told == ["query.value"] * 3 + ["query.budget"]
    assert refused(failing, params={"k": 1}).code == "query.budget"


def test_a_spent_budget_is_told_before_anything_is_read(home: Home) -> None:
    for sql in (COUNT, BY_DECADE, BY_LIFE):
        ask(sql)
    version = UseReceipt.objects.latest("pk").versions["population.person"]
    (home.lake / "population.person" / f"{version}.parquet").write_bytes(b"")
    assert refused(f"{COUNT} WHERE alive").code == "query.budget"
    with pytest.raises(uses.SourceUnavailable):
        ask(COUNT)


def test_nobody_names_the_versions_of_a_period() -> None:
    first = ask(COUNT)
    spec = uses.UseSpec(
        "market-regulation", "population.statistics", COUNT, versions=first.versions
    )
    with pytest.raises(privacy.PastAsked):
        uses.use_many([spec], by=REGISTRAR)


def test_a_period_keeps_its_version_whatever_is_run_again(home: Home) -> None:
    first = ask(COUNT)
    bring_in(home, 80)
    with pytest.raises(privacy.PastAsked):
        again(first.receipt_id, by=REGISTRAR, sql=COUNT)
    assert refused(COUNT, data_of=MONDAY.date()).code == "query.aggregate-past"
    assert ask(BY_DECADE).rows == [(198, 40), (199, 20)]


def test_a_receipt_of_a_days_data_fixes_no_version(home: Home) -> None:
    ask(COUNT)
    UseReceipt.objects.update(data_of=MONDAY.date())
    bring_in(home, 80)
    assert ask(COUNT).rows == [(80,)]


CLOSE = f"{COUNT} WHERE birth_date <> DATE '1983-01-01'"


def test_questions_of_other_purposes_are_compared_while_the_period_lasts() -> None:
    first = ask(COUNT)
    PrivacyQuestion.objects.update(purpose="population.other")
    told = refused(CLOSE)
    assert (told.code, told.facts["receipt"]) == (
        "query.differencing",
        first.receipt_id,
    )
    with clock.at(datetime(2026, 12, 1, tzinfo=MONDAY.tzinfo)):
        assert ask(CLOSE).rows == [(56,)]


def test_no_more_is_answered_than_can_be_compared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(comparing, "MOST_COMPARED", 1)
    ask(COUNT)
    ask(BY_LIFE)
    told = refused(BY_DECADE)
    assert told.code == "query.comparisons"
    assert "more than 1 questions" in str(told)
    assert ask(COUNT).rows == [(60,)]


def test_an_answer_that_shares_a_few_with_another_is_refused() -> None:
    # Four were born in 1983; a third count, of all, would tell theirs.
    ask(f"{COUNT} WHERE YEAR(birth_date) <= 1983")
    told = refused(f"{COUNT} WHERE YEAR(birth_date) >= 1983")
    assert told.code == "query.differencing"


def test_a_source_that_is_missing_costs_nothing(home: Home) -> None:
    (home.lake / "population.person" / "current").unlink()
    with pytest.raises(uses.SourceUnavailable):
        ask(COUNT)
    assert left() == 3


def test_an_explanation_shows_the_budget_before_anything_is_asked() -> None:
    ask(COUNT)
    found = uses.explain(
        by=REGISTRAR,
        organization="market-regulation",
        purpose="population.statistics",
        sql=BY_LIFE,
    )
    text = "budget: a new question costs 1; 2 of 3 left; full again on 2026-12-01"
    assert text in str(found).splitlines()
    assert found.to_json()["budget"] == {
        "questions": {"left": 2, "of": 3, "cost": 1},
        "epsilon": None,
        "resets": "2026-12-01",
    }


def test_nothing_of_a_question_is_in_the_ledger() -> None:
    ask(f"{COUNT} WHERE birth_date < :day", params={"day": date(1990, 1, 1)})
    leaf = UseReceipt.objects.get().leaf
    assert "1990" not in leaf.text
    kept = PrivacyQuestion.objects.get().text
    assert kept["params"] == {"day": ["date", "1990-01-01"]}


@pytest.mark.django_db(transaction=True)
def test_several_at_once_neither_overspend_nor_escape_comparison() -> None:
    by_month = COUNT + " GROUP BY MONTH(birth_date)"
    alive = COUNT + " WHERE alive"
    close = f"{COUNT} WHERE birth_date <> DATE '1983-01-01'"
    asked = [COUNT, BY_DECADE, BY_LIFE, by_month, alive, close]
    start = Barrier(len(asked))

    def run(sql: str) -> str:
        start.wait()
        try:
            with clock.at(MONDAY + timedelta(seconds=1)):
                ask(sql)
        except UserError as told:
            return told.code
        else:
            return "answered"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(asked)) as threads:
        told = list(threads.map(run, asked))
    spent = PrivacySpent.objects.get()
    answered = told.count("answered")
    # Whichever came first, 60 and 56 were not both told.
    assert not (told[-1] == "answered" and "answered" in (told[0], told[3]))
    assert spent.questions == 3
    assert answered == PrivacyQuestion.objects.count() == UseReceipt.objects.count()
    assert answered + told.count("query.differencing") == 3
