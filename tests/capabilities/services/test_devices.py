"""One draft on two devices: resumed anywhere, and neither undoes the other unseen."""

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from tests.capabilities.services.portal import APPLY, actor, signed_in, start

from tongban.store import drafts


pytestmark = pytest.mark.usefixtures("portal")
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Mobile Safari/537.36"


def revision(page: HttpResponse) -> str:
    found = re.search(r'name="revision" value="(\d+)"', page.content.decode())
    assert found is not None
    return found[1]


def write(
    client: Client, number: str, seen: str, name: str, **headers: Any
) -> HttpResponse:
    typed = {"number": number, "act": "save", "answer-shop_name": name}
    return client.post(APPLY, {**typed, "revision": seen}, headers=headers)


def kept() -> str:
    found = drafts.load(actor(), "open-shop")
    assert found is not None
    return str(found.data["answers"]["shop_name"])


def two() -> tuple[Client, Client, str, str]:
    """A computer and a phone that both show the draft as it was begun."""
    computer, phone = signed_in(), signed_in()
    number = start(computer)
    return computer, phone, number, revision(phone.get(APPLY))


def test_the_list_says_when_and_on_what_it_was_written() -> None:
    computer, phone, number, seen = two()
    write(phone, number, seen, "小雨书店", **{"user-agent": PHONE})
    page = computer.get("/cases/").content.decode()
    assert number in page
    assert "在手机上" in page


def test_what_one_device_kept_the_other_goes_on_with() -> None:
    computer, phone, number, seen = two()
    write(computer, number, seen, "小雨书店")
    page = phone.get(APPLY)
    assert "小雨书店" in page.content.decode()
    write(phone, number, revision(page), "小雨大书店")
    assert kept() == "小雨大书店"


def test_the_later_one_sees_both_and_undoes_nothing() -> None:
    computer, phone, number, seen = two()
    write(phone, number, seen, "手机上的名", **{"user-agent": PHONE})
    page = write(computer, number, seen, "电脑上的名")
    assert page.status_code == 409
    told = page.content.decode()
    assert "在手机上改过" in told
    there, here = re.findall(r"<td>([^<]*的名)</td>", told)
    assert (there, here) == ("手机上的名", "电脑上的名")
    # What was typed here is in the form, not lost, and not kept either.
    assert 'value="电脑上的名"' in told
    assert kept() == "手机上的名"


def test_either_can_be_taken() -> None:
    computer, phone, number, seen = two()
    write(phone, number, seen, "手机上的名")
    crossed = write(computer, number, seen, "电脑上的名")
    assert "手机上的名" in computer.get(APPLY).content.decode()
    assert write(computer, number, revision(crossed), "电脑上的名").status_code == 302
    assert kept() == "电脑上的名"


def test_saying_the_same_on_both_is_no_conflict() -> None:
    computer, phone, number, seen = two()
    write(phone, number, seen, "小雨书店")
    assert write(computer, number, seen, "小雨书店").status_code == 302


def test_what_one_browser_sends_by_itself_does_not_cross_with_its_own_button() -> None:
    computer, _, number, seen = two()
    write(computer, number, seen, "半个")
    assert write(computer, number, seen, "半个名").status_code == 302
    assert kept() == "半个名"


def test_the_form_that_saves_itself_says_so_and_keeps_nothing() -> None:
    computer, phone, number, seen = two()
    write(phone, number, seen, "手机上的名")
    typed = {"number": number, "answer-shop_name": "电脑", "revision": seen}
    told = computer.post("/services/open-shop/save/", typed).content.decode()
    assert "另一台设备" in told
    assert kept() == "手机上的名"


def test_the_form_that_saves_itself_learns_its_revision() -> None:
    computer, _, number, seen = two()
    typed = {"number": number, "answer-shop_name": "书店", "revision": seen}
    page = computer.post(
        "/services/open-shop/save/", typed, headers={"hx-request": "true"}
    )
    assert int(revision(page)) == int(seen) + 1
