"""What a place is: a department's own system that gives rows for one statement.

A place is made of what the site says of its databases, by name, and serves all
threads of a process. Which statement a place understands, the compiler knows
from the kind of the dataset's source (kernel.query.lowering.spelling).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

import pyarrow as pa

from tongban.kernel.query.engines.types import Row


# How long one statement may take at its place.
TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Selection:
    """Rows as the place holds them, with the names of their columns.

    A cell is None, text, a number, a boolean, a date or a moment; kernel.query.
    engines.types reads it as the type that the catalogue declares. ``size`` is how
    many bytes came over the wire, where the place knows it.
    """

    names: tuple[str, ...]
    rows: list[Row]
    truncated: bool
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """Rows of the lake, and the version of each dataset they came from."""

    rows: list[Row]
    truncated: bool
    versions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Stream:
    """Rows of the lake on their way, and the versions they come from."""

    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]
    versions: Mapping[str, str]


class Bulk(Protocol):
    """An engine beside the lake's own that reads the same snapshots."""

    kind: str  # of the fetches that it runs

    def select(
        self,
        sql: str,
        params: Mapping[str, Any],
        *,
        datasets: Sequence[str],
        pinned: Mapping[str, str],
        limit: int,
    ) -> Reading:
        """At most ``limit`` rows, and whether there were more; raises as a Place.

        A dataset in ``pinned`` is read in the version named there.
        """
        ...

    def batches(
        self,
        sql: str,
        params: Mapping[str, Any],
        *,
        datasets: Sequence[str],
        pinned: Mapping[str, str],
        seconds: float,
        rows: int,
    ) -> AbstractContextManager[Stream]:
        """All rows, by about so many ``rows`` a batch, for as long as the block runs.

        Iterating over them raises as well: it is then that they are computed.
        """
        ...

    def close(self) -> None:
        """Give back what is held; the next use takes it anew."""
        ...


class Place(Protocol):
    """The databases of one kind, each under the name that the catalogue uses."""

    def select(
        self, database: str, statement: str, values: Sequence[Any], *, limit: int
    ) -> Selection:
        """At most ``limit`` rows of one statement, and whether there were more.

        ``values`` are those of the placeholders 1, 2 …. Raises SourceFault when
        the database cannot be read, Overrun when it takes too long, ValueFault
        when it cannot compute the statement: none of them quotes a value.
        """
        ...

    def close(self) -> None:
        """Give back every connection; the next use makes new ones."""
        ...
