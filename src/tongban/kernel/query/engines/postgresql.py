"""Keyed reads of departments' PostgreSQL servers: read-only, a few connections each."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import errors
from psycopg_pool import ConnectionPool, PoolTimeout

from tongban.kernel.query.engines.faults import (
    Overrun,
    Reason,
    SourceFault,
    ValueFault,
)
from tongban.kernel.query.engines.places import TIMEOUT_SECONDS, Selection


# How long a use waits for a server that may be restarting.
BUSY_SECONDS = 2.0
_CONNECTIONS = 4  # of one process to one database
_Connection = psycopg.Connection[tuple[Any, ...]]
_Pool = ConnectionPool[_Connection]
_STRUCTURE = (
    errors.UndefinedTable,
    errors.UndefinedColumn,
    errors.InvalidSchemaName,
    errors.UndefinedFunction,
    errors.DatatypeMismatch,
    errors.CannotCoerce,
    errors.InsufficientPrivilege,
    errors.FeatureNotSupported,
)
_BUSY = (errors.LockNotAvailable, errors.TooManyConnections, errors.DeadlockDetected)


@dataclass(frozen=True, slots=True)
class Database:
    """How one department's database is reached: a libpq connection string or URL.

    It holds a password, so it is never shown.
    """

    conninfo: str = field(repr=False)


class Servers:
    """The PostgreSQL databases of a jurisdiction's departments, by name: a Place.

    A server that was away is asked again at the next use. Connections are made at
    first use, so that a value may be made before a process forks.
    """

    def __init__(
        self, databases: Mapping[str, Database], *, timeout_s: float = TIMEOUT_SECONDS
    ) -> None:
        self._databases = dict(databases)
        self._timeout_s = timeout_s
        self._pools: dict[str, _Pool] = {}
        self._lock = threading.Lock()

    def select(
        self, database: str, statement: str, values: Sequence[Any], *, limit: int
    ) -> Selection:
        """At most ``limit`` rows of one statement, and whether there were more.

        The statement bounds its rows itself: the client takes all that come.
        """
        pool = self._pool(database)
        try:
            try:
                return _select(pool, statement, values, limit)
            except psycopg.OperationalError as problem:
                if not _is_lost(problem):
                    raise
            # The server went away since the last use: those left are looked at.
            pool.check()
            return _select(pool, statement, values, limit)
        except psycopg.Error as problem:
            raise self._judged(problem) from None

    def close(self) -> None:
        with self._lock:
            for pool in self._pools.values():
                pool.close()
            self._pools.clear()

    def _pool(self, database: str) -> _Pool:
        settings = self._databases.get(database)
        if settings is None:
            raise SourceFault(Reason.MISSING)
        with self._lock:
            pool = self._pools.get(database)
            if pool is None:
                pool = self._pools[database] = self._opened(settings)
            return pool

    def _opened(self, settings: Database) -> _Pool:
        return ConnectionPool(
            settings.conninfo,
            min_size=0,
            max_size=_CONNECTIONS,
            timeout=BUSY_SECONDS,
            # Gives up as soon as the use does, so that the next one tries at once.
            reconnect_timeout=BUSY_SECONDS,
            num_workers=1,
            open=True,
            configure=self._configure,
            kwargs={
                "autocommit": True,
                "cursor_factory": psycopg.RawCursor,
                "prepare_threshold": 1,
                "connect_timeout": round(BUSY_SECONDS),
            },
        )

    def _configure(self, connection: _Connection) -> None:
        """Nothing can be written, nothing runs long, no name is looked up.

        Below the compiler this is defence in depth: its statements name their
        schema, and hold nothing but functions it knows.
        """
        for name, value in (
            ("default_transaction_read_only", "on"),
            ("statement_timeout", f"{round(self._timeout_s * 1000)}"),
            ("search_path", "pg_catalog"),
            ("client_encoding", "UTF8"),
        ):
            connection.execute("SELECT set_config($1, $2, false)", (name, value))

    def _judged(self, problem: Exception) -> Exception:
        """The fault that an error of PostgreSQL means, without its text."""
        match problem:
            case errors.QueryCanceled():
                return Overrun(self._timeout_s)
            case PoolTimeout():
                return SourceFault(Reason.UNREACHABLE)
            case errors.Error() if isinstance(problem, _STRUCTURE):
                return SourceFault(Reason.STRUCTURE)
            case errors.Error() if isinstance(problem, _BUSY):
                return SourceFault(Reason.LOCKED)
            case psycopg.DataError():
                return ValueFault(
                    "the statement cannot be computed on these data",
                    why="a value does not convert or is out of range",
                )
            case psycopg.OperationalError():
                return SourceFault(Reason.UNREACHABLE)
        return problem


def _select(
    pool: _Pool, statement: str, values: Sequence[Any], limit: int
) -> Selection:
    with pool.connection() as connection:
        # In another encoding the order of bytes is another order of texts.
        if connection.info.parameter_status("server_encoding") != "UTF8":
            raise SourceFault(Reason.ENCODING)
        cursor = connection.execute(statement, values)
        rows = cursor.fetchmany(limit + 1)
        names = tuple(column.name for column in cursor.description or ())
    return Selection(names, rows[:limit], len(rows) > limit)


def _is_lost(problem: psycopg.Error) -> bool:
    """Whether it is a connection that failed, not the statement or the server."""
    if isinstance(problem, PoolTimeout):
        return False
    return problem.sqlstate is None or isinstance(problem, errors.AdminShutdown)
