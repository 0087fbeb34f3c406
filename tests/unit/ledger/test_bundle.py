"""Proof bundles: what is issued verifies, what is altered is refused."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.unit.ledger.memory_log import KEY, ORIGIN, MemoryLog, filled, receipt

from tongban.kernel.ledger.bundle import Entry, make, verify
from tongban.kernel.ledger.checkpoint import Checkpoint, add_signatures, sign
from tongban.kernel.ledger.errors import ProofError
from tongban.kernel.ledger.keys import generate
from tongban.kernel.ledger.merkle import leaf_hash, root_at
from tongban.kernel.ledger.verifier import MAX_BYTES, Signature


OTHER = generate(ORIGIN, b"\x09" * 32)


@pytest.fixture(scope="module")
def log() -> MemoryLog:
    return filled(11)


@pytest.fixture(scope="module")
def parts(log: MemoryLog) -> str:
    earlier = Checkpoint(ORIGIN, 6, root_at(6, log.node_at))
    return log.bundle(3, 10, earlier=sign(earlier, KEY)).decode()


def opened(number: int) -> dict[str, Any]:
    return {name: opening.value for name, opening in receipt(number)[1].items()}


def test_a_bundle_proves_its_leaves(log: MemoryLog) -> None:
    report = verify(log.bundle(3, 0), KEY.verifier)
    assert report.pinned
    assert report.key == KEY.verifier
    assert report.head == (ORIGIN, 11, root_at(11, log.node_at))
    assert [leaf.number for leaf in report.leaves] == [3, 0]
    assert report.leaves[0].leaf.public["rows"] == 3
    assert [leaf.opened for leaf in report.leaves] == [opened(3), opened(0)]
    assert report.earlier is None


def test_without_a_key_the_report_says_so(log: MemoryLog) -> None:
    assert not verify(log.bundle(1)).pinned


def test_what_is_not_opened_stays_sealed(log: MemoryLog) -> None:
    leaf, _ = receipt(5)
    data = make(log.note(), KEY.verifier, [Entry(5, leaf.text)], log.node_at)
    assert "测试5" not in data.decode()
    proven = verify(data).leaves[0]
    assert proven.opened == {}
    assert set(proven.leaf.sealed) == {"name", "subject"}


def test_an_earlier_checkpoint_is_proven_the_beginning(parts: str) -> None:
    report = verify(parts.encode())
    assert report.earlier is not None
    assert report.earlier.size == 6


def test_cosignatures_travel_with_the_bundle(log: MemoryLog) -> None:
    cosignature = Signature("linjiang.example", b"\1\2\3\4", b"\x05" * 72)
    note = add_signatures(log.note(), [cosignature])
    data = make(note, KEY.verifier, [log.entries[0]], log.node_at)
    assert str(cosignature) in json.loads(data)["checkpoint"]


def test_white_space_means_nothing(parts: str) -> None:
    spread = json.dumps(json.loads(parts), indent=2, ensure_ascii=False)
    assert verify(spread.encode()) == verify(parts.encode())


def test_what_does_not_verify_is_not_issued(log: MemoryLog) -> None:
    wrong = Entry(3, log.entries[4].text)
    with pytest.raises(ProofError, match="the root should be"):
        make(log.note(), KEY.verifier, [wrong], log.node_at)


def test_a_bundle_of_nothing_is_not_issued(log: MemoryLog) -> None:
    with pytest.raises(ProofError, match="at least one record"):
        make(log.note(), KEY.verifier, [], log.node_at)


def test_a_bundle_is_of_the_key_of_its_checkpoint(log: MemoryLog) -> None:
    with pytest.raises(ProofError, match="no signature of the key"):
        make(log.note(), OTHER.verifier, [log.entries[0]], log.node_at)


def test_an_earlier_checkpoint_of_another_history_is_refused(log: MemoryLog) -> None:
    forked = sign(Checkpoint(ORIGIN, 6, bytes(32)), KEY)
    with pytest.raises(ProofError, match="the root should be") as error:
        log.bundle(0, earlier=forked)
    assert error.value.where == "consistency"


def test_another_key_than_the_trusted_is_refused(parts: str) -> None:
    with pytest.raises(ProofError, match="you trust the key") as error:
        verify(parts.encode(), OTHER.verifier)
    assert error.value.where == "key"


def set_at(*path: Any, to: Any) -> Callable[[Any], None]:
    def edit(bundle: Any) -> None:
        for step in path[:-1]:
            bundle = bundle[step]
        bundle[path[-1]] = to

    return edit


def drop(*path: Any) -> Callable[[Any], None]:
    def edit(bundle: Any) -> None:
        for step in path[:-1]:
            bundle = bundle[step]
        del bundle[path[-1]]

    return edit


def repeat_leaf(bundle: Any) -> None:
    bundle["leaves"].append(bundle["leaves"][0])


FIRST = ("leaves", 0)
FAR = sign(Checkpoint(ORIGIN, 6, bytes(32)), OTHER)


@pytest.mark.parametrize(
    ("edit", "code", "where"),
    [
        (set_at("format", to="tongban-proof/2"), "format", None),
        (set_at("format", to=["\u202e"]), "format", None),
        (set_at("extra", to=1), "members", None),
        (set_at("", to=1), "members", None),
        (drop("key"), "members", None),
        (set_at("key", to=1), "shape", "key"),
        (set_at("key", to="a+b+c"), "key", "key"),
        (set_at("key", to=str(OTHER.verifier)), "signature-missing", "checkpoint"),
        (set_at("origin", to="other.example"), "origin", None),
        (set_at("origin", to=None), "origin", None),
        (set_at("checkpoint", to=None), "shape", "checkpoint"),
        (set_at("checkpoint", to="a\n"), "note", "checkpoint"),
        (set_at("leaves", to=[]), "shape", "leaves"),
        (set_at("leaves", to={}), "shape", "leaves"),
        (set_at(*FIRST, to=[]), "shape", "leaves[0]"),
        (repeat_leaf, "twice", "leaves[2]"),
        (set_at(*FIRST, "index", to=4), "root", "leaves[0]"),
        (set_at(*FIRST, "index", to=8), "proof-length", "leaves[0]"),
        (set_at(*FIRST, "index", to=11), "range", "leaves[0]"),
        (set_at(*FIRST, "index", to="3"), "shape", "leaves[0]"),
        (set_at(*FIRST, "index", to=True), "shape", "leaves[0]"),
        (set_at(*FIRST, "leaf", to="{}"), "root", "leaves[0]"),
        (set_at(*FIRST, "leaf", to={}), "shape", "leaves[0]"),
        (set_at(*FIRST, "proof", to="x"), "shape", "leaves[0].proof"),
        (set_at(*FIRST, "proof", 1, to="x"), "shape", "leaves[0].proof"),
        (set_at(*FIRST, "proof", 1, to=None), "shape", "leaves[0].proof"),
        (
            set_at(*FIRST, "proof", to=["A" * 43 + "="] * 65),
            "proof-length",
            "leaves[0]",
        ),
        (set_at(*FIRST, "openings", to=5), "shape", "leaves[0].openings"),
        (set_at(*FIRST, "openings", "name", to=5), "shape", "leaves[0].openings"),
        (
            set_at(*FIRST, "openings", "name", "salt", to="AB" * 16),
            "shape",
            "leaves[0].openings",
        ),
        (
            set_at(*FIRST, "openings", "name", "value", to="测试4"),
            "opening",
            "leaves[0].openings",
        ),
        (
            set_at(*FIRST, "openings", "age", to={"salt": "00" * 16, "value": 1}),
            "unsealed",
            "leaves[0].openings",
        ),
        (set_at("consistency", to=None), "shape", "consistency"),
        (set_at("consistency", "proof", to=[]), "proof-length", "consistency"),
        (
            set_at("consistency", "checkpoint", to=FAR),
            "signature-missing",
            "consistency",
        ),
    ],
)
def test_an_altered_bundle_is_refused(
    parts: str, edit: Callable[[Any], None], code: str, where: str | None
) -> None:
    bundle = json.loads(parts)
    edit(bundle)
    with pytest.raises(ProofError) as error:
        verify(json.dumps(bundle).encode())
    assert (error.value.code, error.value.where) == (f"proof.{code}", where)


def test_a_checkpoint_for_another_log_is_refused(log: MemoryLog) -> None:
    foreign = str(Checkpoint("other.example/log", 11, root_at(11, log.node_at)))
    signature = Signature(ORIGIN, KEY.verifier.id, KEY.sign(foreign.encode()))
    bundle = json.loads(log.bundle(0))
    bundle["checkpoint"] = f"{foreign}\n{signature}"
    with pytest.raises(ProofError, match="the origin should be yunzhou"):
        verify(json.dumps(bundle).encode())


def test_a_logged_text_that_is_no_leaf_is_refused() -> None:
    log = MemoryLog()
    log.append([leaf_hash(b"[]")])
    with pytest.raises(ProofError, match="this should be an object") as error:
        make(log.note(), KEY.verifier, [Entry(0, "[]")], log.node_at)
    assert error.value.where == "leaves[0].leaf"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "json"),
        (b"\x00\xff\xfe", "utf8"),
        (b"{", "json"),
        (b"[]", "shape"),
        (b"null", "shape"),
        (b'{"a":1,"a":1}', "twice"),
        (b'{"a":1.0}', "number"),
        (b'{"a":NaN}', "number"),
        (b'{"a":' + b"9" * 5_000 + b"}", "number"),
        (b'{"a":"\\ud800"}', "json"),
        (b"\xef\xbb\xbf{}", "json"),
        (b"[" * 100_000, "depth"),
        (b"[" * 65 + b"]" * 65, "depth"),
        (b" " * (MAX_BYTES + 1), "file-size"),
    ],
)
def test_a_corrupt_file_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(ProofError) as error:
        verify(data)
    assert error.value.code == f"proof.{code}"
