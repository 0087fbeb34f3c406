"""Keyed reads of departments' MySQL and MariaDB: read-only, one connection a thread."""

import math
import ssl
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any
from weakref import WeakSet

import pymysql
from pymysql.connections import Connection
from pymysql.constants import CR, ER
from pymysql.cursors import SSCursor

from tongban.kernel.query.engines.address import Address
from tongban.kernel.query.engines.faults import (
    Overrun,
    Reason,
    SourceFault,
    ValueFault,
)
from tongban.kernel.query.engines.places import TIMEOUT_SECONDS, Selection


PORT = 3306
_SLOW_MARIADB = 1969  # ER_STATEMENT_TIMEOUT
_SLOW_MYSQL = 3024  # ER_QUERY_TIMEOUT
_LOST = {CR.CR_SERVER_GONE_ERROR, CR.CR_SERVER_LOST}
_REASONS = {
    CR.CR_CONN_HOST_ERROR: Reason.UNREACHABLE,
    CR.CR_CONNECTION_ERROR: Reason.UNREACHABLE,
    CR.CR_UNKNOWN_HOST: Reason.UNREACHABLE,
    CR.CR_SERVER_GONE_ERROR: Reason.UNREACHABLE,
    CR.CR_SERVER_LOST: Reason.UNREACHABLE,
    ER.CON_COUNT_ERROR: Reason.UNREACHABLE,
    ER.SERVER_SHUTDOWN: Reason.UNREACHABLE,
    ER.ACCESS_DENIED_ERROR: Reason.DENIED,
    ER.DBACCESS_DENIED_ERROR: Reason.DENIED,
    ER.TABLEACCESS_DENIED_ERROR: Reason.DENIED,
    ER.COLUMNACCESS_DENIED_ERROR: Reason.DENIED,
    ER.BAD_DB_ERROR: Reason.MISSING,
    ER.NO_SUCH_TABLE: Reason.STRUCTURE,
    ER.BAD_FIELD_ERROR: Reason.STRUCTURE,
    ER.LOCK_WAIT_TIMEOUT: Reason.LOCKED,
    ER.LOCK_DEADLOCK: Reason.LOCKED,
}


class Servers:
    """The MySQL and MariaDB databases of a jurisdiction, by name: a Place."""

    def __init__(
        self, addresses: Mapping[str, Address], *, timeout_s: float = TIMEOUT_SECONDS
    ) -> None:
        self._addresses = dict(addresses)
        self._timeout_s = timeout_s
        self._local = threading.local()
        self._opened: WeakSet[Connection] = WeakSet()

    def select(
        self, database: str, statement: str, values: Sequence[Any], *, limit: int
    ) -> Selection:
        """At most ``limit`` rows of one statement, and whether there were more."""
        open_ = self._local.__dict__.get(database)
        if open_ is not None:
            try:
                return self._read(open_, database, statement, values, limit)
            except pymysql.OperationalError as problem:
                # A connection left idle may be gone; reading again does no harm.
                if _code(problem) not in _LOST or self._was_slow():
                    raise self._judged(problem) from None
            except pymysql.Error as problem:
                raise self._judged(problem) from None
        try:
            fresh = self._connected(database)
            return self._read(fresh, database, statement, values, limit)
        except pymysql.Error as problem:
            raise self._judged(problem) from None

    def close(self) -> None:
        for connection in list(self._opened):
            _drop(connection)
        self._local = threading.local()

    def _connected(self, database: str) -> Connection:
        address = self._addresses.get(database)
        if address is None:
            raise SourceFault(Reason.UNBOUND)
        self._local.since = time.monotonic()
        connection = connect(address, timeout_s=self._timeout_s)
        self._local.__dict__[database] = connection
        self._opened.add(connection)
        return connection

    def _read(
        self,
        connection: Connection,
        database: str,
        statement: str,
        values: Sequence[Any],
        limit: int,
    ) -> Selection:
        self._local.since = time.monotonic()
        whole = False
        cursor = connection.cursor(SSCursor)
        try:
            cursor.execute(statement, tuple(values))
            rows = list(cursor.fetchmany(limit + 1))
            names = tuple(column[0] for column in cursor.description or ())
            if len(rows) <= limit:
                cursor.close()
                whole = True
        finally:
            if not whole:
                # Rows that nobody reads would have to be fetched to be thrown away.
                self._local.__dict__.pop(database, None)
                _drop(connection)
        return Selection(names, rows[:limit], len(rows) > limit)

    def _was_slow(self) -> bool:
        return bool(time.monotonic() - self._local.since >= self._timeout_s)

    def _judged(self, problem: Exception) -> Exception:
        """The fault that an error of MySQL means, without its text."""
        code = _code(problem)
        if code in (_SLOW_MARIADB, _SLOW_MYSQL):
            return Overrun(self._timeout_s)
        if code in _LOST and self._was_slow():
            return SourceFault(Reason.SLOW)
        reason = reason_of(problem)
        if reason is not None:
            return SourceFault(reason)
        if isinstance(problem, pymysql.DataError | pymysql.ProgrammingError):
            return ValueFault(
                "the statement cannot be computed on these data",
                why="a value does not convert or is out of range",
            )
        return problem


def connect(address: Address, *, timeout_s: float) -> Connection:
    """A connection that can only read, in which no statement outlives ``timeout_s``.

    Raises pymysql.Error, and SourceFault for a secret that cannot be used.
    """
    seconds = address.timeout_s or timeout_s
    connection = pymysql.connect(
        host=address.host or "localhost",
        port=address.parts.port or PORT,
        user=address.user,
        password=address.secret(),
        database=address.database,
        charset="utf8mb4",
        connect_timeout=max(1, math.ceil(seconds)),
        # The server stops the statement; this is for a server that hangs.
        read_timeout=seconds + 1,
        write_timeout=seconds + 1,
        autocommit=True,
        local_infile=False,
        ssl=_tls(address),
        init_command="SET SESSION TRANSACTION READ ONLY",
    )
    with connection.cursor() as cursor:
        if "MariaDB" in connection.get_server_info():
            cursor.execute("SET SESSION max_statement_time = %s", (seconds,))
        else:
            bound = (int(seconds * 1000),)
            cursor.execute("SET SESSION max_execution_time = %s", bound)
    return connection


def reason_of(problem: Exception) -> Reason | None:
    """Why the database cannot be read, if that is what the error says."""
    return _REASONS.get(_code(problem))


def _tls(address: Address) -> ssl.SSLContext | None:
    """Verified encryption to any other machine."""
    if address.is_local and address.ca_file is None:
        return None
    return ssl.create_default_context(
        cafile=None if address.ca_file is None else str(address.ca_file)
    )


def _code(problem: Exception) -> int:
    code = problem.args[0] if problem.args else 0
    return code if isinstance(code, int) else 0


def _drop(connection: Connection) -> None:
    """Close without a farewell, which would wait for unread rows."""
    if connection.open:
        connection._force_close()
