"""Ed25519 verification by the vectors of RFC 8032 section 7.1."""

import hashlib
from pathlib import Path

import pytest

from tongban.kernel.ledger.keys import SIGNING
from tongban.kernel.ledger.verifier import ed25519_verifies


MESSAGE_1024 = Path(__file__).with_name("rfc8032-test-1024.hex")
# secret key, public key, message, signature
VECTORS = {
    "TEST 1": (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        b"",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    "TEST 2": (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        b"\x72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    "TEST 3": (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        b"\xaf\x82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
    "TEST 1024": (
        "f5e5767cf153319517630f226876b86c8160cc583bc013744c6bf255f5cc0ee5",
        "278117fc144c72340f67d0f2316e8386ceffbf2b2428c9c51fef7c597f1d426e",
        bytes.fromhex(MESSAGE_1024.read_text()),
        (
            "0aab4c900501b3e24d7cdf4663326a3a87df5e4843b2cbdb67cbf6e460fec350"
            "aa5371b1508f9f4528ecea23c436d94b5e8fcd4f681e30a6ac00a9704a188a03"
        ),
    ),
    "TEST SHA(abc)": (
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        hashlib.sha512(b"abc").digest(),
        (
            "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
            "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"
        ),
    ),
}


@pytest.fixture(params=VECTORS.values(), ids=VECTORS)
def vector(request: pytest.FixtureRequest) -> tuple[str, str, bytes, str]:
    return request.param


def test_signature_verifies(vector: tuple[str, str, bytes, str]) -> None:
    _, public, message, signature = vector
    assert ed25519_verifies(bytes.fromhex(public), message, bytes.fromhex(signature))


def test_other_message_does_not(vector: tuple[str, str, bytes, str]) -> None:
    _, public, message, signature = vector
    other = message + b"\x00"
    assert not ed25519_verifies(bytes.fromhex(public), other, bytes.fromhex(signature))


def test_signing_side_gives_the_same(vector: tuple[str, str, bytes, str]) -> None:
    secret, public, message, signature = vector
    signing = SIGNING["intl"]
    assert signing.public(bytes.fromhex(secret)).hex() == public
    assert signing.sign(bytes.fromhex(secret), message).hex() == signature
