"""The tree of the ledger over committed leaves: how it grows, is signed, proves.

Leaves are committed with the rows they prove and have no place in the tree yet;
`integrate` gives them one, in the order of their ids (docs/adr/0003).
"""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, reduce
from operator import or_
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from tongban.home import Home, write_private
from tongban.kernel.ledger import bundle, checkpoint, merkle
from tongban.kernel.ledger.errors import ProofError
from tongban.kernel.ledger.keys import SignerKey
from tongban.kernel.ledger.leaf import Opening
from tongban.kernel.ledger.verifier import HASH_BYTES
from tongban.kernel.terms import UserError
from tongban.store import clock, models
from tongban.store.room import no_room_as_refusal


BATCH = 5000
KEPT = "checkpoint"


class NoLeaf(UserError):
    """Something is asked of a leaf that the ledger does not have."""

    code = "ledger.no-leaf"


class NoCheckpoint(UserError):
    """No checkpoint of that size was signed."""

    code = "ledger.no-checkpoint"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed statement of the log: its size in leaves, root hash and note."""

    size: int
    root: bytes
    note: str
    at: datetime


def signer() -> SignerKey:
    """The key of this installation, read once a process."""
    return _signer(settings.HOME)


@cache
def _signer(home: Home) -> SignerKey:
    return home.ledger_key()


def integrate() -> Checkpoint:
    """Let the tree take in every committed leaf, and sign where that leaves it.

    Any number of processes may call it at once: the row of the tree is locked
    while leaves get their index, and who comes second finds nothing to do.
    """
    while _grow():
        pass
    head = _signed()
    _keep(head)
    return head


def _grow() -> bool:
    """Take in up to BATCH leaves; whether there may be more."""
    with transaction.atomic(durable=True):
        tree = _locked_tree()
        pending = list(
            models.LedgerLeaf.objects.filter(index=None).order_by("id")[:BATCH]
        )
        if not pending:
            return False
        hashes = [bytes(leaf.hash) for leaf in pending]
        grown = merkle.grow(tree.size, hashes, nodes_below(tree.size))
        for offset, leaf in enumerate(pending):
            leaf.index = tree.size + offset
        models.LedgerLeaf.objects.bulk_update(pending, ["index"], batch_size=400)
        models.LedgerNode.objects.bulk_create(
            models.LedgerNode(level=node.level, index=node.index, hash=node.hash)
            for node in grown
            if node.level
        )
        tree.size += len(pending)
        tree.save(update_fields=["size"])
        # In one transaction: no tree without a checkpoint over the whole of it.
        _sign(tree.size)
    return len(pending) == BATCH


def _locked_tree() -> models.LedgerTree:
    rows = models.LedgerTree.objects.select_for_update()
    tree = rows.filter(pk=1).first()
    if tree is not None:
        return tree
    # The first call of all makes the row; whoever loses this race waits for the
    # winner's lock on the unique key and then reads its row.
    models.LedgerTree.objects.bulk_create(
        [models.LedgerTree(pk=1)], ignore_conflicts=True
    )
    return rows.get(pk=1)


def nodes_below(size: int) -> merkle.NodeAt:
    """Reads nodes of the stored tree; level 0 is in the leaves themselves."""

    @cache
    def node_at(level: int, index: int) -> bytes:
        if (index + 1) << level > size:
            raise LookupError((level, index))
        for _, value in _stored(level, [index]):
            return bytes(value)
        raise LookupError((level, index))

    return node_at


def _signed() -> Checkpoint:
    """The checkpoint of the tree as it is now, signed once for each size."""
    size = models.LedgerTree.objects.values_list("size", flat=True).first() or 0
    known = models.Checkpoint.objects.filter(size=size).first()
    return _sign(size) if known is None else _of(known)


def _sign(size: int) -> Checkpoint:
    key = signer()
    root = merkle.root_at(size, nodes_below(size), key.suite)
    note = checkpoint.sign(checkpoint.Checkpoint(key.name, size, root), key)
    made = models.Checkpoint(size=size, root=root, note=note, at=clock.now())
    models.Checkpoint.objects.bulk_create([made], ignore_conflicts=True)
    return _of(models.Checkpoint.objects.get(size=size))


def kept_note() -> str | None:
    """The note of the last checkpoint as it lies beside the database, if it does.

    Whoever changes the database alone cannot change what is signed there. It is
    written after the commit, so it may be older than the last checkpoint.
    """
    file: Path = settings.HOME.path / KEPT
    try:
        return file.read_text("utf-8", errors="replace")
    except FileNotFoundError:
        return None


def read_note(note: str) -> checkpoint.Checkpoint:
    """The checkpoint that a note of this log says; ProofError if we did not sign it."""
    opened, _ = checkpoint.open_note(note, [signer().verifier])
    return checkpoint.Checkpoint.parse(opened.text)


def _keep(head: Checkpoint) -> None:
    """Let the file follow, unless it says what this tree did not grow from.

    Then it stays as it is, for fsck to find: a tree grown anew from changed leaves
    must not replace the witness against it.
    """
    before = kept_note()
    if before == head.note or (before is not None and not _continues(before, head)):
        return
    with no_room_as_refusal():
        write_private(settings.HOME.path / KEPT, head.note)


def _continues(before: str, head: Checkpoint) -> bool:
    try:
        said = read_note(before)
    except ProofError:
        return False
    # A longer one was written by another process meanwhile.
    return said.size < head.size and said.root == merkle.root_at(
        said.size, nodes_below(head.size), signer().suite
    )


def _of(row: models.Checkpoint) -> Checkpoint:
    return Checkpoint(row.size, bytes(row.root), row.note, clock.local(row.at))


def latest() -> Checkpoint | None:
    """The checkpoint over the most leaves, if any was signed."""
    row = models.Checkpoint.objects.order_by("-size").first()
    return None if row is None else _of(row)


def signed_at(size: int) -> Checkpoint:
    """The checkpoint of exactly ``size`` leaves, or NoCheckpoint."""
    row = models.Checkpoint.objects.filter(size=size).first()
    if row is None:
        raise NoCheckpoint(
            f"no checkpoint over {size} records was signed",
            why="checkpoints are signed at some sizes, not at all",
            mend="ask for one that was published",
            size=size,
        )
    return _of(row)


def proof(
    leaves: Iterable[int], *, openings: bool = True, earlier: int | None = None
) -> dict[str, Any]:
    """A proof bundle (kernel.ledger.bundle) of the leaves with these ids.

    With ``openings`` it shows what the leaves seal: whoever asks must be allowed to
    see that, which the caller has decided. ``earlier`` is the size of an older
    checkpoint whose consistency the bundle proves as well.
    """
    wanted = sorted(set(leaves))
    rows = _leaves(wanted, openings)
    head = latest()
    if head is None or any(row.index is None or row.index >= head.size for row in rows):
        head = integrate()
        rows = _leaves(wanted, openings)
    before = None if earlier is None else signed_at(earlier)
    made = bundle.make(
        head.note,
        signer().verifier,
        [_entry(row, openings) for row in rows],
        _nodes_for([row.index for row in rows], head, before),
        None if before is None else before.note,
    )
    found: dict[str, Any] = json.loads(made)
    return found


def _nodes_for(
    indexes: Iterable[int], head: Checkpoint, before: Checkpoint | None
) -> merkle.NodeAt:
    """The nodes that these proofs need, read together and not one by one."""
    wanted: dict[int, set[int]] = {}

    def asked(level: int, index: int) -> bytes:
        wanted.setdefault(level, set()).add(index)
        return bytes(HASH_BYTES)

    for index in indexes:
        merkle.inclusion_proof(index, head.size, asked)
    if before is not None:
        merkle.consistency_proof(before.size, head.size, asked)
    leaves = _stored(0, wanted.pop(0, ()))
    found = {(0, index): bytes(value) for index, value in leaves}
    # One statement for all levels: a proof is a page, whatever the log's size.
    of_levels = [Q(level=level, index__in=named) for level, named in wanted.items()]
    if of_levels:
        rows = models.LedgerNode.objects.filter(reduce(or_, of_levels))
        for level, index, value in rows.values_list("level", "index", "hash"):
            found[level, index] = bytes(value)
    return lambda level, index: found[level, index]


def _stored(level: int, named: Collection[int]) -> Any:
    """Indexes and hashes of nodes of one level; the leaves are level 0."""
    if level == 0:
        rows: QuerySet[Any] = models.LedgerLeaf.objects.all()
    else:
        rows = models.LedgerNode.objects.filter(level=level)
    return rows.filter(index__in=named).values_list("index", "hash")


def _leaves(wanted: Sequence[int], openings: bool) -> list[models.LedgerLeaf]:
    query = models.LedgerLeaf.objects.filter(pk__in=wanted).order_by("id")
    rows = list(query.prefetch_related("openings") if openings else query)
    if len(rows) < len(wanted):
        raise NoLeaf(
            "the ledger has no such record",
            why="a proof is asked of something that was never recorded",
            mend="run: tongban fsck",
        )
    return rows


def _entry(leaf: models.LedgerLeaf, openings: bool) -> bundle.Entry:
    shown = leaf.openings.all() if openings else ()
    opened = {o.name: Opening(bytes(o.salt), o.value) for o in shown}
    return bundle.Entry(leaf.index, leaf.text, opened)


def consistency(old: int, new: int) -> list[bytes]:
    """The proof (RFC 6962 §2.1.2) that ``new`` leaves begin with the first ``old``."""
    return merkle.consistency_proof(old, new, nodes_below(new))
