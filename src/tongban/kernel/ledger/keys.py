"""Keys that sign checkpoints, as C2SP signed-note writes them.

The signing half of a suite is here, the verifying half in the stand-alone verifier;
a further suite is one more ``Signing`` and one more ``Suite``.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tongban.kernel.ledger.errors import ProofError, broken, proof_errors
from tongban.kernel.ledger.verifier import INTL, Key, Suite, from_base64, is_key_name
from tongban.kernel.ledger.verifier import read_key as _read_key


SECRET_BYTES = 32
_PREFIX = "PRIVATE+KEY+"


@dataclass(frozen=True, slots=True)
class Signing:
    """How a suite makes a public key and a signature from a secret of 32 bytes."""

    suite: Suite
    public: Callable[[bytes], bytes]
    sign: Callable[[bytes, bytes], bytes]


def _ed25519_public(secret: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def _ed25519_sign(secret: bytes, message: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(secret).sign(message)


SIGNING = {INTL.name: Signing(INTL, _ed25519_public, _ed25519_sign)}


@dataclass(frozen=True, slots=True)
class SignerKey:
    """A signing key (skey): its name, which is the log's origin, and its secret.

    The secret is in no ``repr`` and no ``str``; ``skey`` is for the key file alone.
    """

    name: str
    secret: bytes = field(repr=False)
    suite: Suite = INTL

    def __post_init__(self) -> None:
        if not is_key_name(self.name):
            raise broken(
                "key-name",
                f"公钥名称“{self.name}”不能为空，不能有空格、加号或控制字符。",
                f"a key name has no spaces, plus or control characters: {self.name!r}",
            )
        if len(self.secret) != SECRET_BYTES:
            raise broken(
                "key-secret",
                f"私钥应为 {SECRET_BYTES} 个随机字节。",
                f"a signing key is made of {SECRET_BYTES} random bytes",
            )

    @property
    def verifier(self) -> Key:
        """The key to publish; ``str`` of it is the vkey."""
        public = SIGNING[self.suite.name].public(self.secret)
        return Key(self.name, self.suite, public)

    def sign(self, message: bytes) -> bytes:
        return SIGNING[self.suite.name].sign(self.secret, message)

    @property
    def skey(self) -> str:
        """The key's text, secret included."""
        material = base64.b64encode(self.suite.signature_type + self.secret).decode()
        return f"{_PREFIX}{self.name}+{self.verifier.id.hex()}+{material}"


def generate(name: str, secret: bytes, suite: Suite = INTL) -> SignerKey:
    """A new signing key; ``secret`` is 32 bytes from the caller's random source."""
    return SignerKey(name, secret, suite)


def read_vkey(vkey: str) -> Key:
    """The verifier key of a vkey text, or ProofError."""
    with proof_errors():
        return _read_key(vkey)


def read_skey(skey: str) -> SignerKey:
    """The signing key of an skey text, or ProofError, which never shows the secret."""
    name, _, tail = skey.removeprefix(_PREFIX).partition("+")
    material = from_base64(tail.partition("+")[2])
    for signing in SIGNING.values():
        prefix = signing.suite.signature_type
        sized = len(material) == len(prefix) + SECRET_BYTES
        if sized and material.startswith(prefix) and is_key_name(name):
            key = SignerKey(name, material[len(prefix) :], signing.suite)
            if key.skey == skey:
                return key
    raise _not_a_key()


def _not_a_key() -> ProofError:
    return broken(
        "skey",
        "不是私钥文本（PRIVATE+KEY+名称+编号+Base64，C2SP signed-note）。",
        "this is not a signing key (PRIVATE+KEY+name+id+Base64, C2SP signed-note)",
    )
