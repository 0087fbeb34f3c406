"""Several at once: nothing twice, nothing lost, nothing in disorder."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from tests.capabilities.acts import fire_of, open_shop
from tests.capabilities.qinghe import INSPECTOR, MONDAY, citizen, official

from tongban.kernel.case.commands import Accept, CompleteStep, Withdraw
from tongban.kernel.case.model import Case, Outcome
from tongban.kernel.terms import SYSTEM, UserError
from tongban.store import cases, clock, drafts, ledger, numbers, turns
from tongban.store.commit import batch
from tongban.store.models import CaseEvent, CaseRecord, LedgerLeaf


pytestmark = pytest.mark.django_db(transaction=True)


def together(*jobs: Callable[[], Any]) -> list[Any]:
    """What each job returned or refused with, all begun at the same moment."""
    start = Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> Any:
        start.wait()
        try:
            with clock.at(MONDAY):
                return job()
        except UserError as refused:
            return refused.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as threads:
        return list(threads.map(run, jobs))


def test_a_form_sent_twice_at_once_opens_one_case() -> None:
    sent = together(*[lambda: open_shop(key="twice")] * 4)
    assert len({case.number for case in sent}) == 1
    assert CaseRecord.objects.filter(type="open-shop").count() == 1


def test_of_four_who_accept_at_once_one_does() -> None:
    number = fire_of(open_shop()).number

    def accept(place: int) -> Callable[[], Case]:
        by = official("fire-rescue", "inspector")
        return lambda: cases.act(number, Accept(), by=by, key=f"accept-{place}")

    told = together(*map(accept, range(4)))
    assert sum(isinstance(each, Case) for each in told) == 1
    assert told.count("case.already") == 3
    assert CaseEvent.objects.filter(case=number, kind="accepted").count() == 1


def test_cases_move_while_the_tree_grows_in_three_processes() -> None:
    fires = [fire_of(open_shop(key=f"open-{n}")).number for n in range(4)]

    def handle(number: str) -> Callable[[], Case]:
        def run() -> Case:
            cases.act(number, Accept(), by=INSPECTOR, key=f"{number}-a")
            step = CompleteStep("site-check", Outcome.GRANTED)
            return cases.act(number, step, by=INSPECTOR, key=f"{number}-s")

        return run

    def integrate() -> int:
        return [ledger.integrate().size for _ in range(5)][-1]

    told = together(*map(handle, fires), integrate, integrate, integrate)
    assert all(isinstance(each, Case) for each in told[:4]), told
    assert ledger.integrate().size == LedgerLeaf.objects.count()
    with clock.at(MONDAY):
        assert ledger.fsck() == []


def test_withdrawing_a_one_thing_while_its_item_is_worked_on() -> None:
    shop = open_shop()
    number = fire_of(shop).number

    def for_shop() -> Case:
        return cases.act(shop.number, Withdraw(), by=citizen(), key="w")

    def for_fire() -> Case:
        return cases.act(number, Withdraw(), by=citizen(), key="f")

    told = together(for_shop, for_fire)
    assert isinstance(told[0], Case) or told[0] == "case.closed"
    assert not cases.case(shop.number, citizen()).is_open
    assert cases.case(number, citizen()).outcome is Outcome.WITHDRAWN
    with clock.at(MONDAY):
        assert ledger.fsck() == []


def test_one_draft_however_many_windows() -> None:
    def start() -> str:
        return drafts.start(citizen(), "open-shop").number

    assert len(set(together(*[start] * 4))) == 1


def test_changes_of_one_draft_at_once_all_count() -> None:
    with clock.at(MONDAY):
        number = drafts.start(citizen(), "open-shop").number

    def count() -> None:
        for _ in range(5):
            drafts.change(
                number,
                lambda data: {"a": data.get("a", 0) + 1},
                by=citizen(),
                type_code="open-shop",
            )

    together(*[count] * 4)
    assert drafts.of(citizen())[0].data == {"a": 20}


def test_numbers_taken_at_once_differ() -> None:
    def take() -> list[str]:
        return [numbers.take(MONDAY) for _ in range(10)]

    taken = [number for each in together(*[take] * 4) for number in each]
    assert len(set(taken)) == 40


def test_a_batch_within_a_transaction_is_a_defect() -> None:
    with batch(by=SYSTEM), pytest.raises(RuntimeError), batch(by=SYSTEM):
        pass


def fail() -> None:
    with batch(by=SYSTEM) as draft:
        draft.leaf("test", {}, {"secret": 1})
        draft.flush()
        raise InterruptedError


def test_a_batch_that_fails_writes_neither_rows_nor_leaves() -> None:
    with pytest.raises(InterruptedError):
        fail()
    assert not LedgerLeaf.objects.exists()


@pytest.mark.skipif(
    connections["default"].vendor != "sqlite", reason="PostgreSQL has queues of its own"
)
def test_writers_take_turns():
    inside: list[str] = []

    def wait() -> None:
        with turns.writer():
            inside.append("second")

    with ThreadPoolExecutor(1) as pool:
        with turns.writer():
            second = pool.submit(wait)
            time.sleep(0.2)
            inside.append("first")
        second.result(timeout=5)
    assert inside == ["first", "second"]
