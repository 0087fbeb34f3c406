"""Certificates as SD-JWT VC: what they tell, when they hold, and to whom."""

import json
from base64 import urlsafe_b64decode
from datetime import timedelta
from typing import Any

import pytest
from tests.capabilities.certificates.holding import (
    HOLDER,
    issued,
    licence,
    shown,
    wallet_key,
)
from tests.capabilities.qinghe import PEOPLE, SHOP

from tongban.capabilities.certificates import credential, keys, statuslist
from tongban.capabilities.certificates.credential import Binding, NotAccepted
from tongban.home import Home
from tongban.kernel.case.certificate import NotInForce
from tongban.store import certificates, clock, ledger, wallets
from tongban.store.models import CertificateRecord, LedgerLeaf, WalletCredential


pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("home"),
]
COUNTER = Binding("x509_san_dns:counter.example", "n-0S6_WzA2Mj")


def body(text: str) -> dict[str, Any]:
    part = text.split("~")[0].split(".")[1]
    read: dict[str, Any] = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return read


def test_nothing_of_the_holder_stands_in_clear() -> None:
    clear = json.dumps(body(issued(licence())), ensure_ascii=False)
    for told in (*PEOPLE[0][:2], SHOP["shop_name"], SHOP["premises_address"]):
        assert told not in clear


def test_a_holder_who_shows_all_shows_what_the_certificate_says() -> None:
    certificate, key = licence(), wallet_key()
    presented = shown(issued(certificate, key), key, COUNTER)
    seen = credential.verify(presented, COUNTER, at=clock.now())
    assert seen.certificate.number == certificate.number
    assert seen.certificate.holder == HOLDER.subject
    assert seen.claims["shop_name"] == SHOP["shop_name"]
    assert seen.claims["holder_id"] == PEOPLE[0][0]


def test_a_claim_that_was_not_shown_is_not_seen() -> None:
    key = wallet_key()
    jwt, *disclosures, _ = issued(licence(), key).split("~")
    only = [
        text for text in disclosures if b"shop_name" in urlsafe_b64decode(text + "==")
    ]
    presented = shown("~".join((jwt, *only, "")), key, COUNTER)
    seen = credential.verify(presented, COUNTER, at=clock.now())
    assert "shop_name" in seen.claims
    assert not {"holder_id", "number", "premises_address"} & seen.claims.keys()


@pytest.mark.parametrize(
    "other",
    [
        Binding(COUNTER.audience, "another nonce"),
        Binding("x509_san_dns:elsewhere.example", COUNTER.nonce),
    ],
)
def test_what_was_shown_to_another_is_refused(other: Binding) -> None:
    key = wallet_key()
    presented = shown(issued(licence(), key), key, other)
    with pytest.raises(NotAccepted):
        credential.verify(presented, COUNTER, at=clock.now())


def test_another_persons_copy_is_refused() -> None:
    presented = shown(issued(licence()), wallet_key(), COUNTER)
    with pytest.raises(NotAccepted):
        credential.verify(presented, COUNTER, at=clock.now())


def test_a_copy_without_proof_of_its_key_is_refused() -> None:
    with pytest.raises(NotAccepted):
        credential.verify(issued(licence()), COUNTER, at=clock.now())


def test_a_key_that_is_not_ours_signs_nothing_for_us() -> None:
    text = issued(licence())
    jwt, rest = text.split("~", 1)
    header, payload, _ = jwt.split(".")
    stranger = wallet_key()
    forged = credential._suite.issue(
        {**body(text)}, signing_key=stranger, vct=body(text)["vct"]
    )
    with pytest.raises(NotAccepted):
        credential.verify(forged, None, at=clock.now())
    with pytest.raises(NotAccepted):
        credential.verify(f"{header}.{payload}.AAAA~{rest}", None, at=clock.now())


@pytest.mark.parametrize(("status", "state"), [("suspended", 2), ("revoked", 1)])
def test_a_change_of_state_holds_at_once(status: str, state: int) -> None:
    certificate = licence()
    text = issued(certificate)
    assert credential.verify(text, None, at=clock.now()).certificate == certificate
    place = body(text)["status"]["status_list"]["idx"]
    before = statuslist.read(0, clock.now())
    CertificateRecord.objects.update(status=status)
    with pytest.raises(NotAccepted):
        credential.verify(text, None, at=clock.now())
    after = statuslist.read(0, clock.now())
    assert before is not None
    assert after is not None
    assert statuslist.state_of(after.marked[place]) == state
    assert after.etag != before.etag


def test_what_is_not_in_force_is_not_issued() -> None:
    licence()
    CertificateRecord.objects.update(status="revoked")
    with pytest.raises(NotInForce):
        issued(certificates.of_holder(HOLDER)[0])


def test_asked_again_there_is_one_copy_and_one_leaf() -> None:
    certificate, key = licence(), wallet_key()
    first, second = issued(certificate, key), issued(certificate, key)
    assert body(first)["status"] == body(second)["status"]
    assert body(first)["exp"] == body(second)["exp"]
    assert WalletCredential.objects.count() == 1
    assert LedgerLeaf.objects.filter(text__contains='"credential"').count() == 1
    assert ledger.fsck() == []


def test_a_change_of_the_row_of_a_copy_is_found() -> None:
    issued(licence())
    WalletCredential.objects.update(key="another")
    ledger.integrate()
    assert [each.what for each in ledger.fsck()] == [
        "its 'key' is not what the ledger seals"
    ]


def test_places_tell_nothing_of_the_order() -> None:
    certificate = licence()
    places = [
        body(issued(certificate))["status"]["status_list"]["idx"] for _ in range(8)
    ]
    # One of 40,320 orders is the order of issue.
    assert places != sorted(places)


def test_a_full_list_is_followed_by_a_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wallets, "PLACES", 40)
    monkeypatch.setattr(wallets, "SPARE", 8)
    certificate = licence()
    lists = {
        body(issued(certificate))["status"]["status_list"]["uri"][-1] for _ in range(60)
    }
    assert {"0", "1"} <= lists


def test_copies_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wallets, "MOST_COPIES", 2)
    certificate = licence()
    issued(certificate)
    issued(certificate)
    with pytest.raises(wallets.TooManyCopies):
        issued(certificate)


def signer(text: str) -> str:
    head = json.loads(urlsafe_b64decode(text.split(".")[0] + "=="))
    return str(head["kid"])


def test_an_issuing_key_rolled_mid_day_leaves_no_gap(home: Home) -> None:
    morning, noon = clock.now() - timedelta(hours=4), clock.now() - timedelta(hours=1)
    with clock.at(morning):
        certificate = licence()
        texts = [issued(certificate)]
        keys.roll(noon)
        texts.append(issued(certificate))
    for moment in (noon - timedelta(seconds=1), noon):
        with clock.at(moment):
            texts.append(issued(certificate))
    first, last = keys.signing_key(morning).kid, keys.signing_key(noon).kid
    assert [signer(text) for text in texts] == [first, first, first, last]
    for text in texts:
        seen = credential.verify(text, None, at=clock.now())
        assert seen.certificate.number == certificate.number
    modes = {path.stat().st_mode & 0o777 for path in home.issuing_keys.iterdir()}
    assert modes == {0o600}


def test_what_a_withdrawn_key_signed_is_refused() -> None:
    now, certificate = clock.now(), licence()
    text = issued(certificate)
    keys.roll(now)
    assert keys.withdraw(signer(text), at=now)
    with pytest.raises(NotAccepted):
        credential.verify(text, None, at=now)
    assert credential.verify(issued(certificate), None, at=now)
    assert not keys.withdraw("unheard-of", at=now)


def test_the_key_of_a_past_moment_is_the_one_of_then() -> None:
    now = clock.now()
    first = keys.signing_key(now, keys.EDDSA)
    keys.roll(now + timedelta(hours=1))
    assert keys.signing_key(now + timedelta(minutes=59), keys.EDDSA) == first
    assert keys.signing_key(now + timedelta(hours=1), keys.EDDSA) != first
