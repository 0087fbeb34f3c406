"""A counter asks, a wallet answers: what is taken, and what is not."""

import json
from typing import Any

import pytest
from django.test import Client
from joserfc import jwe
from joserfc.jwk import ECKey
from openvc.keys import P256SigningKey
from tests.capabilities.certificates.holding import (
    HOLDER,
    issued,
    licence,
    shown,
    wallet_key,
)
from tests.capabilities.certificates.speaking import officer
from tests.capabilities.qinghe import SHOP, official

from tongban.capabilities.certificates.credential import Binding
from tongban.capabilities.certificates.openid import presenting
from tongban.capabilities.certificates.openid.verifierkey import (
    BadVerifierKey,
    client_id,
    verifier_key,
)
from tongban.home import Home
from tongban.store import clock, ledger, presentations, trail
from tongban.store.certificate_uses import NotDisclosed
from tongban.store.models import CertificateRecord, PresentationRecord, UseReceipt
from tongban.store.presentations import Asked


pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("served"),
]
BRIGADE = official("fire-rescue")
LOOK = "fire.look"


@pytest.fixture
def asked(served: Home) -> Asked:
    del served
    return presenting.ask(LOOK, by=BRIGADE, at=clock.now())


@pytest.fixture
def key() -> P256SigningKey:
    return wallet_key()


@pytest.fixture
def purse(served: Home, key: P256SigningKey) -> str:
    """The licence in a wallet."""
    del served
    return issued(licence(), key)


def answered(asked: Asked, presented: Any, **other: Any) -> dict[str, str]:
    """What a wallet sends: encrypted to the key of the request."""
    shown_key = ECKey.import_key(dict(asked.key)).as_dict(private=False)
    told = {"vp_token": {"c0": [presented]}, "state": asked.state, **other}
    header = {"alg": "ECDH-ES", "enc": "A128GCM"}
    text = json.dumps(told).encode()
    return {"response": jwe.encrypt_compact(header, text, ECKey.import_key(shown_key))}


def sent(asked: Asked, form: dict[str, str]) -> int:
    browser = Client(enforce_csrf_checks=True)
    return browser.post(f"/presentations/{asked.id}/response", form).status_code


def looks() -> int:
    return UseReceipt.objects.filter(purpose=LOOK).count()


def found(asked: Asked) -> Asked:
    return presentations.of_counter(asked.id, BRIGADE, clock.now())


def bound(asked: Asked) -> Binding:
    return Binding(client_id(), asked.nonce)


def test_what_was_shown_is_seen_and_told_to_the_holder(
    asked: Asked, purse: str, key: P256SigningKey
) -> None:
    assert sent(asked, answered(asked, shown(purse, key, bound(asked)))) == 200
    (seen,) = found(asked).shown
    assert seen["fields"] == {
        "shop_name": SHOP["shop_name"],
        "premises_address": SHOP["premises_address"],
    }
    (use,) = [each for each in trail.uses_of(HOLDER).rows if each.purpose == LOOK]
    assert use.organization == "fire-rescue"
    assert ledger.fsck() == []


def test_the_same_answer_again_is_one_look(
    asked: Asked, purse: str, key: P256SigningKey
) -> None:
    form = answered(asked, shown(purse, key, bound(asked)))
    assert [sent(asked, form), sent(asked, form)] == [200, 200]
    assert looks() == 1


def test_one_request_has_one_answer(
    asked: Asked, purse: str, key: P256SigningKey
) -> None:
    assert sent(asked, answered(asked, shown(purse, key, bound(asked)))) == 200
    assert sent(asked, answered(asked, shown(purse, key, bound(asked)))) == 400
    assert looks() == 1


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"response": "a.b.c.d.e"},
        {"vp_token": '{"c0": ["x"]}', "state": "x"},
        {"error": "access_denied", "state": "of another request"},
    ],
)
def test_what_is_no_answer_leaves_the_request_open(
    asked: Asked, form: dict[str, str]
) -> None:
    assert sent(asked, form) == 400
    assert found(asked).answered is None


def test_an_answer_with_another_state_is_none(asked: Asked) -> None:
    assert sent(asked, answered(asked, "x", state="another")) == 400


@pytest.mark.parametrize(
    "told",
    [
        {"vp_token": {}},
        {"vp_token": {"c1": ["x"]}},
        {"vp_token": {"c0": "x"}},
        {"vp_token": {"c0": ["x", "y"]}},
        {"vp_token": {"c0": ["x"]}},
        {"vp_token": "x"},
    ],
)
def test_an_answer_that_shows_nothing_is_refused(
    asked: Asked, told: dict[str, Any]
) -> None:
    assert sent(asked, answered(asked, "", **told)) == 200
    assert found(asked).refusal == "certificate.not-accepted"
    assert looks() == 0


def test_what_is_not_shown_is_missed(
    asked: Asked, purse: str, key: P256SigningKey
) -> None:
    bare = f"{purse.split('~')[0]}~"
    assert sent(asked, answered(asked, shown(bare, key, bound(asked)))) == 200
    assert found(asked).refusal == "certificate.not-accepted"


def test_what_was_revoked_is_refused(
    asked: Asked, purse: str, key: P256SigningKey
) -> None:
    CertificateRecord.objects.update(status="suspended")
    assert sent(asked, answered(asked, shown(purse, key, bound(asked)))) == 200
    assert found(asked).refusal == "certificate.not-accepted"


def test_a_holder_may_decline(asked: Asked) -> None:
    form = {"error": "access_denied", "state": asked.state}
    assert sent(asked, form) == 200
    assert found(asked).refusal == presenting.DECLINED


def test_a_request_ends(asked: Asked) -> None:
    browser = Client()
    assert browser.get(f"/presentations/{asked.id}/request").status_code == 200
    PresentationRecord.objects.update(until=clock.now())
    assert browser.get(f"/presentations/{asked.id}/request").status_code == 404
    assert sent(asked, {"error": "access_denied", "state": asked.state}) == 404


def test_what_was_shown_is_shown_for_half_an_hour(
    asked: Asked, purse: str, key: P256SigningKey
) -> None:
    assert sent(asked, answered(asked, shown(purse, key, bound(asked)))) == 200
    late = clock.now() + presentations.LOOKED_AT
    assert presentations.of_counter(asked.id, BRIGADE, late).shown == ()
    with clock.at(late + presentations.GOOD):
        presenting.ask(LOOK, by=BRIGADE, at=clock.now())
    row = PresentationRecord.objects.get(pk=asked.id)
    assert (row.shown, row.key) == ([], {})


def test_nobody_asks_for_what_is_not_disclosed_to_them() -> None:
    for by in (official("market-regulation"), HOLDER):
        with pytest.raises(NotDisclosed):
            presenting.ask(LOOK, by=by, at=clock.now())
    with pytest.raises(NotDisclosed):
        presenting.ask("counter.licence", by=BRIGADE, at=clock.now())


def test_another_office_sees_no_request_of_ours(asked: Asked) -> None:
    assert officer("fire-rescue").get(f"/counter/{asked.id}/").status_code == 200
    other = officer("market-regulation")
    assert other.get(f"/counter/{asked.id}/").status_code == 404


def test_the_query_asks_for_what_is_disclosed_and_no_more(asked: Asked) -> None:
    (query,) = presenting.query(presenting.declared_of(asked))["credentials"]
    assert [claim["path"] for claim in query["claims"]] == [
        ["shop_name"],
        ["premises_address"],
    ]


def test_a_site_puts_its_own_key_in_place(served: Home) -> None:
    made = verifier_key(clock.now())
    assert verifier_key(clock.now()).x5c == made.x5c
    (path,) = served.keys.glob("verifier-*.pem")
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_text("no key", "utf-8")
    with pytest.raises(BadVerifierKey):
        verifier_key(clock.now())
