"""Files of the national item tables: JSON and Excel, read to rows and written.

Excel has a sheet for the items and one each for their materials, fees and questions,
joined by the items' codes; JSON has these as lists within each item. Every cell
keeps its address, ``事项!C7`` or ``/2/事项类型``.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from tongban.kernel.terms import UserError
from tongban.pack.national.columns import ITEM, ITEMS, PARTS, named
from tongban.pack.national.incoming import Given, Note, known_columns
from tongban.store.sheets import column_letters
from tongban.store.workbook import write_sheets


# A part's row names its item by the first of these that it has.
CODES = ("业务办理项编码", "实施编码", "基本编码")


class NoTable(UserError):
    """A file in which no table of items can be found."""

    code = "items.no-table"


def read(path: Path) -> tuple[list[Given], list[Note]]:
    """The rows of a file, and what is to be said of the file as a whole. NoTable."""
    if path.suffix.lower() == ".json":
        rows = list(_json(path))
        used = {ITEMS: {name for row in rows for name in (*row.cells, *row.parts)}}
        notes: list[Note] = []
    else:
        rows, used, notes = _workbook(path)
    return rows, [*notes, *_unknown(used)]


def _unknown(used: Mapping[str, set[str]]) -> Iterator[Note]:
    known = known_columns()
    for sheet, columns in used.items():
        extra = CODES if sheet != ITEMS else ()
        for column in sorted(columns - known[sheet] - set(extra) - {""}):
            why = "no such column is known: it is left out"
            yield Note(sheet, column, why, refuses=False)


# ------------------------------------------------------------------------------- JSON


def _json(path: Path) -> Iterator[Given]:
    try:
        told = json.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise _no_table(path, str(error)) from None
    rows = told.get(ITEMS) if isinstance(told, dict) else told
    start = f"/{ITEMS}" if isinstance(told, dict) else ""
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _no_table(path, f"it is no list of items, nor has it one as {ITEMS!r}")
    for place, row in enumerate(rows):
        yield _object(row, f"{start}/{place}")


def _object(row: Mapping[str, Any], place: str) -> Given:
    parts = {
        name: [
            _object(each, f"{place}/{name}/{at}")
            for at, each in enumerate(value)
            if isinstance(each, dict)
        ]
        for name, value in row.items()
        if name in PARTS and isinstance(value, list)
    }
    cells = {name: _shown(value) for name, value in row.items() if name not in parts}
    return Given(place, cells, {name: f"{place}/{name}" for name in cells}, parts)


def _shown(value: Any) -> str:
    """A cell as its reader sees it; a list of codes with commas between them."""
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case list():
            return ",".join(_shown(each) for each in value)
    return str(value).strip()


# ------------------------------------------------------------------------------ Excel


def _workbook(path: Path) -> tuple[list[Given], dict[str, set[str]], list[Note]]:
    try:
        book = CalamineWorkbook.from_path(path)
        names = book.sheet_names
        first = ITEMS if ITEMS in names else names[0]
        sheets = {ITEMS: list(_sheet(book, first))}
        sheets |= {part: list(_sheet(book, part)) for part in PARTS if part in names}
    except (CalamineError, OSError, IndexError) as error:
        raise _no_table(path, str(error)) from None
    if not sheets[ITEMS]:
        raise _no_table(path, "the sheet of items has no rows")
    used = {
        name: {column for row in rows for column in row.cells}
        for name, rows in sheets.items()
    }
    rows, notes = _joined(sheets)
    return rows, used, notes


def _sheet(book: CalamineWorkbook, name: str) -> Iterator[Given]:
    """Rows below the header: the first row with a column's name, whatever is above."""
    known = known_columns()[name if name in PARTS else ITEMS]
    sheet = book.get_sheet_by_name(name)
    left = (sheet.start or (0, 0))[1]
    header: list[str] = []
    for number, row in enumerate(sheet.iter_rows(), 1):
        texts = [_shown(cell) for cell in row]
        if not header:
            header = texts if known & set(texts) else []
        elif any(texts):
            yield _row(name, number, header, texts, left)


def _row(
    name: str, number: int, header: Sequence[str], texts: Sequence[str], left: int
) -> Given:
    where = {
        column: f"{name}!{column_letters(at + left)}{number}"
        for at, column in enumerate(header)
    }
    return Given(f"{name}!{number}", dict(zip(header, texts, strict=False)), where)


def _joined(
    sheets: Mapping[str, Sequence[Given]],
) -> tuple[list[Given], list[Note]]:
    """Items with the rows of other sheets that name them."""
    notes: list[Note] = []
    by_code: dict[str, int] = {}
    for place, row in enumerate(sheets[ITEMS]):
        for code in CODES:
            by_code.setdefault(_cell(row, code), place)
    parts: list[dict[str, list[Given]]] = [{} for _ in sheets[ITEMS]]
    for name in PARTS:
        for row in sheets.get(name, ()):
            code = next(filter(None, (_cell(row, each) for each in CODES)), "")
            place = by_code.get(code) if code else None
            if place is None:
                notes.append(Note(row.place, CODES[1], "no item has this code"))
            else:
                parts[place].setdefault(name, []).append(row)
    rows = [
        Given(row.place, row.cells, row.where, found)
        for row, found in zip(sheets[ITEMS], parts, strict=True)
    ]
    return rows, notes


def _cell(row: Given, column: str) -> str:
    initials = named(ITEM)[column].initials
    return row.cells.get(column) or row.cells.get(initials) or ""


def _no_table(path: Path, why: str) -> NoTable:
    return NoTable(
        "no table of items can be read here",
        where=str(path),
        why=why,
        mend="give a JSON list of items, or an Excel workbook with a header row",
    )


# ---------------------------------------------------------------------------- writing


def write(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows of `pack.national.outgoing` as JSON or, for ``.xlsx``, as a workbook."""
    if path.suffix.lower() == ".json":
        path.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", "utf-8")
        return
    header = [column.name for column in ITEM]
    sheets: dict[str, tuple[list[str], list[list[str]]]] = {
        ITEMS: (header, [[row[name] for name in header] for row in rows])
    }
    for part, columns in PARTS.items():
        names = [column.name for column in columns]
        sheets[part] = (
            [*CODES[:2], *names],
            [
                [*(row[code] for code in CODES[:2]), *(each[name] for name in names)]
                for row in rows
                for each in row[part]
            ],
        )
    write_sheets(path, sheets)
