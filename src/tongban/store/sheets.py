"""Tables as offices write them: CSV and Excel files, header first, cell by cell.

Rows are numbered as a spreadsheet counts them: the header is row 1.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook

from tongban.kernel.query.engines.types import as_text
from tongban.kernel.terms import did_you_mean
from tongban.store.intake import CellProblem, Intake, RowsRefused


# A double holds 15 decimal digits; what Excel stored as a longer number is lost.
_EXACT = 10**15


def read_csv(intake: Intake, path: Path) -> Iterator[pa.RecordBatch]:
    """A CSV file in UTF-8 (with or without mark) or GB18030, header first."""
    encoding = encoding_of(path)
    if encoding is None:
        raise intake.refused("the file", "is neither UTF-8 nor GB18030 text")
    with path.open(encoding=encoding, newline="") as lines:
        reader = csv.reader(lines, strict=True)
        try:
            rows = _aligned(intake, enumerate(reader, 1))
            yield from intake.batches(rows)
        except csv.Error as problem:
            where = f"line {reader.line_num}"
            raise intake.refused(where, str(problem)) from None


def encoding_of(path: Path) -> str | None:
    """UTF-8 if all of the file is, else GB18030 if all is, else none."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            with path.open(encoding=encoding) as text:
                while text.read(1 << 20):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    return None


def read_xlsx(intake: Intake, path: Path) -> Iterator[pa.RecordBatch]:
    """The first sheet of an Excel workbook, header first."""
    try:
        sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    except (CalamineError, OSError, IndexError):
        raise intake.refused("the file", "is no readable workbook") from None
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
                intake.note(number, "", why, f"{column_letters(at)}{number}")
            return str(int(cell))
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case datetime():
            return cell.isoformat(sep=" ")
        case time() | timedelta():
            return str(cell)
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
            intake.note(number, "", why)
    if not order:
        raise intake.refused("the file", "is empty: not even a header")


def _order(
    intake: Intake, header: Sequence[str | None], number: int, left: int
) -> list[int]:
    """Where each item is; RowsRefused when a column is missing, extra or double.

    A column is headed by the item's name, by its Chinese title, or as the
    catalogue says that the source calls it.
    """
    items = intake.dataset.items
    titles = {item.title.zh: name for name, item in items.items()}
    titles |= {item.stored: name for name, item in items.items()}
    heads = [(head or "").strip() for head in header]
    names = [titles.get(head, head) for head in heads]
    problems: list[CellProblem] = []

    def wrong(where: str, name: str, why: str) -> None:
        problems.append(CellProblem(intake.named(where), name, why))

    for at, name in enumerate(names):
        where = f"{column_letters(at + left)}{number}"
        if name not in items:
            why = f"no such item: {did_you_mean(name, items)}"
            wrong(where, name, why)
        elif name in names[:at]:
            wrong(where, name, "the item is there twice")
        intake.part.columns[name] = column_letters(at + left)
    for name in items:
        if name not in names:
            wrong(f"row {number}", name, "the column is missing")
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
