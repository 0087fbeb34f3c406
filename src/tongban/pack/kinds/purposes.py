"""Purposes of use, and grants of one dataset to one organisation for one purpose."""

from tongban.kernel.query.model import Grant, Purpose, Scope
from tongban.kernel.query.quota import Period, Quota
from tongban.pack.record import Record
from tongban.pack.schema import (
    COLUMN,
    DAY,
    POSITIVE,
    TEXT,
    WORDS,
    Choice,
    Key,
    ListOf,
    Ref,
    Table,
    optional,
)
from tongban.pack.section import Kind


PURPOSE = Kind(
    "purpose",
    "使用用途",
    Table(
        {
            "title": Key(WORDS, label="名称"),
            "scope": Key(Choice(Scope)),
            "basis": Key(TEXT, label="依据", why="no use without legal basis"),
            "case-types": optional(ListOf(Ref("case-type")), (), "所办事项"),
            "items": Key(ListOf(Ref("dataset-item"), least=1), label="数据项"),
        }
    ),
)

QUOTA = Table(
    {
        "per": Key(Choice(Period), label="周期"),
        "calls": optional(POSITIVE, label="次数"),
        "rows": optional(POSITIVE, label="行数"),
        "bytes": optional(POSITIVE, label="数据量"),
        "rate": optional(POSITIVE, label="每分钟次数"),
    }
)

GRANT = Kind(
    "grant",
    "授权",
    Table(
        {
            "organization": Key(Ref("organization"), label="使用单位"),
            "purpose": Key(Ref("purpose"), label="使用用途"),
            "dataset": Key(Ref("dataset"), label="政务数据目录"),
            "items": Key(ListOf(COLUMN, least=1), label="数据项"),
            "scope": Key(Choice(Scope)),
            "filter": optional(TEXT, label="行过滤"),
            "quota": optional(QUOTA, label="限额"),
            "reveal": optional(ListOf(COLUMN), (), "不脱敏的数据项"),
            "basis": Key(TEXT, label="依据", why="no grant without legal basis"),
            "since": Key(DAY),
            "until": optional(DAY),
        }
    ),
)


def purpose(code: str, record: Record) -> Purpose:
    return Purpose(
        code,
        record["title"],
        record["scope"],
        frozenset(record["items"]),
        record["basis"],
        frozenset(record["case-types"]),
    )


def grant(code: str, record: Record) -> Grant:
    return Grant(
        id=code,
        organization=record["organization"],
        purpose=record["purpose"],
        dataset=record["dataset"],
        items=frozenset(record["items"]),
        scope=record["scope"],
        basis=record["basis"],
        since=record["since"],
        until=record["until"],
        filter=record["filter"],
        reveal=frozenset(record["reveal"]),
        quota=_quota(record["quota"]),
    )


def _quota(record: Record | None) -> Quota | None:
    if record is None:
        return None
    return Quota(**{key: record[key] for key in QUOTA.keys})
