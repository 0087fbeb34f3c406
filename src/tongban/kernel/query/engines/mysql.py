"""Reads of departments' MySQL and MariaDB: read-only, one connection a thread.

In every session texts are compared by their bytes, and nothing else of what a
server may be set to changes what a statement means: see `_AGREED`. The days and
hours of TIMESTAMP columns are those of the server's clock, as the department sees
them.
"""

import math
import ssl
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakSet

import pymysql
from pymysql.connections import Connection
from pymysql.constants import CR, ER

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
# In no other mode: none in which a backslash is itself in a text, `||` is OR or NOT
# binds before a comparison. Notes are no warnings.
_AGREED = {"sql_mode": "PIPES_AS_CONCAT", "sql_notes": 0}
# By bytes, blanks at the end included: of MariaDB 10.2.2 and MySQL 8.0.17.
_MARIADB_TEXTS, _MYSQL_TEXTS = "utf8mb4_nopad_bin", "utf8mb4_0900_bin"
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
    ER.UNKNOWN_COLLATION: Reason.OLD,
    ER.CANT_AGGREGATE_2COLLATIONS: Reason.ENCODING,
    ER.LOCK_WAIT_TIMEOUT: Reason.LOCKED,
    ER.LOCK_DEADLOCK: Reason.LOCKED,
}


@dataclass(slots=True)
class _Held:
    """A thread's connection, and how many rows its server was told to send at most."""

    connection: Connection
    rows: int = 0


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
        """At most ``limit`` rows of one statement, and whether there were more.

        A statement with a LIMIT of its own bounds its rows itself.
        """
        held: dict[str, _Held] = self._local.__dict__
        started = time.monotonic()
        try:
            if database in held:
                try:
                    return _read(held[database], statement, values, limit)
                except pymysql.MySQLError:
                    # One left idle may be gone; reading again does no harm.
                    if held[database].connection.open or self._was_slow(started):
                        raise
            held[database] = self._connected(database)
            return _read(held[database], statement, values, limit)
        except pymysql.MySQLError as problem:
            raise self._judged(problem, started) from None

    def close(self) -> None:
        for connection in list(self._opened):
            if connection.open:
                connection.close()
        self._local = threading.local()

    def _connected(self, database: str) -> _Held:
        address = self._addresses.get(database)
        if address is None:
            raise SourceFault(Reason.UNBOUND)
        connection = connect(address, timeout_s=self._timeout_s)
        self._opened.add(connection)
        _agree(connection)
        return _Held(connection)

    def _was_slow(self, started: float) -> bool:
        return time.monotonic() - started >= self._timeout_s

    def _judged(self, problem: Exception, started: float) -> Exception:
        """The fault that an error of MySQL means, without its text."""
        code = _code(problem)
        if code in (_SLOW_MARIADB, _SLOW_MYSQL):
            return Overrun(self._timeout_s)
        if code in _LOST and self._was_slow(started):
            return SourceFault(Reason.SLOW)
        reason = reason_of(problem)
        if reason is not None:
            return SourceFault(reason)
        # SQLSTATE class 22: a data exception (ISO/IEC 9075-2).
        if str(getattr(problem, "sqlstate", "")).startswith("22"):
            return ValueFault(
                "the statement cannot be computed on these data",
                why="a value does not convert or is out of range",
            )
        return problem


def _read(held: _Held, statement: str, values: Sequence[Any], limit: int) -> Selection:
    with held.connection.cursor() as cursor:
        if held.rows != limit + 1:
            # The client takes all that come: more than these stay at the server.
            cursor.execute("SET SESSION sql_select_limit = %s", (limit + 1,))
            held.rows = limit + 1
        named = {str(position): value for position, value in enumerate(values, 1)}
        cursor.execute(statement, named)
        rows = list(cursor.fetchall())
        # It goes on with another value where one does not convert.
        if cursor.warning_count:
            raise SourceFault(Reason.VALUE)
        names = tuple(column[0] for column in cursor.description or ())
    return Selection(names, rows[:limit], len(rows) > limit)


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
        if _is_mariadb(connection):
            cursor.execute("SET SESSION max_statement_time = %s", (seconds,))
        else:
            bound = (int(seconds * 1000),)
            cursor.execute("SET SESSION max_execution_time = %s", bound)
    return connection


def _agree(connection: Connection) -> None:
    """Let a statement mean the same at every server."""
    texts = _MARIADB_TEXTS if _is_mariadb(connection) else _MYSQL_TEXTS
    agreed = {**_AGREED, "collation_connection": texts}
    names = ", ".join(f"{name} = %({name})s" for name in agreed)
    with connection.cursor() as cursor:
        cursor.execute(f"SET SESSION {names}", agreed)


def _is_mariadb(connection: Connection) -> bool:
    return "MariaDB" in connection.get_server_info()


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
