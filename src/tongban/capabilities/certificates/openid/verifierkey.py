"""The key and certificate (X.509) by which wallets know the counters of this site.

A site puts the chain that its authority issued, with the key, into
``keys/verifier-<host>.pem``. Until then one is made that nobody but the practice
city's wallets has a reason to trust.
"""

import base64
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings
from joserfc.jwk import ECKey

from tongban.capabilities.certificates import addresses
from tongban.home import write_private
from tongban.kernel.terms import UserError


LASTS = timedelta(days=5 * 365)
EARLIER = timedelta(hours=1)  # wallets' clocks differ


class BadVerifierKey(UserError):
    """The site's own file holds no P-256 key with its chain."""

    code = "wallet.verifier-key"


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """How requests are signed: the key, and its chain in base64, own one first."""

    jwk: ECKey = field(repr=False)
    x5c: tuple[str, ...]


def host() -> str:
    """The name in the certificate, which is that of the public address."""
    return urlsplit(addresses.issuer()).hostname or ""


def client_id() -> str:
    """Who asks: OpenID4VP 1.0 section 5.9.3, client identifier prefix x509_san_dns."""
    return f"x509_san_dns:{host()}"


def verifier_key(at: datetime) -> VerifierKey:
    """The site's key. Raises BadVerifierKey."""
    path = settings.HOME.keys / f"verifier-{host()}.pem"
    if not path.exists():
        write_private(path, _made(at))
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> VerifierKey:
    del changed
    text = path.read_bytes()
    try:
        key = load_pem_private_key(text, password=None)
        chain = x509.load_pem_x509_certificates(text)
    except ValueError as error:
        raise _bad(path) from error
    if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(
        key.curve, SECP256R1
    ):
        raise _bad(path)
    x5c = (base64.b64encode(each.public_bytes(Encoding.DER)) for each in chain)
    return VerifierKey(ECKey.import_key(key), tuple(each.decode() for each in x5c))


def _bad(path: Path) -> BadVerifierKey:
    return BadVerifierKey(
        "this file holds no key that wallets know a counter by",
        where=path.name,
        why="requests are signed with ES256 and carry the chain of their key",
        mend="put a P-256 private key and its certificates into it, as PEM, own first",
    )


def _made(at: datetime) -> str:
    key = generate_private_key(SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host())])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - EARLIER)
        .not_valid_after(at + LASTS)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host())]), False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
    )
    signed = builder.sign(key, SHA256())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return (pem + signed.public_bytes(Encoding.PEM)).decode()
