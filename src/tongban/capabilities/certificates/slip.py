"""The slip (凭条) in a certificate's QR code: its minimal facts, signed, read offline.

A compact JWS (RFC 7515) with Ed25519 (RFC 9864) over a short JSON object, within an
address that shows the state of today. Whoever holds the published keys (a JWK Set,
RFC 7517) checks it without a network; what has become of the certificate since, only
the address can tell. Free of Django, so that a verifier needs no installation.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from tongban.kernel.case.identifier import ROOT
from tongban.kernel.terms import Refused, UserError


ALGORITHM = "Ed25519"
# A compact JWS wherever it stands: alone, in an address, among a PDF's metadata.
TOKEN = re.compile(rb"eyJ[A-Za-z0-9_-]+\.eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{86}")
# So that two long names do not make the code too dense for a printer.
SIGNS = 18


class NoSlip(UserError):
    """There is nothing in what was given that could be checked."""

    code = "certificate.no-slip"


class Forged(Refused):
    """The signature is not that of a key that the issuer publishes."""

    code = "certificate.forged"


class BadKeys(UserError):
    """What was given as the published keys is no JWK Set."""

    code = "certificate.bad-keys"


@dataclass(frozen=True, slots=True)
class Slip:
    """What a QR code says: ``holder`` is masked, ``until`` None without an end.

    Of an annotated copy also ``copy``, its code, with ``receiver`` and ``reason`` cut
    to SIGNS signs, and its own last day, ``copy_until``.
    """

    number: str
    title: str
    holder: str
    issued: date
    until: date | None
    copy: str = ""
    receiver: str = ""
    reason: str = ""
    copy_until: date | None = None

    def is_over(self, day: date) -> bool:
        """Whether a last day that the slip names has passed."""
        ends = [end for end in (self.until, self.copy_until) if end is not None]
        return any(day > end for end in ends)


def signed(slip: Slip, key: Mapping[str, Any], kid: str) -> str:
    """The slip as a compact JWS of ``key``, a private JWK; the same each time."""
    said = {
        "i": slip.number.removeprefix(f"{ROOT}."),
        "t": slip.title,
        "h": slip.holder,
        "f": f"{slip.issued:%Y%m%d}",
        "u": f"{slip.until:%Y%m%d}" if slip.until else "",
        "c": slip.copy,
        "r": slip.receiver[:SIGNS],
        "p": slip.reason[:SIGNS],
        "e": f"{slip.copy_until:%Y%m%d}" if slip.copy_until else "",
    }
    payload = json.dumps(
        {name: value for name, value in said.items() if value},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    header = {"alg": ALGORITHM, "kid": kid}
    return jws.serialize_compact(header, payload, _key(key), algorithms=[ALGORITHM])


def find(content: bytes) -> str:
    """The token in a text, an address or a PDF; NoSlip."""
    found = TOKEN.search(content)
    if found is None:
        raise NoSlip(
            "there is no signed code in this",
            why="a QR code, its text, or the PDF that it stands on is wanted",
            mend="scan the code again, or take the file as it was downloaded",
        )
    return found.group().decode()


def verified(token: str, keys: Mapping[str, Any]) -> Slip:
    """What the token says, if a key of ``keys`` (a JWK Set) signed it.

    Forged, BadKeys.
    """
    public = _public(keys)
    try:
        kid = jws.extract_compact(token.encode()).headers().get("kid")
        if kid not in public:
            raise _forged("it names no key that is published")
        found = jws.deserialize_compact(token, public[kid], algorithms=[ALGORITHM])
        return _slip(json.loads(found.payload))
    except (JoseError, ValueError, KeyError) as error:
        raise _forged("the signature does not fit what it says") from error


def _slip(said: Mapping[str, str]) -> Slip:
    issued = _day(said["f"])
    assert issued is not None
    return Slip(
        number=f"{ROOT}.{said['i']}",
        title=said.get("t", ""),
        holder=said.get("h", ""),
        issued=issued,
        until=_day(said.get("u", "")),
        copy=said.get("c", ""),
        receiver=said.get("r", ""),
        reason=said.get("p", ""),
        copy_until=_day(said.get("e", "")),
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _public(keys: Mapping[str, Any]) -> dict[str, OKPKey]:
    try:
        listed = [jwk for jwk in keys["keys"] if jwk.get("crv") == ALGORITHM]
        return {jwk["kid"]: _key(jwk) for jwk in listed}
    except (JoseError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise BadKeys(
            "these are not the published keys",
            why='a JWK Set is wanted: {"keys": [...]}',
            mend="fetch them from /certificates/keys.json of the issuer's site",
        ) from error


def _key(jwk: Mapping[str, Any]) -> OKPKey:
    """The key without what says for which name of the algorithm it is kept."""
    bare = {name: jwk[name] for name in ("kty", "crv", "x", "d") if name in jwk}
    return OKPKey.import_key(bare)


def _forged(why: str) -> Forged:
    return Forged(
        "this code was not signed by the issuer",
        why=why,
        mend="do not rely on it; ask the holder to show the original",
    )
