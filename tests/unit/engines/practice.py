"""A small city for the engines: values that several tests share."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

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
from tongban.kernel.query.model import Column, Fetch, Plan, Scope
from tongban.kernel.terms import SubjectKind, Text


AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

PEOPLE = [
    (
        "990101199003070012",
        "李雷",
        "1990-03-07",
        1,
        500_000,
        1.5,
        "云州市云溪区湖滨路1号",
    ),
    ("990101198501010023", "韩梅梅", "1985-01-01", 0, None, None, None),
    ("990102200012310034", "O'Neil", "2000-12-31", None, 0, 0.1, ""),
]


def make_dataset(
    code: str,
    source: Source,
    types: Mapping[str, DataType],
    *,
    lengths: Mapping[str, int] | None = None,
    document_format: str = "数据库",
) -> Dataset:
    """A dataset whose first item is its key and its person."""
    first = next(iter(types))
    return Dataset(
        code=code,
        title=Text(code),
        provider="police",
        duty="police.duty",
        abstract=Text(code),
        category="基础信息资源/人口/身份",
        format=document_format,
        grade=3,
        sharing=Sharing(SharingType.UNCONDITIONAL, ("服务接口",)),
        open="closed",
        update=UpdateCycle.DAILY,
        source=source,
        items={
            name: Item(
                name,
                Text(f"题{name}"),
                "element",
                kind,
                length=(lengths or {}).get(name),
                key=name == first,
            )
            for name, kind in types.items()
        },
        subjects={SubjectKind.PERSON: first},
        since=date(2025, 1, 1),
    )


PERSON = make_dataset(
    "population.person",
    Source(SourceKind.SQLITE, "person", "police"),
    {
        "id_number": DataType.TEXT,
        "name": DataType.TEXT,
        "birth_date": DataType.DATE,
        "alive": DataType.BOOLEAN,
        "income": DataType.MONEY,
        "ratio": DataType.DECIMAL,
        "address": DataType.TEXT,
    },
)


def plan_of(
    *fetches: Fetch, final: Fetch | None = None, types: Mapping[str, DataType]
) -> Plan:
    """A plan as the compiler makes it, of statements written by hand."""
    datasets = {d for f in (*fetches, final) if f for d in f.datasets}
    return Plan(
        fetches=fetches,
        final=final,
        columns=tuple(
            Column(name, frozenset(), masked=False, type=kind)
            for name, kind in types.items()
        ),
        items=frozenset(),
        datasets=frozenset(datasets),
        grants=frozenset(),
        scope=Scope.SUBJECT,
        digest="",
        providers=dict.fromkeys(datasets, "police"),
    )


def sources_of(
    databases: Mapping[str, Path], lake: Path, *, timeout_s: float = 10.0
) -> Sources:
    """The lake, and departments' SQLite databases by name."""
    places = {SourceKind.SQLITE: Departments(databases, timeout_s=timeout_s)}
    return Sources(places, lake, timeout_s=timeout_s)


def live(sql: str, *params: str, into: str = "") -> Fetch:
    """A statement for the police's database over population.person."""
    return Fetch("sqlite", "police", sql, params, into, ("population.person",))


def bulk(sql: str, *params: str, datasets: tuple[str, ...] = ()) -> Fetch:
    """A statement for the lake's engine."""
    return Fetch("duckdb", "", sql, params, "", datasets)
