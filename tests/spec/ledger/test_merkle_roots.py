"""Roots and proofs of the eight-leaf tree of the Certificate Transparency tests.

The inputs and roots are those on which every RFC 6962 implementation agrees.
"""

import pytest
from tests.unit.ledger.memory_log import MemoryLog

from tongban.kernel.ledger.merkle import (
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    root_at,
)


INPUTS = (
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
)
LEAVES = [leaf_hash(bytes.fromhex(text)) for text in INPUTS]
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


@pytest.mark.parametrize("size", range(9))
def test_root_in_memory(size: int) -> None:
    assert root(LEAVES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize("size", range(9))
def test_root_of_stored_nodes(size: int) -> None:
    log = MemoryLog()
    log.append(LEAVES)
    assert root_at(size, log.node_at).hex() == ROOTS[size]


def seven() -> tuple[MemoryLog, dict[str, bytes]]:
    """The seven-leaf tree of RFC 6962 section 2.1.3, nodes under its letters."""
    log = MemoryLog()
    log.append(LEAVES[:7])
    a, b, c, d, e, f, j = LEAVES[:7]
    g, h, i = node_hash(a, b), node_hash(c, d), node_hash(e, f)
    k = node_hash(g, h)
    return log, dict(zip("abcdefghijkl", (a, b, c, d, e, f, g, h, i, j, k,
                                          node_hash(i, j)), strict=True))  # fmt: skip


@pytest.mark.parametrize(
    ("index", "path"), [(0, "bhl"), (3, "cgl"), (4, "fjk"), (6, "ik")]
)
def test_inclusion_as_in_rfc_6962(index: int, path: str) -> None:
    log, nodes = seven()
    expected = [nodes[letter] for letter in path]
    assert inclusion_proof(index, 7, log.node_at) == expected


@pytest.mark.parametrize(("old", "path"), [(3, "cdgl"), (4, "l"), (6, "ijk")])
def test_consistency_as_in_rfc_6962(old: int, path: str) -> None:
    log, nodes = seven()
    expected = [nodes[letter] for letter in path]
    assert consistency_proof(old, 7, log.node_at) == expected
