"""TPC-H and TPC-DS as a jurisdiction of their own, run governed and ungoverned.

The tables that DuckDB's extensions generate are declared as a pack: a provider, a
purpose that lists every item, grants of everything to one organisation. Their rows
are snapshots of a lake. The queries are those that the extensions ship, with their
tables' names written as datasets'.

TPC Benchmark H 3.0.1, TPC Benchmark DS 3.2.0 (https://www.tpc.org).
"""

import importlib.util
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
from sqlglot import exp, parse_one

from tongban.kernel.query.compiler import Compiler
from tongban.kernel.query.engines import Sources, run
from tongban.kernel.query.engines.duckdb import CURRENT, open_lake
from tongban.kernel.query.model import Use
from tongban.kernel.query.terms.access import bindings
from tongban.kernel.terms import UserError
from tongban.pack.loader import load
from tongban.pack.model import Pack
from tongban.store.lake import publish, staging


AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
SINCE = date(2026, 1, 1)
WHO, PURPOSE = "analysts", "analysis"
ALL_ROWS = 100_000_000

Rows = list[tuple[Any, ...]]


class NoGenerator(UserError):
    """The benchmark's tables cannot be generated here."""

    code = "bench.no-generator"


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One benchmark of the TPC, and how DuckDB's extension of that name makes it."""

    name: str
    generate: str
    keys: Mapping[str, tuple[str, ...]]


TPCH = Benchmark("tpch", "dbgen", {})
TPCDS = Benchmark("tpcds", "dsdgen", {})


@dataclass(frozen=True, slots=True)
class World:
    """A benchmark's pack and lake, and its queries in governed SQL by number."""

    benchmark: Benchmark
    pack: Pack
    lake: Path
    queries: Mapping[int, str]

    def compiler(self) -> Compiler:
        """A compiler that has compiled nothing yet."""
        return Compiler(self.pack.catalog, self.pack.purposes, self.pack.grants)


def build(benchmark: Benchmark, folder: Path, scale: float) -> World:
    """Generate the benchmark of one scale factor, at least 0.01, below ``folder``.

    Below that the generator of TPC-DS does not end.
    Raises NoGenerator where its extension is not installed.
    """
    lake = folder / "lake"
    lake.mkdir(parents=True)
    with staging(lake, "2GB") as database:
        database.load_extension(str(_extension(benchmark)))
        size = exp.EQ(this=exp.column("sf"), expression=exp.Literal.number(scale))
        database.execute(_from(benchmark.generate, size).sql("duckdb")).fetchall()
        tables = _tables(database)
        _declare(folder / "pack", benchmark, tables)
        pack = load(folder / "pack")
        for table in tables:
            dataset = pack.catalog.datasets[f"{benchmark.name}.{table}"]
            publish(database, exp.select("*").from_(table), dataset, lake, at=AT)
        queries = _from(f"{benchmark.name}_queries").sql("duckdb")
        texts = database.execute(queries).fetchall()
    numbered = {number: _as_datasets(text, benchmark, tables) for number, text in texts}
    return World(benchmark, pack, lake, numbered)


def _from(function: str, *arguments: exp.Expression) -> exp.Select:
    return exp.select("*").from_(exp.func(function, *arguments, dialect="duckdb"))


def _extension(benchmark: Benchmark) -> Path:
    package = f"duckdb_extension_{benchmark.name}"
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise NoGenerator(
            f"DuckDB's extension {benchmark.name!r} is not installed",
            why="it is needed by this measurement and its tests alone",
            mend=f"pip install {package.replace('_', '-')}=={duckdb.__version__}",
        )
    return next(Path(spec.origin).parent.rglob("*.duckdb_extension"))


def _as_datasets(
    text: str, benchmark: Benchmark, tables: Mapping[str, Sequence[object]]
) -> str:
    """A query of the benchmark with ``schema.table`` for each of its tables."""
    tree = parse_one(text, read="duckdb")
    inner = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    for table in tree.find_all(exp.Table):
        if table.name.lower() in tables.keys() - inner:
            table.set("db", exp.to_identifier(benchmark.name))
    return tree.sql(dialect="duckdb")


# ------------------------------------------------------------------- declarations


def _tables(
    database: duckdb.DuckDBPyConnection,
) -> dict[str, list[tuple[str, str]]]:
    """The columns and types of each table."""
    found: dict[str, list[tuple[str, str]]] = {}
    rows = database.execute(
        "SELECT table_name, column_name, data_type FROM duckdb_columns() "
        "WHERE NOT internal ORDER BY table_name, column_index"
    )
    for table, column, kind in rows.fetchall():
        found.setdefault(table, []).append((column, kind))
    return found


def _declare(
    folder: Path, benchmark: Benchmark, tables: Mapping[str, list[tuple[str, str]]]
) -> None:
    """Write the pack of ``tables`` into ``folder``; YAML reads JSON as it stands."""
    folder.mkdir()
    (folder / "catalog").mkdir()
    codes = {table: f"{benchmark.name}.{table}" for table in tables}
    names = {
        code: [column for column, _ in tables[table]] for table, code in codes.items()
    }
    every = [f"{code}.{item}" for code, items in names.items() for item in items]
    files: dict[str, object] = {
        "pack.yaml": _HEAD | {"name": benchmark.name},
        "organizations.yaml": _ORGANIZATIONS,
        "purposes.yaml": [_PURPOSE | {"items": every}],
        "grants.yaml": [
            {"grant": code, "dataset": code, "items": items, **_GRANT}
            for code, items in names.items()
        ],
        "catalog/elements.yaml": [
            {"element": f"tpc.{kind}", "title": _words(kind), "type": kind, "grade": 1}
            for kind in ("text", "integer", "decimal", "date")
        ],
        "catalog/datasets.yaml": [
            _dataset(code, [_item(*column) for column in tables[table]])
            for table, code in codes.items()
        ],
    }
    for name, content in files.items():
        text = json.dumps(content, ensure_ascii=False, indent=1, default=str)
        (folder / name).write_text(_with_days(text), "utf-8")


def _with_days(text: str) -> str:
    """A day is no text to YAML, and JSON has no other way to write it."""
    return text.replace(f'"{SINCE}"', str(SINCE))


def _item(name: str, kind: str) -> dict[str, object]:
    """An item of the type that the generator gives its column."""
    if kind.startswith("DECIMAL"):
        digits = kind.removeprefix("DECIMAL(").removesuffix(")").split(",")
        decimal = [int(each) for each in digits]
        return {"name": name, "element": "tpc.decimal", "decimal": decimal}
    known = {"VARCHAR": "text", "DATE": "date"}.get(kind, "integer")
    return {"name": name, "element": f"tpc.{known}"}


def _words(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


def _dataset(code: str, items: list[dict[str, object]]) -> dict[str, object]:
    # Its first key tells what a declaration is.
    return {
        "dataset": code,
        "title": _words(code),
        "abstract": _words(code),
        "source": {"lake": code},
        "items": items,
        **_DATASET,
    }


_HEAD: Mapping[str, object] = {
    "title": _words("TPC"),
    "version": "1.0.0",
    "division": "990100",
    "languages": ["zh-hans", "en"],
    "timezone": "Asia/Shanghai",
    "crypto": "intl",
    "origin": "tpc.example/ledger",
}
_ORGANIZATIONS = [
    {
        "organization": WHO,
        "title": _words("TPC"),
        "uscc": "11990100000030162U",
        "division": "990100",
        "competent": True,
    },
    {
        "power": "keep",
        "type": "other",
        "title": _words("TPC"),
        "organization": WHO,
        "basis": "TPC",
    },
]
_PURPOSE: Mapping[str, object] = {
    "purpose": PURPOSE,
    "title": _words("TPC"),
    "scope": "population",
    "basis": "TPC",
}
_GRANT: Mapping[str, object] = {
    "organization": WHO,
    "purpose": PURPOSE,
    "scope": "population",
    "basis": "TPC",
    "since": SINCE,
}
_DATASET: Mapping[str, object] = {
    "provider": WHO,
    "duty": "keep",
    "category": "TPC",
    "format": "Parquet",
    "grade": 1,
    "sharing": {"type": "unconditional", "modes": ["SQL"]},
    "open": "open",
    "update": "irregular",
    "since": SINCE,
}


# ------------------------------------------------------------------------ running


def use_of(sql: str) -> Use:
    """The use of everything that is granted, for the one purpose there is."""
    return Use(WHO, WHO, PURPOSE, sql, AT)


@dataclass(slots=True)
class Runner:
    """Runs queries of a world with and without its terms, on engines set up alike."""

    world: World
    compiler: Compiler
    sources: Sources
    plain: duckdb.DuckDBPyConnection

    def governed(self, sql: str) -> Rows:
        """The rows of one use: compiled, run, and read."""
        use = use_of(sql)
        plan = self.compiler.compile(use)
        return run(plan, bindings(use), self.sources, at=AT, limit=ALL_ROWS).rows

    def ungoverned(self, sql: str) -> Rows:
        """The rows that DuckDB gives over the same files."""
        return self.plain.execute(sql).fetchall()

    def close(self) -> None:
        self.sources.close()
        self.plain.close()


def runner(world: World, *, threads: int, memory: str = "3GB") -> Runner:
    """A runner of ``world``, to be closed when it has served."""
    plain = open_lake(world.lake, memory, threads)
    schema = exp.to_table(world.benchmark.name)
    plain.execute(exp.Create(this=schema, kind="SCHEMA").sql("duckdb"))
    for code in world.pack.catalog.datasets:
        version = (world.lake / code / CURRENT).read_text("ascii").strip()
        path = exp.Literal.string(str(world.lake / code / f"{version}.parquet"))
        rows = _from("read_parquet", path)
        view = exp.Create(this=exp.to_table(code), kind="VIEW", expression=rows)
        plain.execute(view.sql("duckdb"))
    sources = Sources({}, world.lake, memory, threads, timeout_s=600)
    return Runner(world, world.compiler(), sources, plain)
