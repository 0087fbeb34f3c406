"""Tables of what may be promised, sampled and contested, and what they build."""

from enum import StrEnum

from tongban.kernel.case.declaration import (
    Clock,
    Objection,
    Promise,
    PromiseKind,
    Sample,
)
from tongban.pack.record import Record
from tongban.pack.schema import (
    CODE,
    POSITIVE,
    TEXT,
    WORDS,
    Choice,
    Key,
    ListOf,
    Table,
    optional,
)


# Stands for "whoever made the decision that is contested".
DECIDER = "decider"


class Matter(StrEnum):
    """What 国办发〔2020〕42号 keeps from being decided on a promise."""

    NATIONAL_SECURITY = "national-security"
    STATE_SECRETS = "state-secrets"
    PUBLIC_SAFETY = "public-safety"
    FINANCIAL_PRUDENCE = "financial-prudence"
    ENVIRONMENT = "environment"
    HEALTH_LIFE_PROPERTY = "health-life-property"
    FOREIGN_AFFAIRS = "foreign-affairs"


LIMIT = {
    "days": Key(POSITIVE, label="时限,工作日"),
    "basis": Key(TEXT, label="依据", why="a limit is set by somebody"),
}

PROMISE = Table(
    {
        "kind": Key(Choice(PromiseKind), label="承诺方式"),
        "text": Key(
            WORDS,
            label="承诺书",
            why="people sign what they have read",
        ),
        **LIMIT,
        "lackable": optional(ListOf(CODE, least=1), (), "可容缺材料"),
        "spares": optional(ListOf(CODE, least=1), (), "免予事前办理的环节"),
        "post": optional(CODE, label="核查岗位"),
        # A law that itself lets the matter be decided on a promise.
        "statute": optional(TEXT, label="法律规定"),
    }
)

SAMPLE = Table({"per-thousand": Key(POSITIVE, label="抽查比例,千分之"), **LIMIT})

CONTESTS = Table(LIMIT)


def _limit(record: Record) -> Clock:
    return Clock(record["days"], record["basis"])


def promise(record: Record | None) -> Promise | None:
    if record is None:
        return None
    return Promise(
        kind=record["kind"],
        text=record["text"],
        clock=_limit(record),
        lackable=frozenset(record["lackable"]),
        spares=frozenset(record["spares"]),
        post=record["post"],
    )


def sample(record: Record | None) -> Sample | None:
    return None if record is None else Sample(record["per-thousand"], _limit(record))


def objection(code: str, record: Record) -> Objection:
    """How the decisions of every item are contested; ``record`` has ``contests``."""
    return Objection(code, _limit(record["contests"]))
