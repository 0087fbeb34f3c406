"""C2SP tlog-tiles: how the tree and its leaves are laid out as files for anyone.

A tile is 256 hashes of one level, eight levels of the tree high; an entry bundle is
the texts of 256 leaves. A full one never changes; the rightmost are partial.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tongban.kernel.ledger.errors import ProofError, broken
from tongban.kernel.ledger.merkle import NodeAt, read_node


WIDTH = 256
HEIGHT = 8
MAX_LEVEL = 63
MAX_ENTRY = 65_535
_INDEX = r"(?:x[0-9]{3}/)*[0-9]{3}"
_PATH = re.compile(
    rf"tile/(?P<level>entries|0|[1-9][0-9]?)/(?P<index>{_INDEX})"
    r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True, slots=True)
class Tile:
    """The ``index``-th tile of ``level``; level None is a bundle of entries.

    ``width`` is the number of hashes or entries, 256 in a full tile.
    """

    level: int | None
    index: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        if not (
            (self.level is None or 0 <= self.level <= MAX_LEVEL)
            and self.index >= 0
            and 1 <= self.width <= WIDTH
        ):
            raise _no_tile(f"{self.level}/{self.index}.p/{self.width}")

    @property
    def path(self) -> str:
        """The path below the log's prefix, as ``tile/0/x001/x234/067.p/12``."""
        digits = f"{self.index:03d}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        parts = [digits[n : n + 3] for n in range(0, len(digits), 3)]
        index = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
        level = "entries" if self.level is None else self.level
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{index}{partial}"

    @classmethod
    def parse(cls, path: str) -> "Tile":
        """The tile of a path as asked over HTTP; ProofError if it names none."""
        match = _PATH.fullmatch(path)
        if match is None:
            raise _no_tile(path)
        level = None if match["level"] == "entries" else int(match["level"])
        index = int(match["index"].replace("/", "").replace("x", ""))
        tile = cls(level, index, int(match["width"] or WIDTH))
        if tile.path != path:
            raise _no_tile(path)
        return tile


def tiles(size: int, since: int = 0) -> Iterator[Tile]:
    """The tiles and entry bundles of a tree of ``size`` that one of ``since`` had not.

    A partial tile is named with the width it has at ``size``.
    """
    levels = range(-(-size.bit_length() // HEIGHT))
    for level in (None, *levels):
        before, now = (n >> HEIGHT * (level or 0) for n in (since, size))
        if before == now:
            continue
        for index in range(before // WIDTH, -(-now // WIDTH)):
            yield Tile(level, index, min(WIDTH, now - index * WIDTH))


def tile_bytes(tile: Tile, node_at: NodeAt) -> bytes:
    """The content of a tile of hashes, read from the stored nodes."""
    if tile.level is None:
        raise _no_tile(tile.path)
    level, first = HEIGHT * tile.level, tile.index * WIDTH
    return b"".join(read_node(node_at, level, first + n) for n in range(tile.width))


def entry_bundle(entries: Sequence[bytes]) -> bytes:
    """The content of an entry bundle: each leaf's text after its two-byte length."""
    longest = max(map(len, entries), default=0)
    if len(entries) > WIDTH or longest > MAX_ENTRY:
        raise broken(
            "entries",
            f"一包至多 {WIDTH} 条记录，每条至多 {MAX_ENTRY} 字节。",
            f"a bundle holds up to {WIDTH} entries of up to {MAX_ENTRY} bytes each",
        )
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def _no_tile(path: str) -> ProofError:
    return broken(
        "tile", f"没有这样的存证文件：{path}", f"there is no such tile: {path}"
    )
