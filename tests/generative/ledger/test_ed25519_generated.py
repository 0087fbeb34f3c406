"""Our Ed25519 verification against that of `cryptography`, on any key and message."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.kernel.ledger.verifier import ed25519_verifies


SECRETS = st.binary(min_size=32, max_size=32)
# Orders 1, 2 and 4: the encodings that random search comes upon.
SMALL_ORDER = [
    n.to_bytes(32, "little") for n in (0, 1 << 255, 1, 2**255 - 20, 2**255 - 19)
]
MESSAGES = st.binary(max_size=300)


def peer_verifies(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


@given(secret=SECRETS, message=MESSAGES)
@settings(deadline=None)
def test_what_the_peer_signs_we_verify(secret: bytes, message: bytes) -> None:
    key = Ed25519PrivateKey.from_private_bytes(secret)
    public = key.public_key().public_bytes_raw()
    assert ed25519_verifies(public, message, key.sign(message))


@given(secret=SECRETS, message=MESSAGES, bit=st.integers(0, 96 * 8 - 1))
@settings(deadline=None)
def test_any_flipped_bit_of_key_or_signature_is_judged_alike(
    secret: bytes, message: bytes, bit: int
) -> None:
    key = Ed25519PrivateKey.from_private_bytes(secret)
    both = bytearray(key.public_key().public_bytes_raw() + key.sign(message))
    both[bit // 8] ^= 1 << bit % 8
    public, signature = bytes(both[:32]), bytes(both[32:])
    assert not ed25519_verifies(public, message, signature)
    assert not peer_verifies(public, message, signature)


@given(
    public=SECRETS,
    message=MESSAGES,
    signature=st.binary(min_size=64, max_size=64),
)
@settings(deadline=None)
def test_nonsense_that_only_the_peer_accepts_has_a_key_of_small_order(
    public: bytes, message: bytes, signature: bytes
) -> None:
    ours = ed25519_verifies(public, message, signature)
    assert ours == peer_verifies(public, message, signature) or (
        public in SMALL_ORDER and not ours
    )
