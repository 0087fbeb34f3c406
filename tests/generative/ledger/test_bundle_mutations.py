"""A bundle with any byte changed is refused, or says exactly the same."""

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.ledger.memory_log import KEY, filled

from tongban.kernel.ledger import verifier
from tongban.kernel.ledger.checkpoint import Checkpoint, sign
from tongban.kernel.ledger.leaf import Opening, seal
from tongban.kernel.ledger.merkle import root_at
from tongban.kernel.ledger.verifier import Refused, Report, canonical
from tongban.kernel.terms import canonical_json


LOG = filled(7)
OLD = Checkpoint(KEY.name, 5, root_at(5, LOG.node_at))
COMPACT = LOG.bundle(2, 6, earlier=sign(OLD, KEY))
SPREAD = json.dumps(json.loads(COMPACT), indent=1, ensure_ascii=False).encode()
EXPECTED = verifier.verify(COMPACT)


def outcome(data: bytes) -> Report | None:
    try:
        return verifier.verify(data)
    except Refused as refused:
        sentences = refused.say("zh") + refused.say("en")
    assert "\n" not in sentences
    return None


def is_white(byte: int) -> bool:
    return byte in b" \t\r\n"


def test_every_byte_flipped_once_is_refused() -> None:
    choose = random.Random(20261122)
    for place, byte in enumerate(COMPACT):
        data = bytearray(COMPACT)
        data[place] = byte ^ (1 << choose.randrange(8))
        assert outcome(bytes(data)) is None, (place, data[place])


@given(place=st.integers(0, len(SPREAD) - 1), byte=st.integers(0, 255))
@settings(max_examples=400, deadline=None)
def test_another_byte_is_refused_or_means_the_same(place: int, byte: int) -> None:
    data = bytearray(SPREAD)
    data[place] = byte
    result = outcome(bytes(data))
    if result is not None:
        assert result == EXPECTED
        assert byte == SPREAD[place] or (is_white(byte) and is_white(SPREAD[place]))


@given(start=st.integers(0, len(COMPACT)), length=st.integers(1, 200))
@settings(max_examples=100, deadline=None)
def test_a_cut_bundle_is_refused(start: int, length: int) -> None:
    data = COMPACT[:start] + COMPACT[start + length :]
    assert outcome(data) == (EXPECTED if data == COMPACT else None)


@given(st.binary(max_size=500))
def test_any_bytes_are_refused(data: bytes) -> None:
    assert outcome(data) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner)
    ),
    max_leaves=6,
)


@given(part=st.sampled_from([*json.loads(COMPACT), "leaves.0", "leaves.0.openings"]),
       value=JSON)  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_any_value_in_any_part_is_refused_or_means_the_same(
    part: str, value: Any
) -> None:
    bundle = json.loads(COMPACT)
    inner: Any = bundle
    *path, last = part.split(".")
    for step in path:
        inner = inner[int(step) if step.isdigit() else step]
    inner[int(last) if last.isdigit() else last] = value
    result = outcome(json.dumps(bundle).encode())
    if part == "leaves.0.openings" and value == {}:
        assert result is not None
        assert result.leaves[0].opened == {}
    else:
        assert result is None


@given(value=JSON)
def test_one_canonical_form(value: Any) -> None:
    assert canonical(value) == canonical_json(value)


@given(value=JSON, other=JSON, salt=st.binary(min_size=16, max_size=16))
def test_a_commitment_binds_name_and_value(value: Any, other: Any, salt: bytes) -> None:
    leaf, openings = seal(
        "k", "2026-11-22T09:30:00+08:00", {}, {"item": value}, lambda: salt
    )
    read = verifier.read_leaf(leaf.text)
    assert openings == {"item": Opening(salt, value)}
    verifier.check_opening(read, "item", salt, value)
    if canonical(other) != canonical(value):
        with pytest.raises(Refused):
            verifier.check_opening(read, "item", salt, other)
