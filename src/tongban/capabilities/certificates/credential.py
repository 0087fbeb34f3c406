"""Certificates as SD-JWT VC: what a wallet holds, and how one that is shown is judged.

draft-ietf-oauth-sd-jwt-vc over RFC 9901. Type, issuing body and state stand in clear;
everything else, each field by itself, is shown only if the holder chooses to. The
copy is bound to a key of the wallet (``cnf``), and ends within a year whatever the
certificate does, so that no key of the jurisdiction is relied on for ever.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from openvc.errors import OpenvcError
from openvc.keys import jwk_thumbprint
from openvc.proof.sd_jwt import SdJwtVcProofSuite
from openvc.status.token_status_list import parse_token_status_ref

from tongban.capabilities.certificates import addresses, keys, statuslist
from tongban.kernel.case.certificate import holder_code, not_in_force
from tongban.kernel.terms import Actor, Refused
from tongban.store import clock, wallets
from tongban.store.certificates import Certificate
from tongban.store.jurisdiction import current


LONGEST = timedelta(days=365)
# What every certificate tells, whatever its type declares (GB/T 36903).
COMMON = (
    "number",
    "holder_name",
    "holder_id",
    "holder_id_type",
    "issued_on",
    "valid_until",
)
BODY, BODY_CODE = "issuing_authority", "issuing_authority_code"
_suite = SdJwtVcProofSuite()


class NotAccepted(Refused):
    """What was shown is forged, not ours, not the holder's, over, or no such thing."""

    code = "certificate.not-accepted"


@dataclass(frozen=True, slots=True)
class Wish:
    """A certificate that a wallet wants bound to its public ``key`` (JWK)."""

    certificate: Certificate
    key: Mapping[str, Any]


def issue_many(wishes: Sequence[Wish], *, by: Actor, at: datetime) -> list[str]:
    """SD-JWT VCs for wallets, in the order of ``wishes``.

    Their leaves and places are on the disk when this returns. Asked again with the
    same key it gives a credential at the same place: nothing is doubled. Raises
    NotInForce and wallets.TooManyCopies; then none is issued.
    """
    for wish in wishes:
        check_in_force(wish.certificate, at)
    wanted = [
        wallets.Wanted(
            wish.certificate,
            jwk_thumbprint(dict(wish.key)),
            _end(wish.certificate, at),
        )
        for wish in wishes
    ]
    kept = wallets.copies(wanted, by=by, at=at)
    key = keys.signing_key(at)
    return [_signed(wish, copy, key) for wish, copy in zip(wishes, kept, strict=True)]


def check_in_force(certificate: Certificate, at: datetime) -> None:
    if not certificate.is_valid(at.date()):
        raise not_in_force([certificate.number])


def _end(certificate: Certificate, at: datetime) -> datetime:
    longest = at + LONGEST
    last = certificate.valid_until
    return min(longest, clock.start_of(last + timedelta(1))) if last else longest


def _signed(wish: Wish, copy: wallets.Copy, key: keys.IssuingKey) -> str:
    shown = disclosable(wish.certificate)
    pack = current()
    kind = pack.certificates[wish.certificate.type]
    body = pack.catalog.organizations[kind.issuer]
    claims = {
        "iss": addresses.issuer(),
        "iat": int(copy.at.timestamp()),
        "exp": int(copy.until.timestamp()),
        **statuslist.reference(copy.list, copy.place),
        BODY: body.title.zh,
        BODY_CODE: body.uscc,
        **shown,
    }
    signed: str = _suite.issue(
        claims,
        signing_key=key.signer(),
        disclosable=tuple(shown),
        holder_jwk=dict(wish.key),
        vct=addresses.vct(wish.certificate.type),
    )
    return signed


def disclosable(certificate: Certificate) -> dict[str, str]:
    """What the holder may show of a certificate, each by itself: claims and values."""
    until, holder = certificate.valid_until, certificate.holder
    common = (
        certificate.number,
        certificate.holder_name,
        holder.id,
        holder_code(holder),
        certificate.issued_at.date().isoformat(),
        until.isoformat() if until else "",
    )
    said = {**certificate.fields, **dict(zip(COMMON, common, strict=True))}
    return {name: text for name, text in said.items() if text != ""}


@dataclass(frozen=True, slots=True)
class Binding:
    """Whom a presentation must be made for: the verifier's name and its nonce."""

    audience: str
    nonce: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What a holder has shown of a certificate of ours that is in force."""

    certificate: Certificate
    claims: Mapping[str, Any]


def verify(presented: str, binding: Binding | None, *, at: datetime) -> Shown:
    """Judge one SD-JWT VC; with ``binding`` the holder must have shown it to us now.

    Signature, time, key binding and state, this very moment's and not a list's.
    Raises NotAccepted, whose ``why`` tells an operator and nothing of the holder.
    """
    (shown,) = verify_many([(presented, binding)], at=at)
    return shown


def verify_many(
    presented: Sequence[tuple[str, Binding | None]], *, at: datetime
) -> list[Shown]:
    """Like `verify` for many, with one look at the store; one refusal refuses all."""
    known = keys.verifying_keys()
    read = [_read(text, binding, at, known) for text, binding in presented]
    places = [_place(claims) for claims in read]
    found = wallets.at_places(places)
    return [
        _in_force(claims, found.get(place))
        for claims, place in zip(read, places, strict=True)
    ]


def _read(
    text: str,
    binding: Binding | None,
    at: datetime,
    known: Mapping[str, dict[str, Any]],
) -> dict[str, Any]:
    try:
        issuer, kid = _suite.peek_issuer(text)
        key = known.get(kid or "") if issuer == addresses.issuer() else None
        if key is None:
            raise _refused("it was not issued here, or by a key that was withdrawn")
        result = _suite.verify(
            text,
            public_key_jwk=key,
            audience=binding and binding.audience,
            nonce=binding and binding.nonce,
            require_key_binding=binding is not None,
            now=at,
        )
    except OpenvcError as error:
        raise _refused(type(error).__name__) from error
    claims: dict[str, Any] = result.claims
    return claims


def _place(claims: Mapping[str, Any]) -> tuple[int, int]:
    try:
        told = parse_token_status_ref(dict(claims))
    except OpenvcError as error:
        raise _refused(type(error).__name__) from error
    if told is None:
        raise _refused("it names no status list")
    number = told.uri.rpartition("/")[2]
    if not number.isdecimal() or told.uri != statuslist.uri(number):
        raise _refused("its status list is not ours")
    return int(number), told.index


def _in_force(claims: Mapping[str, Any], found: Certificate | None) -> Shown:
    if found is None:
        raise _refused("nothing was issued at its place")
    if claims["vct"] != addresses.vct(found.type):
        raise _refused("it is of another type than what was issued at its place")
    if statuslist.state_of(found.status) != statuslist.VALID:
        raise _refused(f"the certificate is {found.status}")
    return Shown(found, claims)


def _refused(why: str) -> NotAccepted:
    return NotAccepted(
        "what was shown is not accepted",
        why=why,
        mend="ask the holder to fetch the certificate anew and show it again",
    )
