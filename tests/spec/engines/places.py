"""The same rows at every engine, asked without looking whether it is safe."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
from pysail.spark import SparkConnectServer
from tests.capabilities.postgresql import server
from tests.spec.engines.samples import OWNER, ROWS, TYPES
from tests.unit.engines import mariadb
from tests.unit.engines.practice import make_dataset

from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.model import Dataset, DataType, Source, SourceKind
from tongban.kernel.query.compiler import Compiler
from tongban.kernel.query.engines import Sources, mysql, oracle, run
from tongban.kernel.query.engines.duckdb import Lake
from tongban.kernel.query.engines.postgresql import Database, Servers
from tongban.kernel.query.engines.spark import Cluster
from tongban.kernel.query.engines.sqlite import Departments
from tongban.kernel.query.language.parse import parse
from tongban.kernel.query.language.reading import read
from tongban.kernel.query.lowering.lower import for_cluster, push_down
from tongban.kernel.query.model import CaseView, Fetch, Grant, Plan, Purpose, Scope, Use
from tongban.kernel.query.terms.access import bindings
from tongban.kernel.query.terms.bind import Terms, bind
from tongban.kernel.terms import Subject, SubjectKind, Text
from tongban.store.lake import mirror


AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
CODE = "reg.thing"
SPARK = "spark"
ENGINES = (SourceKind.SQLITE, SourceKind.POSTGRESQL, SourceKind.MYSQL, SPARK, "oracle")
SUBJECT = Subject(SubjectKind.PERSON, OWNER)
PARAMS = {"subject": DataType.TEXT, "as_of": DataType.DATE}
Rows = list[tuple[Any, ...]]


def dataset(kind: SourceKind) -> Dataset:
    return make_dataset(CODE, Source(kind, "thing", "office"), TYPES)


def grant(scope: Scope) -> Grant:
    items, since = frozenset(TYPES), date(2025, 1, 1)
    return Grant("g", "o", "p", CODE, items, scope, "依据", since)


def compiler(kind: SourceKind, scope: Scope, bulk: str = "duckdb") -> Compiler:
    items = frozenset(f"{CODE}.{name}" for name in TYPES)
    types = frozenset({"t"} if scope is Scope.SUBJECT else ())
    purpose = Purpose("p", Text("用途"), scope, items, "依据", types)
    catalog = Catalog(datasets={CODE: dataset(kind)})
    return Compiler(catalog, {"p": purpose}, [grant(scope)], bulk=bulk)


def plan_at(engine: str, sql: str) -> tuple[Use, Plan]:
    """What the product makes of a statement where the site has this engine."""
    if engine == SPARK:
        use = Use("a", "o", "p", sql, AT)
        return use, compiler(SourceKind.LAKE, Scope.POPULATION, SPARK).compile(use)
    use = Use("a", "o", "p", sql, AT, case="c", subject=SUBJECT)
    case = CaseView("c", "t", is_open=True, parties=frozenset({SUBJECT}))
    return use, compiler(SourceKind(engine), Scope.SUBJECT).compile(use, case)


def is_pushed(engine: str, sql: str) -> bool:
    _, plan = plan_at(engine, sql)
    return plan.final is None and plan.fetches[0].kind == engine


class Engines:
    """Every engine over the rows; ``ask`` answers, or raises in its own way."""

    def __init__(self, sources: Sources, cluster: Cluster) -> None:
        self.sources = sources
        self._cluster = cluster

    def expected(self, sql: str) -> Rows:
        """DuckDB's answer, which is the meaning of governed SQL."""
        use = Use("a", "o", "p", sql, AT)
        plan = compiler(SourceKind.LAKE, Scope.POPULATION).compile(use)
        return run(plan, bindings(use), self.sources, at=AT, limit=1000).rows

    def pushed(self, engine: str, sql: str) -> Rows:
        """The product's own answer, wherever it looks for it."""
        use, plan = plan_at(engine, sql)
        return run(plan, bindings(use), self.sources, at=AT, limit=1000).rows

    def ask(self, engine: str, sql: str) -> Rows:
        if engine == "oracle":
            use = Use("a", "o", "p", sql, AT)
            catalog = Catalog(datasets={CODE: dataset(SourceKind.LAKE)})
            grants = {CODE: grant(Scope.POPULATION)}
            return oracle.answer(use, catalog, grants, {CODE: ROWS}).rows
        fetch = forced(engine, sql)
        values = {"subject": OWNER, "as_of": AT.date(), "__limit": 1001}
        if engine == SPARK:
            given = {name: values[name] for name in fetch.params}
            return self._cluster.select(
                fetch.sql, given, datasets=(CODE,), limit=1000
            ).rows
        place, given = self.sources.places[engine], [values[n] for n in fetch.params]
        return place.select("office", fetch.sql, given, limit=1000).rows


def forced(engine: str, sql: str) -> Fetch:
    """The statement in an engine's words, safe or not."""
    kind = SourceKind.LAKE if engine == SPARK else SourceKind(engine)
    catalog = Catalog(datasets={CODE: dataset(kind)})
    reading = read(parse(sql), catalog)
    whose = None if engine == SPARK else SubjectKind.PERSON
    scope = Scope.POPULATION if engine == SPARK else Scope.SUBJECT
    terms = {CODE: Terms(catalog.datasets[CODE], frozenset(TYPES), grant(scope), whose)}
    governed = bind(reading.tree.copy(), terms)
    if engine == SPARK:
        return for_cluster(governed, SPARK, terms)
    return push_down(governed, terms, PARAMS)


@contextmanager
def engines(folder: Path) -> Iterator[Engines]:
    """Everything that runs, for as long as the block does."""
    path = folder / "office.sqlite"
    _fill_sqlite(path)
    mirror(
        replace(dataset(SourceKind.SQLITE)),
        departments={"office": path},
        dropped=folder,
        lake=folder,
        at=AT,
    )
    with (
        server() as url,
        mariadb.server(*_CONTRARY) as maria,
        sail() as address,
        closing(Lake(folder)) as lake,
    ):
        _fill_postgresql(url)
        _fill_mysql(maria)
        cluster = Cluster(address, lake, timeout_s=30)
        places = {
            SourceKind.SQLITE: Departments({"office": path}),
            SourceKind.POSTGRESQL: Servers({"office": Database(url)}),
            SourceKind.MYSQL: mysql.Servers({"office": maria.address(folder)}),
        }
        with Sources(places, folder, bulk=cluster) as sources:
            yield Engines(sources, cluster)


@contextmanager
def sail() -> Iterator[str]:
    sail = SparkConnectServer("127.0.0.1", 0)
    sail.start(background=True)
    host, port = sail.listening_address
    try:
        yield f"sc://{host}:{port}"
    finally:
        sail.stop()


def _fill_sqlite(path: Path) -> None:
    numbers = {DataType.INTEGER, DataType.MONEY, DataType.BOOLEAN}
    kept = {kind: "INTEGER" if kind in numbers else "TEXT" for kind in DataType}
    kept[DataType.DECIMAL] = "REAL"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(_table(kept))
        cells = [[_lite(cell) for cell in row.values()] for row in ROWS]
        marks = ", ".join("?" * len(TYPES))
        connection.executemany(f"INSERT INTO thing VALUES ({marks})", cells)
        connection.commit()


def _lite(cell: Any) -> Any:
    match cell:
        case Decimal():
            return float(cell)
        case datetime():
            return cell.isoformat(sep=" ")
        case date():
            return cell.isoformat()
    return cell


def _fill_postgresql(url: str) -> None:
    kept = {
        DataType.TEXT: 'VARCHAR(99) COLLATE "und-x-icu"',
        DataType.INTEGER: "BIGINT",
        DataType.MONEY: "BIGINT",
        DataType.DECIMAL: "NUMERIC",
        DataType.DATE: "DATE",
        DataType.DATETIME: "TIMESTAMP",
        DataType.BOOLEAN: "BOOLEAN",
    }
    marks = ", ".join(["%s"] * len(TYPES))
    with psycopg.connect(url) as connection:
        connection.execute(_table(kept))
        connection.cursor().executemany(
            f"INSERT INTO thing VALUES ({marks})", [[*row.values()] for row in ROWS]
        )


# Whatever a server is set to, a session agrees on what a statement means.
_MODES = (
    "NO_BACKSLASH_ESCAPES",
    "HIGH_NOT_PRECEDENCE",
    "ANSI_QUOTES",
    "PAD_CHAR_TO_FULL_LENGTH",
    "EMPTY_STRING_IS_NULL",
)
_CONTRARY = (f"--sql-mode={','.join(_MODES)}", "--character-set-server=gbk")


def _fill_mysql(maria: mariadb.Server) -> None:
    kept = {
        DataType.TEXT: "VARCHAR(99) COLLATE utf8mb4_general_ci",
        DataType.INTEGER: "BIGINT",
        DataType.MONEY: "DECIMAL(20, 2)",
        DataType.DECIMAL: "DECIMAL(20, 9)",
        DataType.DATE: "DATE",
        DataType.DATETIME: "DATETIME",
        DataType.BOOLEAN: "BIT(1)",
    }
    marks = ", ".join(["%s"] * len(TYPES))
    with maria.connected() as cursor:
        # The rows are put there as they are; reading them is what is tried.
        cursor.execute("SET SESSION sql_mode = ''")
        cursor.execute(_table(kept))
        cursor.executemany(
            f"INSERT INTO thing VALUES ({marks})", [[*row.values()] for row in ROWS]
        )


def _table(kept: Mapping[DataType, str]) -> str:
    columns = ", ".join(f"{name} {kept[kind]}" for name, kind in TYPES.items())
    return f"CREATE TABLE thing ({columns})"
