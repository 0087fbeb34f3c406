"""Whole tables of departments' systems, streamed in batches from one moment each.

A database is read in one transaction that can only read; an HTTP interface page
by page; the platform's own records through its own connection.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pyarrow as pa
import pymysql
from psycopg.conninfo import make_conninfo
from pymysql.cursors import SSCursor
from sqlglot import exp

from tongban.kernel.catalog.model import Dataset, Item
from tongban.kernel.query.engines import Reason
from tongban.kernel.query.engines import mysql as servers
from tongban.kernel.query.engines.address import Address
from tongban.kernel.query.engines.http import Bounds, Interfaces
from tongban.kernel.query.engines.places import TIMEOUT_SECONDS
from tongban.kernel.query.engines.sqlite import BUSY_SECONDS, reason_of
from tongban.kernel.query.engines.types import as_text, fits
from tongban.kernel.query.lowering.asking import Ask, ask
from tongban.store.intake import Intake


# A whole register may take longer than a use of data, and more pages.
STATEMENT_SECONDS = 3600.0
# All rows of one of the platform's tables; tongban.store.records has it.
Every = Callable[[Ask], Iterator[tuple[Any, ...]]]
_FETCHED = 5_000  # rows a round trip
# Classes of SQLSTATE (PostgreSQL's documentation, appendix A).
_CLASSES = {
    "08": Reason.UNREACHABLE,
    "22": Reason.VALUE,
    "28": Reason.DENIED,
    "3D": Reason.MISSING,
    "40": Reason.LOCKED,
    "42": Reason.STRUCTURE,
    "53": Reason.LOCKED,
    "55": Reason.LOCKED,
    "57": Reason.SLOW,
}
PAGES = Bounds(pages=1_000_000, page_bytes=64 << 20, seconds=60.0)


def read_sqlite(intake: Intake, path: Path) -> Iterator[pa.RecordBatch]:
    """The catalogued items of a department's table, in one read transaction."""
    dataset = intake.dataset
    uri = f"file:{quote(str(path.absolute()))}?mode=ro"
    try:
        with closing(
            sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS)
        ) as connection:
            cells = connection.execute(_packed(dataset))
            rows = ((number, row[0]) for number, row in enumerate(cells, 1))
            yield from intake.batches(rows)
    except sqlite3.Error as problem:
        reason = reason_of(problem)
        if reason is None and "JSON" in str(problem):
            reason = Reason.VALUE  # bytes, which are nobody's item
        if reason is None:
            raise
        raise intake.unavailable(reason) from None


def read_postgresql(intake: Intake, address: Address) -> Iterator[pa.RecordBatch]:
    """The catalogued items of a table of PostgreSQL, through a server's cursor."""
    try:
        with psycopg.connect(conninfo(address, STATEMENT_SECONDS)) as server:
            server.read_only = True
            server.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            with server.cursor("register") as cursor:
                cursor.itersize = _FETCHED
                cursor.execute(_plain(intake.dataset, "postgres", "public").encode())
                yield from intake.batches(_numbered(intake, cursor))
    except psycopg.Error as problem:
        reason = reason_of_postgresql(problem)
        if reason is None:
            raise
        raise intake.unavailable(reason) from None


def conninfo(address: Address, seconds: float = TIMEOUT_SECONDS) -> str:
    """How libpq reaches a server, password included: never to be shown.

    Another machine is believed by its certificate alone. SourceFault (DENIED) for
    a secret that cannot be used.
    """
    mode = "prefer" if address.is_local else "verify-full"
    trusted = "system" if address.ca_file is None else str(address.ca_file)
    bound = round((address.timeout_s or seconds) * 1000)
    return make_conninfo(
        host=address.host,
        port=address.parts.port or 5432,
        dbname=address.database,
        user=address.user,
        password=address.secret(),
        sslmode=mode,
        sslrootcert="" if address.is_local else trusted,
        connect_timeout=10,
        client_encoding="UTF8",
        options=f"-c statement_timeout={bound} -c search_path=pg_catalog",
    )


def reason_of_postgresql(problem: psycopg.Error) -> Reason | None:
    """Why the database cannot be read, if that is what the error says."""
    if problem.sqlstate is None and isinstance(problem, psycopg.OperationalError):
        # Before a session begins libpq gives no code, only the server's sentence.
        refused = any(word in str(problem) for word in ("authentication", "认证"))
        return Reason.DENIED if refused else Reason.UNREACHABLE
    return _CLASSES.get((problem.sqlstate or "")[:2])


def read_mysql(intake: Intake, address: Address) -> Iterator[pa.RecordBatch]:
    """The catalogued items of a table of MySQL or MariaDB, row by row."""
    try:
        with (
            closing(servers.connect(address, timeout_s=STATEMENT_SECONDS)) as server,
            server.cursor(SSCursor) as cursor,
        ):
            cursor.execute(_plain(intake.dataset, "mysql"))
            yield from intake.batches(_numbered(intake, cursor))
    except pymysql.Error as problem:
        reason = servers.reason_of(problem)
        if reason is None:
            raise
        raise intake.unavailable(reason) from None


def read_http(intake: Intake, address: Address) -> Iterator[pa.RecordBatch]:
    """The catalogued items of all pages of an interface."""
    name = intake.dataset.source.database
    interface = Interfaces({name: address}, PAGES)
    with closing(interface):
        pages = interface.pages(name, ask(intake.dataset, intake.dataset.items))
        rows = (row for page in pages for row in page.rows)
        yield from intake.batches(_numbered(intake, _judged(intake, rows)))


def _judged(
    intake: Intake, rows: Iterable[tuple[Any, ...]]
) -> Iterator[tuple[Any, ...]]:
    """Rows of JSON, whose values have types of their own."""
    items = intake.dataset.items.values()
    for number, row in enumerate(rows, 1):
        for item, cell in zip(items, row, strict=True):
            if not fits(cell, item.type):
                intake.note(number, item.name, f"is no {item.type} in JSON")
        yield row


def read_platform(intake: Intake, every: Every) -> Iterator[pa.RecordBatch]:
    """The catalogued items of a table of the platform's own records."""
    rows = every(ask(intake.dataset, intake.dataset.items))
    yield from intake.batches(_numbered(intake, rows))


def _numbered(
    intake: Intake, rows: Iterable[tuple[Any, ...]]
) -> Iterator[tuple[Any, ...]]:
    """Rows with their numbers, each cell as text."""
    names = list(intake.dataset.items)
    for number, row in enumerate(rows, 1):
        try:
            yield (number, *map(as_text, row))
        except TypeError:
            for name, cell in zip(names, row, strict=True):
                _note(intake, number, name, cell)


def _note(intake: Intake, number: int, name: str, cell: Any) -> None:
    try:
        as_text(cell)
    except TypeError:
        intake.note(number, name, "is bytes or a list, as no item is")


def _packed(dataset: Dataset) -> str:
    """All items of each row as one JSON array."""
    cells = exp.Anonymous(this="json_array", expressions=_columns(dataset))
    return exp.select(cells).from_(_table(dataset)).sql("sqlite")


def _plain(dataset: Dataset, dialect: str, schema: str = "") -> str:
    return exp.select(*_columns(dataset)).from_(_table(dataset, schema)).sql(dialect)


def _columns(dataset: Dataset) -> list[exp.Column]:
    return [_column(item) for item in dataset.items.values()]


def _column(item: Item) -> exp.Column:
    return exp.column(exp.to_identifier(item.stored, quoted=True))


def _table(dataset: Dataset, default: str = "") -> exp.Table:
    schema, _, table = dataset.source.table.rpartition(".")
    owner = schema or default
    return exp.table_(
        exp.to_identifier(table, quoted=True),
        db=exp.to_identifier(owner, quoted=True) if owner else None,
    )
