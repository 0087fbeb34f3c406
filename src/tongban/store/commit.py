"""The one door: rows and the leaves that prove them, in one transaction.

A `batch` collects; what it collected is written when it closes. The commit waits
for the disk, and nothing is acknowledged before it returns. The tree of the ledger
follows later (ledger.py, docs/adr/0003).
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.db import models, transaction

from tongban.kernel.ledger.leaf import Opening, seal
from tongban.kernel.ledger.verifier import SALT_BYTES
from tongban.kernel.terms import Actor
from tongban.store import clock, statements, turns
from tongban.store.models import LeafOpening, LedgerLeaf
from tongban.store.room import no_room_as_refusal


# Rows of one statement: SQLite allows 32,766 values in one.
TOGETHER = 100
_OPENING = ("leaf", "name", "salt", "value")
Row = TypeVar("Row", bound=models.Model)


def _nothing() -> None:
    """For a transaction that locks nothing."""


def _salt() -> bytes:
    return os.urandom(SALT_BYTES)


@dataclass(slots=True)
class Batch:
    """What is to be written together: ``by`` whom and when."""

    by: Actor
    at: datetime
    _begin: Callable[[], None]
    _begun: bool = False
    _leaves: list[LedgerLeaf] = field(default_factory=list)
    _openings: list[tuple[LedgerLeaf, str, Opening]] = field(default_factory=list)
    _rows: list[models.Model] = field(default_factory=list)

    def leaf(
        self,
        kind: str,
        public: Mapping[str, Any],
        private: Mapping[str, Any],
        *,
        at: datetime | None = None,
    ) -> LedgerLeaf:
        """A leaf of the ledger: ``public`` in clear for ever, ``private`` sealed.

        Both are JSON values without floats; ``public`` must name no person.
        """
        moment = at or self.at
        sealed, openings = seal(kind, moment.isoformat(), public, private, _salt)
        leaf = LedgerLeaf(text=sealed.text, hash=sealed.hash(), created=moment)
        self._leaves.append(leaf)
        self._openings += [(leaf, name, each) for name, each in openings.items()]
        return leaf

    def row(self, row: Row) -> Row:
        """A row to insert; it may refer to rows and leaves collected before it."""
        self._rows.append(row)
        return row

    def begin(self) -> None:
        """Open the transaction if it is not open: what follows happens inside it."""
        if not self._begun:
            self._begun = True
            self._begin()

    def flush(self) -> None:
        """Write what is collected so far, still inside the transaction."""
        self.begin()
        _insert(self._leaves)
        _open(self._openings)
        kinds = dict.fromkeys(type(row) for row in self._rows)
        for kind in kinds:
            _insert([row for row in self._rows if type(row) is kind])
        self._leaves, self._openings, self._rows = [], [], []


def _insert(rows: Sequence[models.Model]) -> None:
    for start in range(0, len(rows), TOGETHER):
        statements.insert(rows[start : start + TOGETHER])


def _open(openings: Sequence[tuple[LedgerLeaf, str, Opening]]) -> None:
    rows = [(leaf.pk, name, each.salt, each.value) for leaf, name, each in openings]
    for start in range(0, len(rows), TOGETHER):
        statements.insert_values(LeafOpening, _OPENING, rows[start : start + TOGETHER])


@contextmanager
def batch(*, by: Actor, at: datetime | None = None) -> Iterator[Batch]:
    """One transaction of rows with their leaves, by ``by`` at ``at`` (default: now).

    It refuses to open inside another transaction: what an outer one could still
    take back must not be acknowledged (RuntimeError, a defect of the caller).
    NoRoom when the disk is full; then nothing was written.
    """
    with prepared(by=by, at=at or clock.now()) as draft:
        draft.begin()
        yield draft


@contextmanager
def prepared(
    *, by: Actor, at: datetime, first: Callable[[], None] = _nothing
) -> Iterator[Batch]:
    """As `batch`, but the transaction waits until `Batch.begin`.

    What can be worked out before is worked out before, so that writers who wait for
    one another wait for the writing alone. ``first`` opens the transaction: it locks
    what must not move.
    """
    with no_room_as_refusal(), ExitStack() as stack:

        def begin() -> None:
            stack.enter_context(turns.writer())
            stack.enter_context(transaction.atomic(durable=True))
            first()

        draft = Batch(by, at, begin)
        yield draft
        draft.flush()
