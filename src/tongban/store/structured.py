"""Parquet and JSON files, which carry their own structure.

JSON is an array of objects, or objects one after the other (JSON lines); both are
read a piece at a time. Rows are numbered from 1.
"""

import json
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from tongban.kernel.query.engines.types import as_text
from tongban.kernel.terms import did_you_mean
from tongban.store.intake import Intake


_BATCH = 20_000
_CHUNK = 1 << 20
_LARGEST = 16 << 20  # characters of one object
_SPACE = re.compile(r"[ \t\r\n]*")


# ------------------------------------------------------------------------ Parquet


def read_parquet(intake: Intake, path: Path) -> Iterator[pa.RecordBatch]:
    """The items of a Parquet file, each batch as text."""
    try:
        with parquet.ParquetFile(path) as file:
            names = _same(intake, file.schema_arrow.names)
            last = intake.part.offset
            for batch in file.iter_batches(_BATCH, columns=names):
                columns = [_as_text(intake, batch.column(name), name) for name in names]
                numbers = range(last + 1, last + 1 + batch.num_rows)
                last += batch.num_rows
                intake.took(batch.num_rows, last)
                arrays = [pa.array(numbers, pa.int64()), *columns]
                yield pa.RecordBatch.from_arrays(arrays, schema=intake.schema)
    except (pa.ArrowException, OSError):
        raise intake.refused("the file", "is no readable Parquet file") from None


def _as_text(intake: Intake, column: pa.Array, name: str) -> pa.Array:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.dictionary_decode(), kind.value_type
    if pa.types.is_nested(kind) or pa.types.is_binary(kind):
        raise intake.refused(f"column {name}", "holds bytes or lists, as no item does")
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        raise intake.refused(
            f"column {name}", "has a time zone: give the moments of the local clock"
        )
    if pa.types.is_floating(kind):
        return pa.array([as_text(cell) for cell in column.to_pylist()], pa.string())
    return pc.cast(column, pa.string())


# --------------------------------------------------------------------------- JSON


def read_json(intake: Intake, path: Path) -> Iterator[pa.RecordBatch]:
    """The objects of a JSON file, whose members are the items and no others."""
    try:
        with path.open(encoding="utf-8-sig") as text:
            pieces = iter(lambda: text.read(_CHUNK), "")
            yield from intake.batches(_rows(intake, objects(pieces)))
    except Malformed as fault:
        why = "is no JSON array or lines of objects from there on"
        raise intake.refused(f"after row {fault.after}", why) from None


def _rows(intake: Intake, found: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    names: list[str] = []
    for number, each in enumerate(found, 1):
        if not isinstance(each, dict):
            intake.note(number, "", "is no JSON object")
            continue
        if not names:
            names = _same(intake, each)
        cells = [_cell(intake, number, name, each) for name in names]
        if len(each) != len(names):
            intake.note(number, "", "has members that are no items")
        yield (number, *cells)


def _cell(intake: Intake, number: int, name: str, each: dict[str, Any]) -> str | None:
    if name not in each:
        intake.note(number, name, "the member is missing; write null for no value")
        return None
    cell = each[name]
    if isinstance(cell, dict | list):
        intake.note(number, name, "is a list or an object, as no item is")
        return None
    return as_text(cell)


def objects(pieces: Iterable[str]) -> Iterator[Any]:
    """The values of a JSON array, or of JSON lines, as they come.

    Numbers keep their digits (Decimal). Malformed for anything else, for an array
    without end, and for a value of more than 16 million characters.
    """
    text = _Text(pieces)
    in_array = text.following() == "["
    text.at += in_array
    count = 0
    try:
        while sign := text.following():
            if in_array and sign == "]":
                text.at += 1
                if text.following():
                    raise ValueError("something follows the array")
                return
            if in_array and count:
                if sign != ",":
                    raise ValueError("a comma is missing")
                text.at += 1
                text.following()
            yield text.value()
            count += 1
        if in_array:
            raise ValueError("the array has no end")
    except (ValueError, RecursionError):
        # Undecodable bytes are a ValueError too. None is repeated: they quote cells.
        raise Malformed(count) from None


class Malformed(Exception):
    """A text is no array or lines of JSON, after so many good values."""

    def __init__(self, after: int) -> None:
        super().__init__(after)
        self.after = after


class _Text:
    """A window on a text that comes in pieces, and the place reached in it."""

    def __init__(self, pieces: Iterable[str]) -> None:
        self.feed = iter(pieces)
        self.window = ""
        self.at = 0
        self.decoder = json.JSONDecoder(parse_float=Decimal, parse_constant=_no_number)

    def following(self) -> str:
        """The next character that is no space, without going past it."""
        while True:
            self.at = _SPACE.match(self.window, self.at).end()
            if self.at < len(self.window):
                return self.window[self.at]
            if not self.more():
                return ""

    def value(self) -> Any:
        """The JSON value that begins here."""
        while True:
            try:
                found, self.at = self.decoder.raw_decode(self.window, self.at)
            except json.JSONDecodeError:
                # It may be malformed, or only go on in the next piece.
                if len(self.window) - self.at > _LARGEST or not self.more():
                    raise
            else:
                return found

    def more(self) -> bool:
        piece = next(self.feed, "")
        self.window, self.at = self.window[self.at :] + piece, 0
        return bool(piece)


def _no_number(name: str) -> Any:
    raise ValueError(name)


def _same(intake: Intake, names: Iterable[str]) -> list[str]:
    """The columns of the items in their order; refused if others are there."""
    wanted = [item.stored for item in intake.dataset.items.values()]
    given = list(names)
    for name in wanted:
        if name not in given:
            raise intake.refused(f"column {name}", "is missing")
    for name in given:
        if name not in wanted:
            known = did_you_mean(name, wanted)
            raise intake.refused(f"column {name}", f"no such item: {known}")
    return wanted
