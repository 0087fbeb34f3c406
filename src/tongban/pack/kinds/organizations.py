"""Departments with their posts, and their powers and duties (权责清单)."""

from tongban.kernel.catalog.model import Organization
from tongban.kernel.catalog.powers import ItemType, Level, Power, PowerSource
from tongban.pack.record import Record
from tongban.pack.schema import (
    CODE,
    DIVISION,
    TEXT,
    WORDS,
    YES_NO,
    Choice,
    Key,
    MapOf,
    Ref,
    Table,
    optional,
)
from tongban.pack.section import Kind


ORGANIZATION = Kind(
    "organization",
    "部门",
    Table(
        {
            "title": Key(WORDS, label="名称"),
            "short": optional(WORDS, label="简称"),
            "uscc": Key(TEXT, label="统一社会信用代码"),
            "division": Key(DIVISION, label="行政区划代码"),
            "competent": optional(YES_NO, False, "政务数据共享主管部门"),
            "level": optional(Choice(Level), label="行使层级"),
            "posts": optional(MapOf(WORDS, CODE), {}, "岗位"),
            "superior": optional(Ref("organization"), label="主管部门"),
            "oversight": optional(
                Table(
                    {
                        "supervisor": Key(CODE, label="督办岗"),
                        "leader": Key(CODE, label="分管领导"),
                    }
                ),
                label="督办",
            ),
        }
    ),
)

POWER = Kind(
    "power",
    "权责事项",
    Table(
        {
            "title": Key(WORDS, label="名称"),
            "organization": Key(Ref("organization"), label="责任部门"),
            "type": Key(
                Choice(ItemType),
                label="事项类型",
                rule="power-without-type",
                why="the list of powers and duties (权责清单) tells each by its type",
            ),
            "basis": Key(TEXT, label="设定依据", why="no power without law"),
            "level": optional(Choice(Level), label="行使层级"),
            "source": optional(Choice(PowerSource), PowerSource.STATUTORY, "权力来源"),
        }
    ),
)


def organization(code: str, record: Record) -> Organization:
    above = record["oversight"] or {}
    return Organization(
        code,
        record["title"],
        record["uscc"],
        record["division"],
        record["competent"],
        record["posts"],
        record["short"],
        record["superior"],
        above.get("supervisor"),
        above.get("leader"),
        record["level"],
    )


def power(code: str, record: Record, held_by: Organization) -> Power:
    """Without a level of its own a power is exercised at its holder's."""
    return Power(
        code,
        record["title"],
        record["organization"],
        record["basis"],
        record["type"],
        record["level"] or held_by.level,
        record["source"],
    )
