"""Tiles: paths, contents, and which are new when the log grows."""

import pytest
from tests.unit.ledger.memory_log import MemoryLog

from tongban.kernel.ledger.errors import ProofError
from tongban.kernel.ledger.merkle import leaf_hash
from tongban.kernel.ledger.tiles import Tile, entry_bundle, tile_bytes, tiles


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(1, 17, 3), "tile/1/017.p/3"),
        (Tile(None, 999, 255), "tile/entries/999.p/255"),
        (Tile(63, 1000), "tile/63/x001/000"),
    ],
)
def test_paths_both_ways(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert Tile.parse(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0",
        "tile/0/0",
        "tile/00/000",
        "tile/64/000",
        "tile/0/x000/001",
        "tile/0/001/x000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/999",
        "tile/0/000.p/01",
        "tile/0/٠٠٠",
        "tile/-1/000",
        "tile/0/000\n",
    ],
)
def test_no_such_tile(path: str) -> None:
    with pytest.raises(ProofError, match="no such tile"):
        Tile.parse(path)


def test_only_changed_tiles_are_new() -> None:
    assert list(tiles(300, since=290)) == [Tile(None, 1, 44), Tile(0, 1, 44)]
    assert list(tiles(300, since=300)) == []
    assert list(tiles(0)) == []


def test_a_tile_holds_the_roots_of_full_tiles_below() -> None:
    log = MemoryLog()
    leaves = [leaf_hash(str(n).encode()) for n in range(520)]
    log.append(leaves)
    assert tile_bytes(Tile(0, 2, 8), log.node_at) == b"".join(leaves[512:])
    assert tile_bytes(Tile(1, 0, 2), log.node_at) == log.nodes[8, 0] + log.nodes[8, 1]


def test_entries_are_no_hashes() -> None:
    with pytest.raises(ProofError, match="no such tile"):
        tile_bytes(Tile(None, 0), MemoryLog().node_at)


def test_entry_bundle_carries_lengths() -> None:
    assert entry_bundle([b"", b"ab"]) == b"\x00\x00\x00\x02ab"
    assert entry_bundle([]) == b""


@pytest.mark.parametrize("entries", [[b"x" * 65_536], [b""] * 257])
def test_entry_bundle_has_its_bounds(entries: list[bytes]) -> None:
    with pytest.raises(ProofError, match="up to 256 entries"):
        entry_bundle(entries)
