"""The shared services of certificates and their result codes."""

import base64
from datetime import timedelta
from typing import Any

import pytest
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
    changed,
    licence,
)
from tests.capabilities.certificates.test_printed import needs_font
from tests.capabilities.qinghe import MONDAY, SHOP, citizen, person

from tongban.capabilities.certificates import pdf, services
from tongban.home import Home
from tongban.kernel.case.certificate import Change
from tongban.store import (
    certificate_copies,
    certificate_uses,
    trail,
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


# ------------------------------------------------------------------------ the services


NUMBER = {"purpose": "number.licence"}


def test_information_is_told_by_the_national_short_names(
    police: Client, held: Certificate
) -> None:
    told = service(police, "information", ZZBS=held.number, **NUMBER)
    assert (told["code"], told["message"]) == ("0001", "成功")
    assert told["data"] == {
        "ZZBS": held.number,
        "ZZMC": "营业执照",
        "ZZLXDM": "11000000000022242F001",
        "ZZBH": held.case,
        "ZZBFJG": "清河县市场监督管理局",
        "ZZBFJGDM": "11990100000060273W",
        "ZZBFRQ": "2026-11-23",
        "CZZT": "何**",
        "CZZTDM": "990201********0010",
        "CZZTDMLX": "公民身份号码",
        "CZZTDMLXDM": "111",
        "ZZYXQQSRQ": "2026-11-23",
        "ZZYXQJZRQ": "",
        "KZ_SHOP_NAME": SHOP["shop_name"],
        "ZZZT": "01",
        "ZZYX": "1",
    }
    part = service(police, "information", ZZBS=held.number, range=["ZZMC"], **NUMBER)
    assert part["data"] == {"ZZMC": "营业执照"}


def test_search_finds_for_an_open_case(inspector: Client) -> None:
    case = fire_of(open_shop()).number
    told = service(
        inspector,
        "search",
        purpose="case.licence",
        case=case,
        CZZTDM=person().id,
        CZZTDMLXDM="111",
    )
    (row,) = told["data"]["rows"]
    assert (told["code"], row["GXSD"], row["ZZZT"]) == ("0001", "990200", "01")
    assert "KZ_SHOP_NAME" not in row


def code_of(client: Client, name: str, **asked: Any) -> str:
    return str(service(client, name, **asked)["code"])


def test_each_result_has_its_code(police: Client, held: Certificate) -> None:
    asked = {"ZZBS": held.number, **NUMBER}
    genuine, wrong = {"ZZMC": "营业执照"}, {"ZZMC": "食品经营许可证"}
    assert code_of(police, "verify-information", values=genuine, **asked) == "0001"
    assert code_of(police, "information", ZZBS="1.2.3", **NUMBER) == "0002"
    assert code_of(police, "information", **NUMBER) == "0003"
    assert code_of(police, "verify-information", values={}, **asked) == "0003"
    assert code_of(police, "verify-information", values=wrong, **asked) == "0005"
    changed(Change.REVOKE, held.number)
    assert code_of(police, "information", **asked) == "0004"


@needs_font
def test_files_have_theirs(police: Client, held: Certificate) -> None:
    def code(content: bytes) -> str:
        file = base64.b64encode(content).decode()
        return code_of(police, "verify-file", file=file, **NUMBER)

    content = pdf.printed(held)
    assert code(content) == "0001"
    assert code(content + b"%") == "0007"
    assert code(b"%PDF-1.7") == "0006"
    changed(Change.REVOKE, held.number)
    assert code(content) == "0004"


@needs_font
def test_a_picture_and_a_code_are_given(police: Client, held: Certificate) -> None:
    asked = {"ZZBS": held.number, **NUMBER}
    picture = service(police, "image", **asked)["data"]["image"]
    assert base64.b64decode(picture).startswith(b"\x89PNG")
    text = service(police, "qr", **asked)["data"]["text"]
    assert text == pdf.address(pdf.token(held))


@needs_font
def test_a_copy_needs_the_holders_pass_code(
    holder: Client, police: Client, held: Certificate
) -> None:
    asked = {
        "ZZBS": held.number,
        "purpose": "copy.licence",
        "JZJZZSY": "特种行业备案",
        "JZJYXQJZSJ": TOMORROW,
        "consent": code_in(text_of(holder, "/certificates/pass/")),
    }
    told = service(police, "copy", **asked)
    assert (told["code"], told["data"]["KZ_JSF"]) == ("0001", "清河县公安局")
    made = certificate_copies.checked(told["data"]["JZJBH"])
    assert made is not None
    file = base64.b64decode(told["data"]["file"])
    assert file == pdf.printed(held, made)
    assert code_of(police, "copy", **{**asked, "consent": ""}) == "0003"


@pytest.mark.parametrize("name", services.SERVICES)
def test_without_a_declared_use_no_service_answers(
    name: str, holder: Client, held: Certificate
) -> None:
    posts = ["registrar"]
    body = "market-regulation"
    other = visitor("r", kind="official", organization=body, posts=posts)
    asked = {
        "purpose": "number.licence",
        "ZZBS": held.number,
        "case": held.case,
        "CZZTDM": person().id,
        "CZZTDMLXDM": "111",
        "values": {"ZZMC": "营业执照"},
        "file": base64.b64encode(pdf.token(held).encode()).decode(),
        "consent": code_in(text_of(holder, "/certificates/pass/")),
        "JZJZZSY": "备案",
        "JZJYXQJZSJ": TOMORROW,
    }
    address = f"/certificates/services/{name}/"
    answer = other.post(address, asked, content_type="application/json")
    assert answer.status_code == 403


def test_every_look_of_a_service_is_a_use(
    holder: Client, police: Client, held: Certificate
) -> None:
    del holder
    before = len(trail.uses_of(citizen()).rows)
    asked = {"ZZBS": held.number, **NUMBER}
    service(police, "information", **asked)
    service(police, "verify-information", values={"ZZMC": "x"}, **asked)
    service(police, "qr", **asked)
    assert len(trail.uses_of(citizen()).rows) == before + 3
    assert len(certificate_uses.looks_at(held.number, citizen())) == 3


def test_beyond_what_is_disclosed_nothing_is_verified(
    police: Client, held: Certificate
) -> None:
    answer = police.post(
        "/certificates/services/verify-information/",
        {"ZZBS": held.number, "values": {"CZZT": "何小雨"}, **NUMBER},
        content_type="application/json",
    )
    assert answer.status_code == 403
