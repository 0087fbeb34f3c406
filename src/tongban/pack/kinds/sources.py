"""Where a dataset's rows are: logical names and tables, never an address or secret."""

from collections.abc import Mapping

from tongban.kernel.catalog.model import (
    Interface,
    Pages,
    Paging,
    Source,
    SourceKind,
)
from tongban.kernel.terms import SubjectKind
from tongban.pack.record import Record
from tongban.pack.schema import CODE, COLUMN, TEXT, Name, Table, optional


# Kinds that a site reaches by a name, and what the name is followed by.
NAMED: Mapping[SourceKind, str] = {
    SourceKind.SQLITE: "table",
    SourceKind.POSTGRESQL: "table",
    SourceKind.MYSQL: "table",
    SourceKind.HTTP: "path",
}
# Keys that say how an HTTP interface answers.
OF_INTERFACES = ("rows", "keyed", "fields", "pages")

_WORD = r"[^\W\d][\w$]*"
STORED = Name("a column's name: letters, digits, '_' and '$'", _WORD, "GMSFHM")
TABLE = Name(
    "a table's name, after the name of its schema and a dot if need be",
    rf"{_WORD}(\.{_WORD})?",
    "person or public.person",
)
PATH = Name(
    "a path below the interface's address",
    r"/[A-Za-z0-9._~/-]*",
    "/v1/licences",
)
POINTER = Name("a JSON pointer (RFC 6901)", r"(/[^/]*)*", "/data/rows")
PARAMETER = Name("a query parameter", r"[A-Za-z_][A-Za-z0-9_.\[\]-]*", "page")

PAGES = Table(
    {
        "next": optional(POINTER, label="下一页链接"),
        "number": optional(PARAMETER, label="页码参数"),
        "cursor": optional(POINTER, label="游标"),
        "parameter": optional(PARAMETER, label="游标参数"),
    },
    one_of=("next", "number", "cursor"),
)

SOURCE = Table(
    {
        "sqlite": optional(COLUMN, label="部门数据库"),
        "postgresql": optional(COLUMN, label="PostgreSQL 数据库"),
        "mysql": optional(COLUMN, label="MySQL 数据库"),
        "http": optional(COLUMN, label="接口"),
        "file": optional(TEXT, label="文件"),
        "platform": optional(CODE, label="平台数据"),
        "lake": optional(TEXT),
        "table": optional(TABLE, label="表"),
        "path": optional(PATH, label="接口路径"),
        "rows": optional(POINTER, label="数据位置"),
        "keyed": optional(
            Table({kind.value: optional(PARAMETER) for kind in SubjectKind}),
            label="主体参数",
        ),
        "fields": optional(PARAMETER, label="字段参数"),
        "pages": optional(PAGES, label="分页"),
    },
    one_of=tuple(kind.value for kind in SourceKind),
)


def kind_of(record: Record) -> SourceKind:
    """The kind that the record names."""
    return next(kind for kind in SourceKind if record[kind.value])


def source(record: Record, subjects: Mapping[SubjectKind, str]) -> Source:
    """``subjects`` are the items that hold subjects' numbers, by their kind."""
    kind = kind_of(record)
    name = record[kind.value]
    if kind not in NAMED:
        return Source(kind, name)
    interface = _interface(record, subjects) if kind is SourceKind.HTTP else None
    return Source(kind, record[NAMED[kind]] or "", name, interface)


def _interface(record: Record, subjects: Mapping[SubjectKind, str]) -> Interface:
    given = record["keyed"] or {}
    keyed = (
        (subjects[SubjectKind(kind)], parameter)
        for kind, parameter in given.items()
        if parameter and SubjectKind(kind) in subjects
    )
    return Interface(
        rows=record["rows"] or "",
        keyed=tuple(keyed),
        fields=record["fields"] or "",
        pages=_pages(record["pages"]) if record["pages"] else None,
    )


def _pages(record: Record) -> Pages:
    by = next(way for way in Paging if record[way.value])
    if by is Paging.NUMBER:
        return Pages(by, parameter=record["number"])
    return Pages(by, record[by.value], record["parameter"] or "")
