"""The tree of the ledger, grown anew from the leaves, and every signed checkpoint."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from django.db.models import Count, Max

from tongban.kernel.ledger import merkle
from tongban.kernel.ledger.errors import ProofError
from tongban.store.checks.damage import Problem
from tongban.store.models import Checkpoint, LedgerLeaf, LedgerNode, LedgerTree
from tongban.store.tree import read_note


CHUNK = 4096


@dataclass(slots=True)
class _Regrown:
    """The tree as far as it is grown anew: the last complete node of each level.

    The root of any size needs no other nodes, and neither does further growth.
    """

    size: int = 0
    last: dict[int, tuple[int, bytes]] = field(default_factory=dict)

    def node_at(self, level: int, index: int) -> bytes:
        place, value = self.last.get(level, (-1, b""))
        if place != index:
            raise LookupError((level, index))
        return value

    def grow(self, hashes: Sequence[bytes]) -> list[merkle.Node]:
        nodes = merkle.grow(self.size, hashes, self.node_at)
        for node in nodes:
            self.last[node.level] = (node.index, node.hash)
        self.size += len(hashes)
        return nodes

    def root(self) -> bytes:
        return merkle.root_at(self.size, self.node_at)


def check_tree(kept: str | None) -> Iterator[Problem]:
    """Indexes without gaps, all stored nodes, each checkpoint's root and signature.

    ``kept`` is the note of a checkpoint that was kept outside the database.
    """
    rows = LedgerLeaf.objects.filter(index__isnull=False)
    indexed = rows.aggregate(count=Count("pk"), last=Max("index"))
    size = LedgerTree.objects.values_list("size", flat=True).first() or 0
    last = -1 if indexed["last"] is None else indexed["last"]
    if indexed["count"] == last + 1 == size:
        yield from _regrow(size, _heads(kept))
    else:
        yield Problem(
            "ledger tree",
            f"it should hold {size} leaves; {indexed['count']} have an index, "
            f"the last is {last}",
        )
    if size and not Checkpoint.objects.filter(size=size).exists():
        yield Problem("ledger tree", f"no checkpoint over its {size} leaves is there")


@dataclass(frozen=True, slots=True)
class _Head:
    """A checkpoint as it is kept somewhere: its note, and what is said beside it."""

    where: str
    note: str
    size: int
    root: bytes


def _heads(kept: str | None) -> list[_Head | Problem]:
    """Every signed checkpoint, the smallest first."""
    heads = [
        _Head(f"checkpoint {row.size}", row.note, row.size, bytes(row.root))
        for row in Checkpoint.objects.all()
    ]
    broken = []
    if kept is not None:
        where = "file checkpoint"
        try:
            said = read_note(kept)
            heads.append(_Head(where, kept, said.size, said.root))
        except ProofError as error:
            broken.append(Problem(where, error.what))
    return [*broken, *sorted(heads, key=attrgetter("size"))]


def _regrow(size: int, heads: Iterable[_Head | Problem]) -> Iterator[Problem]:
    tree = _Regrown()
    for head in heads:
        if isinstance(head, Problem):
            yield head
        elif head.size > size:
            yield Problem(head.where, f"the tree has only {size} leaves")
        else:
            yield from _grow_to(tree, head.size)
            yield from _check_head(head, tree.root())
    yield from _grow_to(tree, size)
    stored, nodes = LedgerNode.objects.count(), size - size.bit_count()
    if stored != nodes:
        yield Problem("ledger nodes", f"there should be {nodes}, there are {stored}")


def _grow_to(tree: _Regrown, size: int) -> Iterator[Problem]:
    while tree.size < size:
        upto = min(size, tree.size + CHUNK)
        rows = LedgerLeaf.objects.filter(index__gte=tree.size, index__lt=upto)
        stored = rows.order_by("index").values_list("hash", flat=True)
        grown = tree.grow([bytes(value) for value in stored])
        yield from _compare([node for node in grown if node.level])


def _compare(grown: Sequence[merkle.Node]) -> Iterator[Problem]:
    for level in sorted({node.level for node in grown}):
        own = {node.index: node.hash for node in grown if node.level == level}
        rows = LedgerNode.objects.filter(
            level=level, index__gte=min(own), index__lte=max(own)
        )
        stored = {index: bytes(h) for index, h in rows.values_list("index", "hash")}
        for index, value in own.items():
            if stored.get(index) != value:
                what = "is not the hash of its leaves" if index in stored else "is gone"
                yield Problem(f"ledger node {level}/{index}", what)


def _check_head(head: _Head, root: bytes) -> Iterator[Problem]:
    try:
        signed = read_note(head.note)
    except ProofError as error:
        yield Problem(head.where, error.what)
        return
    if signed.size != head.size or signed.root != head.root:
        yield Problem(head.where, "its row does not say what was signed")
    if signed.root != root:
        yield Problem(head.where, "the leaves do not have the root that was signed")
