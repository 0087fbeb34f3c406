"""Leaves and sealed items."""

import hashlib
from functools import reduce
from typing import Any

import pytest
from tests.unit.ledger.memory_log import receipt

from tongban.kernel.ledger.errors import ProofError
from tongban.kernel.ledger.leaf import Leaf, Opening, check_opening, exposed, seal


AT = "2026-11-22T09:30:00+08:00"
SALT = bytes(range(16))


def box(value: Any, _: int) -> list[Any]:
    return [value]


def test_text_is_canonical_json() -> None:
    leaf = Leaf("case.opened", AT, {"案件": "99-1", "a": [1, True, None]}, {})
    assert leaf.text == (
        '{"at":"2026-11-22T09:30:00+08:00","kind":"case.opened",'
        '"public":{"a":[1,true,null],"案件":"99-1"},"sealed":{}}'
    )
    assert leaf.hash() == hashlib.sha256(b"\0" + leaf.text.encode()).digest()
    assert Leaf.parse(leaf.text) == leaf


def test_commitment_by_hand() -> None:
    leaf, openings = seal("k", AT, {}, {"name": "张三"}, lambda: SALT)
    told = '["000102030405060708090a0b0c0d0e0f","name","张三"]'
    expected = hashlib.sha256(f"tongban-commitment-v1\n{told}".encode()).hexdigest()
    assert leaf.sealed == {"name": expected}
    assert openings == {"name": Opening(SALT, "张三")}


def test_salts_go_by_the_order_of_names() -> None:
    salts = iter([b"a" * 16, b"b" * 16])
    _, openings = seal("k", AT, {}, {"y": 1, "x": 2}, lambda: next(salts))
    assert openings == {"x": Opening(b"a" * 16, 2), "y": Opening(b"b" * 16, 1)}


def test_the_right_opening_opens() -> None:
    leaf, openings = receipt(1)
    for name, opening in openings.items():
        check_opening(leaf, name, opening)


@pytest.mark.parametrize(
    ("name", "salt", "value"),
    [("name", SALT, "张四"), ("name", SALT[::-1], "张三"), ("name", SALT, ["张三"])],
)
def test_a_wrong_opening_does_not(name: str, salt: bytes, value: Any) -> None:
    leaf, _ = seal("k", AT, {}, {"name": "张三"}, lambda: SALT)
    with pytest.raises(ProofError, match="is not as sealed"):
        check_opening(leaf, name, Opening(salt, value))


def test_an_opening_of_what_was_not_sealed() -> None:
    with pytest.raises(ProofError, match='the record seals no "age"'):
        check_opening(Leaf("k", AT, {}, {}), "age", Opening(SALT, 1))


def test_equal_values_of_two_names_are_sealed_differently() -> None:
    leaf, _ = seal("k", AT, {}, {"a": 1, "b": 1}, lambda: SALT)
    assert leaf.sealed["a"] != leaf.sealed["b"]


def test_a_later_change_of_the_dict_changes_no_leaf() -> None:
    public = {"rows": [1]}
    leaf = Leaf("k", AT, public, {})
    public["rows"].append(2)
    assert leaf.public == {"rows": [1]}


@pytest.mark.parametrize("value", [1.5, float("nan"), [0.0], {"a": {"b": 2.0}}])
def test_floats_are_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="no floats"):
        Leaf("k", AT, {"amount": value}, {})
    with pytest.raises(TypeError, match="no floats"):
        seal("k", AT, {}, {"amount": value}, lambda: SALT)


@pytest.mark.parametrize("value", ["\ud800", 10**20, reduce(box, range(70), 0)])
def test_what_no_reader_could_read_is_neither_public_nor_sealed(value: Any) -> None:
    with pytest.raises(ProofError):
        Leaf("k", AT, {"x": value}, {})
    with pytest.raises(ProofError):
        Opening(SALT, value)


@pytest.mark.parametrize(
    "at",
    [
        "2026-11-22T09:30:00",
        "2026-11-22T09:30:00Z",
        "2026-11-22",
        "2026-13-22T09:30:00+08:00",
        "2026-11-22T09:30:00+08:00\n",
        "٢٠٢٦-11-22T09:30:00+08:00",
        "",
    ],
)
def test_a_time_needs_its_offset(at: str) -> None:
    with pytest.raises(ProofError, match="time with offset"):
        Leaf("k", at, {}, {})


def test_a_time_may_have_microseconds() -> None:
    assert Leaf("k", "2026-11-22T09:30:00.000001-05:00", {}, {}).kind == "k"


@pytest.mark.parametrize("commitment", ["", "ab", "AB" * 32, "g" * 64, 1])
def test_a_commitment_is_a_hash_in_lower_case(commitment: Any) -> None:
    with pytest.raises(ProofError, match="32 bytes in lower-case hex"):
        Leaf("k", AT, {}, {"name": commitment})


def test_a_leaf_has_a_kind() -> None:
    with pytest.raises(ProofError, match="a record with kind"):
        Leaf("", AT, {}, {})


def test_a_leaf_fits_an_entry_bundle() -> None:
    with pytest.raises(ProofError, match="at most 65535 bytes"):
        Leaf("k", AT, {"x": "字" * 30_000}, {})


def test_a_salt_has_16_bytes() -> None:
    with pytest.raises(ProofError, match="16 random bytes"):
        seal("k", AT, {}, {"name": "张三"}, lambda: b"salt")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{}",
        '{"at": "2026-11-22T09:30:00+08:00","kind":"k","public":{},"sealed":{}}',
        '{"kind":"k","at":"2026-11-22T09:30:00+08:00","public":{},"sealed":{}}',
        '{"at":"2026-11-22T09:30:00+08:00","kind":"\\u006b","public":{},"sealed":{}}',
        '{"at":"2026-11-22T09:30:00+08:00","kind":"k","public":[],"sealed":{}}',
        '{"at":"2026-11-22T09:30:00+08:00","kind":"k","public":{},"sealed":[]}',
        '{"at":"2026-11-22T09:30:00+08:00","kind":1,"public":{},"sealed":{}}',
        '{"at":"2026-11-22T09:30:00+08:00","kind":"k","public":{"n":-0},"sealed":{}}',
        '{"at":"2026-11-22T09:30:00+08:00","kind":"k","public":{"n":1e3},"sealed":{}}',
        '{"at":"2026-11-22T09:30:00+08:00","kind":"k","kind":"k","public":{},"sealed":{}}',
    ],
)
def test_a_text_that_is_no_leaf(text: str) -> None:
    with pytest.raises(ProofError):
        Leaf.parse(text)


def test_nothing_personal_is_exposed() -> None:
    leaf, openings = receipt(1)
    assert exposed(leaf, [str(opening.value) for opening in openings.values()]) == []


def test_something_personal_is_found() -> None:
    public = {"note": "与张三核对", "who": {"990101199001010017": [True]}}
    leaf = Leaf("k", AT, public, {"李四": "00" * 32})
    personal = ["张三", "李四", "王五", "990101199001010017"]
    assert exposed(leaf, personal) == ["张三", "李四", "990101199001010017"]
