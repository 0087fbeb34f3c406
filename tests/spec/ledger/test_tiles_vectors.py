"""The worked examples of C2SP tlog-tiles."""

from collections import Counter

from tongban.kernel.ledger.tiles import Tile, tiles


def test_index_in_path_elements() -> None:
    assert Tile(0, 1234067).path == "tile/0/x001/x234/067"


def test_tree_of_70000() -> None:
    found = Counter((tile.level, tile.width) for tile in tiles(70_000))
    hashes = {key: n for key, n in found.items() if key[0] is not None}
    assert hashes == {(0, 256): 273, (0, 112): 1, (1, 256): 1, (1, 17): 1, (2, 1): 1}


def test_tree_of_256() -> None:
    hashes = [tile for tile in tiles(256) if tile.level is not None]
    assert hashes == [Tile(0, 0, 256), Tile(1, 0, 1)]
