"""What a wallet says wrongly, twice, too late or too often, and what it is told."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client
from tests.capabilities.certificates.holding import licence
from tests.capabilities.certificates.speaking import (
    CHALLENGE,
    ISSUER,
    PRE_AUTHORIZED,
    VERIFIER,
    Offer,
    Purse,
    holder,
    offered,
)

from tongban.capabilities.certificates.openid import views
from tongban.store import clock, issuances
from tongban.store.models import (
    CertificateRecord,
    PushedRequest,
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
    del served
    return holder()


@pytest.fixture
def offer(browser: Client) -> Offer:
    return offered(browser, licence().number)


@pytest.fixture
def purse() -> Purse:
    return Purse()


@pytest.fixture
def token(purse: Purse, offer: Offer) -> str:
    return str(purse.by_offer(offer).json()["access_token"])


def error(answer: Any, status: int = 400) -> str:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"].startswith("application/json")
    assert "no-store" in answer["Cache-Control"]
    return str(answer.json()["error"])


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


# ------------------------------------------------------------ the way by signing in


WISH = {
    "response_type": "code",
    "client_id": "purse",
    "redirect_uri": "purse://back",
    "scope": "shop-licence",
    "state": "kept",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


def returned(answer: Any) -> dict[str, str]:
    assert answer.status_code == 302, answer.content
    return {k: v[0] for k, v in parse_qs(urlsplit(answer["Location"]).query).items()}


def allowed(browser: Client, **other: str) -> Any:
    """The holder allows what a wallet wishes."""
    address = f"/wallet/authorize?{urlencode({**WISH, **other})}"
    number = CertificateRecord.objects.get().number
    return browser.post(address, {"number": number})


def test_a_holder_is_sent_to_sign_in_first(offer: Offer) -> None:
    del offer
    answer = Client().get(f"/wallet/authorize?{urlencode(WISH)}")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/?next=/wallet/authorize")


def test_the_page_says_who_asks_for_what(browser: Client, offer: Offer) -> None:
    del offer
    answer = browser.get(f"/wallet/authorize?{urlencode(WISH)}")
    assert "小荷包" in answer.content.decode()
    assert "form-action 'self' purse:" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    "other",
    [
        {"redirect_uri": "https://thief.example/"},
        {"redirect_uri": 'purse://back"onmouseover="x'},
        {"client_id": "nobody"},
    ],
)
def test_nobody_is_sent_to_an_address_that_is_not_the_wallets(
    browser: Client, offer: Offer, other: dict[str, str]
) -> None:
    del offer
    answer = allowed(browser, **other)
    if answer.status_code == 302:  # the wallet's one own address stands in
        assert answer["Location"].startswith("purse://back?")
    else:
        assert answer.status_code == 400


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": ""}, "invalid_request"),
        ({"scope": "fire-check"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "", "authorization_details": "[{]"}, "invalid_request"),
    ],
)
def test_a_wish_that_is_none_goes_back_to_the_wallet(
    browser: Client, offer: Offer, other: dict[str, str], code: str
) -> None:
    del offer
    answer = allowed(browser, **other)
    if answer.status_code == 302:
        told = returned(answer)
        assert (told["error"], told["state"]) == (code, "kept")
    else:
        assert answer.json()["error"] == code


def test_a_type_may_be_asked_for_by_details(browser: Client, offer: Offer) -> None:
    del offer
    details = (
        '[{"type":"openid_credential","credential_configuration_id":"shop-licence"}]'
    )
    told = returned(allowed(browser, scope="", authorization_details=details))
    assert told["iss"] == ISSUER
    assert told["code"]


def test_a_code_is_for_one_wallet_and_its_verifier(
    browser: Client, purse: Purse, offer: Offer
) -> None:
    del offer
    code = returned(allowed(browser))["code"]
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": "purse://back",
        "client_id": "purse",
        "code_verifier": VERIFIER,
    }
    for other in (
        {"code_verifier": "b" * 64},
        {"code_verifier": ""},
        {"client_id": "pouch"},
        {"redirect_uri": "purse://elsewhere"},
    ):
        assert error(purse.token(**{**form, **other})) in (
            "invalid_grant",
            "invalid_request",
        )
    assert purse.token(**form).status_code == 200
    assert error(purse.token(**form)) == "invalid_grant"


def test_another_ones_certificate_cannot_be_chosen(
    browser: Client, offer: Offer
) -> None:
    del offer
    address = f"/wallet/authorize?{urlencode(WISH)}"
    assert returned(browser.post(address, {"number": "1.2.3"}))["error"] == (
        "access_denied"
    )


def test_what_one_wallet_left_here_is_not_anothers(
    browser: Client, purse: Purse, offer: Offer
) -> None:
    del offer
    uri = purse.http.post("/wallet/push", WISH).json()["request_uri"]
    for client, found in (("pouch", False), ("purse", True)):
        query = urlencode({"client_id": client, "request_uri": uri})
        answer = browser.get(f"/wallet/authorize?{query}")
        assert ("小荷包" in answer.content.decode()) is found
    PushedRequest.objects.update(until=clock.now())
    answer = browser.get(f"/wallet/authorize?{query}")
    assert "小荷包" not in answer.content.decode()


def test_a_wish_that_is_none_is_refused_when_it_is_left_here(purse: Purse) -> None:
    answer = purse.http.post(
        "/wallet/push", {**WISH, "redirect_uri": "https://x.example"}
    )
    assert error(answer) == "invalid_request"
    assert PushedRequest.objects.count() == 0


def test_what_is_left_here_is_bounded(purse: Purse, monkeypatch: Any) -> None:
    monkeypatch.setattr(issuances, "MOST_PUSHED", 1)
    assert purse.http.post("/wallet/push", WISH).status_code == 201
    answer = purse.http.post("/wallet/push", WISH)
    assert error(answer, 503) == "temporarily_unavailable"


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
