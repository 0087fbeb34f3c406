"""Rows on their way into the lake: where each cell was, and what is wrong with it.

Every reader yields Arrow batches of text with the number of the row in the column
``#``: one column for each catalogued item, or all items as one JSON array, which
SQLite makes and DuckDB takes apart twice as fast as Python could. What the cells
mean is judged afterwards, for all readers alike, by tongban.store.cells.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import pyarrow as pa

from tongban.kernel.catalog.model import Dataset, SourceKind
from tongban.kernel.query.engines import Reason, SourceUnavailable
from tongban.kernel.terms import UserError


ROW = "#"
CELLS = "cells"
_BATCH = 20_000
SHOWN = 100

Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class CellProblem:
    """One cell, row or column that the catalogue does not allow, and why."""

    where: str  # "B5", "row 7", "column address"
    item: str
    why: str

    def __str__(self) -> str:
        return (
            f"{self.where} ({self.item}): {self.why}"
            if self.item
            else (f"{self.where}: {self.why}")
        )


class RowsRefused(UserError):
    """A file or table does not hold what the catalogue says; nothing was taken.

    ``problems`` are the first hundred, ``total`` how many there are.
    """

    code = "lake.rows-refused"

    def __init__(
        self, source: str, problems: Sequence[CellProblem], *, total: int | None = None
    ) -> None:
        self.problems = tuple(problems[:SHOWN])
        self.total = len(problems) if total is None else total
        lines = [str(problem) for problem in self.problems]
        if self.total > len(lines):
            lines.append(f"and {self.total - len(lines)} more")
        super().__init__(
            f"{self.total} problem(s), nothing was taken over",
            where=source,
            why="; ".join(lines),
            mend="correct these cells and put the file there again",
            total=self.total,
        )


@dataclass(slots=True)
class Part:
    """One file of a dataset: its rows follow ``offset`` rows of the others.

    ``columns`` are the letters of each item's column, in a sheet.
    """

    name: str
    offset: int
    columns: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Intake:
    """The rows of one source on their way: batches, and problems met while reading.

    Of a folder, each place is said with the name of its file.
    """

    dataset: Dataset
    source: str
    progress: Progress | None = None
    is_folder: bool = False
    problems: list[tuple[int, CellProblem]] = field(default_factory=list)
    total: int = 0
    rows: int = 0
    parts: list[Part] = field(default_factory=list)
    _highest: int = 0

    @property
    def is_sheet(self) -> bool:
        return self.dataset.source.kind is SourceKind.FILE

    @property
    def is_packed(self) -> bool:
        """Whether a batch holds all items of a row as one JSON array."""
        return self.dataset.source.kind is SourceKind.SQLITE

    @property
    def schema(self) -> pa.Schema:
        names = [CELLS] if self.is_packed else list(self.dataset.items)
        return pa.schema([(ROW, pa.int64()), *((name, pa.string()) for name in names)])

    @property
    def part(self) -> Part:
        """The file that is being read."""
        if not self.parts:
            self.begin(self.source)
        return self.parts[-1]

    def begin(self, name: str) -> None:
        """From now on rows are those of the file called ``name``."""
        self.parts.append(Part(name, self._highest))

    def note(self, number: int, item: str, why: str, where: str = "") -> None:
        """A problem in row ``number`` of the file that is being read."""
        self.total += 1
        if len(self.problems) < SHOWN:
            row = self.part.offset + number
            place = self.named(where) if where else self.place(row, "")
            self.problems.append((row, CellProblem(place, item, why)))

    def place(self, row: int, item: str) -> str:
        """Where the reader of the source finds an item of a row of the batches."""
        at = bisect_right(self.parts, row - 1, key=lambda part: part.offset) - 1
        part = self.parts[max(at, 0)]
        letters = part.columns.get(item, "row ")
        place = f"{letters}{row - part.offset}"
        return f"{part.name} {place}" if self.is_folder else place

    def named(self, place: str) -> str:
        """A place in the file that is being read."""
        return f"{self.part.name} {place}" if self.is_folder else place

    def refused(self, where: str, why: str) -> RowsRefused:
        """That the file being read cannot be taken at all."""
        return RowsRefused(self.source, [CellProblem(self.named(where), "", why)])

    def unavailable(self, reason: Reason) -> SourceUnavailable:
        """That the source cannot be read, and whose it is."""
        return SourceUnavailable(
            self.dataset.code,
            provider=self.dataset.provider,
            database=self.dataset.source.database,
            reason=reason,
        )

    def batches(self, rows: Iterator[tuple[Any, ...]]) -> Iterator[pa.RecordBatch]:
        """Tuples of row number and cells, as Arrow takes them."""
        schema = self.schema
        offset = self.part.offset
        while chunk := list(islice(rows, _BATCH)):
            numbers, *columns = zip(*chunk, strict=True)
            self.took(len(chunk), offset + numbers[-1])
            arrays = [
                pa.array([offset + number for number in numbers], pa.int64()),
                *(pa.array(column, pa.string()) for column in columns),
            ]
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)

    def took(self, count: int, highest: int) -> None:
        """That ``count`` more rows were read, up to the row ``highest``."""
        self.rows += count
        self._highest = highest
        if self.progress is not None:
            self.progress(self.dataset.code, self.rows)
