"""Rows as departments keep them: databases, CSV and Excel files, cell by cell.

Every reader yields Arrow batches of text with the number of the row as a
spreadsheet counts them (the header is row 1) in the column ``#``: files one
column for each catalogued item, databases all items as one JSON array, which
SQLite makes and DuckDB takes apart twice as fast as Python could. What the
cells mean is judged afterwards, for all readers alike, by tongban.store.lake.
"""

import csv
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, time
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook
from sqlglot import exp

from tongban.kernel.catalog.model import Dataset, SourceKind
from tongban.kernel.query.engines import Reason, SourceUnavailable
from tongban.kernel.query.engines.sqlite import BUSY_SECONDS, reason_of
from tongban.kernel.query.engines.types import as_text
from tongban.kernel.terms import UserError, did_you_mean


ROW = "#"
CELLS = "cells"
_BATCH = 20_000
_SHOWN = 100
# A double holds 15 decimal digits; what Excel stored as a longer number is lost.
_EXACT = 10**15

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
        self.problems = tuple(problems[:_SHOWN])
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
class Intake:
    """The rows of one source on their way: batches, and problems met while reading."""

    dataset: Dataset
    source: str
    progress: Progress | None = None
    problems: list[CellProblem] = field(default_factory=list)
    rows: int = 0
    # Item to the letters of its column, for sheets.
    columns: dict[str, str] = field(default_factory=dict)

    @property
    def is_sheet(self) -> bool:
        return self.dataset.source.kind is SourceKind.FILE

    @property
    def schema(self) -> pa.Schema:
        names = list(self.dataset.items) if self.is_sheet else [CELLS]
        return pa.schema([(ROW, pa.int64()), *((name, pa.string()) for name in names)])

    def batches(self, rows: Iterator[tuple[Any, ...]]) -> Iterator[pa.RecordBatch]:
        """Tuples of row number and cells, as Arrow takes them."""
        schema = self.schema
        while chunk := list(islice(rows, _BATCH)):
            self.rows += len(chunk)
            if self.progress is not None:
                self.progress(self.dataset.code, self.rows)
            columns = zip(*chunk, strict=True)
            arrays = [
                pa.array(column, kind.type)
                for column, kind in zip(columns, schema, strict=True)
            ]
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def read_sqlite(intake: Intake, path: Path) -> Iterator[pa.RecordBatch]:
    """The catalogued items of a department's table, in one read transaction."""
    dataset = intake.dataset
    uri = f"file:{quote(str(path.absolute()))}?mode=ro"
    try:
        with closing(
            sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS)
        ) as connection:
            cells = connection.execute(_select(dataset))
            rows = ((number, row[0]) for number, row in enumerate(cells, 1))
            yield from intake.batches(rows)
    except sqlite3.Error as problem:
        reason = reason_of(problem)
        if reason is None and "JSON" in str(problem):
            reason = Reason.VALUE  # bytes, which are nobody's item
        if reason is None:
            raise
        raise _unavailable(dataset, reason) from None


def _unavailable(dataset: Dataset, reason: Reason) -> SourceUnavailable:
    return SourceUnavailable(
        dataset.code,
        provider=dataset.provider,
        database=dataset.source.database,
        reason=reason,
    )


def _select(dataset: Dataset) -> str:
    columns = [
        exp.column(exp.to_identifier(name, quoted=True)) for name in dataset.items
    ]
    table = exp.to_identifier(dataset.source.table, quoted=True)
    cells = exp.Anonymous(this="json_array", expressions=columns)
    return exp.select(cells).from_(exp.table_(table)).sql("sqlite")


def read_csv(intake: Intake, path: Path) -> Iterator[pa.RecordBatch]:
    """A CSV file in UTF-8 (with or without mark) or GB18030, header first."""
    with path.open(encoding=_encoding(path), newline="") as lines:
        reader = csv.reader(lines, strict=True)
        try:
            rows = _aligned(intake, enumerate(reader, 1))
            yield from intake.batches(rows)
        except csv.Error as problem:
            where = f"line {reader.line_num}"
            raise RowsRefused(
                intake.source, [CellProblem(where, "", str(problem))]
            ) from None


def _encoding(path: Path) -> str:
    """UTF-8 if all of the file is, else GB18030 if all is, else refused."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            with path.open(encoding=encoding) as text:
                while text.read(1 << 20):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    raise RowsRefused(
        path.name,
        [CellProblem("the file", "", "is neither UTF-8 nor GB18030 text")],
    )


def read_xlsx(intake: Intake, path: Path) -> Iterator[pa.RecordBatch]:
    """The first sheet of an Excel workbook, header first."""
    try:
        sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    except (CalamineError, OSError, IndexError):
        raise RowsRefused(
            intake.source, [CellProblem("the file", "", "is no readable workbook")]
        ) from None
    # Empty rows above the table are delivered, empty columns before it are not.
    left = (sheet.start or (0, 0))[1]
    rows = (
        (number, [_cell(intake, number, at, cell) for at, cell in enumerate(row, left)])
        for number, row in enumerate(sheet.iter_rows(), 1)
    )
    yield from intake.batches(_aligned(intake, rows, left))


def _cell(intake: Intake, number: int, at: int, cell: Any) -> str | None:
    """A cell of a workbook as the text that its reader sees."""
    match cell:
        case bool():
            return "1" if cell else "0"
        case float() if cell.is_integer():
            if abs(cell) >= _EXACT:
                why = "a number this long has lost digits: format the column as text"
                where = f"{column_letters(at)}{number}"
                intake.problems.append(CellProblem(where, "", why))
            return str(int(cell))
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case datetime():
            return cell.isoformat(sep=" ")
    return as_text(cell)


def _aligned(
    intake: Intake,
    rows: Iterable[tuple[int, Sequence[str | None]]],
    left: int = 0,
) -> Iterator[tuple[Any, ...]]:
    """Rows below the header with their cells in the catalogue's order."""
    order: list[int] = []
    width = 0
    for number, row in rows:
        if not any(row):
            continue
        if not order:
            order, width = _order(intake, row, number, left), len(row)
        elif len(row) == width:
            yield (number, *[row[at] for at in order])
        else:
            why = f"has {len(row)} cells where the header has {width}"
            intake.problems.append(CellProblem(f"row {number}", "", why))
    if not order:
        problem = CellProblem("the file", "", "is empty: not even a header")
        raise RowsRefused(intake.source, [problem])


def _order(
    intake: Intake, header: Sequence[str | None], number: int, left: int
) -> list[int]:
    """Where each item is; RowsRefused when a column is missing, extra or double.

    A column is headed by the item's name or by its Chinese title.
    """
    items = intake.dataset.items
    titles = {item.title.zh: name for name, item in items.items()}
    heads = [(head or "").strip() for head in header]
    names = [titles.get(head, head) for head in heads]
    problems = []
    for at, name in enumerate(names):
        where = f"{column_letters(at + left)}{number}"
        if name not in items:
            why = f"no such item: {did_you_mean(name, items)}"
            problems.append(CellProblem(where, name, why))
        elif name in names[:at]:
            problems.append(CellProblem(where, name, "the item is there twice"))
        intake.columns[name] = column_letters(at + left)
    for name in items:
        if name not in names:
            where = f"row {number}"
            problems.append(CellProblem(where, name, "the column is missing"))
    if problems:
        raise RowsRefused(intake.source, problems)
    return [names.index(name) for name in items]


def column_letters(at: int) -> str:
    """The letters that a spreadsheet gives to the column at ``at`` from 0."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
