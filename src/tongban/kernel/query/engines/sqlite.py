"""Keyed reads of departments' SQLite databases: read-only, one connection a thread."""

import os
import sqlite3
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote
from weakref import WeakSet

from tongban.kernel.query.engines.faults import (
    Overrun,
    Reason,
    SourceFault,
    ValueFault,
)
from tongban.kernel.query.engines.places import TIMEOUT_SECONDS, Selection
from tongban.kernel.query.engines.types import for_sqlite


BUSY_SECONDS = 2.0
_STEPS = 20_000  # virtual machine steps between two looks at the clock: about 1 ms
_ALLOWED = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_RECURSIVE,
}
_REASONS = {
    sqlite3.SQLITE_BUSY: Reason.LOCKED,
    sqlite3.SQLITE_LOCKED: Reason.LOCKED,
    sqlite3.SQLITE_CORRUPT: Reason.CORRUPT,
    sqlite3.SQLITE_NOTADB: Reason.CORRUPT,
    sqlite3.SQLITE_IOERR: Reason.CORRUPT,
    sqlite3.SQLITE_CANTOPEN: Reason.MISSING,
    sqlite3.SQLITE_PERM: Reason.MISSING,
    sqlite3.SQLITE_SCHEMA: Reason.STRUCTURE,
}


class _Reader:
    """One open connection and the file it was opened on."""

    def __init__(self, path: Path, identity: tuple[int, int]) -> None:
        self.identity = identity
        self.deadline = 0.0
        # A use runs in one thread; `close` may come from another.
        self.connection = sqlite3.connect(
            f"file:{quote(str(path.absolute()))}?mode=ro",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        # LIKE as in DuckDB; the rest is defence in depth below the compiler.
        for pragma in ("case_sensitive_like = 1", "query_only = 1"):
            self.connection.execute(f"PRAGMA {pragma}")
        self.connection.set_authorizer(_authorize)
        self.connection.set_progress_handler(self._is_late, _STEPS)

    def _is_late(self) -> bool:
        return time.monotonic() > self.deadline


def _authorize(action: int, *_names: str | None) -> int:
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


class Departments:
    """The SQLite databases of a jurisdiction's departments, by name: a Place."""

    def __init__(
        self, paths: Mapping[str, Path], *, timeout_s: float = TIMEOUT_SECONDS
    ) -> None:
        self._paths = dict(paths)
        self._timeout_s = timeout_s
        self._local = threading.local()
        self._opened: WeakSet[_Reader] = WeakSet()

    def select(
        self, database: str, statement: str, values: Sequence[Any], *, limit: int
    ) -> Selection:
        """At most ``limit`` rows of one statement, and whether there were more."""
        try:
            reader = self._reader(database)
            reader.deadline = time.monotonic() + self._timeout_s
            bound = [for_sqlite(value) for value in values]
            cursor = reader.connection.execute(statement, bound)
            rows = cursor.fetchmany(limit + 1)
            names = tuple(column[0] for column in cursor.description)
            cursor.close()
        except sqlite3.Error as problem:
            raise self._judged(problem) from None
        return Selection(names, rows[:limit], len(rows) > limit)

    def close(self) -> None:
        for reader in list(self._opened):
            reader.connection.close()
        self._local = threading.local()

    def _reader(self, database: str) -> _Reader:
        """This thread's connection, made anew when another file took the place."""
        path = self._paths.get(database)
        if path is None:
            raise SourceFault(Reason.MISSING)
        try:
            stat = os.stat(path)
        except OSError:
            raise SourceFault(Reason.MISSING) from None
        identity = (stat.st_dev, stat.st_ino)
        readers: dict[str, _Reader] = self._local.__dict__
        reader = readers.get(database)
        if reader is None or reader.identity != identity:
            reader = readers[database] = _Reader(path, identity)
            self._opened.add(reader)
        return reader

    def _judged(self, problem: sqlite3.Error) -> Exception:
        """The fault that an error of SQLite means, without its text."""
        reason = reason_of(problem)
        if reason is not None:
            return SourceFault(reason)
        match _primary(problem):
            case sqlite3.SQLITE_INTERRUPT:
                return Overrun(self._timeout_s)
            case sqlite3.SQLITE_ERROR | sqlite3.SQLITE_TOOBIG | sqlite3.SQLITE_MISMATCH:
                return ValueFault(
                    "the statement cannot be computed on these data",
                    why="a value is out of range",
                )
        return problem


def reason_of(problem: sqlite3.Error) -> Reason | None:
    """Why the database cannot be read, if that is what the error says."""
    if str(problem).startswith("no such "):
        return Reason.STRUCTURE
    return _REASONS.get(_primary(problem))


def _primary(problem: sqlite3.Error) -> int:
    """SQLite's primary result code; 0 for a mistake in the use of the module."""
    # The module itself finds text that is no UTF-8, and has no code for it.
    undecoded = isinstance(problem, sqlite3.OperationalError)
    default = sqlite3.SQLITE_CORRUPT if undecoded else sqlite3.SQLITE_OK
    code: int = getattr(problem, "sqlite_errorcode", default)
    return code & 0xFF
