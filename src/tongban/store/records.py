"""The platform's own records as a Place: cases and uses, under grants like any data."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import DatabaseError
from django.db.models import Model
from django.utils import timezone

from tongban.kernel.query.engines.faults import Reason, SourceFault
from tongban.kernel.query.engines.places import Selection
from tongban.kernel.query.lowering.asking import Ask, read
from tongban.store.models import BrokenPromise, CaseRecord, SampleRecord, UseReceipt


# The tables of kernel.catalog.platform, each with where its rows are kept. Only
# what is listed there is read, whatever a model may come to hold.
MODELS: Mapping[str, type[Model]] = {
    "cases": CaseRecord,
    "broken_promises": BrokenPromise,
    "samples": SampleRecord,
    "uses": UseReceipt,
}
# Tables whose rows are made of others' as they are read, by who makes them: that
# needs the declarations, which need this module to know where rows are.
DERIVED: dict[str, Callable[[Ask, Any], Iterator[tuple[Any, ...]]]] = {}
_BATCH = 2_000


class Records:
    """The control database as a Place; its connection is Django's own."""

    def select(
        self, _database: str, statement: str, values: Sequence[Any], *, limit: int
    ) -> Selection:
        """At most ``limit`` rows of one Ask, and whether there were more."""
        ask = read(statement)
        try:
            rows = [_local(row) for row in _rows(ask, *values, most=limit + 1)]
        except DatabaseError:
            raise SourceFault(Reason.STRUCTURE) from None
        names = tuple(name for name, _ in ask.members)
        return Selection(names, rows[:limit], len(rows) > limit)

    def close(self) -> None:
        """Nothing: each request of Django gives its own connection back."""


def every(ask: Ask) -> Iterator[tuple[Any, ...]]:
    """All rows of an Ask, a bounded number of them in memory."""
    for row in _rows(ask):
        yield _local(row)


def _local(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Moments as the jurisdiction's clocks showed them."""
    return tuple(
        timezone.make_naive(cell) if isinstance(cell, datetime) else cell
        for cell in row
    )


def _rows(
    ask: Ask, subject: Any = None, *, most: int | None = None
) -> Iterator[tuple[Any, ...]]:
    if ask.path in DERIVED:
        return islice(DERIVED[ask.path](ask, subject), most)
    found: Iterator[tuple[Any, ...]] = _query(ask, subject)[:most].iterator(_BATCH)
    return found


def _query(ask: Ask, subject: Any) -> Any:
    rows = MODELS[ask.path]._default_manager.order_by("pk")
    if ask.key:
        rows = rows.filter(**{ask.key: subject})
    return rows.values_list(*(column for _, column in ask.members))
