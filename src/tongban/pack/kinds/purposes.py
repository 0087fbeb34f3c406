"""Purposes of use, and grants of one dataset to one organisation for one purpose."""

from tongban.kernel.query.model import Grant, Purpose, Scope
from tongban.kernel.query.quota import Period, Quota
from tongban.kernel.query.recipe import Budget, BudgetPeriod, Privacy
from tongban.pack.record import Record
from tongban.pack.schema import (
    COLUMN,
    DAY,
    NUMBER,
    POSITIVE,
    TEXT,
    WHOLE,
    WORDS,
    Choice,
    Key,
    ListOf,
    MapOf,
    Ref,
    Table,
    optional,
)
from tongban.pack.section import Kind


_USUAL = Privacy()
_BUDGET = Table(
    {
        "per": optional(Choice(BudgetPeriod), _USUAL.budget.per, "周期"),
        "questions": optional(POSITIVE, _USUAL.budget.questions, "不同问题数"),
        "epsilon": optional(NUMBER, label="隐私损失上限"),
    }
)
PRIVACY = Table(
    {
        "threshold": optional(POSITIVE, _USUAL.threshold, "最小人数"),
        "rounding": optional(POSITIVE, label="取整宽度"),
        "dominance": optional(POSITIVE, _USUAL.dominance, "最大占比"),
        "epsilon": optional(NUMBER, label="单次隐私损失"),
        "delta": optional(NUMBER, _USUAL.delta),
        "contributions": optional(POSITIVE, _USUAL.contributions, "每人最多行数"),
        "bounds": optional(MapOf(ListOf(WHOLE, least=2)), {}, "数值界限"),
        "budget": optional(_BUDGET),
    }
)

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
            "privacy": optional(PRIVACY, label="隐私保护"),
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
        _privacy(record["privacy"]) if record["privacy"] else _USUAL,
    )


def _privacy(record: Record) -> Privacy:
    given = dict(record)
    budget = given.pop("budget")
    bounds = {name: (least, most) for name, (least, most) in record["bounds"].items()}
    given |= {"bounds": bounds, "budget": Budget(**budget) if budget else Budget()}
    return Privacy(**given)


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
