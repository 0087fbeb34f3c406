"""What a wallet asks a holder for: judged by Authlib, read in our words."""

import json
from dataclasses import dataclass
from urllib.parse import urlsplit

from authlib.oauth2.rfc6749 import InvalidRequestError, InvalidScopeError

from tongban.capabilities.certificates.openid.oauth import (
    AfterSignIn,
    Client,
    Request,
    server,
)
from tongban.capabilities.certificates.sections import Wallet


@dataclass(frozen=True, slots=True)
class Asked:
    """A sound authorization request: which wallet asks for which type."""

    wallet: Wallet
    type: str
    origin: str
    grant: AfterSignIn


def asked(request: Request) -> Asked:
    """The authorization request, or OAuth2Error.

    A type is asked for by ``scope``, or by ``authorization_details`` (RFC 9396) with
    one ``openid_credential``; OpenID4VCI 1.0 section 5.1.
    """
    details = request.payload.data.get("authorization_details")
    if details and not request.payload.scope:
        request.payload.data["scope"] = _of_details(details)
    grant = server.get_consent_grant(request)
    client: Client = request.client
    if not request.scope:
        raise InvalidScopeError(redirect_uri=grant.redirect_uri)
    parts = urlsplit(grant.redirect_uri)
    own = parts.scheme not in ("http", "https")
    origin = f"{parts.scheme}:" if own else f"{parts.scheme}://{parts.netloc}"
    return Asked(client.wallet, request.scope, origin, grant)


def _of_details(text: str) -> str:
    try:
        (one,) = json.loads(text)
        if one["type"] != "openid_credential":
            raise KeyError("type")
        return str(one["credential_configuration_id"])
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidRequestError("'authorization_details' cannot be read") from error
