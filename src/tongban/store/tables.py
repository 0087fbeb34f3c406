"""The first rows of a file or folder, whatever its columns are: for a survey."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet
from python_calamine import CalamineError, CalamineWorkbook

from tongban.kernel.query.engines.types import as_text
from tongban.kernel.terms import UserError
from tongban.store.dropped import within
from tongban.store.sheets import encoding_of
from tongban.store.structured import Malformed, objects


Row = tuple[str | None, ...]
_CHUNK = 1 << 16
_FORMATS = {
    ".csv": "CSV",
    ".xlsx": "Excel",
    ".xls": "Excel",
    ".parquet": "Parquet",
    ".json": "JSON",
    ".jsonl": "JSON",
    ".ndjson": "JSON",
}


class Unreadable(UserError):
    """A file is none of the kinds that can be read, or is damaged."""

    code = "sources.unreadable"


@dataclass(frozen=True, slots=True)
class Table:
    """A header and some rows; ``notes`` tell of files that have another header."""

    header: tuple[str, ...]
    rows: list[Row]
    format: str
    notes: tuple[str, ...] = ()


def rows_of(path: Path, most: int) -> Table:
    """At most ``most`` rows of a file, or in equal parts of a folder's files.

    Unreadable names the file that cannot be read.
    """
    files = within(path) if path.exists() else []
    if not files:
        raise _unreadable(path, "there is no file")
    share = -(-most // len(files))
    header: tuple[str, ...] = ()
    rows: list[Row] = []
    notes = []
    for file in files:
        own, found = _read(file, min(share, most - len(rows)))
        header = header or own
        if set(own) != set(header):
            notes.append(f"{file.name} has other columns than {files[0].name}.")
            continue
        order = [own.index(name) for name in header]
        rows += [tuple(row[at] for at in order) for row in found]
    return Table(header, rows, _FORMATS[files[0].suffix.lower()], tuple(notes))


def _read(file: Path, most: int) -> tuple[tuple[str, ...], list[Row]]:
    reader = _READERS.get(file.suffix.lower())
    if reader is None:
        raise _unreadable(file, f"it is none of {', '.join(_READERS)}")
    try:
        rows = reader(file, most)
        header = tuple(name or "" for name in next(rows, ()))
        found = [row for row in islice(rows, most) if len(row) == len(header)]
    except (OSError, csv.Error, CalamineError, pa.ArrowException, Malformed):
        raise _unreadable(file, "it is damaged, or not what its name says") from None
    if not header or len(set(header)) < len(header) or not all(header):
        raise _unreadable(file, "its first row names no columns, or one twice")
    return header, found


def _csv(file: Path, most: int) -> Iterator[Row]:
    encoding = encoding_of(file)
    if encoding is None:
        raise _unreadable(file, "it is neither UTF-8 nor GB18030 text")
    with file.open(encoding=encoding, newline="") as lines:
        for row in islice(csv.reader(lines, strict=True), most + 1):
            yield tuple(row)


def _excel(file: Path, most: int) -> Iterator[Row]:
    sheet = CalamineWorkbook.from_path(file).get_sheet_by_index(0)
    for row in islice(sheet.iter_rows(), most + 1):
        yield tuple(_cell(cell) for cell in row)


def _parquet(file: Path, most: int) -> Iterator[Row]:
    with parquet.ParquetFile(file) as opened:
        yield tuple(opened.schema_arrow.names)
        for batch in opened.iter_batches(max(1, most)):
            columns = [column.to_pylist() for column in batch.columns]
            for row in zip(*columns, strict=True):
                yield tuple(_cell(cell) for cell in row)


def _json(file: Path, most: int) -> Iterator[Row]:
    with file.open(encoding="utf-8-sig") as text:
        pieces = iter(lambda: text.read(_CHUNK), "")
        found = [each for each in islice(objects(pieces), most) if _is_object(each)]
    names = list(dict.fromkeys(name for each in found for name in each))
    yield tuple(names)
    for each in found:
        yield tuple(_cell(each.get(name)) for name in names)


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _cell(cell: Any) -> str | None:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    try:
        return as_text(cell)
    except TypeError:
        return None


_READERS: dict[str, Callable[[Path, int], Iterator[Row]]] = {
    ".csv": _csv,
    ".xlsx": _excel,
    ".xls": _excel,
    ".parquet": _parquet,
    ".json": _json,
    ".jsonl": _json,
    ".ndjson": _json,
}


def _unreadable(path: Path, why: str) -> Unreadable:
    return Unreadable(
        "this cannot be looked at",
        where=path.name,
        why=why,
        mend="name a CSV, Excel, Parquet or JSON file, or a folder of them",
    )
