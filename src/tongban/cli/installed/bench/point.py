"""A point use by key: what the terms of use add to the engine's own keyed read.

The same register of persons in SQLite, in PostgreSQL (where its programs are
found) and as sorted Parquet; one person's row by the number, compiled anew every
time from what is kept, against the engine's own prepared statement.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import psycopg
from sqlglot import exp

from tongban.cli.installed.bench.policy import AT, CODE, make, register
from tongban.cli.installed.bench.postgresql import programs, server
from tongban.cli.installed.bench.timing import durations
from tongban.cli.measures import Area, Figure, median
from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.model import DataType, Source, SourceKind
from tongban.kernel.query.compiler import Compiler
from tongban.kernel.query.engines import Sources, run
from tongban.kernel.query.engines.places import Place
from tongban.kernel.query.engines.postgresql import Database, Servers
from tongban.kernel.query.engines.sqlite import Departments
from tongban.kernel.query.engines.types import SQLITE_TYPES, for_sqlite
from tongban.kernel.query.model import CaseView, Grant, Purpose, Scope, Use
from tongban.kernel.query.terms.access import bindings
from tongban.kernel.terms import Subject, SubjectKind, Text


PERSONS = 100_000
ROUNDS = 400
ONE = Subject(SubjectKind.PERSON, f"990103{77_703:011d}X")
SQL = "SELECT name, birth_date, alive, income FROM population.person"
_OWN = "SELECT name, birth_date, alive, income FROM person WHERE id_number = {}"
_Read = Callable[[], object]


def measure(scratch: Path) -> list[Area]:
    """The median of each pair of reads; governed at most 1.3 times its own + 0.3 ms."""
    figures, facts = [], {}
    for name, own, governed in _pairs(scratch):
        mine, theirs = (median(durations(read, ROUNDS)) for read in (governed, own))
        most = 1.3 * theirs + 0.3
        figures += [
            Figure(f"{name}, the engine's own", theirs, "ms"),
            Figure(f"{name}, governed", mine, "ms", most=most),
        ]
        facts[name] = {"own_ms": theirs, "governed_ms": mine, "holds": mine <= most}
    how = (
        f"One of {PERSONS:,} persons by key: compiled under the grants and run, "
        f"against the engine's own prepared statement, medians of {ROUNDS}. No receipt "
        "is kept here: the area prefill measures uses with theirs."
    )
    return [Area("point", how, tuple(figures), {"point": facts})]


def _pairs(scratch: Path) -> Iterator[tuple[str, _Read, _Read]]:
    """The name of each engine, its own read and the governed one."""
    lake = scratch / "point"
    make(lake, PERSONS)
    (snapshot,) = (lake / CODE).glob("[0-9a-f]*.parquet")
    path = scratch / "police.sqlite"
    _fill_sqlite(path, snapshot)
    with ExitStack() as stack:
        own = stack.enter_context(closing(sqlite3.connect(path)))
        place = Departments({"police": path})
        governed = _governed(stack, SourceKind.SQLITE, lake, place)
        yield "SQLite", _read(own.execute, "?"), governed

        base = stack.enter_context(closing(duckdb.connect(config={"threads": 2})))
        base.read_parquet(str(snapshot)).create_view("person")
        parquet = _governed(stack, SourceKind.LAKE, lake, None)
        yield "Parquet", _read(base.execute, "?"), parquet

        if programs() is None:
            return
        url = stack.enter_context(server())
        _fill_postgresql(url, path)
        remote = stack.enter_context(
            psycopg.connect(url, autocommit=True, prepare_threshold=0)
        )
        servers = Servers({"police": Database(url)})
        pushed = _governed(stack, SourceKind.POSTGRESQL, lake, servers)
        yield "PostgreSQL", _read(remote.execute, "%s"), pushed


def _read(execute: Callable[..., Any], sign: str) -> _Read:
    statement = _OWN.format(sign)
    return lambda: execute(statement, [ONE.id]).fetchall()


def _governed(
    stack: ExitStack, kind: SourceKind, lake: Path, place: Place | None
) -> _Read:
    """Reads one person's row by the governed way, until ``stack`` is left."""
    live = kind is not SourceKind.LAKE
    source = Source(kind, "person", "police") if live else Source(kind, CODE)
    dataset = replace(register(), source=source)
    items, since = frozenset(dataset.items), date(2025, 1, 1)
    named = frozenset(f"{CODE}.{name}" for name in items)
    types = frozenset({"t"})
    purpose = Purpose("p", Text("核对"), Scope.SUBJECT, named, "依据", types)
    grant = Grant("g", "o", "p", CODE, items, Scope.SUBJECT, "依据", since)
    catalog = Catalog(datasets={CODE: dataset})
    compiler = Compiler(catalog, {"p": purpose}, [grant])
    case = CaseView("c", "t", is_open=True, parties=frozenset({ONE}))
    use = Use("a", "o", "p", SQL, AT, case="c", subject=ONE)
    sources = stack.enter_context(Sources({kind: place} if place else {}, lake))

    def read() -> object:
        plan = compiler.compile(use, case)
        rows = run(plan, bindings(use), sources, at=AT, limit=10).rows
        assert len(rows) == 1
        return rows

    return read


def _fill_sqlite(path: Path, snapshot: Path) -> None:
    columns = ", ".join(
        f"{name} {SQLITE_TYPES[item.type]}" for name, item in register().items.items()
    )
    rows = duckdb.read_parquet(str(snapshot)).fetchall()
    row = exp.Tuple(expressions=[exp.Placeholder() for _ in rows[0]])
    insert = exp.insert(exp.Values(expressions=[row]), "person").sql("sqlite")
    with closing(sqlite3.connect(path)) as made:
        made.execute(f"CREATE TABLE person ({columns}, PRIMARY KEY (id_number))")
        cells = ([for_sqlite(cell) for cell in row] for row in rows)
        made.executemany(insert, cells)
        made.commit()


def _fill_postgresql(url: str, path: Path) -> None:
    items = register().items.items()
    columns = ", ".join(f"{name} {_POSTGRESQL_TYPES[i.type]}" for name, i in items)
    with (
        psycopg.connect(url, autocommit=True) as made,
        closing(sqlite3.connect(path)) as rows,
        made.cursor() as cursor,
    ):
        made.execute(f"CREATE TABLE person ({columns}, PRIMARY KEY (id_number))")
        with cursor.copy("COPY person FROM STDIN") as copy:
            for row in rows.execute("SELECT * FROM person"):
                copy.write_row(row)
        made.execute("ANALYZE person")


_POSTGRESQL_TYPES = {
    DataType.TEXT: "TEXT",
    DataType.INTEGER: "BIGINT",
    DataType.MONEY: "BIGINT",
    DataType.DATE: "DATE",
    DataType.BOOLEAN: "BOOLEAN",
}
