"""The pages of linkage: what a reviewer sees and may do, in both languages."""

import re
from typing import Any

import pytest
from django.test import Client
from tests.capabilities.linkage.conftest import LINKER, Fill

from tongban.capabilities.linkage import actions, running
from tongban.capabilities.linkage.model import Method, Pair
from tongban.capabilities.linkage.settling import Verdict
from tongban.kernel.terms import Text
from tongban.store import accounts, desk
from tongban.store.models import UseReceipt


FEW = 250


def signed_in(organization: str, *posts: str, kind: str = "official") -> Client:
    account = accounts.create(
        f"{organization}.{'-'.join(posts) or 'nobody'}",
        title=Text("某人", "Somebody"),
        kind=kind,
        organization=organization,
        posts=posts,
    )
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(account, "django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def linker(fill: Fill) -> Client:
    fill(FEW)
    running.run("weak", by=LINKER)
    return signed_in("registry", "linker")


def numbers() -> list[str]:
    return [row.number for row in desk.opened("pair.review", LINKER)]


def text(response: Any) -> str:
    return str(response.content.decode())


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found
    return found[1]


def test_a_linkage_tells_what_is_compared_and_what_was_found(linker: Client) -> None:
    page = text(linker.get("/linkage/weak/"))
    for said in ("弱关联", "最近一次运行", "是否相同", "日期及常见笔误", "留待下次"):
        assert said in page
    assert all(number in page for number in numbers())
    assert "弱关联" in text(linker.get("/linkage/"))


def test_it_speaks_english_too(linker: Client) -> None:
    page = text(linker.get("/linkage/weak/", headers={"accept-language": "en"}))
    assert "Little evidence" in page
    assert "Held for the next run" in page
    assert not re.search(r"[一-鿿]{2,}", page.split("<main")[1].split("《")[0])


def test_before_the_first_run_it_says_so(fill: Fill) -> None:
    fill(FEW)
    page = text(signed_in("registry", "linker").get("/linkage/people/"))
    assert "还没有运行过" in page


def test_a_review_shows_weights_at_once_and_rows_when_asked(
    linker: Client, febrl: Any
) -> None:
    number = numbers()[0]
    before = UseReceipt.objects.count()
    page = text(linker.get(f"/linkage/reviews/{number}/"))
    assert "累计" in page
    assert "▲" in page
    assert UseReceipt.objects.count() == before
    left = next(desk.opened("pair.review", LINKER)).data["left_key"]
    (row,) = [each for each in febrl["febrl.one"] if each["rec_id"] == left]
    assert "调出两条记录" in page
    assert f"<td>{row['surname']}" not in page
    shown = text(linker.post(f"/linkage/reviews/{number}/rows/"))
    assert str(row["surname"])[:1] in shown
    assert UseReceipt.objects.count() == before + 2


def test_what_is_masked_for_the_reader_stays_masked(linker: Client, febrl: Any) -> None:
    (row, *_) = desk.opened("pair.review", LINKER)
    found = actions.rows(by=LINKER, number=row.number)
    streets = {
        each["address_1"]
        for code in ("febrl.one", "febrl.two")
        for each in febrl[code]
        if each["rec_id"] in (row.data["left_key"], row.data["right_key"])
    }
    masked = [each for each in found if each.masked]
    assert [each.item for each in masked] == ["address_1"]
    assert {masked[0].left, masked[0].right}.isdisjoint(streets - {None})
    page = text(linker.post(f"/linkage/reviews/{row.number}/rows/"))
    assert "已脱敏" in page
    assert [street for street in streets if street and street in page] == []


def test_a_pair_with_rivals_says_why_it_is_asked_about(fill: Fill) -> None:
    fill(FEW)
    people = actions.linkage("people", LINKER)
    asked = actions.ask(people, Pair("rec-1-org", "rec-1-dup-0", 1.0, Method.RULE))
    client = signed_in("registry", "linker")
    page = text(client.get(f"/linkage/reviews/{asked.number}/"))
    assert "另有记录与其中一条同样相符" in page
    assert "没有用到概率模型" in page
    assert "累计" not in page


def test_a_decision_is_taken_up_and_made_in_one_step(linker: Client) -> None:
    number = numbers()[0]
    page = text(linker.get(f"/linkage/reviews/{number}/"))
    sent = {
        "verdict": "different",
        "note": "出生日期不符。",
        "key": hidden(page, "key"),
        "seen": hidden(page, "seen"),
    }
    address = f"/linkage/reviews/{number}/decide/"
    response = linker.post(address, sent)
    assert (response.status_code, response["location"]) == (302, "/linkage/weak/")
    assert linker.post(address, sent).status_code == 302  # sent twice, done once
    said = actions.said(actions.linkage("weak", LINKER), LINKER)
    assert list(said.values()).count(Verdict.DIFFERENT) == 1
    shown = text(linker.get(f"/linkage/reviews/{number}/"))
    assert "判定不是同一人" in shown
    assert "出生日期不符。" in shown
    assert 'name="verdict"' not in shown


@pytest.mark.parametrize("missing", ["verdict", "note"])
def test_a_decision_needs_a_finding_and_its_grounds(
    linker: Client, missing: str
) -> None:
    number = numbers()[0]
    sent = {"verdict": "same", "note": "核对过。", "key": "k", "seen": "1"}
    response = linker.post(f"/linkage/reviews/{number}/decide/", sent | {missing: ""})
    assert response.status_code == 422
    assert (
        Verdict.SAME
        not in actions.said(actions.linkage("weak", LINKER), LINKER).values()
    )


def test_a_stale_page_keeps_what_was_written(linker: Client) -> None:
    number = numbers()[0]
    first = {"verdict": "same", "note": "核对过。", "key": "k1", "seen": "1"}
    linker.post(f"/linkage/reviews/{number}/decide/", first)
    second = {"verdict": "different", "note": "另有依据。", "key": "k2", "seen": "1"}
    response = linker.post(f"/linkage/reviews/{number}/decide/", second)
    assert response.status_code == 409
    assert "另有依据。" in text(response)


def test_who_does_not_decide_sees_no_row(linker: Client) -> None:
    del linker
    number = numbers()[0]
    colleague = signed_in("registry")
    page = text(colleague.get(f"/linkage/reviews/{number}/"))
    assert "调出两条记录" not in page
    assert 'name="verdict"' not in page
    before = UseReceipt.objects.count()
    assert colleague.post(f"/linkage/reviews/{number}/rows/").status_code == 403
    assert UseReceipt.objects.count() == before


@pytest.mark.parametrize("address", ["/linkage/weak/", "/linkage/reviews/{}/"])
def test_another_organisation_sees_nothing(linker: Client, address: str) -> None:
    del linker
    other = signed_in("archive", "keeper")
    response = other.get(address.format(numbers()[0]))
    assert response.status_code in (403, 404)
    assert "rec-" not in text(response)


def test_the_desk_leads_to_the_page_of_a_review(linker: Client) -> None:
    number = numbers()[0]
    page = text(linker.get(f"/desk/{number}/"))
    assert f'href="/linkage/reviews/{number}/"' in page
    assert 'name="act" value="decide"' not in page
    assert 'name="act" value="accept"' not in page
    assert 'name="act" value="ask-correction"' in page


def test_a_doubt_that_nobody_can_end_is_closed_as_such(linker: Client) -> None:
    number = numbers()[0]
    sent = {"verdict": "unknown", "note": "原件已灭失。", "key": "k", "seen": "1"}
    assert linker.post(f"/linkage/reviews/{number}/decide/", sent).status_code == 302
    assert "无法判断" in text(linker.get(f"/linkage/reviews/{number}/"))
    waiting = actions.waiting(actions.linkage("weak", LINKER), LINKER)
    assert number not in {row.number for row in waiting}
