"""The lake: immutable, typed, key-sorted Parquet snapshots of every dataset.

Layout below the lake's folder, read by tongban.kernel.query.engines.duckdb::

    <dataset code>/<version>.parquet    never changed once there
    <dataset code>/current              the version in force, one line
    <dataset code>/history              one line a switch: moment, version, rows;
                                        or a removal: moment, version, "pruned"

A version is the first 16 hexadecimal digits of the SHA-256 of its file: the
same rows in any order make the same version, and a damaged file is known by its
name. Rows are sorted by the item that holds the subject's number, in row groups
so small that one person's row is read in a few milliseconds.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
from sqlglot import exp

from tongban.kernel.catalog.model import Dataset, SourceKind
from tongban.kernel.query.engines import Reason
from tongban.kernel.query.engines.duckdb import CURRENT, version_of
from tongban.kernel.query.engines.types import duckdb_type
from tongban.store import dropped as files
from tongban.store.addresses import Addresses
from tongban.store.cells import RAW, check, column, meaning, quoted, sql_type
from tongban.store.intake import CELLS, ROW, Intake, Progress, RowsRefused
from tongban.store.opening import opened
from tongban.store.registers import Every


HISTORY = "history"
PRUNED = "pruned"
MEMORY_LIMIT = "1GB"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The version of a dataset now in force; ``fresh`` if it was not before."""

    dataset: str
    version: str
    rows: int
    fresh: bool


@dataclass(frozen=True, slots=True)
class Switch:
    """One line of a dataset's history: since when which version was in force.

    ``pruned`` is when its snapshot was removed, if it was.
    """

    at: datetime
    version: str
    rows: int
    pruned: datetime | None = None


def mirror(
    dataset: Dataset,
    *,
    departments: Mapping[str, Path],
    dropped: Path,
    lake: Path,
    at: datetime,
    addresses: Addresses | None = None,
    platform: Every | None = None,
    memory_limit: str = MEMORY_LIMIT,
    progress: Progress | None = None,
) -> Snapshot:
    """Copy a dataset's live source into the lake and put the copy in force.

    The source is a database or an interface at the site's address for it, the
    platform's own records, or a file or folder (see tongban.store.dropped). Raises
    SourceUnavailable when it cannot be read and RowsRefused when cells are not what
    the catalogue says; the version in force then stays. The same rows give the same
    version and write nothing.
    """
    if dataset.source.kind is SourceKind.LAKE:
        return in_force(lake, dataset)
    intake, batches = opened(
        dataset, departments, dropped, addresses or {}, platform, progress
    )
    with staging(lake, memory_limit) as database:
        return _take(database, intake, batches, lake, at)


def mirror_dropped(
    datasets: Sequence[Dataset],
    *,
    dropped: Path,
    lake: Path,
    at: datetime,
    addresses: Addresses | None = None,
) -> list[Snapshot | RowsRefused]:
    """Take over each file that was dropped for one of ``datasets``.

    One refused file does not keep the others from the lake.
    """
    outcomes: list[Snapshot | RowsRefused] = []
    for dataset in datasets:
        is_file = dataset.source.kind is SourceKind.FILE
        if is_file and files.places(dataset, dropped, addresses or {}):
            try:
                outcomes.append(
                    mirror(
                        dataset,
                        departments={},
                        dropped=dropped,
                        lake=lake,
                        at=at,
                        addresses=addresses,
                    )
                )
            except RowsRefused as refused:
                outcomes.append(refused)
    return outcomes


def in_force(lake: Path, dataset: Dataset) -> Snapshot:
    """The version now in force; SourceUnavailable when there is none yet."""
    pointer = lake / dataset.code / CURRENT
    if not pointer.exists():
        raise Intake(dataset, dataset.code).unavailable(Reason.MISSING)
    version = pointer.read_text("ascii").strip()
    rows = {switch.version: switch.rows for switch in history(lake, dataset.code)}
    return Snapshot(dataset.code, version, rows[version], fresh=False)


def history(lake: Path, code: str) -> list[Switch]:
    """Every switch of a dataset's version, oldest first."""
    path = lake / code / HISTORY
    if not path.exists():
        return []
    switches: list[Switch] = []
    for line in path.read_text("ascii").splitlines():
        moment, version, rows = line.split()
        at = datetime.fromisoformat(moment)
        if rows == PRUNED:
            switches = [
                replace(each, pruned=at) if each.version == version else each
                for each in switches
            ]
        else:
            switches.append(Switch(at, version, int(rows)))
    return switches


def note(folder: Path, at: datetime, version: str, what: int | str) -> None:
    """One more line of the history in ``folder``, on the disk when this returns."""
    with (folder / HISTORY).open("a", encoding="ascii") as log:
        log.write(f"{at.isoformat()} {version} {what}\n")
        log.flush()
        os.fsync(log.fileno())


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold a dataset's folder: no switch and no removal by anybody else meanwhile."""
    with (folder / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def staging(
    lake: Path, memory_limit: str = MEMORY_LIMIT, threads: int = 2
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB in memory for rows on their way into the lake; it spills beside it."""
    spill = lake / ".incoming" / secrets.token_hex(4)
    # DuckDB makes the folder it spills to, but none above it.
    spill.parent.mkdir(parents=True, exist_ok=True)
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit,
        "threads": threads,
        "temp_directory": str(spill),
        "preserve_insertion_order": "false",
    }
    with closing(duckdb.connect(config=config)) as database:
        yield database


def publish(
    database: duckdb.DuckDBPyConnection,
    rows: exp.Query,
    dataset: Dataset,
    lake: Path,
    *,
    at: datetime,
) -> Snapshot:
    """Put the result of ``rows``, the items in their types, in force as a snapshot."""
    folder = lake / dataset.code
    folder.mkdir(parents=True, exist_ok=True)
    incoming = folder / f".{secrets.token_hex(4)}.parquet"
    try:
        count = _write(database, rows, dataset, incoming)
        version = _digest(incoming)
        with held(folder):
            target = folder / f"{version}.parquet"
            if not target.exists():
                incoming.replace(target)
            fresh = _switch(folder, at, version, count)
    finally:
        incoming.unlink(missing_ok=True)
    return Snapshot(dataset.code, version, count, fresh)


def _switch(folder: Path, at: datetime, version: str, count: int) -> bool:
    """Put ``version`` in force; whether it was not before."""
    pointer = folder / CURRENT
    line = f"{version}\n"
    if pointer.exists() and pointer.read_text("ascii") == line:
        return False
    # Before the switch: a line too many after a power cut misleads nobody.
    note(folder, at, version, count)
    _replace(pointer, line)
    return True


def _take(
    database: duckdb.DuckDBPyConnection,
    intake: Intake,
    batches: Iterator[pa.RecordBatch],
    lake: Path,
    at: datetime,
) -> Snapshot:
    dataset = intake.dataset
    # Batch by batch in this thread: DuckDB would read a stream in one of its own,
    # where a driver's connection, or Django's, is another.
    cells = _cells(intake)
    database.register("batches", intake.schema.empty_table())
    raw = exp.Create(this=exp.to_table(RAW), kind="TABLE", expression=cells)
    database.execute(raw.sql("duckdb"))
    more = exp.insert(cells, RAW).sql("duckdb")
    for batch in batches:
        database.register("batches", pa.Table.from_batches([batch]))
        database.execute(more)
    database.unregister("batches")
    check(database, intake)
    typed = [
        exp.alias_(meaning(item), quoted(item.name)) for item in dataset.items.values()
    ]
    return publish(database, exp.select(*typed).from_(RAW), dataset, lake, at=at)


def _cells(intake: Intake) -> exp.Select:
    """The batches as rows of text; in a sheet, empty means no value."""
    number = exp.column(quoted(ROW))
    items = intake.dataset.items
    if intake.is_sheet:
        empty = exp.Literal.string("")
        cells = [exp.func("NULLIF", column(n), empty).as_(quoted(n)) for n in items]
        return exp.select(number, *cells).from_("batches")
    if not intake.is_packed:
        return exp.select(number, *map(column, items)).from_("batches")
    shape = exp.Literal.string('["VARCHAR"]')
    array = exp.func("from_json", exp.column(CELLS), shape)
    unpacked = exp.select(number, exp.alias_(array, CELLS)).from_("batches")
    each = [
        exp.func("list_extract", exp.column(CELLS), exp.Literal.number(at)).as_(
            quoted(name)
        )
        for at, name in enumerate(items, start=1)
    ]
    return exp.select(number, *each).from_(unpacked.subquery())


def _write(
    database: duckdb.DuckDBPyConnection,
    rows: exp.Query,
    dataset: Dataset,
    path: Path,
) -> int:
    """Write the rows, typed and in an order of their own, and count them."""
    items = dataset.items
    # Items after the subjects and keys break ties: equal rows, equal bytes.
    leading = [*dataset.subjects.values(), *(n for n in items if items[n].key)]
    order = list(dict.fromkeys([*leading, *items]))
    typed = [
        exp.alias_(exp.cast(column(name), sql_type(duckdb_type(item))), quoted(name))
        for name, item in items.items()
    ]
    query = exp.select(*typed).from_(rows.subquery("rows"))
    ordered = query.order_by(*(column(name) for name in order))
    relation = database.sql(ordered.sql("duckdb"))
    relation.write_parquet(str(path), compression="zstd", row_group_size=16_384)
    (count,) = database.read_parquet(str(path)).aggregate("count(*)").fetchall()[0]
    return int(count)


def _digest(path: Path) -> str:
    """The version that a finished file's content makes, once it is on disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        return version_of(file)


def _replace(path: Path, text: str) -> None:
    """Put ``text`` in the place of ``path``, whole or not at all."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with draft.open("x", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
