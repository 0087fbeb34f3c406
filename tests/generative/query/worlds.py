"""Small cities for generated uses: three datasets, their rows, their terms of use.

Every text, day and sum of money in the rows occurs once in a city (a person's
number as often as the person): where it appears in an answer, it leaked from
one known cell. Texts have a secret middle that no mask keeps.
"""

import random
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg

from tongban.kernel.catalog.catalog import Catalog
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
from tongban.kernel.query.compiler import Compiler
from tongban.kernel.query.engines import Sources
from tongban.kernel.query.engines.sqlite import Departments
from tongban.kernel.query.model import CaseView, Grant, Purpose, Scope, Use
from tongban.kernel.terms import Subject, SubjectKind, Text
from tongban.store.lake import mirror


AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
CITIES = 6
SECRET = b"of a generated city"
T = DataType
_ITEMS = {
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
_SUBJECTS = {"reg.person": "id", "reg.home": "owner"}
_MASKS = {
    T.TEXT: ["id-number", "name", "mobile", "address", "pseudonym", "suppress"],
    T.DATE: ["date-year", "date-month", "date-shift", "suppress", "name"],
    T.BOOLEAN: ["suppress"],
    T.MONEY: ["banding", "suppress"],
    T.INTEGER: ["banding", "banding:3", "suppress"],
    T.DECIMAL: ["banding", "suppress", "mobile"],
}

Row = dict[str, Any]
# A grant's filter in SQL, and the same in Python; both over raw values.
_FILTERS: Mapping[str, list[tuple[str, Callable[[Row], bool]]]] = {
    "reg.person": [
        ("alive", lambda row: row["alive"] is True),
        (
            "born < DATE '1965-01-01'",
            lambda row: row["born"] is not None and row["born"] < date(1965, 1, 1),
        ),
        (
            "income IS NULL OR alive = FALSE",
            lambda row: row["income"] is None or row["alive"] is False,
        ),
    ],
    "reg.home": [
        ("rooms > 1", lambda row: row["rooms"] is not None and row["rooms"] > 1),
        (
            "NOT (code = 'A' AND ratio IS NOT NULL)",
            lambda row: (
                not (row["ratio"] is not None and (row["code"] == "A"))
                and not (row["ratio"] is not None and row["code"] is None)
            ),
        ),
    ],
    "ref.code": [
        ("grade >= 2", lambda row: row["grade"] is not None and row["grade"] >= 2)
    ],
}


@dataclass(frozen=True)
class City:
    """Rows by dataset, and the sources that hold them."""

    rows: Mapping[str, list[Row]]
    people: tuple[str, ...]
    sources: Sources
    seed: int
    folder: TemporaryDirectory[str]


@dataclass(frozen=True)
class World:
    """A city with its terms: which items are masked, what is granted of each."""

    city: City
    masks: Mapping[tuple[str, str], str]
    grants: Mapping[str, Grant]
    subject: str | None
    databases: int
    kind: SourceKind = SourceKind.SQLITE

    @property
    def scope(self) -> Scope:
        return Scope.SUBJECT if self.subject else Scope.POPULATION

    def catalog(self) -> Catalog:
        return Catalog(
            datasets={
                code: replace(
                    dataset,
                    items={
                        name: replace(item, mask=self.masks.get((code, name)))
                        for name, item in dataset.items.items()
                    },
                    source=self._source(code),
                )
                for code, dataset in DATASETS.items()
            }
        )

    def _source(self, code: str) -> Source:
        if code not in _SUBJECTS:
            return Source(SourceKind.LAKE, code)
        table = code.split(".")[1]
        database = "two" if self.databases == 2 and table == "home" else "one"
        if self.kind is SourceKind.POSTGRESQL:
            table = f"{schema_of(self.city.seed)}.{table}"
        return Source(self.kind, table, database)

    def compiler(self) -> Compiler:
        items = {f"{c}.{name}" for c, d in DATASETS.items() for name in d.items}
        purpose = Purpose(
            "p", Text("用途"), self.scope, frozenset(items), "依据", frozenset({"t"})
        )
        return Compiler(self.catalog(), {"p": purpose}, self.grants.values())

    def use(self, sql: str, **params: Any) -> Use:
        subject = Subject(SubjectKind.PERSON, self.subject) if self.subject else None
        case = "c1" if subject else None
        return Use("a", "o", "p", sql, AT, params, case, subject)

    def case(self) -> CaseView | None:
        if self.subject is None:
            return None
        party = Subject(SubjectKind.PERSON, self.subject)
        return CaseView("c1", "t", is_open=True, parties=frozenset({party}))

    def secrets(self) -> set[str]:
        """What no answer may show: marks of raw values out of the use's reach."""
        everything: set[str] = set()
        visible = {_mark(self.subject)} if self.subject else set()
        for code, rows in self.city.rows.items():
            for row in rows:
                for name, value in row.items():
                    mark = _mark(value)
                    if mark:
                        everything.add(mark)
                        if self._shows(code, row, name):
                            visible.add(mark)
        return everything - visible

    def _shows(self, code: str, row: Row, name: str) -> bool:
        """Whether the use may see the raw value of this cell."""
        grant = self.grants[code]
        # A day may be moved by none at all; the oracle knows by how many it is.
        hidden = self.masks.get((code, name), "date-shift") != "date-shift"
        masked = hidden and name not in grant.reveal
        mine = self.subject is None or row.get(_SUBJECTS.get(code)) == self.subject
        passes = dict(_FILTERS[code]).get(grant.filter, lambda _row: True)
        reached = (mine or code not in _SUBJECTS) and passes(row)
        return reached and name in grant.items and not masked


def _mark(value: Any) -> str | None:
    """What of a raw value is found nowhere else, in lower case."""
    if isinstance(value, str) and len(value) == 18:
        return value[6:14].lower()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int) and value > 10**8:
        return str(value)
    return None


def _dataset(code: str) -> Dataset:
    types = _ITEMS[code]
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
        subjects={kind: _SUBJECTS[code]} if code in _SUBJECTS else {},
        since=date(2025, 1, 1),
    )


DATASETS = {code: _dataset(code) for code in _ITEMS}


# ------------------------------------------------------------------ their rows


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
            for code, types in _ITEMS.items():
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


def _write(path: Path, rows: Mapping[str, list[Row]]) -> None:
    storages = {T.INTEGER: "INTEGER", T.MONEY: "INTEGER", T.BOOLEAN: "INTEGER"}
    with closing(sqlite3.connect(path)) as database:
        for code, types in _ITEMS.items():
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


# ------------------------------------------------------------- their terms of use


def make_world(
    chance: random.Random,
    scope: Scope,
    databases: int = 1,
    kind: SourceKind = SourceKind.SQLITE,
) -> World:
    """A city under random terms."""
    place = city(chance.randrange(CITIES))
    masks = {
        (code, name): chance.choice(_MASKS[kind])
        for code, types in _ITEMS.items()
        for name, kind in types.items()
        if chance.random() < 0.3
    }
    grants = {code: _grant(chance, code, scope, masks) for code in _ITEMS}
    subject = chance.choice(place.people) if scope is Scope.SUBJECT else None
    return World(place, masks, grants, subject, databases, kind)


def _grant(
    chance: random.Random,
    code: str,
    scope: Scope,
    masks: Mapping[tuple[str, str], str],
) -> Grant:
    names = list(_ITEMS[code])
    items = chance.sample(names, chance.randint(max(2, len(names) // 2), len(names)))
    masked = [name for name in items if (code, name) in masks]
    return Grant(
        id=f"g-{code}",
        organization="o",
        purpose="p",
        dataset=code,
        items=frozenset(items),
        scope=scope,
        basis="依据",
        since=date(2025, 1, 1),
        filter=chance.choice([None, None, *(sql for sql, _ in _FILTERS[code])]),
        reveal=frozenset(name for name in masked if chance.random() < 0.3),
    )
