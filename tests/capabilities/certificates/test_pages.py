"""The pages of holders, offices and the public, and the services with their codes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.capabilities.acts import fire_of, open_shop
from tests.capabilities.certificates.asking import (
    as_holder,
    as_official,
    code_in,
    service,
    text_of,
    visitor,
)
from tests.capabilities.certificates.licence import (
    DIRECTOR,
    OFFICER,
    changed,
    granted,
    licence,
)
from tests.capabilities.certificates.test_printed import needs_font
from tests.capabilities.qinghe import MONDAY, SHOP, citizen

from tongban.capabilities.certificates import pdf
from tongban.home import Home
from tongban.kernel.case.certificate import Change, Status
from tongban.store import (
    cases,
    certificate_copies,
    certificates,
    pass_codes,
)
from tongban.store.certificates import Certificate


TOMORROW = (MONDAY.date() + timedelta(1)).isoformat()


@pytest.fixture(autouse=True)
def installed(home: Home, monday: object, db: None) -> None:
    """An installation with nothing in it yet; the clock stands still."""


@pytest.fixture
def holder() -> Client:
    return as_holder()


@pytest.fixture
def inspector() -> Client:
    return as_official("fire-rescue", "inspector")


@pytest.fixture
def police() -> Client:
    return as_official("public-security", "data-officer")


@pytest.fixture
def held(holder: Client) -> Certificate:  # noqa: ARG001
    return licence()


# ------------------------------------------------------------------------ the holder


def test_the_list_groups_by_what_they_are_worth(
    holder: Client, held: Certificate
) -> None:
    assert "有效" in text_of(holder, "/certificates/")
    changed(Change.SUSPEND, held.number)
    assert "暂扣中" in text_of(holder, "/certificates/")


def test_one_tells_what_happened_and_who_looked(
    holder: Client, police: Client, held: Certificate
) -> None:
    service(police, "information", ZZBS=held.number, purpose="number.licence")
    changed(Change.SUSPEND, held.number)
    page = text_of(holder, f"/certificates/{held.number}/")
    assert "现场核查与申请不符" in page
    assert "清河县公安局" in page
    assert "核验他人出示的执照" in page
    assert "file.pdf" not in page


def test_the_use_is_told_in_words_among_all_uses(
    holder: Client, police: Client, held: Certificate
) -> None:
    service(police, "information", ZZBS=held.number, purpose="number.licence")
    page = text_of(holder, "/my-data/")
    assert "营业执照" in page
    assert "certificate:" not in page


@needs_font
def test_the_file_is_downloaded_by_its_holder_alone(
    holder: Client, police: Client, held: Certificate
) -> None:
    path = f"/certificates/{held.number}/file.pdf"
    answer = holder.get(path)
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content == pdf.printed(held)
    assert holder.get(f"{path}?both").content != answer.content
    assert police.get(path).status_code == 403


def test_without_a_font_the_page_says_so(
    holder: Client, held: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "FAMILIES", ("No Such Family",))
    pdf.fonts.cache_clear()
    answer = holder.get(f"/certificates/{held.number}/file.pdf")
    pdf.fonts.cache_clear()
    assert "没有中文字体" in answer.content.decode()
    assert holder.get(f"/certificates/{held.number}/").status_code == 200


def test_a_copy_is_made_shown_and_taken_back(holder: Client, held: Certificate) -> None:
    path = f"/certificates/{held.number}/copy/"
    told = {"receiver": "清河县银行", "reason": "开立账户", "until": TOMORROW}
    made = holder.post(path, told)
    assert made.status_code == 302
    page = text_of(holder, made["Location"])
    assert "清河县银行" in page
    holder.post(f"{made['Location']}revoke/")
    assert "已收回" in text_of(holder, made["Location"])


def test_a_copy_beyond_its_day_is_refused_with_the_words_kept(
    holder: Client, held: Certificate
) -> None:
    told = {"receiver": "清河县银行", "reason": "开户", "until": "2020-01-01"}
    answer = holder.post(f"/certificates/{held.number}/copy/", told)
    assert answer.status_code == 422
    assert "清河县银行" in answer.content.decode()


def test_the_pass_code_is_fetched_anew_without_the_page(holder: Client) -> None:
    page = text_of(holder, "/certificates/pass/")
    assert 'hx-trigger="every 50s"' in page
    part = holder.get("/certificates/pass/", headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert code_in(part.content.decode()) != code_in(page)


# ------------------------------------------------------------------------ the offices


@pytest.mark.usefixtures("held")
def test_a_scan_shows_what_is_disclosed_and_no_more(
    holder: Client, inspector: Client
) -> None:
    code = code_in(text_of(holder, "/certificates/pass/"))
    told = {"disclosure": "counter.licence", "code": code}
    page = text_of(inspector, "/certificates/scan/", **told)
    assert SHOP["shop_name"] in page
    assert SHOP["premises_address"] not in page
    assert SHOP["founder_name"] not in page
    again = text_of(inspector, "/certificates/scan/", **told)
    assert "没有重复记录" in again


def test_a_wrong_code_is_refused_in_place(inspector: Client) -> None:
    told = {"disclosure": "counter.licence", "code": "abc"}
    answer = inspector.post("/certificates/scan/", told)
    assert answer.status_code == 422
    assert "这不是有效的通行码" in answer.content.decode()


def test_an_office_asks_for_a_change_on_the_certificates_page(
    held: Certificate,
) -> None:
    posts = ["data-officer"]
    body = "market-regulation"
    officer = visitor("o", kind="official", organization=body, posts=posts)
    path = f"/certificates/{held.number}/"
    assert f"{path}change/" in text_of(officer, path)
    told = {"change": "suspend", "reason": "停业整顿", "legal_basis": "《食品安全法》"}
    answer = officer.post(f"{path}change/", {**told, "key": "k"})
    assert answer.status_code == 302
    (case,) = cases.inbox(OFFICER).rows
    assert case.type == "certificate.suspension"
    granted(cases.case(case.number, DIRECTOR))
    assert certificates.one(held.number, OFFICER).status is Status.SUSPENDED


def test_a_holder_gives_up_their_own_on_its_page(
    holder: Client, held: Certificate
) -> None:
    path = f"/certificates/{held.number}/change/"
    page = text_of(holder, path)
    assert 'value="cancel"' in page
    assert 'value="suspend"' not in page
    told = {"change": "cancel", "reason": "不再经营", "key": "k"}
    assert holder.post(path, told).status_code == 302
    (case,) = cases.inbox(OFFICER).rows
    assert "证照变更" in text_of(holder, f"/cases/{case.number}/")
    granted(cases.case(case.number, DIRECTOR))
    assert certificates.one(held.number, citizen()).status is Status.CANCELLED


def test_who_did_not_issue_it_is_offered_nothing(
    inspector: Client, held: Certificate
) -> None:
    page = text_of(inspector, f"/certificates/{held.number}/")
    assert "/change/" not in page


def test_a_case_that_relies_on_it_says_so_to_both(
    holder: Client, inspector: Client
) -> None:
    shop = open_shop()
    fire = fire_of(shop)
    number = fire.materials["licence"].removeprefix("certificate:")
    changed(Change.SUSPEND, number)
    assert "已不在有效状态" in text_of(inspector, f"/desk/{fire.number}/")
    assert "现在不是有效状态" in text_of(holder, f"/cases/{shop.number}/")


# ------------------------------------------------------------------------- the public


def test_the_public_check_reads_number_code_and_file(held: Certificate) -> None:
    anybody = Client()
    by_number = text_of(anybody, f"/certificates/check/?q={held.number}")
    assert "有效" in by_number
    assert "何**" not in by_number
    by_code = text_of(anybody, pdf.address(pdf.token(held)).partition("8000")[2])
    assert "何**" in by_code
    assert "何小雨" not in by_code


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1.2.156", "这不是电子证照标识"),
        (
            "1.2.156.3005.2.11000000000022242F001.11990100000060273W.1.001.0",
            "没有颁发过这份证照",
        ),
        ("eyJhbGciOiJFZDI1NTE5In0.eyJpIjoiMSJ9." + "A" * 86, "签名不对"),
    ],
)
def test_the_public_check_says_what_is_wrong(text: str, said: str) -> None:
    assert said in text_of(Client(), f"/certificates/check/?q={text}")


@needs_font
def test_an_altered_file_is_not_the_original(held: Certificate) -> None:

    content = pdf.printed(held)
    for given, altered in ((content, False), (content + b"%", True)):
        file = SimpleUploadedFile("a.pdf", given, "application/pdf")
        page = text_of(Client(), "/certificates/check/", file=file)
        assert ("这个文件不是原件" in page) is altered


def test_a_copy_that_was_taken_back_is_seen_to_be(held: Certificate) -> None:
    made = certificate_copies.make(
        held.number,
        by=citizen(),
        receiver="清河县银行",
        reason="开户",
        until=MONDAY.date(),
    )
    path = pdf.address(pdf.token(held, made)).partition("8000")[2]
    assert "清河县银行" in text_of(Client(), path)
    certificate_copies.revoke(made.code, by=citizen())
    assert "已收回" in text_of(Client(), path)


# ---------------------------------------------------------------------------- budget


@pytest.mark.parametrize(
    "path", ["/certificates/", "/certificates/{}/", "/certificates/{}/copy/"]
)
def test_a_page_costs_ten_statements(
    path: str,
    holder: Client,
    held: Certificate,
    django_assert_max_num_queries: Callable[..., Any],
) -> None:
    for place in range(3):
        open_shop(key=f"more-{place}")
    holder.get(path.format(held.number))
    with django_assert_max_num_queries(10):
        holder.get(path.format(held.number))


def test_a_scan_costs_no_more_however_much_there_is(
    holder: Client, inspector: Client, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for place in range(8):
        open_shop(key=f"shop-{place}")
    told = {"disclosure": "counter.licence"}
    told["code"] = code_in(text_of(holder, "/certificates/pass/"))
    with django_assert_max_num_queries(16):
        text_of(inspector, "/certificates/scan/", **told)


def test_pass_codes_have_no_row_until_they_are_scanned(
    holder: Client, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    with django_assert_max_num_queries(4):
        holder.get("/certificates/pass/")
    assert pass_codes.LIFE.seconds <= 60
