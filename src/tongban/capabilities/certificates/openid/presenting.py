"""A counter asks a holder to show certificates, and judges what the wallet sends.

OpenID4VP 1.0 as its High Assurance profile wants it: the query is DCQL, the request
a signed object fetched by the wallet, the answer encrypted to a key of this request
alone (``direct_post.jwt``). What may be asked is what the pack declares, for the
organisation and purpose that it names, and nothing more.
"""

import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import ECKey
from openvc.errors import OpenvcError
from openvc.jwe import decrypt_compact
from openvc.keys import P256KeyAgreementKey

from tongban.capabilities.certificates import addresses, credential
from tongban.capabilities.certificates.openid.metadata import FORMAT, PROOF_ALGORITHMS
from tongban.capabilities.certificates.openid.verifierkey import (
    client_id,
    verifier_key,
)
from tongban.kernel.case.certificate import Disclosure, Holder
from tongban.kernel.terms import Actor, Refused
from tongban.store import certificate_uses, presentations
from tongban.store.issuances import digest
from tongban.store.jurisdiction import current
from tongban.store.presentations import Asked


SCHEME = "openid4vp://"
REQUEST_TYP = "oauth-authz-req+jwt"
ENCRYPTION = "A128GCM"
DECLINED = "declined"


class Unanswerable(Exception):
    """An answer that is none: nothing is recorded, and the wallet is told so."""


def granted(by: Actor) -> tuple[Disclosure, ...]:
    """What the official may ask holders to show."""
    return certificate_uses.open_to(by, Holder.PRESENT)


def ask(code: str, *, by: Actor, at: datetime) -> Asked:
    """Ask for what ``code`` discloses, and no more.

    Raises certificate_uses.NotDisclosed.
    """
    declared = certificate_uses.disclosure(code, by, Holder.PRESENT)
    key = ECKey.generate_key("P-256", private=True)
    asked = Asked(
        id=secrets.token_urlsafe(32),
        declared=declared.code,
        by=by.account,
        nonce=secrets.token_urlsafe(32),
        state=secrets.token_urlsafe(32),
        key=key.as_dict(private=True),
        at=at,
        until=at + presentations.GOOD,
        answered=None,
        answer="",
        refusal="",
        shown=(),
    )
    presentations.ask(asked, organization=declared.organization, by=by)
    return asked


def link(asked: Asked) -> str:
    """What a wallet scans or is opened by: who asks, and where the request is."""
    uri = addresses.absolute("presentation-request", asked.id)
    return f"{SCHEME}?{urlencode({'client_id': client_id(), 'request_uri': uri})}"


def declared_of(asked: Asked) -> Disclosure:
    """What was declared when it was asked. Unanswerable when it is no longer."""
    found = current().disclosures.get(asked.declared)
    if found is None:
        raise Unanswerable("what was asked for is no longer declared")
    return found


def query(declared: Disclosure) -> Mapping[str, Any]:
    """The declaration as DCQL (OpenID4VP 1.0 section 6): one query a type.

    Where several types are disclosed, a holder shows those that they have.
    """
    named = _named(declared)
    queries = [
        {
            "id": name,
            "format": FORMAT,
            "meta": {"vct_values": [addresses.vct(kind)]},
            "claims": [{"path": [claim]} for claim in wanted(declared, kind)],
        }
        for name, kind in named.items()
    ]
    if len(named) == 1:
        return {"credentials": queries}
    sets = [{"options": [[name]], "required": False} for name in named]
    return {"credentials": queries, "credential_sets": sets}


def wanted(declared: Disclosure, kind: str) -> list[str]:
    """The claims asked of a type: its own in their order, then those of every type."""
    known = (*current().certificates[kind].fields, *credential.COMMON)
    return [name for name in known if name in declared.shows[kind]]


def _named(declared: Disclosure) -> dict[str, str]:
    """Names of queries, which may have no dots, to types of certificate."""
    return {f"c{place}": kind for place, kind in enumerate(declared.shows)}


def request_object(asked: Asked, at: datetime) -> str:
    """The signed request (RFC 9101) that the wallet fetches."""
    key, shown = verifier_key(at), ECKey.import_key(dict(asked.key))
    encrypt_to = {
        **shown.as_dict(private=False),
        "kid": shown.thumbprint(),
        "use": "enc",
        "alg": "ECDH-ES",
    }
    algorithms = list(PROOF_ALGORITHMS)
    formats = {"sd-jwt_alg_values": algorithms, "kb-jwt_alg_values": algorithms}
    claims = {
        "aud": "https://self-issued.me/v2",
        "client_id": client_id(),
        "response_type": "vp_token",
        "response_mode": "direct_post.jwt",
        "response_uri": addresses.absolute("presentation-response", asked.id),
        "nonce": asked.nonce,
        "state": asked.state,
        "dcql_query": query(declared_of(asked)),
        "client_metadata": {
            "jwks": {"keys": [encrypt_to]},
            "encrypted_response_enc_values_supported": [ENCRYPTION],
            "vp_formats_supported": {FORMAT: formats},
        },
        "iat": int(at.timestamp()),
        "exp": int(asked.until.timestamp()),
    }
    header = {"alg": "ES256", "typ": REQUEST_TYP, "x5c": list(key.x5c)}
    return jwt.encode(header, claims, key.jwk)


def receive(asked: Asked, form: Mapping[str, str], *, at: datetime) -> None:
    """Judge what a wallet sent for ``asked`` and record it; the same again is no more.

    Raises Unanswerable for what is no answer to this request, or comes too late.
    """
    name = digest(json.dumps(dict(form), sort_keys=True))
    if asked.answered is not None:
        if asked.answer != name:
            raise Unanswerable("it was answered before")
        return
    told = _opened(asked, form)
    if "error" in told:
        presentations.refuse(asked, answer=name, refusal=DECLINED, at=at)
        return
    declared = declared_of(asked)
    try:
        shown = _shown(asked, declared, told.get("vp_token"), at)
    except Refused as refused:
        presentations.refuse(asked, answer=name, refusal=refused.code, at=at)
        return
    presentations.accept(asked, declared, shown, answer=name, at=at)


def _opened(asked: Asked, form: Mapping[str, str]) -> Mapping[str, Any]:
    """The answer decrypted; that a wallet declines may come in clear."""
    told: Any = dict(form)
    if "response" in form:
        key = ECKey.import_key(dict(asked.key))
        mine = P256KeyAgreementKey(key.private_key, key.thumbprint())
        try:
            told = json.loads(decrypt_compact(form["response"], key=mine))
        except (OpenvcError, ValueError) as error:
            raise Unanswerable("it cannot be decrypted") from error
    elif "error" not in form:
        raise Unanswerable("it is not encrypted")
    if not isinstance(told, Mapping) or told.get("state") != asked.state:
        raise Unanswerable("it is not of this request")
    return told


def _shown(
    asked: Asked, declared: Disclosure, told: object, at: datetime
) -> list[certificate_uses.Shown]:
    """What was shown of each certificate. Raises credential.NotAccepted."""
    named = _named(declared)
    if not isinstance(told, Mapping) or not told or not told.keys() <= named.keys():
        raise _incomplete()
    binding = credential.Binding(client_id(), asked.nonce)
    judged = credential.verify_many(
        [(_one(text), binding) for text in told.values()], at=at
    )
    return [
        _asked_of(declared, named[name], each, at)
        for name, each in zip(told, judged, strict=True)
    ]


def _one(told: object) -> str:
    if isinstance(told, list) and len(told) == 1 and isinstance(told[0], str):
        return told[0]
    raise _incomplete()


def _asked_of(
    declared: Disclosure, kind: str, shown: credential.Shown, at: datetime
) -> certificate_uses.Shown:
    """What was asked of a certificate; what was shown beyond it is let fall."""
    found = shown.certificate
    # A claim that the certificate does not have cannot be shown of it.
    there = credential.disclosable(found)
    asked = [name for name in wanted(declared, kind) if name in there]
    if found.type != kind or any(name not in shown.claims for name in asked):
        raise _incomplete()
    fields = {name: shown.claims[name] for name in asked}
    names = frozenset(asked)
    return certificate_uses.Shown(found, found.on(at.date()), fields, names)


def _incomplete() -> credential.NotAccepted:
    return credential.NotAccepted(
        "not everything that was asked for was shown",
        why="a certificate or a claim is missing, or is another than was asked for",
        mend="ask the holder to try again and to allow all of it",
    )
