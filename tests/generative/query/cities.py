"""The rows of small cities for generated uses: three datasets, kept in several ways.

Every text, day and sum of money in the rows occurs once in a city (a person's
number as often as the person): where it appears in an answer, it leaked from
one known cell. Texts have a secret middle that no mask keeps.
"""

import random
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from pymysql.cursors import Cursor

from tongban.kernel.catalog.model import (
    Dataset,
    DataType,
    Item,
    Sharing,
    SharingType,
    Source,
    SourceKind,
    UpdateCycle,
)
from tongban.kernel.query.engines import Sources
from tongban.kernel.query.engines.sqlite import Departments
from tongban.kernel.terms import SubjectKind, Text
from tongban.store.lake import mirror


AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
CITIES = 6
T = DataType
ITEMS = {
    "reg.person": {
        "id": T.TEXT,
        "name": T.TEXT,
        "born": T.DATE,
        "alive": T.BOOLEAN,
        "income": T.MONEY,
        "note": T.TEXT,
    },
    "reg.home": {
        "owner": T.TEXT,
        "code": T.TEXT,
        "rooms": T.INTEGER,
        "since": T.DATE,
        "ratio": T.DECIMAL,
        "street": T.TEXT,
    },
    "ref.code": {"code": T.TEXT, "title": T.TEXT, "grade": T.INTEGER},
}
SUBJECTS = {"reg.person": "id", "reg.home": "owner"}
Row = dict[str, Any]


@dataclass(frozen=True)
class City:
    """Rows by dataset, and the sources that hold them."""

    rows: Mapping[str, list[Row]]
    people: tuple[str, ...]
    sources: Sources
    seed: int
    folder: TemporaryDirectory[str]


def _dataset(code: str) -> Dataset:
    types = ITEMS[code]
    kind = SubjectKind.PERSON
    return Dataset(
        code=code,
        title=Text(code),
        provider="office",
        duty="duty",
        abstract=Text(code),
        category="类",
        format="数据库",
        grade=3,
        sharing=Sharing(SharingType.CONDITIONAL, ("服务接口",)),
        open="closed",
        update=UpdateCycle.DAILY,
        source=Source(SourceKind.SQLITE, code.split(".")[1], "one"),
        items={n: Item(n, Text(n), "e", types[n], key=n == "code") for n in types},
        subjects={kind: SUBJECTS[code]} if code in SUBJECTS else {},
        since=date(2025, 1, 1),
    )


DATASETS = {code: _dataset(code) for code in ITEMS}


class _Maker:
    """Values of one city, each text, day and sum of money made once."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.day = date(1940, 1, 5)
        self.sum = 100_000_009

    def text(self, head: str, tail: str) -> str:
        secret = "".join(self.random.choices("BCDFGHJKLMNPQRSTVWXZ23456789", k=8))
        return f"{head}{secret}{tail}"

    def maybe(self, value: Any) -> Any:
        return None if self.random.random() < 0.2 else value

    def next_day(self) -> date:
        self.day += timedelta(days=self.random.randrange(200, 900))
        return self.day.replace(day=5 + self.day.day % 20)

    def money(self) -> int:
        self.sum += self.random.randrange(1_000_000, 9_000_000) * 10
        return self.sum


def _rows(maker: _Maker, people: tuple[str, ...]) -> dict[str, list[Row]]:
    chance = maker.random
    persons = [
        {
            "id": person,
            "name": maker.maybe(maker.text("李雷'韩\"梅", "尾%_x")),
            "born": maker.maybe(maker.next_day()),
            "alive": maker.maybe(chance.random() < 0.6),
            "income": maker.maybe(maker.money()),
            "note": maker.maybe(maker.text("云州市东湖区", "1号 b")),
        }
        for person in people
    ]
    homes = [
        {
            "owner": maker.maybe(chance.choice(people)),
            "code": chance.choice(["A", "B", "C", None]),
            "rooms": maker.maybe(chance.randrange(5)),
            "since": maker.maybe(maker.next_day()),
            "ratio": maker.maybe(Decimal(chance.randrange(40)) / 8),
            "street": maker.maybe(maker.text("湖滨路  号", "0012")),
        }
        for _ in range(chance.randrange(2, 7))
    ]
    codes = [
        {"code": code, "title": maker.text("类别 甲乙丙", "zzzz"), "grade": grade}
        for code, grade in [("A", 1), ("B", 2), ("D", None)]
    ]
    return {"reg.person": persons, "reg.home": homes, "ref.code": codes}


@lru_cache
def city(seed: int) -> City:
    """The city of this seed, its databases and its lake."""
    maker = _Maker(seed)
    people = tuple(maker.text("990101", "123X") for _ in range(1 + seed % 4))
    rows = _rows(maker, people)
    folder = TemporaryDirectory(prefix="tongban-worlds-")
    root = Path(folder.name)
    paths = {name: root / f"{name}.sqlite" for name in ("one", "two")}
    for path in paths.values():
        _write(path, rows)
    for dataset in DATASETS.values():
        mirror(dataset, departments=paths, dropped=root, lake=root, at=AT)
    return City(
        rows,
        people,
        Sources({SourceKind.SQLITE: Departments(paths)}, root, threads=1),
        seed,
        folder,
    )


def schema_of(seed: int) -> str:
    """Where the city's tables are in a PostgreSQL server."""
    return f"city{seed}"


def write_to_postgresql(url: str) -> None:
    """The tables of every city, with an order of texts that is not DuckDB's."""
    with psycopg.connect(url) as server:
        for seed in range(CITIES):
            schema = schema_of(seed)
            server.execute(f"CREATE SCHEMA {schema}")
            for code, types in ITEMS.items():
                columns = ", ".join(f"{n} {_KEPT[t]}" for n, t in types.items())
                table = f"{schema}.{code.split('.')[1]}"
                server.execute(f"CREATE TABLE {table} ({columns})")
                marks = ", ".join(["%s"] * len(types))
                server.cursor().executemany(
                    f"INSERT INTO {table} VALUES ({marks})",
                    [[row[n] for n in types] for row in city(seed).rows[code]],
                )


# As departments keep them, which is not always as the catalogue says.
_KEPT = {
    T.TEXT: 'VARCHAR(99) COLLATE "und-x-icu"',
    T.DATE: "DATE",
    T.BOOLEAN: "BOOLEAN",
    T.MONEY: "NUMERIC(20, 2)",
    T.INTEGER: "SMALLINT",
    T.DECIMAL: "NUMERIC(12, 3)",
}


def write_to_mysql(cursor: Cursor) -> None:
    """The tables of every city, where `a` is `A` and a blank at the end is nothing."""
    for seed in range(CITIES):
        schema = schema_of(seed)
        cursor.execute(f"CREATE DATABASE {schema} CHARACTER SET utf8mb4")
        for code, types in ITEMS.items():
            columns = ", ".join(f"{n} {_KEPT_BY_MYSQL[t]}" for n, t in types.items())
            table = f"{schema}.{code.split('.')[1]}"
            cursor.execute(f"CREATE TABLE {table} ({columns})")
            marks = ", ".join(["%s"] * len(types))
            cursor.executemany(
                f"INSERT INTO {table} VALUES ({marks})",
                [[row[n] for n in types] for row in city(seed).rows[code]],
            )


_KEPT_BY_MYSQL = {
    T.TEXT: "VARCHAR(99) COLLATE utf8mb4_general_ci",
    T.DATE: "DATE",
    T.BOOLEAN: "BIT(1)",
    T.MONEY: "DECIMAL(20, 2)",
    T.INTEGER: "SMALLINT",
    T.DECIMAL: "DECIMAL(12, 3)",
}


def _write(path: Path, rows: Mapping[str, list[Row]]) -> None:
    storages = {T.INTEGER: "INTEGER", T.MONEY: "INTEGER", T.BOOLEAN: "INTEGER"}
    with closing(sqlite3.connect(path)) as database:
        for code, types in ITEMS.items():
            table = code.split(".")[1]
            columns = ", ".join(
                f"{n} {'REAL' if t is T.DECIMAL else storages.get(t, 'TEXT')}"
                for n, t in types.items()
            )
            database.execute(f"CREATE TABLE {table} ({columns})")
            marks = ", ".join("?" * len(types))
            database.executemany(
                f"INSERT INTO {table} VALUES ({marks})",
                [[_stored(row[name]) for name in types] for row in rows[code]],
            )
        database.commit()


def _stored(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value
