"""A policy over everyone: how long ten million persons take, and how much memory.

The register is made by DuckDB's range(), nobody's data; each measure runs in a
process of its own, whose peak memory the system tells.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from tongban.cli.measures import Area, Figure
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
from tongban.kernel.query.access import bindings
from tongban.kernel.query.compiler import Compiler
from tongban.kernel.query.engines import Sources, run_batches
from tongban.kernel.query.model import Grant, Purpose, Scope, Use
from tongban.kernel.terms import SubjectKind, Text
from tongban.store.lake import publish, staging


AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
CODE = "population.person"
SIZES = (10_000_000, 30_000_000)
ROUNDS = 3
_ITEMS = {
    "id_number": ("printf('9901%02d%011dX', i % 5, i)", DataType.TEXT),
    "name": ("'人' || (i * 7919 % 100003)", DataType.TEXT),
    "birth_date": ("DATE '1920-01-01' + CAST(i * 48271 % 38000 AS INT)", DataType.DATE),
    "sex": ("if(i % 2 = 0, 'f', 'm')", DataType.TEXT),
    "alive": ("i % 50 <> 0", DataType.BOOLEAN),
    "division": ("printf('9901%02d', i % 5)", DataType.TEXT),
    "residence": ("printf('99%04d', i * 31 % 200)", DataType.TEXT),
    "income": ("i * 16807 % 900000", DataType.MONEY),
    "children": ("i % 4", DataType.INTEGER),
    "disability": ("i % 7", DataType.INTEGER),
    "insured": ("i % 11 = 0", DataType.BOOLEAN),
    "mobile": ("printf('138%08d', i % 100000000)", DataType.TEXT),
}
CONDITION = (
    "division LIKE '9901%' AND age(birth_date, :as_of) >= 80 AND alive "
    "AND income < 600000 AND disability <> 3"
)
POLICY = (
    "SELECT id_number, CASE WHEN age(birth_date, :as_of) >= 100 THEN 500 ELSE 100 END "
    f"AS amount FROM {CODE} WHERE {CONDITION}"
)


def register() -> Dataset:
    """Persons with twelve items."""
    sharing = Sharing(SharingType.UNCONDITIONAL, ("query",))
    return Dataset(
        code=CODE,
        title=Text("人口基本信息"),
        provider="police",
        duty="police.register",
        abstract=Text("人口基本信息"),
        category="基础信息资源/人口",
        format="数据库",
        grade=3,
        sharing=sharing,
        open="closed",
        update=UpdateCycle.DAILY,
        source=Source(SourceKind.LAKE, CODE),
        items={
            name: Item(name, Text(name), name, kind, key=name == "id_number")
            for name, (_, kind) in _ITEMS.items()
        },
        subjects={SubjectKind.PERSON: "id_number"},
        since=date(2025, 1, 1),
    )


def make(lake: Path, persons: int) -> None:
    """Put so many persons into the lake, sorted as every snapshot is."""
    columns = ", ".join(f"{sql} AS {name}" for name, (sql, _) in _ITEMS.items())
    with staging(lake, "3GB") as database:
        database.execute(
            f"CREATE VIEW persons AS SELECT {columns} FROM range({persons}) r(i)"  # noqa: S608 -- nothing in it is anybody's input
        )
        rows = database.sql("SELECT * FROM persons")
        assert rows.columns == list(_ITEMS)
        publish(database, _all_of("persons"), register(), lake, at=AT)
