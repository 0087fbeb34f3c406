"""Several questions in one call, spent budgets explained, and what figures rest on."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from tests.capabilities.qinghe import MONDAY, REGISTRAR
from tests.capabilities.store.figures import (
    BY_DECADE,
    BY_LIFE,
    COUNT,
    ask,
    bring_in,
    left,
)

from tongban.cli.installed import keeping
from tongban.home import Home
from tongban.kernel.query.engines import run
from tongban.kernel.query.explaining.explain import Explanation
from tongban.store import budgets, clock, comparing, privacy, uses
from tongban.store.models import PrivacyQuestion, UseReceipt


@pytest.fixture(autouse=True)
def residents(home: Home) -> None:
    """60 people in the lake: 40 born in the 1980s, 20 in the 1990s.

    Half of either are alive: no decade shares fewer than ten with the living.
    """
    bring_in(home, 60)


def explained(sql: str, **given: object) -> Explanation:
    return uses.explain(
        by=REGISTRAR,
        organization="market-regulation",
        purpose="population.statistics",
        sql=sql,
        **given,
    )


def test_an_explanation_of_a_spent_budget_is_refused_until_it_is_full_again() -> None:
    for sql in (COUNT, BY_DECADE, BY_LIFE):
        ask(sql)
    told = explained(f"{COUNT} WHERE alive")
    assert not told.allowed
    assert told.to_json()["allowed"] is False
    assert str(told).startswith("refused\n")
    assert "it is full again on 2026-12-01" in str(told)
    # A value that is not given yet makes it a new question; one asked before is free.
    assert not explained(f"{COUNT} WHERE birth_date < :day").allowed
    assert explained(COUNT).allowed


def both(*several: str) -> list[uses.Result | uses.SourceUnavailable]:
    return uses.use_many(
        [
            uses.UseSpec("market-regulation", "population.statistics", s)
            for s in several
        ],
        by=REGISTRAR,
    )


def test_new_questions_of_one_call_are_charged_one_after_the_other() -> None:
    found = both(COUNT, BY_DECADE, COUNT)
    assert [each.rows for each in found if isinstance(each, uses.Result)] == [
        [(60,)],
        [(198, 40), (199, 20)],
        [(60,)],
    ]
    assert left() == 1
    assert PrivacyQuestion.objects.count() == 2
    assert UseReceipt.objects.count() == 3


def test_more_new_questions_than_are_left_are_refused_before_any_is_read() -> None:
    ask(COUNT)
    with pytest.raises(budgets.BudgetSpent):
        both(BY_DECADE, BY_LIFE, f"{COUNT} WHERE alive")
    assert left() == 2
    assert UseReceipt.objects.count() == 1


def test_questions_of_one_call_are_compared_with_one_another() -> None:
    few = f"{COUNT} WHERE birth_date > DATE '1980-01-01'"  # all but four
    with pytest.raises(privacy.TooClose, match="another of this call"):
        both(COUNT, few)
    assert left() == 2  # that it is too close tells something
    assert not UseReceipt.objects.exists()


def test_a_version_that_figures_rest_on_is_not_removed(home: Home) -> None:
    ask(COUNT)
    (first,) = home.lake.glob("population.person/*.parquet")
    bring_in(home, 70)
    clock_day = MONDAY + timedelta(days=3)
    with clock.at(clock_day):
        done = keeping.prune(0)
        assert done.gone == []
        assert done.kept == [
            (
                "population.person",
                first.stem,
                "population.statistics",
                date(2026, 12, 1),
            )
        ]
        assert ask(BY_LIFE).rows == [(False, 30), (True, 30)]
    with clock.at(datetime(2026, 12, 1, 9, tzinfo=MONDAY.tzinfo)):
        assert keeping.prune(0) == ([("population.person", first.stem)], [])
        assert ask(COUNT).rows == [(70,)]


def test_comparisons_take_their_turns_as_the_organisations_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shares = []

    def noted(*given: Any, **named: Any) -> Any:
        shares.append(named["share"])
        return run(*given, **named)

    monkeypatch.setattr(comparing, "run", noted)
    ask(COUNT)
    ask(BY_DECADE)
    assert set(shares) == {"market-regulation"}


def test_three_answers_that_only_together_tell_of_a_few() -> None:
    before, after = (f"{COUNT} WHERE YEAR(birth_date) {sign} 1990" for sign in "<>")
    first, second = ask(COUNT), ask(before)  # 60 and 40
    with pytest.raises(privacy.TooClose) as told:
        ask(after)  # 18: two are born in 1990
    assert told.value.facts["receipt"] == f"{first.receipt_id}, {second.receipt_id}"
    assert left() == 0
    assert UseReceipt.objects.count() == 2


def test_grouping_sets_of_one_answer_that_tell_of_a_few() -> None:
    sets = "(YEAR(birth_date) < 1990), (YEAR(birth_date) <= 1990)"
    with pytest.raises(privacy.TooClose, match="another of its grouping sets"):
        ask(f"{COUNT} GROUP BY GROUPING SETS ({sets})")
    assert left() == 2
    rows = ask(f"{COUNT} GROUP BY ROLLUP (alive)").rows
    assert sorted(rows) == [(30,), (30,), (60,)]
