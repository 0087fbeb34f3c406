"""The printed form: the same bytes each time, and a code that is checked offline."""

import json
from datetime import date, timedelta

import pytest
from tests.capabilities.certificates.licence import OFFICER, changed, licence
from tests.capabilities.qinghe import MONDAY, SHOP, citizen

from tongban.capabilities.certificates import keys, pdf, slip
from tongban.home import Home
from tongban.kernel.case.certificate import Change
from tongban.store import certificate_copies, certificates, ledger
from tongban.store.certificates import Certificate


TOMORROW = MONDAY.date() + timedelta(1)
needs_font = pytest.mark.skipif(
    not set(pdf.FAMILIES) & set(pdf.typst.Fonts().families()),
    reason="no font with Chinese signs is installed (fonts-noto-cjk)",
)


@pytest.fixture(autouse=True)
def installed(home: Home, monday: object, db: None) -> None:
    """An installation with nothing in it yet; the clock stands still."""


@pytest.fixture
def held() -> Certificate:
    return licence()


def copy(held: Certificate) -> certificate_copies.Copy:
    return certificate_copies.make(
        held.number,
        by=citizen(),
        receiver="清河县农村商业银行股份有限公司南街支行",
        reason="开立个体工商户结算账户",
        until=TOMORROW,
    )


@needs_font
def test_the_same_version_is_the_same_bytes(held: Certificate) -> None:
    first = pdf.printed(held)
    assert first.startswith(b"%PDF-")
    assert pdf.printed(held) == first
    assert pdf.printed(held, bilingual=True) != first
    assert ledger.fsck() == []


@needs_font
def test_it_stays_the_same_when_the_key_is_rolled(held: Certificate) -> None:
    first = pdf.printed(held)
    keys.roll(MONDAY + timedelta(hours=1))
    assert pdf.printed(held) == first


@needs_font
def test_it_claims_the_standards_for_keeping_and_for_everybody(
    held: Certificate,
) -> None:
    made = pdf.printed(held)
    assert b"<pdfaid:part>2</pdfaid:part>" in made
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in made
    assert b"<pdfuaid:part>1</pdfuaid:part>" in made


@needs_font
def test_a_reissue_and_a_copy_are_other_files(held: Certificate) -> None:
    first = pdf.printed(held)
    assert pdf.printed(held, copy(held)) != first
    changed(Change.REPLACE, held.number)
    new = certificates.of_holder(citizen())[0]
    assert new.version == 2
    assert pdf.printed(new) != first


@needs_font
def test_the_file_carries_its_own_slip(held: Certificate) -> None:
    found = slip.verified(slip.find(pdf.printed(held)), keys.published())
    assert found == slip.Slip(
        number=held.number,
        title="营业执照",
        holder="何**",
        issued=date(2026, 11, 23),
        until=None,
    )


@needs_font
def test_a_screen_shows_disclosed_fields_alone(held: Certificate) -> None:
    whole = pdf.image(held)
    part = pdf.image(held, shown={"shop_name": SHOP["shop_name"]})
    assert whole.startswith(b"\x89PNG")
    assert part != whole


def test_without_a_chinese_font_it_says_so(
    held: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "FAMILIES", ("No Such Family",))
    pdf.fonts.cache_clear()
    with pytest.raises(pdf.NoFont):
        pdf.printed(held)
    pdf.fonts.cache_clear()
    assert certificates.one(held.number, OFFICER) == held


# ------------------------------------------------------------------------------ slips


def test_a_code_is_never_denser_than_a_printer_bears(held: Certificate) -> None:
    for text in (pdf.token(held), pdf.token(held, copy(held))):
        assert pdf.qr(pdf.address(text)).version <= pdf.DENSEST


def test_a_copys_code_says_for_whom_and_for_what(held: Certificate) -> None:
    made = copy(held)
    found = slip.verified(pdf.token(held, made), keys.published())
    assert (found.copy, found.copy_until) == (made.code, TOMORROW)
    assert made.receiver.startswith(found.receiver)
    assert made.reason == found.reason
    assert found.is_over(TOMORROW + timedelta(1))
    assert not found.is_over(TOMORROW)


def test_one_changed_sign_is_forged(held: Certificate) -> None:
    token = pdf.token(held)
    head, payload, signature = token.split(".")
    other = "A" if payload[20] != "A" else "B"
    changed_one = ".".join((head, payload[:20] + other + payload[21:], signature))
    with pytest.raises(slip.Forged):
        slip.verified(changed_one, keys.published())


def test_a_key_of_somebody_else_proves_nothing(held: Certificate) -> None:
    token = pdf.token(held)
    ours = {jwk["kid"]: jwk for jwk in keys.published()["keys"]}
    keys.roll(MONDAY + timedelta(hours=1))
    others = [jwk for jwk in keys.published()["keys"] if jwk["kid"] not in ours]
    with pytest.raises(slip.Forged):
        slip.verified(token, {"keys": others})
    # The same name on another key.
    kid = next(kid for kid, jwk in ours.items() if jwk.get("crv") == "Ed25519")
    named = [{**jwk, "kid": kid} for jwk in others if jwk.get("crv") == "Ed25519"]
    with pytest.raises(slip.Forged):
        slip.verified(token, {"keys": named})


@pytest.mark.parametrize("text", ["", "https://example.org", "eyJx.y.z", "%PDF-1.7"])
def test_what_has_no_slip_says_so(text: str) -> None:
    with pytest.raises(slip.NoSlip):
        slip.find(text.encode())


@pytest.mark.parametrize("text", ["{}", "[]", '{"keys": [{"crv": "Ed25519"}]}'])
def test_what_are_no_keys_says_so(held: Certificate, text: str) -> None:
    with pytest.raises(slip.BadKeys):
        slip.verified(pdf.token(held), json.loads(text))
