"""The Merkle tree of RFC 6962 over stored complete subtrees, as pure functions.

A node ``(level, index)`` is the hash of the leaves ``[index * 2**level, (index + 1) *
2**level)``; it is stored once all of them exist and never changes, so a store is a
table that only grows. Every function reads ``O(log n)`` nodes through ``node_at``,
which returns the hash of a stored node and raises ``LookupError`` where there is none.
Verification is the stand-alone verifier's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tongban.kernel.ledger import verifier
from tongban.kernel.ledger.errors import broken, proof_errors
from tongban.kernel.ledger.verifier import (
    HASH_BYTES,
    INTL,
    MAX_SIZE,
    Suite,
    leaf_hash,
    node_hash,
)


__all__ = [
    "Node",
    "NodeAt",
    "consistency_proof",
    "grow",
    "inclusion_proof",
    "leaf_hash",
    "node_hash",
    "read_node",
    "root",
    "root_at",
    "verify_consistency",
    "verify_inclusion",
]

NodeAt = Callable[[int, int], bytes]


@dataclass(frozen=True, slots=True)
class Node:
    """The hash of one complete subtree of ``2**level`` leaves, the ``index``-th so."""

    level: int
    index: int
    hash: bytes


def root(hashes: Sequence[bytes], suite: Suite = INTL) -> bytes:
    """MTH of RFC 6962 section 2.1 over leaf hashes in memory, by its definition."""
    if len(hashes) < 2:
        return hashes[0] if hashes else suite.digest(b"")
    middle = _split(0, len(hashes))
    return node_hash(root(hashes[:middle], suite), root(hashes[middle:], suite), suite)


def grow(
    size: int,
    leaf_hashes: Sequence[bytes],
    node_at: NodeAt,
    suite: Suite = INTL,
) -> list[Node]:
    """All nodes that become complete when leaves are appended to a tree of ``size``.

    Level 0 (the leaf hashes) is included; a level's nodes come in order of index.
    """
    _check_size(size)
    row = [_sound(0, size + n, value) for n, value in enumerate(leaf_hashes)]
    start, level = size, 0
    nodes: list[Node] = []
    while row:
        nodes += [Node(level, start + n, value) for n, value in enumerate(row)]
        if start % 2:
            row = [read_node(node_at, level, start - 1), *row]
        row = [node_hash(row[n], row[n + 1], suite) for n in range(0, len(row) - 1, 2)]
        start, level = start // 2, level + 1
    return nodes


def root_at(size: int, node_at: NodeAt, suite: Suite = INTL) -> bytes:
    """The root of the first ``size`` leaves; of none, the hash of nothing."""
    _check_size(size)
    return _range_root(0, size, node_at, suite) if size else suite.digest(b"")


def inclusion_proof(
    index: int, size: int, node_at: NodeAt, suite: Suite = INTL
) -> list[bytes]:
    """PATH of RFC 6962 section 2.1.1: the siblings from leaf to root."""
    _check_size(size)
    if type(index) is not int or not 0 <= index < size:
        raise broken(
            "range",
            f"序号 {index} 不在 {size} 条记录的日志之内。",
            f"the index {index!r} is not in a log of {size} records",
        )
    begin, end = 0, size
    path = []
    while end - begin > 1:
        middle = _split(begin, end)
        if index < middle:
            path.append(_range_root(middle, end, node_at, suite))
            end = middle
        else:
            path.append(_range_root(begin, middle, node_at, suite))
            begin = middle
    return path[::-1]


def consistency_proof(
    old: int, new: int, node_at: NodeAt, suite: Suite = INTL
) -> list[bytes]:
    """PROOF of RFC 6962 section 2.1.2 that ``new`` leaves begin with the ``old``."""
    _check_size(new)
    if type(old) is not int or not 0 < old <= new:
        raise broken(
            "old-range",
            f"较早的大小 {old} 应在 1 与 {new} 之间。",
            f"the earlier size {old!r} should be between 1 and {new}",
        )
    begin, end = 0, new
    path = []
    while end != old:
        middle = _split(begin, end)
        if old <= middle:
            path.append(_range_root(middle, end, node_at, suite))
            end = middle
        else:
            path.append(_range_root(begin, middle, node_at, suite))
            begin = middle
    # Only where the old tree is not itself a node on the path must its last part
    # be given: otherwise the verifier starts from the old root.
    if begin:
        path.append(_range_root(begin, end, node_at, suite))
    return path[::-1]


def verify_inclusion(
    index: int,
    size: int,
    leaf: bytes,
    proof: Sequence[bytes],
    root: bytes,
    suite: Suite = INTL,
) -> None:
    """The leaf hash ``leaf`` is at ``index`` under ``root``, or ProofError."""
    with proof_errors():
        verifier.verify_inclusion(index, size, leaf, proof, root, suite)


def verify_consistency(
    old: int,
    new: int,
    old_root: bytes,
    new_root: bytes,
    proof: Sequence[bytes],
    suite: Suite = INTL,
) -> None:
    """The tree of ``new`` leaves begins with that of ``old``, or ProofError."""
    with proof_errors():
        verifier.verify_consistency(old, new, old_root, new_root, proof, suite)


def _split(begin: int, end: int) -> int:
    """Where RFC 6962 cuts: after the largest power of two smaller than the range."""
    return begin + (1 << (end - begin - 1).bit_length() - 1)


def _range_root(begin: int, end: int, node_at: NodeAt, suite: Suite) -> bytes:
    """MTH of the leaves ``[begin, end)``, which start where RFC 6962 cuts.

    They are the complete subtrees of the binary digits of their number, the largest
    first, joined from the right.
    """
    parts = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        parts.append(read_node(node_at, level, begin >> level))
        begin += 1 << level
    result = parts.pop()
    while parts:
        result = node_hash(parts.pop(), result, suite)
    return result


def read_node(node_at: NodeAt, level: int, index: int) -> bytes:
    """A stored node's hash, or ProofError where the store lacks or spoiled it."""
    try:
        value = node_at(level, index)
    except LookupError as error:
        raise broken(
            "node",
            f"存证树缺少节点：第 {level} 层第 {index} 个。",
            f"the stored tree lacks the node {index} of level {level}",
        ) from error
    return _sound(level, index, value)


def _sound(level: int, index: int, value: bytes) -> bytes:
    if not isinstance(value, bytes) or len(value) != HASH_BYTES:
        raise broken(
            "node",
            f"存证树的节点坏了：第 {level} 层第 {index} 个应为 {HASH_BYTES} 字节。",
            f"node {index} of level {level} should be {HASH_BYTES} bytes: {value!r}",
        )
    return value


def _check_size(size: int) -> None:
    if type(size) is not int or not 0 <= size <= MAX_SIZE:
        raise broken(
            "size",
            f"日志大小 {size!r} 应是不超过 2⁶³ 的整数。",
            f"the size of a log should be a whole number below 2⁶³, not {size!r}",
        )
