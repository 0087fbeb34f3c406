"""Tables of what can be applied for: items (事项), one-things (一件事) and more."""

from enum import StrEnum

from tongban.kernel.terms import SubjectKind
from tongban.pack.editions import CHANGE_LIST, CHANGES
from tongban.pack.kinds.items import (
    AUTHORITY,
    CODES,
    GUIDE,
    LEVY,
    PENALTY,
)
from tongban.pack.kinds.materials import MATERIAL
from tongban.pack.kinds.promises import CONTESTS, PROMISE, SAMPLE, Matter
from tongban.pack.schema import (
    CODE,
    COLUMN,
    DAY,
    POSITIVE,
    TEXT,
    WHOLE,
    WORDS,
    YES_NO,
    Choice,
    Key,
    ListOf,
    MapOf,
    Ref,
    Table,
    Type,
    optional,
)
from tongban.pack.section import Kind


# Stands for "whoever provides the dataset that the application is about".
PROVIDER = "provider"
# Stands for "whoever issues the certificate that the application is about".
ISSUER = "issuer"


class Silence(StrEnum):
    """What the law makes of a limit that passes unused."""

    ACCEPTED = "accepted"
    GRANTED = "granted"
    REFUSED = "refused"


class Worded(StrEnum):
    """What a declared text of a decision is for."""

    GRANTED = "granted"
    REFUSED = "refused"
    CORRECTION = "correction"


def _clock_key(type_: Type, label: str) -> Key:
    return Key(
        type_,
        label=label,
        rule="step-without-clock",
        why="who must act must know by when and by which article",
    )


SEAT = Table(
    {
        "post": Key(CODE, label="岗位"),
        "organization": optional(Ref("organization"), label="会签部门"),
    }
)

JOINT = Table(
    {
        "seats": Key(ListOf(SEAT, least=2), label="会签岗位"),
        "quorum": optional(POSITIVE, label="同意人数"),
    }
)

WORDING = Table(
    {
        "wording": Key(CODE, label="文书模板"),
        "title": Key(WORDS, label="名称"),
        "for": Key(Choice(Worded), label="用于"),
        "body": Key(TEXT, label="正文"),
    }
)

CLOCK = {
    "days": _clock_key(WHOLE, "法定办结时限,工作日"),
    "basis": _clock_key(TEXT, "时限依据"),
    "promised": optional(WHOLE, label="承诺办结时限"),
    "extension": optional(WHOLE, 0, "可延长"),
    "silence": optional(Choice(Silence)),
}

POST_WITH_CLOCK = Table({"post": Key(CODE, label="岗位"), **CLOCK})

DECISION = Table(
    {
        "post": Key(CODE, label="岗位"),
        **CLOCK,
        "joint": optional(JOINT, label="会签"),
    }
)

STEP = Table(
    {
        "step": Key(CODE, label="环节"),
        "title": Key(WORDS, label="名称"),
        "post": Key(CODE, label="岗位"),
        "needs": optional(ListOf(CODE), ()),
        "special": optional(YES_NO, False, "特别程序"),
        "joint": optional(JOINT, label="会签"),
        **CLOCK,
    }
)

CHILD = Table(
    {
        "step": Key(CODE, label="环节"),
        "item": Key(Ref("item"), label="事项"),
        "title": optional(WORDS),
        "needs": optional(ListOf(CODE), ()),
    }
)

PREFILL = Table(
    {
        "from": Key(Ref("dataset")),
        "item": Key(COLUMN),
        "where": optional(TEXT),
        "latest": optional(COLUMN),
    }
)

FIELD = Table(
    {
        "field": Key(COLUMN),
        "element": Key(Ref("element"), label="数据元"),
        "title": optional(WORDS),
        "required": optional(YES_NO, True, "必填"),
        "prefill": optional(PREFILL, label="预填"),
        "hint": optional(WORDS),
        "choices": optional(MapOf(WORDS)),
        "because": optional(WORDS, label="仍须填写的理由"),
        "when": optional(TEXT, label="填写条件"),
    }
)


class Shape(StrEnum):
    """How the rows of a repeated group are laid out."""

    CARDS = "cards"
    TABLE = "table"


ROWS = Table(
    {
        "name": Key(COLUMN),
        "one": Key(WORDS, label="一项的名称"),
        "least": optional(WHOLE, 0),
        "most": optional(POSITIVE, 20),
        "unique": optional(ListOf(COLUMN), ()),
        "as": optional(Choice(Shape), Shape.CARDS),
    }
)

FORM = ListOf(
    Table(
        {
            "section": Key(Table({"code": Key(CODE), "title": Key(WORDS)})),
            "when": optional(TEXT, label="填写条件"),
            "rows": optional(ROWS, label="重复组"),
            "fields": Key(ListOf(FIELD, least=1)),
        }
    )
)

AUTOMATIC = Table(
    {
        "purpose": Key(Ref("purpose"), label="使用用途"),
        "conditions": Key(
            ListOf(
                Table(
                    {
                        "title": Key(WORDS),
                        "when": Key(TEXT),
                        "basis": Key(
                            TEXT,
                            label="依据",
                            why="a person must be told by which article it was decided "
                            "(个人信息保护法第二十四条)",
                        ),
                    }
                ),
                least=1,
            )
        ),
        "sample": optional(SAMPLE, label="抽查复核"),
    }
)

COMMON = {
    "title": Key(WORDS, label="名称"),
    "basis": Key(TEXT, label="设定依据", why="no work without law"),
    "applicants": Key(ListOf(Choice(SubjectKind), least=1), label="服务对象"),
    "head": optional(CODE),
    "purpose": optional(Ref("purpose"), label="使用用途"),
    "guide": optional(GUIDE, label="办事指南"),
    "materials": optional(ListOf(MATERIAL), (), "材料"),
    "version": optional(POSITIVE, 1, "事项版本"),
    "since": optional(DAY, label="计划生效日期"),
    "until": optional(DAY, label="计划取消日期"),
    CHANGES: optional(CHANGE_LIST, (), "以后的版本"),
    "on-granted": optional(ListOf(Ref("handler")), ()),
    "on-revoked": optional(ListOf(Ref("handler")), ()),
}


def _limit(label: str, table: Table = POST_WITH_CLOCK) -> Key:
    return Key(
        table,
        label=label,
        rule="case-without-clock",
        why="every case has a limit for acceptance and one for the decision "
        "(行政许可法第三十二条、第四十二条)",
    )


WORK = {
    "acceptance": _limit("受理"),
    "decision": _limit("决定", DECISION),
    "correction": optional(Table(CLOCK), label="补正"),
    "steps": optional(ListOf(STEP), (), "环节"),
    "uses": optional(ListOf(COLUMN), ()),
    "fields": optional(FORM, ()),
    "automatic": optional(AUTOMATIC, label="秒批"),
    "idle-share": optional(POSITIVE, 50, "无动作预警比例"),
    "wordings": optional(ListOf(WORDING), (), "文书模板"),
    "certificate": optional(Ref("certificate"), label="结果证照"),
    "promise": optional(PROMISE, label="容缺受理或告知承诺"),
    "concerns": optional(ListOf(Choice(Matter)), (), "不适用告知承诺的情形"),
}

ITEM = Kind(
    "item",
    "政务服务事项",
    Table(
        {
            "organization": Key(Ref("organization"), label="实施主体"),
            "power": Key(
                Ref("power"),
                label="权责事项",
                rule="item-without-power",
                why="a department does only what the list of powers says (权责清单)",
            ),
            "codes": optional(CODES, label="编码"),
            "authority": optional(AUTHORITY, label="权力来源"),
            "penalty": optional(PENALTY, label="行政处罚"),
            "levy": optional(LEVY, label="行政征收"),
            **COMMON,
            **WORK,
        }
    ),
)

ONE_THING = Kind(
    "one-thing",
    "一件事",
    Table(
        {
            "organization": Key(Ref("organization"), label="牵头部门"),
            **COMMON,
            "steps": Key(ListOf(CHILD, least=1), label="环节"),
            "form": optional(FORM, (), "申请表"),
        }
    ),
)

APPLICATION = Kind(
    "application",
    "部门间申请",
    Table(
        {
            "organization": Key(Ref("responsible"), label="责任部门"),
            "power": optional(Ref("power"), label="权责事项"),
            **COMMON,
            **WORK,
            "contests": optional(CONTESTS, label="异议期限"),
            # Where the law counts from receipt there is nothing to accept.
            "acceptance": optional(POST_WITH_CLOCK, label="受理"),
        }
    ),
)

CASE_KINDS = (ITEM, ONE_THING, APPLICATION)
