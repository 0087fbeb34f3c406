"""The lake: immutable Parquet snapshots read by one locked-down DuckDB a process.

Layout, written by tongban.store.lake::

    <lake>/<dataset code>/<version>.parquet    never changed once there
    <lake>/<dataset code>/current              the version in force, one line

The engine sees a view ``lake."<dataset code>"`` for each dataset it was asked
for, and the rows fetched for one use as ``temp."<name>"``: DuckDB keeps its
temporary schema apart for each cursor, so uses do not see each other's rows.
"""

import hashlib
import os
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache, partial
from io import BufferedReader
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from sqlglot import exp

from tongban.kernel.query.engines import spill
from tongban.kernel.query.engines.faults import (
    MemoryOverrun,
    Overrun,
    Reason,
    SourceFault,
    ValueFault,
)
from tongban.kernel.query.engines.fetched import Relation, parsed, placed
from tongban.kernel.query.engines.places import Reading, Stream
from tongban.kernel.query.engines.types import Row
from tongban.kernel.query.engines.watchdog import Watchdog
from tongban.kernel.query.language.soften import TOO_LONG
from tongban.kernel.query.lowering.spelling import LAKE


CURRENT = "current"
_VERSION = re.compile(r"[0-9a-f]{16}")
# A pattern or an escape that is none is a syntax error, met in a row.
_OF_VALUES = (duckdb.DataError, duckdb.InvalidInputException, duckdb.SyntaxException)
# A use that meets new snapshots again and again while it runs holds them back.
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class _View:
    """What ``current`` looked like, and said, when the view was made."""

    stamp: tuple[int, int, int]
    version: str


@dataclass(slots=True)
class Lake:
    """The snapshots below ``folder``, read under the given limits.

    Thread-safe: each statement runs on a cursor of its own. The database opens
    at first use, so that a Lake may be made before a process forks.
    """

    folder: Path
    memory_limit: str = "1GB"
    threads: int = 2
    timeout_s: float = 10.0
    spill_limit: str = "10GB"
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _views: dict[str, _View] = field(default_factory=dict)
    _pinned: set[tuple[str, str]] = field(default_factory=set)
    _database: duckdb.DuckDBPyConnection | None = None
    kind: str = field(default=LAKE, init=False)
    _bulk: dict[float, Watchdog] = field(default_factory=dict)
    _watchdog: Watchdog = field(init=False)

    def __post_init__(self) -> None:
        self._watchdog = Watchdog(self.timeout_s)

    def select(
        self,
        sql: str,
        params: Mapping[str, Any],
        *,
        datasets: Sequence[str] = (),
        relations: Sequence[Relation] = (),
        pinned: Mapping[str, str] | None = None,
        limit: int,
    ) -> Reading:
        """At most ``limit`` rows of one statement, and whether there were more.

        A dataset in ``pinned`` is read in the version named there. Raises
        SourceFault when a snapshot cannot be read, Overrun when it takes too long,
        MemoryOverrun when it needs too much, ValueFault when DuckDB cannot
        compute the statement.
        """
        past = {code: v for code, v in (pinned or {}).items() if code in datasets}
        moving = [code for code in datasets if code not in past]
        if past:
            self._pin(past)
            sql = _reading_versions(sql, tuple(sorted(past.items())))
        for _ in range(_ATTEMPTS):
            views = self._brought_up_to_date(moving)
            versions = _versions(views) | past
            rows = self._rows(sql, params, relations, limit, versions)
            # A view may have moved between naming the versions and reading
            # them; the receipt must name what was read.
            now = self._brought_up_to_date(moving)
            if all(views[code] is now[code] for code in moving):
                return Reading(rows[:limit], len(rows) > limit, versions)
        with self._lock:
            versions = _versions(self._brought_up_to_date(moving)) | past
            rows = self._rows(sql, params, relations, limit, versions)
        return Reading(rows[:limit], len(rows) > limit, versions)

    @contextmanager
    def batches(
        self,
        sql: str,
        params: Mapping[str, Any],
        *,
        datasets: Sequence[str],
        pinned: Mapping[str, str],
        seconds: float,
        rows: int,
    ) -> Iterator[Stream]:
        """All rows of one statement as they are computed; see places.Bulk."""
        moving = [code for code in datasets if code not in pinned]
        versions = self.versions(moving) | {
            code: version for code, version in pinned.items() if code in datasets
        }
        self._pin(versions)
        pinned_sql = _reading_versions(sql, tuple(sorted(versions.items())))
        watchdog = self._bulk.setdefault(seconds, Watchdog(seconds))
        with self._cursor() as cursor, watchdog.over(cursor):
            judged = partial(self._judged, versions=versions, seconds=seconds)
            try:
                cursor.execute(pinned_sql, dict(params))
                reader = cursor.to_arrow_reader(rows)
            except duckdb.Error as problem:
                raise judged(problem) from None
            yield Stream(reader.schema, _judged_batches(reader, judged), versions)

    def versions(self, datasets: Sequence[str]) -> dict[str, str]:
        """The version in force of each dataset."""
        return _versions(self._brought_up_to_date(datasets))

    def _brought_up_to_date(self, datasets: Sequence[str]) -> dict[str, _View]:
        with self._lock:
            return {code: self._view(code) for code in datasets}

    def close(self) -> None:
        with self._lock:
            if self._database is not None:
                self._database.close()
            self._database = None
            self._views.clear()
            self._pinned.clear()

    def _pin(self, versions: Mapping[str, str]) -> None:
        """Views of snapshots that need not be in force; they never change."""
        with self._lock:
            for code, version in versions.items():
                if not _VERSION.fullmatch(version):
                    raise SourceFault(Reason.CORRUPT, [code])
                if (code, version) not in self._pinned:
                    self._make_view(code, version, _of_version(code, version))
                    self._pinned.add((code, version))

    def _view(self, code: str) -> _View:
        pointer = self.folder / code / CURRENT
        try:
            stat = os.stat(pointer)
            stamp = (stat.st_mtime_ns, stat.st_ino, stat.st_size)
            view = self._views.get(code)
            if view is not None and view.stamp == stamp:
                return view
            version = pointer.read_text("ascii").strip()
        except (OSError, UnicodeDecodeError):
            raise SourceFault(Reason.MISSING, [code]) from None
        if not _VERSION.fullmatch(version):
            raise SourceFault(Reason.CORRUPT, [code])
        self._make_view(code, version, code)
        view = self._views[code] = _View(stamp, version)
        return view

    def _make_view(self, code: str, version: str, name: str) -> None:
        path = (self.folder / code / f"{version}.parquet").absolute()
        if not path.is_file():
            raise SourceFault(Reason.MISSING, [code])
        database = self._opened()
        try:
            database.execute(_view_sql(name, str(path)))
        except duckdb.Error:
            raise SourceFault(Reason.CORRUPT, [code]) from None

    def _opened(self) -> duckdb.DuckDBPyConnection:
        if self._database is None:
            self._database = open_lake(
                self.folder, self.memory_limit, self.threads, self.spill_limit
            )
        return self._database

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        with self._lock:
            return self._opened().cursor()

    def _rows(
        self,
        sql: str,
        params: Mapping[str, Any],
        relations: Sequence[Relation],
        limit: int,
        versions: Mapping[str, str],
    ) -> list[Row]:
        with self._cursor() as cursor, self._watchdog.over(cursor):
            try:
                cursor.execute(*placed(cursor, sql, params, relations))
                return cursor.fetchmany(limit + 1)
            except duckdb.Error as problem:
                raise self._judged(problem, versions) from None
            except OverflowError:
                raise ValueFault(
                    "a length of time is beyond what can be told",
                    why="it has more than 999,999,999 days",
                ) from None

    def _judged(
        self,
        problem: duckdb.Error,
        versions: Mapping[str, str],
        seconds: float | None = None,
    ) -> Exception:
        """The fault that an error of DuckDB means, without the values in its text."""
        match problem:
            case duckdb.InterruptException():
                return Overrun(seconds or self.timeout_s)
            case duckdb.OutOfMemoryException():
                return MemoryOverrun(self.memory_limit, self.spill_limit)
            case duckdb.BinderException():
                # Says which types or columns do not fit; met before any row.
                return ValueFault(str(problem).splitlines()[0], why="types do not fit")
        for code, version in versions.items():
            reason = self._defect(code, version)
            if reason is not None:
                return SourceFault(reason, [code])
        if TOO_LONG in str(problem):
            return ValueFault(TOO_LONG, why="rows are counted, cells are not")
        if isinstance(problem, _OF_VALUES):
            return ValueFault(
                "the statement cannot be computed on these data",
                why="a value does not convert or is out of range",
            )
        return problem

    def _defect(self, code: str, version: str) -> Reason | None:
        """What is wrong with a snapshot, whose content makes its version."""
        try:
            with (self.folder / code / f"{version}.parquet").open("rb") as file:
                return None if version_of(file) == version else Reason.CORRUPT
        except OSError:
            return Reason.MISSING


def _judged_batches(
    reader: pa.RecordBatchReader, judged: Callable[[duckdb.Error], Exception]
) -> Iterator[pa.RecordBatch]:
    """The batches; an error of DuckDB comes through Arrow in Arrow's words."""
    while True:
        try:
            batch = reader.read_next_batch()
        except StopIteration:
            return
        except (pa.ArrowException, OSError) as problem:
            raise judged(_of_arrow(problem)) from None
        yield batch


def _of_arrow(problem: Exception) -> duckdb.Error:
    """DuckDB's own error again, told by the words its message begins with."""
    for words, kind in _ARROW_WORDS:
        if words in str(problem):
            return kind()
    return duckdb.InvalidInputException()


_ARROW_WORDS: tuple[tuple[str, type[duckdb.Error]], ...] = (
    ("INTERRUPT", duckdb.InterruptException),
    ("Interrupted", duckdb.InterruptException),
    ("Out of Memory", duckdb.OutOfMemoryException),
    ("IO Error", duckdb.IOException),
)


def _versions(views: Mapping[str, _View]) -> dict[str, str]:
    return {code: view.version for code, view in views.items()}


def _of_version(code: str, version: str) -> str:
    """What the view of one version is called."""
    return f"{code}@{version}"


@lru_cache(maxsize=1024)
def _reading_versions(sql: str, pinned: tuple[tuple[str, str], ...]) -> str:
    """``sql`` in which each dataset of ``pinned`` is read in that version."""
    tree, versions = parsed(sql), dict(pinned)
    for table in tree.find_all(exp.Table):
        if table.db == "lake" and table.name in versions:
            name = _of_version(table.name, versions[table.name])
            table.set("this", exp.to_identifier(name, quoted=True))
    return tree.sql("duckdb")


def version_of(file: BufferedReader) -> str:
    """The version that the content of a snapshot makes."""
    return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def open_lake(
    folder: Path, memory_limit: str, threads: int, spill_limit: str = "10GB"
) -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB that can read below ``folder`` and nothing else.

    No other file, no network, no extension, no Python variable; and no
    statement can unlock what is locked here. What does not fit into memory spills
    to a folder of its own, which goes away when the database is closed.
    """
    database = duckdb.connect(
        config={
            "threads": threads,
            "memory_limit": memory_limit,
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "python_enable_replacements": "false",
            # Spilled rows are as secret as the lake and of one database alone.
            "temp_directory": str(spill.room(folder).absolute()),
            "max_temp_directory_size": spill_limit,
        }
    )
    allowed = exp.Array(
        expressions=[exp.Literal.string(f"{folder.absolute()}{os.sep}")]
    )
    for statement in (
        f"SET allowed_directories = {allowed.sql('duckdb')}",
        "SET enable_external_access = false",
        "CREATE SCHEMA lake",
        "SET lock_configuration = true",
    ):
        database.execute(statement)
    return database


def _view_sql(name: str, path: str) -> str:
    rows = exp.select("*").from_(exp.func("read_parquet", exp.Literal.string(path)))
    view = exp.table_(exp.to_identifier(name, quoted=True), db="lake")
    return exp.Create(this=view, kind="VIEW", replace=True, expression=rows).sql(
        "duckdb"
    )
