"""The form that is a confirmation, from the start to the case."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.capabilities.services.portal import (
    ANSWERS,
    APPLY,
    PDF,
    actor,
    give_plan,
    opened,
    pdf,
    send,
    signed_in,
    start,
)

from tongban.home import Home
from tongban.store import cases, clock, drafts
from tongban.store.models import CaseRecord, UseReceipt


pytestmark = pytest.mark.usefixtures("portal")


def test_starting_uses_data_and_looking_does_not() -> None:
    client = signed_in()
    number = start(client)
    assert [r.case for r in UseReceipt.objects.all()] == [number]
    client.get(APPLY)
    client.get("/services/open-shop/")
    assert UseReceipt.objects.count() == 1
    client.post(APPLY, {**ANSWERS, "act": "refresh", "number": number})
    assert UseReceipt.objects.count() == 2


def test_starting_again_goes_on_with_what_was_begun() -> None:
    client = signed_in()
    assert start(client) == start(client)
    assert UseReceipt.objects.count() == 1


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-hans", ("来自", "今日", "依据", "有误")), ("en", ("From", "today", "Basis"))],
)
def test_a_known_value_says_whose_it_is(language: str, words: tuple[str, ...]) -> None:
    client = signed_in(language=language)
    start(client)
    page = client.get(APPLY).content.decode()
    assert "何小雨" in page
    assert all(word in page for word in words)
    assert 'name="answer-founder_name"' not in page


def test_a_sent_form_becomes_a_case_that_knows_its_sources() -> None:
    client = signed_in()
    number = start(client)
    response = send(client, number, paper__plan=pdf())
    assert response["Location"] == f"/cases/{number}/"
    case = cases.case(number, actor())
    assert case.data == {
        "founder_name": "何小雨",
        "shop_name": "清河县小雨书店",
        "premises_address": "清河县河滨路 8 号",
    }
    assert case.sources["founder_name"]["dataset"] == "population.person"
    assert case.materials["plan"].startswith("file:")


def test_a_form_sent_twice_leads_to_one_case() -> None:
    client = signed_in()
    number = start(client)
    first, second = send(client, number), send(client, number)
    assert first["Location"] == second["Location"]
    assert CaseRecord.objects.filter(parent=None).count() == 1


def test_a_sent_form_opened_again_starts_nothing() -> None:
    client = signed_in()
    opened(client)
    assert client.get(APPLY)["Location"] == "/services/open-shop/"
    assert drafts.of(actor()) == ()


def test_errors_stand_above_and_beside_and_nothing_typed_is_lost() -> None:
    client = signed_in()
    number = start(client)
    long_name = "店" * 200
    response = send(
        client,
        number,
        **{"answer-shop_name": long_name, "answer-premises_address": ""},
        declaration=None,
    )
    page = response.content.decode()
    assert response.status_code == 422
    assert long_name in page
    targets = re.findall(r'<li><a href="#([^"]+)"', page.split("<form")[0] + page)
    for target in ("answer-shop_name", "answer-premises_address", "declaration"):
        assert target in targets
        assert f'id="{target}"' in page
    assert CaseRecord.objects.count() == 0


def test_a_kept_file_stays_when_something_else_is_wrong() -> None:
    client = signed_in()
    number = start(client)
    send(client, number, **{"answer-shop_name": ""}, paper__plan=pdf("平面图.pdf"))
    assert "平面图.pdf" in client.get(APPLY).content.decode()
    send(client, number)
    case = cases.case(number, actor())
    assert case.materials["plan"].startswith("file:")


@pytest.mark.parametrize(
    "content", [b"MZ not a paper", b"", PDF + b"0" * (10 * 1024 * 1024)]
)
def test_a_file_that_is_refused_is_told_at_its_place(content: bytes) -> None:
    client = signed_in()
    number = start(client)
    given = SimpleUploadedFile("plan.pdf", content, "application/pdf")
    response = send(client, number, paper__plan=given)
    page = response.content.decode()
    assert response.status_code == 422
    assert 'id="paper-plan-error"' in page
    assert "清河县小雨书店" in page


def test_a_correction_travels_with_the_case() -> None:
    client = signed_in()
    number = start(client)
    alone = send(client, number, **{"instead-founder_name": "何晓雨"})
    assert alone.status_code == 422
    send(
        client,
        number,
        **{"instead-founder_name": "何晓雨", "reason-founder_name": "户口簿已更正"},
    )
    case = cases.case(number, actor())
    assert case.data["founder_name"] == "何晓雨"
    source = case.sources["founder_name"]
    assert (source["known"], source["reason"]) == ("何小雨", "户口簿已更正")


def test_a_known_value_cannot_be_changed_unseen() -> None:
    client = signed_in()
    number = start(client)
    send(client, number, **{"answer-founder_name": "别人"})
    assert cases.case(number, actor()).data["founder_name"] == "何小雨"


def test_a_source_that_is_down_is_named_and_filled_by_hand(home: Home) -> None:
    home.department("police").rename(home.path / "police.away")
    client = signed_in()
    number = start(client)
    page = client.get(APPLY).content.decode()
    assert "没有取到" in page
    assert 'name="answer-founder_name"' in page
    send(client, number, **{"answer-founder_name": "何小雨"})
    case = cases.case(number, actor())
    assert case.data["founder_name"] == "何小雨"
    # Whoever decides is told whose data could not be had.
    down = {"dataset": "population.person", "down": "public-security"}
    assert case.sources == {"founder_name": down}


def test_a_draft_saves_itself_and_says_when() -> None:
    client = signed_in()
    number = start(client)
    save = "/services/open-shop/save/"
    told = client.post(save, {"number": number, "answer-shop_name": "半个名"})
    assert f"{clock.now():%H:%M}" in told.content.decode()
    assert "半个名" in client.get(APPLY).content.decode()
    stale = client.post(save, {"number": "2026112300000000"})
    assert "没有保存上" in stale.content.decode()


def test_a_file_is_kept_as_soon_as_it_is_chosen() -> None:
    client = signed_in()
    number = start(client)
    told = give_plan(client, number)
    assert "已收到" in told.content.decode()
    assert "plan.pdf" in client.get(APPLY).content.decode()


def test_discarding_is_asked_first_and_keeps_the_receipts() -> None:
    client = signed_in()
    number = start(client)
    page = "/services/open-shop/discard/"
    assert client.get(page).status_code == 200
    assert len(drafts.of(actor())) == 1
    assert client.post(page, {"number": "2026112300000000"}).status_code == 409
    assert len(drafts.of(actor())) == 1
    client.post(page, {"number": number})
    assert drafts.of(actor()) == ()
    assert UseReceipt.objects.count() == 1


def test_the_draft_of_one_person_is_nobody_elses() -> None:
    number = start(signed_in(0))
    other = signed_in(1)
    assert other.get(APPLY)["Location"] == "/services/open-shop/"
    assert number not in other.get("/cases/").content.decode()
