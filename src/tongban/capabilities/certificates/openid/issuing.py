"""What a holder and their wallet do: offer, nonce, request, notification.

OpenID4VCI 1.0; keys are proved by openvc, what is kept is in the store.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core import signing
from openvc.errors import OpenvcError
from openvc.openid4vci import (
    CredentialRequest,
    CredentialRequestMalformed,
    ProofReplayed,
    parse_credential_request,
    verify_credential_request_proofs,
)

from tongban.capabilities.certificates import addresses, credential
from tongban.capabilities.certificates.openid.metadata import MOST_AT_ONCE
from tongban.capabilities.certificates.openid.oauth import (
    PRE_AUTHORIZED,
    Access,
    secret,
)
from tongban.kernel.terms import Actor, Refused
from tongban.store import issuances
from tongban.store.certificates import Certificate


PIN_DIGITS = 6
SCHEME = "openid-credential-offer://"
EVENTS = ("credential_accepted", "credential_failure", "credential_deleted")
_nonces = signing.TimestampSigner(salt="tongban wallet nonce")


@dataclass(frozen=True, slots=True)
class Offered:
    """What a holder carries to a wallet: ``uri`` by QR or link, ``pin`` by hand."""

    uri: str
    pin: str


class CredentialError(Exception):
    """An answer of OpenID4VCI 1.0 section 8.3.1; ``code`` is its ``error``."""

    def __init__(self, code: str, told: str, *, status: int = 400) -> None:
        super().__init__(told)
        self.code, self.told, self.status = code, told, status


def offer(certificate: Certificate, *, by: Actor, at: datetime) -> Offered:
    """Let the holder's wallet fetch the certificate: a code, and a number to type in.

    Raises NotInForce. An older offer that nobody took up ends.
    """
    credential.check_in_force(certificate, at)
    code = secret()
    pin = "".join(secrets.choice("0123456789") for _ in range(PIN_DIGITS))
    issuances.offer(certificate, by=by, code=code, pin=pin, at=at)
    told = {
        "credential_issuer": addresses.issuer(),
        "credential_configuration_ids": [certificate.type],
        "grants": {
            PRE_AUTHORIZED: {
                "pre-authorized_code": code,
                "tx_code": {"length": PIN_DIGITS, "input_mode": "numeric"},
            }
        },
    }
    query = urlencode({"credential_offer": json.dumps(told, separators=(",", ":"))})
    return Offered(f"{SCHEME}?{query}", pin)


def nonce() -> str:
    """A fresh nonce; nothing is kept of it until a request uses it up."""
    return _nonces.sign(secret())


def _good(told: str) -> bool:
    try:
        _nonces.unsign(told, max_age=issuances.NONCE_GOOD)
    except signing.BadSignature:
        return False
    return True


def answer(access: Access, body: str, *, at: datetime) -> Mapping[str, Any]:
    """The credentials that a wallet asks for, one for each key that it proves.

    The same request again, because its answer was lost, is answered with credentials
    of the same certificate at the same places. Raises CredentialError.
    """
    request = _request(access, body)
    proofs = _proofs(access, request, at)
    try:
        certificate = access.offer.fetched()
        wishes = [credential.Wish(certificate, proof.public_jwk) for proof in proofs]
        made = credential.issue_many(wishes, by=access.offer.by, at=at)
    except Refused as refused:
        raise CredentialError("credential_request_denied", refused.code) from refused
    return {
        "credentials": [{"credential": each} for each in made],
        "notification_id": notification_id(access),
    }


def _request(access: Access, body: str) -> CredentialRequest:
    try:
        request = parse_credential_request(_final(body), batch_size=MOST_AT_ONCE)
    except CredentialRequestMalformed as error:
        raise CredentialError("invalid_credential_request", _plain(error)) from error
    except OpenvcError as error:
        raise CredentialError("invalid_proof", _plain(error)) from error
    if request.response_encryption is not None:
        raise CredentialError(
            "invalid_encryption_parameters", "answers are not encrypted"
        )
    if request.credential_identifier is not None:
        raise CredentialError("unknown_credential_identifier", "none was given")
    if request.credential_configuration_id != access.offer.type:
        raise CredentialError(
            "unknown_credential_configuration", "the access token is for another"
        )
    return request


def _final(body: str) -> str:
    """The request as 1.0 writes it: drafts before it sent one ``proof``, not several.

    Wallets in the field do still.
    """
    try:
        told = json.loads(body)
    except ValueError:
        return body  # which openvc refuses
    one = told.pop("proof", None) if isinstance(told, dict) else None
    if not isinstance(one, dict) or "proofs" in told:
        return body
    kind = str(one.get("proof_type"))
    return json.dumps({**told, "proofs": {kind: [one.get(kind)]}})


def _proofs(access: Access, request: CredentialRequest, at: datetime) -> Any:
    """The keys that the wallet proves to have, under a nonce of ours used once."""
    # What a retry has in common with the request that it repeats, and nothing else.
    same = "\n".join((access.token, *request.proofs))

    def spend(told: str) -> bool:
        return _good(told) and issuances.spend(told, same, at)

    try:
        return verify_credential_request_proofs(
            request,
            credential_issuer=addresses.issuer(),
            check_nonce=spend,
            now=at,
            batch_size=MOST_AT_ONCE,
        )
    except ProofReplayed as error:
        raise CredentialError("invalid_nonce", _plain(error)) from error
    except OpenvcError as error:
        raise CredentialError("invalid_proof", _plain(error)) from error


def _plain(error: Exception) -> str:
    """What kind of fault it is. Not its text, which may quote what was sent."""
    return type(error).__name__


def notification_id(access: Access) -> str:
    """By what a wallet names the credentials of one access token."""
    return issuances.digest(f"notification {access.token}")[:32]


def notify(access: Access, told: object) -> None:
    """Take note of what the wallet did (section 11). Raises CredentialError."""
    if not isinstance(told, Mapping) or told.get("event") not in EVENTS:
        raise CredentialError(
            "invalid_notification_request", "no event of section 11.1"
        )
    if told.get("notification_id") != notification_id(access):
        raise CredentialError("invalid_notification_id", "not of this access token")
    issuances.note(access.offer, told["event"])
