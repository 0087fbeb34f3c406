"""A wallet sends its holder to sign in here: what is allowed, to whom, and once."""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client
from tests.capabilities.certificates.holding import licence
from tests.capabilities.certificates.speaking import (
    CHALLENGE,
    ISSUER,
    VERIFIER,
    Offer,
    Purse,
    error,
    holder,
    offered,
)

from tongban.store import clock, issuances
from tongban.store.models import (
    CertificateRecord,
    PushedRequest,
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
    large = purse.http.post("/wallet/push", {**WISH, "more": "x" * 20_000})
    assert error(large, 413) == "invalid_request"
