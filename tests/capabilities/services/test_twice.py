"""A form sent twice, or saved while it is sent: nothing twice and nothing lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections
from django.http import HttpResponse
from tests.capabilities.qinghe import MONDAY
from tests.capabilities.services.portal import (
    APPLY,
    actor,
    give_plan,
    opened,
    pdf,
    send,
    signed_in,
    start,
)

from tongban.capabilities.services import actions
from tongban.capabilities.services.record import Draft, Entries
from tongban.store import cases, clock, drafts
from tongban.store.models import CaseRecord, LedgerLeaf


pytestmark = pytest.mark.usefixtures("portal")
SAVE = "/services/open-shop/save/"


def begun() -> Draft:
    found = actions.begun(by=actor(), type_code="open-shop")
    assert found is not None
    return found


def things() -> int:
    return CaseRecord.objects.filter(type="open-shop").count()


def once_the_draft_is_read(act: Callable[[], Any]) -> AbstractContextManager[None]:
    """Let ``act`` happen between a request's reading of the draft and what follows."""
    waiting = [act]

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = execute(sql, params, many, context)
        reads = sql.startswith("SELECT") and 'FROM "store_draft"' in sql
        if reads and waiting:
            waiting.pop()()
        return found

    return connection.execute_wrapper(watch)


def test_the_second_click_that_read_the_draft_first_leads_to_the_one_case() -> None:
    first, second = signed_in(), signed_in()
    number = start(first)
    told = []
    with once_the_draft_is_read(lambda: told.append(send(second, number))):
        told.append(send(first, number))
    assert [each["Location"] for each in told] == [f"/cases/{number}/"] * 2
    assert things() == 1
    assert drafts.of(actor()) == ()


@pytest.mark.parametrize("late", ["save", "paper"])
def test_what_the_form_sends_by_itself_begins_no_other_draft(late: str) -> None:
    client = signed_in()
    number = start(client)
    with once_the_draft_is_read(lambda: send(signed_in(), number)):
        if late == "save":
            told = client.post(SAVE, {"number": number, "answer-shop_name": "店"})
        else:
            told = give_plan(client, number)
    words = {"save": "没有保存上", "paper": "草稿已经不在了"}
    assert words[late] in told.content.decode()
    assert drafts.of(actor()) == ()
    assert LedgerLeaf.objects.filter(text__contains="application-begun").count() == 1


def test_a_form_of_a_sent_draft_does_not_send_the_next_one() -> None:
    client = signed_in()
    number = opened(client)
    following = start(client)
    assert following != number
    assert send(client, number)["Location"] == f"/cases/{number}/"
    assert [draft.number for draft in drafts.of(actor())] == [following]


def test_a_form_of_a_discarded_draft_is_told_so() -> None:
    client = signed_in()
    number = start(client)
    drafts.discard(actor(), "open-shop", number)
    told = send(client, number)
    assert told.status_code == 409
    assert "草稿已经不在了" in told.content.decode()
    assert things() == 0


def test_a_form_without_its_number_is_not_sent() -> None:
    client = signed_in()
    start(client)
    assert send(client, "").status_code == 409
    assert things() == 0


def test_somebody_elses_number_leads_nowhere() -> None:
    number = opened(signed_in(0))
    other = signed_in(1)
    start(other)
    assert send(other, number).status_code == 403


def test_typing_and_a_paper_that_cross_are_both_kept() -> None:
    client = signed_in()
    number = start(client)
    with once_the_draft_is_read(lambda: give_plan(signed_in(), number)):
        client.post(SAVE, {"number": number, "answer-shop_name": "半个名"})
    typed = {"number": number, "answer-shop_name": "全名"}
    with once_the_draft_is_read(lambda: signed_in().post(SAVE, typed)):
        give_plan(client, number)
    kept = begun()
    assert kept.entries.files["plan"].name == "plan.pdf"
    assert kept.entries.answers["shop_name"] == "全名"
    assert set(kept.prefilled.values) == {"founder_name"}


def test_asking_departments_again_loses_nothing_typed_meanwhile() -> None:
    number = start(signed_in())
    stale = begun()
    signed_in().post(SAVE, {"number": number, "answer-shop_name": "店名"})
    actions.prefilled(by=actor(), draft=stale, anew=True)
    assert begun().entries.answers["shop_name"] == "店名"


def test_a_stale_draft_is_not_written() -> None:
    number = start(signed_in())
    stale = begun()
    opened(signed_in())
    with pytest.raises(drafts.DraftGone) as refused:
        actions.save(by=actor(), draft=stale, entries=Entries())
    assert (refused.value.code, refused.value.facts["number"]) == (
        "draft.gone",
        number,
    )


def together(jobs: list[Callable[[], HttpResponse]]) -> list[HttpResponse]:
    """The answers to requests that all begin at the same moment."""
    at_once = Barrier(len(jobs))

    def run(job: Callable[[], HttpResponse]) -> HttpResponse:
        at_once.wait()
        try:
            with clock.at(MONDAY):
                return job()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as threads:
        return list(threads.map(run, jobs))


def clicking(number: str) -> Callable[[], HttpResponse]:
    client = signed_in()
    return lambda: send(client, number, paper__plan=pdf())


def typing(number: str) -> Callable[[], HttpResponse]:
    client = signed_in()
    typed = {"number": number, "answer-shop_name": "清河县小雨书店"}
    return lambda: client.post(SAVE, typed)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(3))
def test_four_clicks_and_what_the_form_sends_by_itself_at_once(turn: int) -> None:
    number = start(signed_in())
    clicks = [clicking(number) for _ in range(4)]
    # What is saved lacks the address: who sends the form sends what it shows.
    told = together([*clicks, typing(number), typing(number)])
    assert {each["Location"] for each in told[:4]} == {f"/cases/{number}/"}, turn
    assert [each.status_code for each in told[4:]] == [200, 200]
    assert things() == 1
    assert drafts.of(actor()) == ()
    assert signed_in().get(APPLY)["Location"] == "/services/open-shop/"
    assert cases.case(number, actor()).materials["plan"].startswith("file:")
