"""Encodings that a lax verifier accepts and RFC 8032 does not."""

import pytest
from tests.unit.ledger.memory_log import KEY

from tongban.kernel.ledger.verifier import BASE, L, P, ed25519_verifies


PUBLIC = KEY.verifier.public
MESSAGE = b"one text"
SIGNATURE = KEY.sign(MESSAGE)
R, S = SIGNATURE[:32], int.from_bytes(SIGNATURE[32:], "little")


def little(number: int) -> bytes:
    return number.to_bytes(32, "little")


def test_base_point_is_that_of_section_5_1() -> None:
    x, y, _, product = BASE
    assert y * 5 % P == 4
    assert x % 2 == 0
    assert 121666 * (y * y - x * x - 1) % P == -121665 * product * product % P


def test_the_signature_as_it_is_verifies() -> None:
    assert ed25519_verifies(PUBLIC, MESSAGE, R + little(S))


def test_s_plus_the_group_order_is_another_encoding_and_refused() -> None:
    assert not ed25519_verifies(PUBLIC, MESSAGE, R + little(S + L))


@pytest.mark.parametrize("length", [0, 31, 32, 63, 65])
def test_other_lengths_of_signature(length: int) -> None:
    assert not ed25519_verifies(PUBLIC, MESSAGE, (SIGNATURE + b"\0")[:length])


@pytest.mark.parametrize("length", [0, 31, 33])
def test_other_lengths_of_key(length: int) -> None:
    assert not ed25519_verifies((PUBLIC + b"\0")[:length], MESSAGE, SIGNATURE)


@pytest.mark.parametrize(
    "public",
    [
        pytest.param(little(1), id="neutral element, order 1"),
        pytest.param(little(P - 1), id="order 2"),
        pytest.param(little(0), id="order 4"),
        pytest.param(little(1 << 255), id="order 4, other sign"),
    ],
)
def test_a_key_of_small_order_signs_nothing(public: bytes) -> None:
    # With S = 0 and R neutral such a key would accept every message of some kind.
    forged = little(1) + little(0)
    assert not any(ed25519_verifies(public, bytes([n]), forged) for n in range(8))


@pytest.mark.parametrize(
    "public",
    [
        pytest.param(little(P + 1), id="y not below p"),
        pytest.param(little(1 | 1 << 255), id="minus zero"),
        pytest.param(little(2), id="not on the curve"),
    ],
)
def test_a_key_that_is_no_point(public: bytes) -> None:
    assert not ed25519_verifies(public, MESSAGE, SIGNATURE)
