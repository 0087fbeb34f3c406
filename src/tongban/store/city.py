"""Build a practice city: a pack's ``data/*.sql`` become departments' databases.

The scripts run in the given order on one DuckDB. They find the size and the
seed of the city as ``getvariable('residents')`` and ``getvariable('seed')`` and
make tables ``<schema>.<table>``, where the schema is

- a department's database: written as ``departments/<schema>.sqlite``;
- ``lake``: the table is called as its dataset (``lake."ref.division"``);
- ``dropped``: likewise, written as a CSV or Excel file for the dropped folder;
- ``build``: the scripts' own, thrown away.

One thread runs them and every table is written in an order of its own, so the
same scripts, residents and seed give the same bytes in every file.
"""

import csv
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
from sqlglot import exp

from tongban.kernel.catalog.model import Dataset, DataType, Item, SourceKind
from tongban.kernel.query.engines.types import DUCKDB_TYPES, SQLITE_TYPES
from tongban.kernel.terms import UserError, did_you_mean
from tongban.store.cells import column, quoted, sql_type
from tongban.store.lake import Snapshot, mirror, publish
from tongban.store.workbook import write_workbook


LAKE, DROPPED, BUILD = "lake", "dropped", "build"
MEMORY_LIMIT = "2GB"
_BATCH = 20_000

# What the city's maker is doing, and how far it is: done of total.
Progress = Callable[[str, int, int], None]

# DuckDB types of columns that no catalogue names, as SQLite holds them.
_UNCATALOGUED = {
    "DATE": DataType.DATE,
    "TIMESTAMP": DataType.DATETIME,
    "BOOLEAN": DataType.BOOLEAN,
    "BIGINT": DataType.INTEGER,
    "INTEGER": DataType.INTEGER,
    "SMALLINT": DataType.INTEGER,
    "TINYINT": DataType.INTEGER,
    "HUGEINT": DataType.INTEGER,
    "DOUBLE": DataType.DECIMAL,
}


class ScriptFault(UserError):
    """A script of practice data does not run, or makes what the catalogue lacks."""

    code = "city.script"


@dataclass(frozen=True, slots=True)
class City:
    """What was built: database names to files, and the lake's versions."""

    departments: Mapping[str, Path]
    snapshots: tuple[Snapshot, ...]


def build(
    scripts: Sequence[Path],
    out: Path,
    *,
    datasets: Iterable[Dataset],
    residents: int,
    seed: int,
    at: datetime,
    memory_limit: str = MEMORY_LIMIT,
    progress: Progress = lambda _what, _done, _total: None,
) -> City:
    """Make ``out/departments``, ``out/lake`` and ``out/dropped``.

    Every dataset's first snapshot is in force in the lake afterwards, the same
    that mirroring its source would make; the platform's own records begin with its
    first case and are not made. Raises ScriptFault with the script and
    line that is wrong.
    """
    ordered = sorted(filter(_is_made, datasets), key=lambda dataset: dataset.code)
    for name in ("departments", LAKE, DROPPED):
        (out / name).mkdir(parents=True, exist_ok=True)
    with closing(_open(scripts, out, memory_limit)) as database:
        database.execute(f"SET VARIABLE residents = {int(residents)}")
        database.execute(f"SET VARIABLE seed = {int(seed)}")
        _make_schemas(database, ordered)
        for number, script in enumerate(scripts):
            progress(script.name, number, len(scripts))
            _run_script(database, script)
        tables = _tables(database)
        _check_tables(tables, ordered)
        departments = _write_departments(database, tables, ordered, out, progress)
        _write_dropped(database, ordered, out)
        snapshots = tuple(
            _first_snapshot(database, dataset, out, at)
            for dataset in _told(ordered, LAKE, progress)
        )
    return City(departments, snapshots)


def _is_made(dataset: Dataset) -> bool:
    return dataset.source.kind is not SourceKind.PLATFORM


def _open(
    scripts: Sequence[Path], out: Path, memory_limit: str
) -> duckdb.DuckDBPyConnection:
    """A DuckDB that reads beside the scripts, writes below ``out``, and no more."""
    database = duckdb.connect(
        config={
            "memory_limit": memory_limit,
            "threads": 1,
            "temp_directory": str(out / LAKE / ".incoming" / secrets.token_hex(4)),
        }
    )
    folders = {str(path.absolute()) for path in (out, *(s.parent for s in scripts))}
    allowed = exp.Array(
        expressions=[exp.Literal.string(f"{folder}/") for folder in sorted(folders)]
    )
    database.execute(f"SET allowed_directories = {allowed.sql('duckdb')}")
    database.execute("SET enable_external_access = false")
    return database


def _make_schemas(
    database: duckdb.DuckDBPyConnection, datasets: Sequence[Dataset]
) -> None:
    names = {dataset.source.database for dataset in datasets} - {""}
    for name in sorted({*names, LAKE, DROPPED, BUILD}):
        schema = exp.Create(this=exp.table_("", db=quoted(name)), kind="SCHEMA")
        database.execute(schema.sql("duckdb"))


def _run_script(database: duckdb.DuckDBPyConnection, script: Path) -> None:
    text = script.read_text("utf-8")
    line = 1
    try:
        statements = database.extract_statements(text)
        for statement in statements:
            start = text.find(statement.query.strip())
            line = text[: max(start, 0)].count("\n") + 1
            database.execute(statement)
    except duckdb.Error as problem:
        raise ScriptFault(
            str(problem).strip().splitlines()[0],
            where=f"{script}:{line}",
            why="DuckDB refuses this statement",
            mend="correct the script; each is tried in the order of their names",
        ) from None


# Table name, by schema, with its columns and their DuckDB types.
_Tables = dict[tuple[str, str], dict[str, str]]


def _tables(database: duckdb.DuckDBPyConnection) -> _Tables:
    tables: _Tables = {}
    for schema, table, name, kind in database.execute(
        "SELECT schema_name, table_name, column_name, data_type FROM duckdb_columns() "
        "WHERE NOT internal ORDER BY schema_name, table_name, column_index"
    ).fetchall():
        tables.setdefault((schema, table), {})[name] = kind
    return tables


def _place(dataset: Dataset) -> tuple[str, str]:
    """Schema and table in which the scripts make the rows of ``dataset``."""
    match dataset.source.kind:
        case SourceKind.SQLITE:
            return dataset.source.database, dataset.source.table
        case SourceKind.FILE:
            return DROPPED, dataset.code
        case _:
            # Real systems are not practised with: their rows begin in the lake.
            return LAKE, dataset.code


def _check_tables(tables: _Tables, datasets: Sequence[Dataset]) -> None:
    """Every dataset has its table and every item its column."""
    for dataset in datasets:
        schema, table = _place(dataset)
        columns = tables.get((schema, table))
        if columns is None:
            there = [name for owner, name in tables if owner == schema]
            raise ScriptFault(
                f"no script makes the table {schema}.{table}",
                where=dataset.code,
                why="the catalogue names it as the dataset's source",
                mend=did_you_mean(table, there),
            )
        for item in dataset.items:
            if item not in columns:
                raise ScriptFault(
                    f"the table {schema}.{table} has no column {item!r}",
                    where=dataset.code,
                    why="the catalogue names it as an item",
                    mend=did_you_mean(item, columns),
                )


def _write_departments(
    database: duckdb.DuckDBPyConnection,
    tables: _Tables,
    datasets: Sequence[Dataset],
    out: Path,
    progress: Progress,
) -> dict[str, Path]:
    of = {_place(dataset): dataset for dataset in datasets}
    schemas = sorted(
        {d.source.database for d in datasets if d.source.kind is SourceKind.SQLITE}
    )
    paths = {}
    for number, schema in enumerate(schemas):
        progress(schema, number, len(schemas))
        path = paths[schema] = out / "departments" / f"{schema}.sqlite"
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        with closing(sqlite3.connect(draft, isolation_level=None)) as target:
            # Whole or not there: the file only gets its name when it is done.
            target.execute("PRAGMA journal_mode = OFF")
            target.execute("PRAGMA synchronous = OFF")
            for place, columns in tables.items():
                if place[0] == schema:
                    _write_table(database, target, place, columns, of.get(place))
        draft.replace(path)
    return paths


def _write_table(
    database: duckdb.DuckDBPyConnection,
    target: sqlite3.Connection,
    place: tuple[str, str],
    columns: Mapping[str, str],
    dataset: Dataset | None,
) -> None:
    items: Mapping[str, Item] = dataset.items if dataset else {}
    kinds = {
        name: items[name].type if name in items else _kind(duck)
        for name, duck in columns.items()
    }
    keys = [name for name, item in items.items() if item.key]
    _, table = place
    target.execute("BEGIN")
    target.execute(_table_sql(table, kinds, keys))
    rows = exp.select(*(_stored(name, kind) for name, kind in kinds.items()))
    rows = rows.from_(exp.table_(quoted(table), db=quoted(place[0])))
    rows = rows.order_by(*(column(name) for name in [*keys, *_others(kinds, keys)]))
    into = exp.insert(
        exp.Values(
            expressions=[exp.Tuple(expressions=[exp.Placeholder()] * len(kinds))]
        ),
        exp.table_(quoted(table)),
    ).sql("sqlite")
    try:
        for batch in _batches(database, rows.sql("duckdb")):
            target.executemany(into, batch)
    except (sqlite3.IntegrityError, duckdb.DataError) as problem:
        raise ScriptFault(
            f"the table {place[0]}.{table} is not as catalogued: {problem}",
            where=dataset.code if dataset else None,
            why="keys are unique and values fit their types",
            mend="correct the script that makes it",
        ) from None
    for item in sorted(set(dataset.subjects.values()) if dataset else ()):
        if keys[:1] != [item]:
            target.execute(_index_sql(table, item))
    target.execute("COMMIT")


def _batches(
    database: duckdb.DuckDBPyConnection, sql: str
) -> Iterator[Iterable[tuple[Any, ...]]]:
    for batch in database.execute(sql).to_arrow_reader(_BATCH):
        yield zip(*(values.to_pylist() for values in batch.columns), strict=True)


def _others(kinds: Mapping[str, DataType], keys: Sequence[str]) -> list[str]:
    return [name for name in kinds if name not in keys]


def _kind(duck: str) -> DataType:
    return _UNCATALOGUED.get(duck.split("(")[0], DataType.TEXT)


def _stored(name: str, kind: DataType) -> exp.Expr:
    """A column as SQLite stores it (kernel.query.engines.types)."""
    value = exp.cast(column(name), sql_type(DUCKDB_TYPES[kind]))
    match kind:
        case DataType.DATE | DataType.DATETIME:
            value = exp.cast(value, sql_type("VARCHAR"))
        case DataType.BOOLEAN:
            value = exp.cast(value, sql_type("INTEGER"))
        case DataType.DECIMAL:
            value = exp.cast(value, sql_type("DOUBLE"))
    return value.as_(quoted(name))


def _table_sql(table: str, kinds: Mapping[str, DataType], keys: Sequence[str]) -> str:
    """A table clustered by its key, so that a keyed read is one look-up."""
    columns: list[exp.Expression] = [
        exp.ColumnDef(
            this=quoted(name), kind=exp.DataType.build(SQLITE_TYPES[kind], "sqlite")
        )
        for name, kind in kinds.items()
    ]
    if keys:
        key = exp.PrimaryKey(expressions=[column(name) for name in keys])
        columns.append(key)
    schema = exp.Schema(this=exp.table_(quoted(table)), expressions=columns)
    created = exp.Create(this=schema, kind="TABLE").sql("sqlite")
    return f"{created} WITHOUT ROWID" if keys else created


def _index_sql(table: str, item: str) -> str:
    index = exp.Index(
        this=quoted(f"{table}_{item}"),
        table=exp.table_(quoted(table)),
        params=exp.IndexParameters(columns=[column(item)]),
    )
    return exp.Create(this=index, kind="INDEX").sql("sqlite")


def _write_dropped(
    database: duckdb.DuckDBPyConnection, datasets: Sequence[Dataset], out: Path
) -> None:
    for dataset in datasets:
        if dataset.source.kind is not SourceKind.FILE:
            continue
        names = list(dataset.items)
        rows = exp.select(*(column(name) for name in names))
        rows = rows.from_(exp.table_(quoted(dataset.code), db=quoted(DROPPED)))
        rows = rows.order_by(*(column(name) for name in names))
        found = database.execute(rows.sql("duckdb"))
        if "excel" in dataset.format.lower():
            titles = [item.title.zh for item in dataset.items.values()]
            path = out / DROPPED / f"{dataset.code}.xlsx"
            write_workbook(path, titles, found.fetchall())
            continue
        path = out / DROPPED / f"{dataset.code}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\r\n")
            writer.writerow(names)
            writer.writerows(found.fetchall())


def _first_snapshot(
    database: duckdb.DuckDBPyConnection, dataset: Dataset, out: Path, at: datetime
) -> Snapshot:
    """The snapshot that mirroring would make, from memory where it can be."""
    lake = out / LAKE
    if dataset.source.kind is SourceKind.FILE:
        return mirror(dataset, departments={}, dropped=out / DROPPED, lake=lake, at=at)
    schema, table = _place(dataset)
    rows = exp.select(*(column(name) for name in dataset.items))
    rows = rows.from_(exp.table_(quoted(table), db=quoted(schema)))
    return publish(database, rows, dataset, lake, at=at)


def _told(
    datasets: Sequence[Dataset], what: str, progress: Progress
) -> Iterator[Dataset]:
    for number, dataset in enumerate(datasets):
        progress(what, number, len(datasets))
        yield dataset
    progress(what, len(datasets), len(datasets))
