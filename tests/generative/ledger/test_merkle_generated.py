"""Trees of any size, judged by pymerkle and by the definition of RFC 6962."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree
from tests.unit.ledger.memory_log import MemoryLog

from tongban.kernel.ledger.errors import ProofError
from tongban.kernel.ledger.merkle import (
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root,
    root_at,
    verify_consistency,
    verify_inclusion,
)


MOST = 300
DATA = [str(n).encode() for n in range(MOST)]
LEAVES = [leaf_hash(data) for data in DATA]
SIZES = st.integers(1, MOST)


@pytest.fixture(scope="module")
def log() -> MemoryLog:
    log = MemoryLog()
    log.append(LEAVES)
    return log


@pytest.fixture(scope="module")
def peer() -> InmemoryTree:
    return InmemoryTree.init_from_entries(DATA, algorithm="sha256")


@given(sizes=st.lists(st.integers(0, 40), max_size=12))
def test_growing_in_any_steps_stores_the_same_tree(sizes: list[int]) -> None:
    stepwise, at_once = MemoryLog(), MemoryLog()
    total = 0
    for size in sizes:
        stepwise.append(
            [leaf_hash(str(n).encode()) for n in range(total, total + size)]
        )
        total += size
    at_once.append([leaf_hash(str(n).encode()) for n in range(total)])
    assert stepwise.nodes == at_once.nodes
    assert len(stepwise.nodes) == sum(total >> level for level in range(20))


@given(size=SIZES)
def test_root_is_that_of_the_definition_and_of_the_peer(
    log: MemoryLog, peer: InmemoryTree, size: int
) -> None:
    assert root_at(size, log.node_at) == root(LEAVES[:size]) == peer.get_root(size)


@given(size=SIZES, data=st.data())
def test_inclusion_proof_is_that_of_the_peer_and_verifies(
    log: MemoryLog, peer: InmemoryTree, size: int, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, log.node_at)
    theirs = peer.prove_inclusion(index + 1, size).serialize()["path"]
    assert [LEAVES[index].hex(), *(value.hex() for value in proof)] == theirs
    verify_inclusion(index, size, LEAVES[index], proof, root(LEAVES[:size]))


@given(new=SIZES, data=st.data())
def test_consistency_proof_verifies_between_roots_of_the_peer(
    log: MemoryLog, peer: InmemoryTree, new: int, data: st.DataObject
) -> None:
    old = data.draw(st.integers(1, new))
    proof = consistency_proof(old, new, log.node_at)
    verify_consistency(old, new, peer.get_root(old), peer.get_root(new), proof)


@given(size=SIZES, data=st.data())
def test_an_altered_inclusion_proof_is_refused(
    log: MemoryLog, size: int, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, log.node_at)
    altered = data.draw(alterations(proof))
    with pytest.raises(ProofError):
        verify_inclusion(index, size, LEAVES[index], altered, root(LEAVES[:size]))


@given(size=SIZES, data=st.data())
def test_a_leaf_is_at_its_own_index_only(
    log: MemoryLog, size: int, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(-2, size + 2).filter(lambda n: n != index))
    proof = inclusion_proof(index, size, log.node_at)
    with pytest.raises(ProofError):
        verify_inclusion(other, size, LEAVES[index], proof, root(LEAVES[:size]))


@given(new=SIZES, data=st.data())
def test_an_altered_consistency_proof_is_refused(
    log: MemoryLog, new: int, data: st.DataObject
) -> None:
    old = data.draw(st.integers(1, new))
    altered = data.draw(alterations(consistency_proof(old, new, log.node_at)))
    with pytest.raises(ProofError):
        verify_consistency(old, new, root(LEAVES[:old]), root(LEAVES[:new]), altered)


@given(new=st.integers(2, MOST), data=st.data())
@settings(max_examples=50)
def test_a_rewritten_past_is_refused(
    log: MemoryLog, new: int, data: st.DataObject
) -> None:
    old = data.draw(st.integers(1, new))
    rewritten = list(LEAVES[:old])
    rewritten[data.draw(st.integers(0, old - 1))] = leaf_hash(b"another past")
    proof = consistency_proof(old, new, log.node_at)
    with pytest.raises(ProofError):
        verify_consistency(old, new, root(rewritten), root(LEAVES[:new]), proof)


@st.composite
def alterations(draw: st.DrawFn, proof: list[bytes]) -> list[bytes]:
    """A proof with one hash added, left out or changed in one bit."""
    place = draw(st.integers(0, max(0, len(proof) - 1)))
    how = draw(st.sampled_from(["add", "drop", "flip"] if proof else ["add"]))
    if how == "add":
        return [*proof[:place], draw(st.sampled_from(LEAVES)), *proof[place:]]
    if how == "drop":
        return proof[:place] + proof[place + 1 :]
    flipped = bytearray(proof[place])
    flipped[draw(st.integers(0, 31))] ^= 1 << draw(st.integers(0, 7))
    return [*proof[:place], bytes(flipped), *proof[place + 1 :]]


@given(
    st.lists(st.one_of(st.integers(), st.none(), st.binary(), st.text()), min_size=4),
    st.lists(st.one_of(st.binary(max_size=40), st.none()), max_size=70),
)
def test_nonsense_ends_in_a_proof_error(numbers: list[object], proof: object) -> None:
    first, second, third, fourth = numbers[:4]
    with pytest.raises(ProofError):
        verify_inclusion(first, second, third, proof, fourth)
    with pytest.raises(ProofError):
        verify_consistency(first, second, third, fourth, proof)
