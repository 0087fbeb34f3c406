"""What a database, file or folder looks like: its columns and a bounded sample.

Databases are read as their dictionaries describe them, in a session that can only
read; of each table no more rows than asked for leave the server.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pymysql
from sqlglot import exp

from tongban.kernel.catalog.model import DataType, SourceKind
from tongban.kernel.query.engines import mysql
from tongban.kernel.query.engines.address import Address
from tongban.kernel.query.engines.faults import SourceFault, sentence
from tongban.kernel.query.engines.sqlite import reason_of
from tongban.kernel.query.engines.types import as_text
from tongban.kernel.terms import UserError, did_you_mean
from tongban.pack.sketch import Column, Surveyed
from tongban.store import registers
from tongban.store.tables import Table, rows_of


SAMPLE = 1000
SECONDS = 30.0
_TYPES = (
    (r"bool.*|tinyint\(1\)", DataType.BOOLEAN),
    (
        r"(big|small|medium|tiny)?int.*|integer.*|(big|small)?serial|year.*",
        DataType.INTEGER,
    ),
    (r"(numeric|decimal)\(\d+(, ?0)?\)", DataType.INTEGER),
    (r"numeric.*|decimal.*|real|double.*|float.*|money", DataType.DECIMAL),
    (r"timestamp.*|datetime.*", DataType.DATETIME),
    (r"date", DataType.DATE),
    (r".*char.*|.*text.*|uuid|enum.*", DataType.TEXT),
)
_LENGTH = re.compile(r"(?:n?varchar|n?char|character(?: varying)?)\s*\((\d+)\)")

_POSTGRESQL = """
SELECT n.nspname, c.relname, obj_description(c.oid, 'pg_class'),
       a.attname, format_type(a.atttypid, a.atttypmod),
       col_description(c.oid, a.attnum),
       EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid
               AND i.indisprimary AND a.attnum = ANY (i.indkey))
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f') AND n.nspname !~ '^(pg_|information_)'
ORDER BY 1, 2, a.attnum
"""
_MYSQL = """
SELECT '', t.table_name, t.table_comment, c.column_name, c.column_type,
       c.column_comment, c.column_key = 'PRI'
FROM information_schema.tables t
JOIN information_schema.columns c
  ON c.table_schema = t.table_schema AND c.table_name = t.table_name
WHERE t.table_schema = database()
ORDER BY t.table_name, c.ordinal_position
"""
_SQLITE = """
SELECT '', m.name, '', c.name, c.type, '', c.pk > 0
FROM sqlite_master m JOIN pragma_table_info(m.name) c
WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite_%'
ORDER BY m.name, c.cid
"""

# Schema, table, its comment, column, its type, its comment, whether it is the key.
_Entry = tuple[str, str, str | None, str, str, str | None, Any]


class NotSurveyed(UserError):
    """A source that was to be looked at cannot be."""

    code = "sources.not-surveyed"


def database(
    kind: SourceKind,
    name: str,
    where: Path | Address,
    *,
    rows: int = SAMPLE,
    tables: Sequence[str] = (),
) -> Iterator[Surveyed]:
    """Each table of a database, or those named; NotSurveyed if it cannot be read."""
    try:
        with closing(_connected(kind, where)) as connection:
            cursor = connection.cursor()
            cursor.execute(_DICTIONARIES[kind])
            found = _by_table(cursor.fetchall())
            for wanted in _chosen(found, tables):
                statement = _sample(kind, *wanted, found[wanted], rows)
                cursor.execute(statement)
                cells = [tuple(map(_shown, row)) for row in cursor.fetchall()]
                yield _surveyed(kind, name, wanted, found[wanted], cells)
    except SourceFault as fault:
        raise _not_read(name, sentence(fault.reason)) from None
    except sqlite3.Error as problem:
        reason = reason_of(problem)
        raise _not_read(name, sentence(reason) if reason else "") from None
    except psycopg.Error as problem:
        reason = registers.reason_of_postgresql(problem)
        raise _not_read(name, sentence(reason) if reason else "") from None
    except pymysql.MySQLError as problem:
        reason = mysql.reason_of(problem)
        raise _not_read(name, sentence(reason) if reason else "") from None


def files(path: Path, *, rows: int = SAMPLE, bound: str = "") -> Surveyed:
    """A file, or all files of a folder as one dataset.

    ``bound`` is the name that the site has for it; otherwise it is dropped.
    """
    table: Table = rows_of(path, rows)
    name = _slug(path.stem if path.is_file() else path.name)
    code = name if re.fullmatch(r"[a-z]\w*\.[a-z]\w*", name) else f"dropped.{name}"
    columns = [
        Column(header, [row[at] for row in table.rows])
        for at, header in enumerate(table.header)
    ]
    return Surveyed(
        code,
        str(path.name),
        {"file": bound or code},
        table.format,
        columns,
        len(table.rows),
        notes=table.notes,
    )


def _connected(kind: SourceKind, where: Path | Address) -> Any:
    if isinstance(where, Path):
        if not where.is_file():
            raise _not_read(where.name, "it is not there")
        uri = f"{where.absolute().as_uri()}?mode=ro"
        return sqlite3.connect(uri, uri=True)
    if kind is SourceKind.POSTGRESQL:
        connection = psycopg.connect(registers.conninfo(where, SECONDS))
        connection.read_only = True
        return connection
    return mysql.connect(where, timeout_s=SECONDS)


_DICTIONARIES = {
    SourceKind.POSTGRESQL: _POSTGRESQL,
    SourceKind.MYSQL: _MYSQL,
    SourceKind.SQLITE: _SQLITE,
}
_DIALECTS = {
    SourceKind.POSTGRESQL: "postgres",
    SourceKind.MYSQL: "mysql",
    SourceKind.SQLITE: "sqlite",
}


def _by_table(entries: Iterable[_Entry]) -> dict[tuple[str, str], list[_Entry]]:
    found: dict[tuple[str, str], list[_Entry]] = {}
    for entry in entries:
        found.setdefault((entry[0], entry[1]), []).append(entry)
    return found


def _chosen(
    found: Mapping[tuple[str, str], Any], tables: Sequence[str]
) -> list[tuple[str, str]]:
    if not tables:
        return list(found)
    names = {
        each: key for key in found for each in (key[1], f"{key[0]}.{key[1]}".strip("."))
    }
    for table in tables:
        if table not in names:
            raise NotSurveyed(
                f"there is no table {table!r}", mend=did_you_mean(table, names)
            )
    return [names[table] for table in tables]


def _sample(
    kind: SourceKind, schema: str, table: str, entries: Sequence[_Entry], rows: int
) -> Any:
    columns = [exp.column(exp.to_identifier(each[3], quoted=True)) for each in entries]
    whole = exp.table_(
        exp.to_identifier(table, quoted=True),
        db=exp.to_identifier(schema, quoted=True) if schema else None,
    )
    statement = exp.select(*columns).from_(whole).limit(rows).sql(_DIALECTS[kind])
    return statement.encode() if kind is SourceKind.POSTGRESQL else statement


def _shown(cell: Any) -> str | None:
    try:
        return as_text(cell)
    except TypeError:
        return None


def _surveyed(
    kind: SourceKind,
    name: str,
    table: tuple[str, str],
    entries: Sequence[_Entry],
    cells: Sequence[tuple[str | None, ...]],
) -> Surveyed:
    schema = "" if table[0] in ("", "public") else table[0]
    called = f"{schema}.{table[1]}".strip(".")
    columns = [
        Column(
            entry[3],
            [row[at] for row in cells],
            _declared(entry[4]),
            _declared_length(entry[4]),
            (entry[5] or "").strip(),
            bool(entry[6]) and _is_single_key(entries),
        )
        for at, entry in enumerate(entries)
    ]
    return Surveyed(
        f"{_slug(name)}.{_slug(table[1])}",
        f"{kind} {name}, table {called}",
        {kind.value: _slug(name), "table": called},
        "数据库",
        columns,
        len(cells),
        (entries[0][2] or "").strip(),
        () if _is_single_key(entries) else ("Its key has several columns.",),
    )


def _is_single_key(entries: Sequence[_Entry]) -> bool:
    return sum(bool(entry[6]) for entry in entries) <= 1


def _declared(type_: str) -> DataType | None:
    lowered = type_.lower().strip()
    return next((k for form, k in _TYPES if re.fullmatch(form, lowered)), None)


def _declared_length(type_: str) -> int | None:
    found = _LENGTH.fullmatch(type_.lower().strip())
    return int(found[1]) if found else None


def _slug(text: str) -> str:
    found = re.sub(r"[^a-z0-9_.]+", "_", text.lower()).strip("_.")
    return found if found[:1].isalpha() else f"t_{found or 'table'}"


def _not_read(name: str, why: str) -> NotSurveyed:
    return NotSurveyed(
        "it cannot be looked at",
        where=name,
        why=why or "its server reports an error of its own",
        mend="see that its address and credentials are right, and that it runs",
    )
