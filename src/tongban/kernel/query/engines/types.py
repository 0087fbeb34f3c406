"""How the catalogue's types are held by each engine.

=========  ==============  =======================================
item       DuckDB, lake    SQLite of a department
=========  ==============  =======================================
text       VARCHAR         TEXT
integer    BIGINT          INTEGER
decimal    DECIMAL(18, 6)  REAL, or the precision that the item declares
money      BIGINT, in fen  INTEGER, in fen
date       DATE            TEXT, ``2026-11-23``
datetime   TIMESTAMP       TEXT, ``2026-11-23 09:30:00``
boolean    BOOLEAN         INTEGER, 0 or 1
=========  ==============  =======================================
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from tongban.kernel.catalog.model import DataType, Item


DUCKDB_TYPES: Mapping[DataType, str] = MappingProxyType(
    {
        DataType.TEXT: "VARCHAR",
        DataType.INTEGER: "BIGINT",
        DataType.DECIMAL: "DECIMAL(18, 6)",
        DataType.MONEY: "BIGINT",
        DataType.DATE: "DATE",
        DataType.DATETIME: "TIMESTAMP",
        DataType.BOOLEAN: "BOOLEAN",
    }
)


def duckdb_type(item: Item) -> str:
    """The type of one item, of the precision it declares."""
    if item.type is DataType.DECIMAL and item.decimal is not None:
        precision, scale = item.decimal
        return f"DECIMAL({precision}, {scale})"
    return DUCKDB_TYPES[item.type]


SQLITE_TYPES: Mapping[DataType, str] = MappingProxyType(
    {
        DataType.TEXT: "TEXT",
        DataType.INTEGER: "INTEGER",
        DataType.DECIMAL: "REAL",
        DataType.MONEY: "INTEGER",
        DataType.DATE: "TEXT",
        DataType.DATETIME: "TEXT",
        DataType.BOOLEAN: "INTEGER",
    }
)

_SCALE = Decimal("0.000001")  # of DECIMAL(18, 6)

Row = tuple[Any, ...]


def _date(cell: Any) -> date:
    if isinstance(cell, datetime):
        raise TypeError("a moment is no date")
    return cell if isinstance(cell, date) else date.fromisoformat(cell)


def _datetime(cell: Any) -> datetime:
    return cell if isinstance(cell, datetime) else datetime.fromisoformat(cell)


def _boolean(cell: Any) -> bool:
    if cell not in (0, 1):
        raise ValueError("a boolean is stored as 0 or 1")
    return bool(cell)


def _decimal(cell: Any) -> Decimal:
    return Decimal(as_text(cell) or "").quantize(_SCALE)


# A reader gets what a place holds, never NULL, and raises ValueError or
# TypeError for a cell that the declared type cannot hold.
_READERS: Mapping[DataType, Callable[[Any], Any]] = {
    DataType.TEXT: str,
    DataType.INTEGER: int,
    DataType.DECIMAL: _decimal,
    DataType.MONEY: int,
    DataType.DATE: _date,
    DataType.DATETIME: _datetime,
    DataType.BOOLEAN: _boolean,
}


def _as_is(cell: Any) -> Any:
    return cell


@lru_cache(maxsize=1024)
def _readers(types: tuple[DataType | None, ...]) -> tuple[Callable[[Any], Any], ...]:
    return tuple(_as_is if kind is None else _READERS[kind] for kind in types)


def typed(rows: Sequence[Row], types: tuple[DataType | None, ...]) -> list[Row]:
    """A place's cells as Python values of the declared types; NULL stays None.

    Raises ValueError or TypeError (decimal.InvalidOperation is an
    ArithmeticError) when a cell does not fit; the caller must not show the
    text of that error, which may quote the cell.
    """
    readers = _readers(types)
    return [
        tuple(
            None if cell is None else read(cell)
            for cell, read in zip(row, readers, strict=True)
        )
        for row in rows
    ]


def as_text(cell: Any) -> str | None:
    """A place's cell as DuckDB's CAST reads it; bytes are nobody's item."""
    match cell:
        case None | str():
            return cell
        case float():
            # A double names 15 decimal digits for sure: those are what was meant.
            return f"{cell:.15g}"
        case int() | datetime() | date():
            return str(cell)
        case Decimal():
            return f"{cell:f}"
    raise TypeError("no item is stored as bytes, a list or an object")


_WHOLE = re.compile(r"[+-]?[0-9]+")
_FORMS: Mapping[DataType, tuple[type, ...]] = {
    DataType.TEXT: (str,),
    DataType.INTEGER: (int, str),
    DataType.DECIMAL: (int, Decimal, str),
    DataType.MONEY: (int, str),
    DataType.DATE: (str,),
    DataType.DATETIME: (str,),
    DataType.BOOLEAN: (bool, int, str),
}


def fits(cell: Any, kind: DataType) -> bool:
    """Whether a cell of JSON is a value of the declared type, and none by rounding.

    A number is no text: 007 would have come as 7. Numbers may come as text.
    """
    if cell is None:
        return True
    if not isinstance(cell, _FORMS[kind]) or (
        isinstance(cell, bool) and kind is not DataType.BOOLEAN
    ):
        return False
    if isinstance(cell, str) and kind in (DataType.INTEGER, DataType.MONEY):
        return _WHOLE.fullmatch(cell) is not None
    if isinstance(cell, str) and kind is DataType.BOOLEAN:
        return cell.lower() in ("0", "1", "true", "false")
    try:
        _READERS[kind](cell)
    except (ValueError, TypeError, ArithmeticError):
        return False
    return True


def fit(rows: Sequence[Row], types: Sequence[DataType]) -> bool:
    """Whether every cell `fits` the type of its column."""
    return all(
        fits(cell, kind) for row in rows for cell, kind in zip(row, types, strict=True)
    )


def for_sqlite(value: Any) -> Any:
    """A parameter as SQLite stores such values."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return value
