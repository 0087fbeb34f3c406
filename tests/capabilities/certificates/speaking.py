"""What a wallet says to our routes, byte by byte, so that it can say it wrongly."""

import json
import re
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.test import Client
from joserfc import jwt
from joserfc.jwk import ECKey
from tests.capabilities.certificates.holding import HOLDER
from tests.capabilities.qinghe import PEOPLE

from tongban.kernel.terms import Subject, SubjectKind, Text
from tongban.store import accounts


ISSUER = "http://localhost:8000"
PRE_AUTHORIZED = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
VERIFIER = "a" * 64
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


def holder() -> Client:
    """The holder's browser, signed in."""
    account = accounts.create(
        HOLDER.account,
        title=Text(PEOPLE[0][1]),
        kind="citizen",
        subject=Subject(SubjectKind.PERSON, PEOPLE[0][0]),
    )
    browser = Client()
    browser.force_login(account, "django.contrib.auth.backends.ModelBackend")
    return browser


def officer(organization: str) -> Client:
    account = accounts.create(
        f"{organization}.officer",
        title=Text("巡查员"),
        kind="official",
        organization=organization,
    )
    browser = Client()
    browser.force_login(account, "django.contrib.auth.backends.ModelBackend")
    return browser


@dataclass(frozen=True, slots=True)
class Offer:
    """What the holder carries from the page to a wallet."""

    code: str
    pin: str


def offered(browser: Client, number: str) -> Offer:
    page = browser.post(f"/certificates/{number}/wallet/").content.decode()
    link = re.search(r'href="(openid-credential-offer:[^"]+)"', page)
    pin = re.search(r"<output>(\d{6})</output>", page)
    assert link
    assert pin
    query = parse_qs(urlsplit(unescape(link[1])).query)
    told = json.loads(query["credential_offer"][0])
    return Offer(told["grants"][PRE_AUTHORIZED]["pre-authorized_code"], pin[1])


@dataclass(slots=True)
class Purse:
    """A wallet with one key; it keeps CSRF checks on, which do not concern it."""

    http: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256"))

    def token(self, **form: str) -> Any:
        return self.http.post("/wallet/token", form)

    def by_offer(self, offer: Offer, pin: str = "") -> Any:
        form = {"pre-authorized_code": offer.code, "tx_code": pin or offer.pin}
        return self.token(grant_type=PRE_AUTHORIZED, **form)

    def nonce(self) -> str:
        return str(self.http.post("/wallet/nonce").json()["c_nonce"])

    def proof(self, nonce: str, **other: Any) -> str:
        claims = {"aud": ISSUER, "iat": int(time.time()), "nonce": nonce, **other}
        header = {
            "alg": "ES256",
            "typ": "openid4vci-proof+jwt",
            "jwk": self.key.as_dict(private=False),
        }
        return jwt.encode(header, claims, self.key)

    def ask(self, token: str, proof: str, **other: Any) -> Any:
        body = {
            "credential_configuration_id": "shop-licence",
            "proofs": {"jwt": [proof]},
            **other,
        }
        return self.send("/wallet/credential", token, body)

    def send(self, path: str, token: str, body: Any) -> Any:
        return self.http.post(
            path,
            body if isinstance(body, str) else json.dumps(body),
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}"} if token else {},
        )


def error(answer: Any, status: int = 400) -> str:
    """The code of an error as OAuth and OpenID4VCI answer it."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"].startswith("application/json")
    assert "no-store" in answer["Cache-Control"]
    return str(answer.json()["error"])
