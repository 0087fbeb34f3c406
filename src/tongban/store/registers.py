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

import pyarrow as pa
import pymysql
from pymysql.cursors import SSCursor
from sqlglot import exp

from tongban.kernel.catalog.model import Dataset, Item
from tongban.kernel.query.asking import Ask, ask
from tongban.kernel.query.engines import Reason
from tongban.kernel.query.engines import mysql as servers
from tongban.kernel.query.engines.address import Address
from tongban.kernel.query.engines.http import Bounds, Interfaces
from tongban.kernel.query.engines.sqlite import BUSY_SECONDS, reason_of
from tongban.kernel.query.engines.types import as_text
from tongban.store.intake import Intake


# A whole register may take longer than a use of data, and more pages.
STATEMENT_SECONDS = 3600.0
# All rows of one of the platform's tables; tongban.store.records has it.
Every = Callable[[Ask], Iterator[tuple[Any, ...]]]
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
        yield from intake.batches(_numbered(intake, rows))


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


def _plain(dataset: Dataset, dialect: str) -> str:
    return exp.select(*_columns(dataset)).from_(_table(dataset)).sql(dialect)


def _columns(dataset: Dataset) -> list[exp.Column]:
    return [_column(item) for item in dataset.items.values()]


def _column(item: Item) -> exp.Column:
    return exp.column(exp.to_identifier(item.stored, quoted=True))


def _table(dataset: Dataset) -> exp.Table:
    schema, _, table = dataset.source.table.rpartition(".")
    return exp.table_(
        exp.to_identifier(table, quoted=True),
        db=exp.to_identifier(schema, quoted=True) if schema else None,
    )
