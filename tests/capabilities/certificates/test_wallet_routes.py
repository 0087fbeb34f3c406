"""What a wallet says wrongly, twice, too late or too often, and what it is told."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.capabilities.certificates.holding import licence
from tests.capabilities.certificates.speaking import (
    PRE_AUTHORIZED,
    Offer,
    Purse,
    error,
    holder,
    offered,
)

from tongban.capabilities.certificates.openid import views
from tongban.store import clock, issuances
from tongban.store.models import (
    CertificateRecord,
    WalletCredential,
    WalletNonce,
    WalletOffer,
)


pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("served"),
]


@pytest.fixture
def browser(served: Any) -> Client:
    """The holder's, signed in."""
    del served
    return holder()


@pytest.fixture
def offer(browser: Client) -> Offer:
    """What the holder of a licence carries to a wallet."""
    return offered(browser, licence().number)


@pytest.fixture
def purse() -> Purse:
    return Purse()


@pytest.fixture
def token(purse: Purse, offer: Offer) -> str:
    """The access token for the licence."""
    return str(purse.by_offer(offer).json()["access_token"])


# ------------------------------------------------------------------------- tokens


def test_a_code_is_good_once(purse: Purse, offer: Offer) -> None:
    told = purse.by_offer(offer).json()
    assert told["token_type"] == "Bearer"
    assert error(purse.by_offer(offer)) == "invalid_grant"


def test_a_code_ends(purse: Purse, offer: Offer) -> None:
    WalletOffer.objects.update(until=clock.now())
    assert error(purse.by_offer(offer)) == "invalid_grant"


def test_a_newer_code_ends_the_older(
    purse: Purse, offer: Offer, browser: Client
) -> None:
    newer = offered(browser, CertificateRecord.objects.get().number)
    assert error(purse.by_offer(offer)) == "invalid_grant"
    assert purse.by_offer(newer).status_code == 200


def test_a_number_is_guessed_five_times_and_no_more(purse: Purse, offer: Offer) -> None:
    wrong = "000000" if offer.pin != "000000" else "000001"
    for _ in range(issuances.MOST_WRONG_PINS):
        assert error(purse.by_offer(offer, pin=wrong)) == "invalid_grant"
    assert error(purse.by_offer(offer)) == "invalid_grant"


def test_a_code_without_its_number_is_not_enough(purse: Purse, offer: Offer) -> None:
    told = {"grant_type": PRE_AUTHORIZED, "pre-authorized_code": offer.code}
    assert error(purse.token(**told)) == "invalid_request"


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({}, "unsupported_grant_type"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": 'a"\\quote'}, "unsupported_grant_type"),
        ({"grant_type": PRE_AUTHORIZED}, "invalid_request"),
        (
            {"grant_type": PRE_AUTHORIZED, "pre-authorized_code": "x", "tx_code": "1"},
            "invalid_grant",
        ),
        ({"grant_type": "authorization_code", "code": "x"}, "invalid_client"),
        (
            {"grant_type": "authorization_code", "code": "x", "client_id": "purse"},
            "invalid_grant",
        ),
    ],
)
def test_what_is_no_request_for_a_token(
    purse: Purse, form: dict[str, str], code: str
) -> None:
    assert error(purse.token(**form)) == code


def test_nobody_asks_without_end(purse: Purse, monkeypatch: Any) -> None:
    answers = [purse.token().status_code for _ in range(views.SELDOM + 1)]
    # A minute may end in between, and counting begin anew.
    assert answers.count(429) >= 1 or len(set(answers)) == 1
    del monkeypatch


# -------------------------------------------------------------------- credentials


def test_no_token_no_credential(purse: Purse, offer: Offer) -> None:
    del offer
    for told in ("", "nonsense"):
        answer = purse.ask(told, purse.proof(purse.nonce()))
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].lower().startswith("bearer ")


def test_a_token_ends(purse: Purse, token: str) -> None:
    WalletOffer.objects.update(token_until=clock.now())
    answer = purse.ask(token, purse.proof(purse.nonce()))
    assert error(answer, 401) == "invalid_token"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("no json", "invalid_credential_request"),
        ("[]", "invalid_credential_request"),
        ("{}", "invalid_credential_request"),
        (
            '{"credential_configuration_id": "shop-licence"}',
            "invalid_credential_request",
        ),
        (
            {"credential_identifier": "x", "proofs": {"jwt": ["a.b.c"]}},
            "unknown_credential_identifier",
        ),
        (
            {"credential_configuration_id": "other", "proofs": {"jwt": ["a.b.c"]}},
            "unknown_credential_configuration",
        ),
        (
            {"credential_configuration_id": "shop-licence", "proofs": {"jwt": ["a"]}},
            "invalid_proof",
        ),
        (
            {
                "credential_configuration_id": "shop-licence",
                "proofs": {"attestation": ["a.b.c"]},
            },
            "invalid_proof",
        ),
        (
            {
                "credential_configuration_id": "shop-licence",
                "proofs": {"jwt": ["a"] * 11},
            },
            "invalid_credential_request",
        ),
        (
            {
                "credential_configuration_id": "shop-licence",
                "proofs": {"jwt": ["a.b.c"]},
                "credential_response_encryption": {"enc": "A128GCM"},
            },
            "invalid_encryption_parameters",
        ),
    ],
)
def test_what_is_no_request_for_a_credential(
    purse: Purse, token: str, body: Any, code: str
) -> None:
    assert error(purse.send("/wallet/credential", token, body)) == code
    assert WalletCredential.objects.count() == 0


@pytest.mark.parametrize(
    "other",
    [
        {"aud": "https://another.example"},
        {"iat": 1_600_000_000},
        {"iat": 4_000_000_000},
    ],
)
def test_a_proof_for_another_place_or_time_is_none(
    purse: Purse, token: str, other: dict[str, Any]
) -> None:
    proof = purse.proof(purse.nonce(), **other)
    assert error(purse.ask(token, proof)) == "invalid_proof"
    assert WalletNonce.objects.count() == 0


def test_a_nonce_that_is_not_ours_is_none(purse: Purse, token: str) -> None:
    assert error(purse.ask(token, purse.proof("made-up"))) == "invalid_nonce"


def test_a_nonce_ends(purse: Purse, token: str, monkeypatch: Any) -> None:
    nonce = purse.nonce()
    monkeypatch.setattr(issuances, "NONCE_GOOD", timedelta(seconds=-1))
    assert error(purse.ask(token, purse.proof(nonce))) == "invalid_nonce"


def test_a_nonce_is_used_once_but_a_retry_is_answered(purse: Purse, token: str) -> None:
    nonce = purse.nonce()
    proof = purse.proof(nonce)
    assert purse.ask(token, proof).status_code == 200
    assert purse.ask(token, proof).status_code == 200
    assert WalletCredential.objects.count() == 1
    assert CertificateRecord.objects.count() == 1
    assert error(purse.ask(token, Purse().proof(nonce))) == "invalid_nonce"


def test_what_ended_meanwhile_is_not_given(purse: Purse, token: str) -> None:
    CertificateRecord.objects.update(status="revoked")
    answer = purse.ask(token, purse.proof(purse.nonce()))
    assert error(answer) == "credential_request_denied"


def test_a_draft_wallets_single_proof_is_understood(purse: Purse, token: str) -> None:
    body = {
        "credential_configuration_id": "shop-licence",
        "proof": {"proof_type": "jwt", "jwt": purse.proof(purse.nonce())},
    }
    answer = purse.send("/wallet/credential", token, body)
    assert len(answer.json()["credentials"]) == 1


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("no json", "invalid_notification_request"),
        ({"event": "something"}, "invalid_notification_request"),
        (
            {"event": "credential_accepted", "notification_id": "x"},
            "invalid_notification_id",
        ),
    ],
)
def test_what_is_no_notification(
    purse: Purse, token: str, told: Any, code: str
) -> None:
    assert error(purse.send("/wallet/notification", token, told)) == code


def test_what_nobody_published_is_not_found_in_the_way_of_programs() -> None:
    answer = Client().get("/.well-known/openid-configuration")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert Client().get("/credentials/status/7").status_code == 404
    assert Client().get("/credentials/types/nothing").status_code == 404
