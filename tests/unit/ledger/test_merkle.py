"""The tree over stored nodes: what is stored, what is read, what is refused."""

import pytest
from tests.unit.ledger.memory_log import MemoryLog

from tongban.kernel.ledger.errors import ProofError
from tongban.kernel.ledger.merkle import (
    Node,
    consistency_proof,
    grow,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_at,
    verify_consistency,
    verify_inclusion,
)


A, B, C, D = (leaf_hash(letter) for letter in (b"a", b"b", b"c", b"d"))
AB, CD = node_hash(A, B), node_hash(C, D)
ABCD = node_hash(AB, CD)


@pytest.fixture
def log() -> MemoryLog:
    log = MemoryLog()
    log.append([A, B, C, D])
    return log


def test_growing_an_empty_log_stores_every_complete_node() -> None:
    nodes = grow(0, [A, B, C], MemoryLog().node_at)
    assert nodes == [Node(0, 0, A), Node(0, 1, B), Node(0, 2, C), Node(1, 0, AB)]


def test_the_fourth_leaf_completes_two_subtrees() -> None:
    log = MemoryLog()
    log.append([A, B, C])
    nodes = grow(3, [D], log.node_at)
    assert nodes == [Node(0, 3, D), Node(1, 1, CD), Node(2, 0, ABCD)]


def test_growing_by_nothing_stores_nothing(log: MemoryLog) -> None:
    assert grow(4, [], log.node_at) == []


def test_proofs_read_few_nodes() -> None:
    log = MemoryLog()
    log.append([leaf_hash(bytes([n % 256, n // 256])) for n in range(5_000)])
    for work in (
        lambda: root_at(5_000, log.node_at),
        lambda: inclusion_proof(4_095, 5_000, log.node_at),
        lambda: consistency_proof(3_333, 5_000, log.node_at),
        lambda: grow(5_000, [A], log.node_at),
    ):
        log.reads = 0
        work()
        assert log.reads <= 2 * (5_000).bit_length()


def test_a_leaf_alone_is_its_own_proof(log: MemoryLog) -> None:
    assert inclusion_proof(0, 1, log.node_at) == []
    verify_inclusion(0, 1, A, [], A)


def test_a_log_is_consistent_with_itself(log: MemoryLog) -> None:
    assert consistency_proof(4, 4, log.node_at) == []
    verify_consistency(4, 4, ABCD, ABCD, [])


@pytest.mark.parametrize("index", [4, -1, True, "0", None])
def test_no_inclusion_proof_outside_the_log(log: MemoryLog, index: int) -> None:
    with pytest.raises(ProofError, match="not in a log of 4 records"):
        inclusion_proof(index, 4, log.node_at)


@pytest.mark.parametrize("old", [0, 5, -1, True, "1"])
def test_no_consistency_proof_from_what_never_was(log: MemoryLog, old: int) -> None:
    with pytest.raises(ProofError, match="should be between 1 and 4"):
        consistency_proof(old, 4, log.node_at)


@pytest.mark.parametrize("size", [-1, 2**63, "4", 4.0, False])
def test_a_size_is_a_size(log: MemoryLog, size: int) -> None:
    for work in (
        lambda: root_at(size, log.node_at),
        lambda: grow(size, [A], log.node_at),
        lambda: inclusion_proof(0, size, log.node_at),
        lambda: consistency_proof(1, size, log.node_at),
    ):
        with pytest.raises(ProofError, match="the size of a log"):
            work()


def test_a_missing_node_is_named(log: MemoryLog) -> None:
    del log.nodes[1, 1]
    with pytest.raises(ProofError, match="lacks the node 1 of level 1"):
        inclusion_proof(0, 4, log.node_at)


@pytest.mark.parametrize("value", [b"short", None, "x" * 32])
def test_a_spoiled_node_is_named(log: MemoryLog, value: bytes) -> None:
    log.nodes[0, 2] = value
    with pytest.raises(ProofError, match="node 2 of level 0 should be 32 bytes"):
        root_at(3, log.node_at)


def test_a_leaf_hash_that_is_none_is_not_stored() -> None:
    with pytest.raises(ProofError, match="node 1 of level 0 should be 32 bytes"):
        grow(0, [A, b"b"], MemoryLog().node_at)


def test_a_wrong_root_names_expected_and_actual() -> None:
    with pytest.raises(ProofError) as error:
        verify_inclusion(0, 2, A, [B], CD)
    assert error.value.facts["expected"] == CD
    assert error.value.facts["actual"] == AB
    assert CD.hex() in error.value.what
    assert AB.hex() in error.value.what
    assert AB.hex() in str(error.value.facts["zh"])
    assert error.value.code == "proof.root"
    assert error.value.mend


@pytest.mark.parametrize(
    ("index", "size", "leaf", "proof", "root", "code"),
    [
        (2, 2, A, [B], AB, "range"),
        (0, 0, A, [], A, "range"),
        (-1, 2, A, [B], AB, "shape"),
        (0, 2**63, A, [B], AB, "shape"),
        (True, 2, A, [B], AB, "shape"),
        ("0", 2, A, [B], AB, "shape"),
        (0, None, A, [B], AB, "shape"),
        (0, 2, "A", [B], AB, "shape"),
        (0, 2, A, None, AB, "shape"),
        (0, 2, A, {B}, AB, "shape"),
        (0, 2, A, [None], AB, "shape"),
        (0, 2, A, [B[:31]], AB, "shape"),
        (0, 2, A, [B], None, "shape"),
        (0, 2, A, [], AB, "proof-length"),
        (0, 2, A, [B, B], AB, "proof-length"),
        (0, 2, A, [B] * 65, AB, "proof-length"),
    ],
)
def test_malformed_inclusion(
    index: int, size: int, leaf: bytes, proof: list[bytes], root: bytes, code: str
) -> None:
    with pytest.raises(ProofError) as error:
        verify_inclusion(index, size, leaf, proof, root)
    assert error.value.code == f"proof.{code}"


@pytest.mark.parametrize(
    ("old", "new", "old_root", "new_root", "proof", "code"),
    [
        (0, 4, A, ABCD, [], "old-range"),
        (5, 4, ABCD, ABCD, [], "old-range"),
        (-1, 4, AB, ABCD, [CD], "shape"),
        (2, "4", AB, ABCD, [CD], "shape"),
        (2, 4, AB, ABCD, "CD", "shape"),
        (2, 4, None, ABCD, [CD], "shape"),
        (2, 4, AB, b"", [CD], "shape"),
        (2, 4, AB, ABCD, [], "proof-length"),
        (2, 4, AB, ABCD, [CD, CD], "proof-length"),
        (4, 4, ABCD, ABCD, [A], "proof-length"),
        (4, 4, ABCD, AB, [], "root"),
        (2, 4, CD, ABCD, [CD], "root"),
        (2, 4, AB, AB, [CD], "root"),
        (3, 4, AB, ABCD, [C, D, AB], "root"),
    ],
)
def test_malformed_consistency(
    old: int,
    new: int,
    old_root: bytes,
    new_root: bytes,
    proof: list[bytes],
    code: str,
) -> None:
    with pytest.raises(ProofError) as error:
        verify_consistency(old, new, old_root, new_root, proof)
    assert error.value.code == f"proof.{code}"
