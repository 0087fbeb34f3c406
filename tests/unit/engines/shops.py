"""Two shops, whatever keeps them: the dataset, the rows and the objects."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from tests.unit.engines.practice import make_dataset

from tongban.kernel.catalog.model import (
    DataType,
    Interface,
    Pages,
    Paging,
    Source,
    SourceKind,
)
from tongban.kernel.query.engines import Reason, SourceUnavailable
from tongban.store.intake import RowsRefused
from tongban.store.lake import Snapshot


TYPES = {
    "code": DataType.TEXT,
    "count": DataType.INTEGER,
    "ratio": DataType.DECIMAL,
    "since": DataType.DATE,
    "seen": DataType.DATETIME,
    "open": DataType.BOOLEAN,
}
FILE = Source(SourceKind.FILE, "ref.shop")
SHOPS = make_dataset("ref.shop", FILE, TYPES, lengths={"code": 6})
MYSQL = make_dataset("ref.shop", Source(SourceKind.MYSQL, "shop", "market"), TYPES)
HTTP = make_dataset(
    "ref.shop",
    Source(
        SourceKind.HTTP,
        "/shops",
        "tax",
        Interface(rows="/rows", pages=Pages(Paging.NUMBER, parameter="page")),
    ),
    TYPES,
)
ROWS = [
    ("A1", 7, Decimal("0.5"), date(2026, 11, 23), datetime(2026, 11, 23, 9, 30), True),
    ("B2", None, None, None, None, False),
]
OBJECTS = [
    {
        "code": "A1",
        "count": 7,
        "ratio": 0.5,
        "since": "2026-11-23",
        "seen": "2026-11-23 09:30:00",
        "open": True,
    },
    dict.fromkeys(TYPES) | {"code": "B2", "open": False},
]


def rows_of(lake: Path, snapshot: Snapshot) -> list[tuple]:
    path = lake / snapshot.dataset / f"{snapshot.version}.parquet"
    with duckdb.connect() as database:
        return database.read_parquet(str(path)).fetchall()


def problems(take, *args, **more) -> list[str]:
    with pytest.raises(RowsRefused) as caught:
        take(*args, **more)
    return [str(problem) for problem in caught.value.problems]


def reason(take, *args, **more) -> Reason:
    with pytest.raises(SourceUnavailable) as caught:
        take(*args, **more)
    assert caught.value.provider == "police"
    return caught.value.reason
