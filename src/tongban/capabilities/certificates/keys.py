"""The jurisdiction's issuing keys, rolled over without a gap.

A generation holds two keys: ES256 for wallets, because the OpenID4VC High Assurance
Interoperability Profile asks for it, and EdDSA, whose signatures are the same each
time, for documents that must come out byte-equal. Each generation is one file of
``keys/issuing``, readable by its owner alone. The newest one whose time has come
signs. All are published, so what a former one signed verifies to its end, and what a
process that has not noticed a roll-over yet signs a moment late does too.
"""

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as p256
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from joserfc.jwk import ECKey, OKPKey
from openvc.keys import Ed25519SigningKey, P256SigningKey, signing_key_from_jwk

from tongban.home import write_private


ES256, EDDSA = "ES256", "EdDSA"
KID_LENGTH = 10  # of the thumbprint (RFC 7638): 60 bits tell our few keys apart
PRIVATE = "d"


@dataclass(frozen=True, slots=True)
class IssuingKey:
    """A key that signs from ``since`` on; ``jwk`` is the private one, RFC 7517."""

    kid: str
    alg: str
    since: datetime
    jwk: Mapping[str, Any] = field(repr=False, compare=False)

    def signer(self) -> P256SigningKey | Ed25519SigningKey:
        """The key as openvc signs with it."""
        return _signer(self.kid, json.dumps(dict(self.jwk), sort_keys=True))

    def public(self) -> dict[str, Any]:
        """The public JWK, as it is published."""
        shown = {name: part for name, part in self.jwk.items() if name != PRIVATE}
        return {**shown, "kid": self.kid, "alg": self.alg, "use": "sig"}


@lru_cache(maxsize=64)
def _signer(kid: str, jwk: str) -> P256SigningKey | Ed25519SigningKey:
    return signing_key_from_jwk(json.loads(jwk), kid)


@dataclass(frozen=True)
class Generation:
    """The keys of one roll-over; ``name`` is that of its file."""

    name: str
    since: datetime
    jwks: Mapping[str, Mapping[str, Any]] = field(repr=False)

    @cached_property
    def keys(self) -> Mapping[str, IssuingKey]:
        return {
            alg: IssuingKey(jwk["kid"], alg, self.since, _bare(jwk))
            for alg, jwk in self.jwks.items()
        }


def _bare(jwk: Mapping[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in jwk.items() if name != "kid"}


def signing_key(at: datetime, alg: str = ES256) -> IssuingKey:
    """The key that signs at ``at``; of a moment before the first one, the first.

    The first generation is made when it is first asked for.
    """
    found = _all() or (roll(at),)
    begun = [each for each in found if each.since <= at]
    return (begun[-1] if begun else found[0]).keys[alg]


def published() -> dict[str, Any]:
    """Every key that has signed or is about to, as a JWK Set (RFC 7517 section 5)."""
    return {"keys": [key.public() for key in all_keys()]}


def verifying_keys() -> Mapping[str, dict[str, Any]]:
    """Every published key by its name."""
    return {key.kid: key.public() for key in all_keys()}


def all_keys() -> Iterator[IssuingKey]:
    """Every key that was not withdrawn, the earliest first."""
    for generation in _all():
        yield from generation.keys.values()


def roll(since: datetime) -> Generation:
    """A new generation that signs from ``since`` on; it is published at once.

    Two processes that make a first one at the same time do no harm: both are
    published, and every process takes the later.
    """
    jwks = {
        ES256: ECKey.import_key(p256(SECP256R1())),
        EDDSA: OKPKey.import_key(Ed25519PrivateKey.generate()),
    }
    kept = {
        alg: {**key.as_dict(private=True), "kid": key.thumbprint()[:KID_LENGTH]}
        for alg, key in jwks.items()
    }
    moment = since.astimezone(UTC)
    name = f"{moment:%Y%m%dT%H%M%S.%fZ}-{secrets.token_hex(4)}.json"
    folder = settings.HOME.issuing_keys
    folder.mkdir(mode=0o700, exist_ok=True)
    record = {"since": moment.isoformat(), "keys": kept}
    write_private(folder / name, json.dumps(record, indent=1))
    return _read(folder / name)


def withdraw(kid: str, *, at: datetime) -> bool:
    """Take the generation of a key back: it neither signs nor is published again.

    What it signed verifies no more. False when no key is called ``kid``. The file
    stays, out of use, so that nobody loses a key by a slip.
    """
    folder = settings.HOME.issuing_keys
    for generation in _all():
        if any(key.kid == kid for key in generation.keys.values()):
            aside = folder / f"{generation.name}.withdrawn-{at:%Y%m%dT%H%M%S}"
            (folder / generation.name).rename(aside)
            return True
    return False


def _all() -> tuple[Generation, ...]:
    """All generations, the earliest first, as they are on the disk now."""
    folder = settings.HOME.issuing_keys
    if not folder.is_dir():
        return ()
    names = (path.name for path in folder.glob("*.json"))
    # A file is written once and then never changed: its name stands for it.
    return _of(folder, tuple(sorted(name for name in names if name[0] != ".")))


@lru_cache(maxsize=8)
def _of(folder: Path, names: tuple[str, ...]) -> tuple[Generation, ...]:
    found = [_read(folder / name) for name in names]
    return tuple(sorted(found, key=lambda each: (each.since, each.name)))


def _read(path: Path) -> Generation:
    record = json.loads(path.read_text("utf-8"))
    return Generation(
        path.name, datetime.fromisoformat(record["since"]), record["keys"]
    )
