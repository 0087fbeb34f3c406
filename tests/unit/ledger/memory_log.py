"""A log in memory for the tests: leaves, stored nodes, checkpoints, bundles."""

from tongban.kernel.ledger import bundle
from tongban.kernel.ledger.checkpoint import Checkpoint, sign
from tongban.kernel.ledger.keys import SignerKey, generate
from tongban.kernel.ledger.leaf import Leaf, Opening, seal
from tongban.kernel.ledger.merkle import grow, root_at


ORIGIN = "yunzhou.example/log"
KEY = generate(ORIGIN, bytes(range(32)))


class MemoryLog:
    def __init__(self, key: SignerKey = KEY) -> None:
        self.key = key
        self.nodes: dict[tuple[int, int], bytes] = {}
        self.size = 0
        self.reads = 0
        self.entries: list[bundle.Entry] = []

    def node_at(self, level: int, index: int) -> bytes:
        self.reads += 1
        return self.nodes[level, index]

    def append(self, hashes: list[bytes]) -> None:
        for node in grow(self.size, hashes, self.node_at):
            assert (node.level, node.index) not in self.nodes
            self.nodes[node.level, node.index] = node.hash
        self.size += len(hashes)

    def add(self, leaf: Leaf, openings: dict[str, Opening] | None = None) -> None:
        self.entries.append(bundle.Entry(self.size, leaf.text, openings or {}))
        self.append([leaf.hash()])

    def note(self) -> str:
        root = root_at(self.size, self.node_at)
        return sign(Checkpoint(self.key.name, self.size, root), self.key)

    def bundle(self, *indexes: int, earlier: str | None = None) -> bytes:
        entries = [self.entries[index] for index in indexes]
        key = self.key.verifier
        return bundle.make(self.note(), key, entries, self.node_at, earlier)


def receipt(number: int) -> tuple[Leaf, dict[str, Opening]]:
    """A use of one person's data: who looked is public, whose data is sealed."""
    return seal(
        "query.receipt",
        f"2026-11-22T09:30:{number % 60:02d}+08:00",
        {"org": "market-regulation", "purpose": "开办餐饮店", "rows": number},
        {"name": f"测试{number}", "subject": f"99010119900101{number:04d}"},
        lambda: bytes([number % 256] * 16),
    )


def filled(count: int) -> MemoryLog:
    log = MemoryLog()
    for number in range(count):
        log.add(*receipt(number))
    return log
