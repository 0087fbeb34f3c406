"""The one door: rows and the leaves that prove them, in one transaction.

A `batch` collects; what it collected is written when it closes. The commit waits
for the disk, and nothing is acknowledged before it returns. The tree of the ledger
follows later (ledger.py, docs/adr/0003).
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from django.db import connection, models, transaction

from tongban.kernel.ledger.leaf import seal
from tongban.kernel.ledger.verifier import SALT_BYTES
from tongban.kernel.terms import Actor
from tongban.store import clock
from tongban.store.models import LeafOpening, LedgerLeaf
from tongban.store.room import no_room_as_refusal


# Rows of one statement: SQLite allows 32,766 values in one.
TOGETHER = 100
Row = TypeVar("Row", bound=models.Model)


def _salt() -> bytes:
    return os.urandom(SALT_BYTES)


@dataclass(slots=True)
class Batch:
    """What is to be written together: ``by`` whom and when."""

    by: Actor
    at: datetime
    _leaves: list[LedgerLeaf] = field(default_factory=list)
    _openings: list[LeafOpening] = field(default_factory=list)
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
        self._openings += [
            LeafOpening(leaf=leaf, name=name, salt=opening.salt, value=opening.value)
            for name, opening in openings.items()
        ]
        return leaf

    def row(self, row: Row) -> Row:
        """A row to insert; it may refer to rows and leaves collected before it."""
        self._rows.append(row)
        return row

    def flush(self) -> None:
        """Write what is collected so far, still inside the transaction."""
        _insert(self._leaves)
        _insert(self._openings)
        kinds = dict.fromkeys(type(row) for row in self._rows)
        for kind in kinds:
            _insert([row for row in self._rows if type(row) is kind])
        self._leaves, self._openings, self._rows = [], [], []


def _insert(rows: Sequence[models.Model]) -> None:
    """Insert rows of one table, in their order, in as few statements as may be.

    The statement is put together once a table: the general way of Django costs
    several times what the database itself does, and every command comes through
    here.
    """
    for start in range(0, len(rows), TOGETHER):
        _insert_together(rows[start : start + TOGETHER])


def _insert_together(rows: Sequence[models.Model]) -> None:
    insert = _statement(type(rows[0]), len(rows))
    for row in rows:
        for relation in insert.relations:
            _take_key(row, relation)
    values = [column(row) for row in rows for column in insert.columns]
    with connection.cursor() as cursor:
        cursor.execute(insert.sql, values)
        keys = [key for (key,) in cursor.fetchall()]
    for row, key in zip(rows, keys, strict=True):
        row.pk = key
        row._state.adding, row._state.db = False, connection.alias


@dataclass(frozen=True, slots=True)
class _Insert:
    """How rows of one table are written; it answers with their keys in order."""

    sql: str
    columns: tuple[Callable[[models.Model], Any], ...]
    relations: tuple[Any, ...]


@cache
def _statement(model: type[models.Model], count: int) -> _Insert:
    quote, meta = connection.ops.quote_name, model._meta
    given = isinstance(meta.pk, models.AutoField)
    fields = [f for f in meta.concrete_fields if not (given and f.primary_key)]
    names = ", ".join(quote(field.column) for field in fields)
    row = f"({', '.join('%s' for _ in fields)})"
    table, rows, key = quote(meta.db_table), ", ".join([row] * count), meta.pk.column
    # Names of our own tables and columns; every value is a parameter.
    sql = f"INSERT INTO {table} ({names}) VALUES {rows} RETURNING {quote(key)}"  # nosec B608
    relations = tuple(field for field in fields if field.is_relation)
    return _Insert(sql, tuple(map(_column, fields)), relations)


def _take_key(row: models.Model, relation: Any) -> None:
    """Refer to the key that a related row got when it was inserted before."""
    related = relation.get_cached_value(row, default=None)
    if related is not None:
        setattr(row, relation.attname, related.pk)


def _column(field: Any) -> Callable[[models.Model], Any]:
    """What the database gets for one field of a row."""

    def value(row: models.Model) -> Any:
        return field.get_db_prep_save(getattr(row, field.attname), connection)

    return value


@contextmanager
def batch(*, by: Actor, at: datetime | None = None) -> Iterator[Batch]:
    """One transaction of rows with their leaves, by ``by`` at ``at`` (default: now).

    It refuses to open inside another transaction: what an outer one could still
    take back must not be acknowledged (RuntimeError, a defect of the caller).
    NoRoom when the disk is full; then nothing was written.
    """
    with no_room_as_refusal(), transaction.atomic(durable=True):
        draft = Batch(by, at or clock.now())
        yield draft
        draft.flush()
