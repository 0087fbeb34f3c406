"""The authorization server that wallets are given access by: Authlib, told our rules.

Two ways lead to an access token for one certificate: a pre-authorized code that the
holder carries from their page to a wallet (OpenID4VCI 1.0 section 4.1.1), and an
authorization code after signing in here (RFC 6749 section 4.1) with PKCE (RFC 7636,
S256 alone), whose parameters may be pushed before (RFC 9126).
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from authlib.common.urls import add_params_to_uri
from authlib.integrations.django_oauth2 import AuthorizationServer, ResourceProtector
from authlib.oauth2.rfc6749 import (
    BaseGrant,
    ClientMixin,
    InvalidGrantError,
    InvalidRequestError,
    OAuth2Payload,
    OAuth2Request,
    TokenEndpointMixin,
)
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc6750 import BearerTokenValidator
from authlib.oauth2.rfc7636 import CodeChallenge
from django.http import HttpRequest

from tongban.capabilities.certificates import addresses
from tongban.capabilities.certificates.sections import WALLET, Wallet
from tongban.kernel.terms import Actor
from tongban.store import clock, issuances
from tongban.store.certificates import Certificate
from tongban.store.issuances import Offer
from tongban.store.jurisdiction import current


PRE_AUTHORIZED = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
SECRET_BYTES = 32
CODE = "authorization_code"


def secret() -> str:
    """A code or token: 256 random bits, in the letters of an address."""
    return secrets.token_urlsafe(SECRET_BYTES)


@dataclass(frozen=True, slots=True)
class Client(ClientMixin):
    """A wallet of the pack as a public OAuth client (RFC 6749 section 2.1)."""

    wallet: Wallet

    def get_client_id(self) -> str:
        return self.wallet.code

    def get_default_redirect_uri(self) -> str | None:
        return self.wallet.redirects[0] if len(self.wallet.redirects) == 1 else None

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """A scope is one type of certificate; None, when it names none of ours."""
        return scope if scope in current().certificates else None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri in self.wallet.redirects

    def check_client_secret(self, client_secret: str) -> bool:
        del client_secret
        return False

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        del endpoint
        return method == "none"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in (CODE, PRE_AUTHORIZED)


def client_of(code: str) -> Client | None:
    wallet = current().sections[WALLET].get(code)
    return Client(wallet) if isinstance(wallet, Wallet) else None


@dataclass(frozen=True, slots=True)
class Choice:
    """What the holder allowed on the page: one certificate, at that moment."""

    certificate: Certificate
    by: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class Code:
    """A consent in the words that Authlib asks it by."""

    offer: Offer

    def get_redirect_uri(self) -> str:
        return self.offer.redirect

    def get_scope(self) -> str:
        return self.offer.type

    @property
    def code_challenge(self) -> str:
        return self.offer.challenge

    @property
    def code_challenge_method(self) -> str:
        return "S256"


class AfterSignIn(AuthorizationCodeGrant):
    """The authorization code grant: a code is for one wallet, one address, one use."""

    TOKEN_ENDPOINT_AUTH_METHODS = ("none",)

    def generate_authorization_code(self) -> str:
        return secret()

    def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
        choice: Choice = request.user
        issuances.consent(
            choice.certificate,
            by=choice.by,
            code=code,
            client=request.client.get_client_id(),
            redirect=self.redirect_uri_of(request),
            challenge=request.payload.data["code_challenge"],
            at=choice.at,
        )

    def redirect_uri_of(self, request: OAuth2Request) -> str:
        told: str = request.payload.redirect_uri
        return told or request.client.get_default_redirect_uri()

    def query_authorization_code(self, code: str, client: Client) -> Code | None:
        offer = issuances.by_code(code, clock.now())
        fits = offer is not None and offer.client == client.get_client_id()
        return Code(offer) if offer is not None and fits else None

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """It ended when its token was saved, in the same statement."""

    def authenticate_user(self, authorization_code: Code) -> Offer:
        return authorization_code.offer


class OnlyS256(CodeChallenge):
    """PKCE that cannot be left out, and in its strong form alone."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)

    def validate_code_challenge(self, grant: BaseGrant, redirect_uri: str) -> None:
        told = grant.request.payload.data
        if not told.get("code_challenge"):
            raise InvalidRequestError("Missing 'code_challenge'")
        if told.get("code_challenge_method") != "S256":
            raise InvalidRequestError("'code_challenge_method' must be S256")
        super().validate_code_challenge(grant, redirect_uri)


class PreAuthorized(BaseGrant, TokenEndpointMixin):
    """The code that the holder carried here, and the number they typed in.

    The wallet need not be known: whoever shows code and number had them from the
    holder. OpenID4VCI 1.0 sections 6.1 and 6.3.
    """

    GRANT_TYPE = PRE_AUTHORIZED

    def validate_token_request(self) -> None:
        form = self.request.form
        code = form.get("pre-authorized_code")
        if not code:
            raise InvalidRequestError("Missing 'pre-authorized_code' in request.")
        offer = issuances.by_code(code, clock.now())
        if offer is None or offer.client:
            raise InvalidGrantError("Invalid 'pre-authorized_code' in request.")
        if not form.get("tx_code"):
            raise InvalidRequestError("Missing 'tx_code' in request.")
        if not issuances.pin_fits(offer, code, form["tx_code"]):
            raise InvalidGrantError("Invalid 'tx_code' in request.")
        self.request.user = offer

    def create_token_response(self) -> tuple[int, dict[str, Any], Any]:
        offer: Offer = self.request.user
        token = self.generate_token(
            user=offer, scope=offer.type, include_refresh_token=False
        )
        self.save_token(token)
        return 200, token, self.TOKEN_RESPONSE_HEADER


class Server(AuthorizationServer):
    """Wallets of the pack as clients, consents of the store as codes and tokens."""

    def __init__(self) -> None:
        super().__init__(client_model=None, token_model=None)
        self.register_token_generator("default", _token)
        self.register_grant(AfterSignIn, [OnlyS256(required=True)])
        self.register_grant(PreAuthorized)

    def query_client(self, client_id: str) -> Client | None:
        return client_of(client_id)

    def save_token(self, token: dict[str, Any], request: OAuth2Request) -> None:
        if not issuances.redeem(request.user, token["access_token"], clock.now()):
            raise InvalidGrantError("The code was used before.")

    def handle_response(self, status_code: int, payload: Any, headers: Any) -> Any:
        """Every redirection to a wallet names who sends it (RFC 9207)."""
        named = [
            (name, add_params_to_uri(told, [("iss", addresses.issuer())]))
            if name == "Location"
            else (name, told)
            for name, told in headers
        ]
        return super().handle_response(status_code, payload, named)

    def create_oauth2_request(self, request: HttpRequest | OAuth2Request) -> Any:
        if isinstance(request, OAuth2Request):
            return request
        return Request(request)


def _token(**_asked: Any) -> dict[str, Any]:
    """A bearer token (RFC 6750) in the words of RFC 6749 section 5.1."""
    lasts = int(issuances.TOKEN_GOOD.total_seconds())
    return {"access_token": secret(), "token_type": "Bearer", "expires_in": lasts}


# Authlib quotes these in what it answers, and a quote must be plain ASCII (RFC 6749
# section 5.2). Nothing that we know is written otherwise: it counts as not sent.
_QUOTED = ("redirect_uri", "response_type", "grant_type")
_PLAIN = re.compile(r"[\x20\x21\x23-\x5b\x5d-\x7e]*")


class Parameters(OAuth2Payload):
    """The parameters of a request, as one value and as all values of a name."""

    def __init__(self, sent: Mapping[str, Sequence[str]]) -> None:
        self._lists = {
            name: list(values)
            for name, values in sent.items()
            if values and (name not in _QUOTED or all(map(_PLAIN.fullmatch, values)))
        }
        self._data = {name: values[-1] for name, values in self._lists.items()}

    @property
    def data(self) -> dict[str, str]:
        return self._data

    @property
    def datalist(self) -> dict[str, list[str]]:
        return self._lists


class Request(OAuth2Request):
    """A request as Authlib reads it, at our public address.

    ``parameters`` take the place of what was sent: pushed ones, or those of the page
    on which the holder consented.
    """

    def __init__(
        self, request: HttpRequest, parameters: Mapping[str, str] | None = None
    ) -> None:
        uri = f"{addresses.issuer()}{request.get_full_path()}"
        super().__init__(request.method or "", uri, headers=request.headers)
        if parameters is not None:
            lists = {name: [value] for name, value in parameters.items()}
        else:
            lists = dict(
                (request.POST if request.method == "POST" else request.GET).lists()
            )
        self.payload = Parameters(lists)

    @property
    def args(self) -> dict[str, str]:
        return self.payload.data

    @property
    def form(self) -> dict[str, str]:
        return self.payload.data


class _Access(BearerTokenValidator):
    def authenticate_token(self, token_string: str) -> "Access | None":
        offer = issuances.by_token(token_string, clock.now())
        return Access(offer, token_string) if offer else None


@dataclass(frozen=True, slots=True)
class Access:
    """A good access token, in the words that Authlib asks it by."""

    offer: Offer
    token: str

    def get_scope(self) -> str:
        return self.offer.type

    def is_expired(self) -> bool:
        return False  # a token that is over was not found

    def is_revoked(self) -> bool:
        return False


server = Server()
protect = ResourceProtector()
protect.register_token_validator(_Access())
