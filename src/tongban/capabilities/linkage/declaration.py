"""What a pack may declare of linkage, and the object that comes of it.

Free of Django: packs are checked without it.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tongban.capabilities.linkage.checks import judge
from tongban.capabilities.linkage.model import (
    Comparison,
    Labels,
    Linkage,
    Measure,
    Side,
)
from tongban.pack.record import INVALID, Reading, Record
from tongban.pack.schema import (
    COLUMN,
    POSITIVE,
    WHOLE,
    WORDS,
    YES_NO,
    Choice,
    Key,
    ListOf,
    Ref,
    Table,
    optional,
)
from tongban.pack.section import Kind, Section
from tongban.pack.yaml_source import Leaf, Node


@dataclass(frozen=True, slots=True)
class Share:
    """A number above 0 and up to 1, as a probability is."""

    def decode(self, node: Node, reading: Reading) -> Any:
        value = node.value if isinstance(node, Leaf) else None
        if type(value) in (int, Decimal) and 0 < value <= 1:
            return float(value)
        reading.problems.add(
            "out-of-range",
            node.mark,
            "a share above 0 and up to 1 is wanted here",
            mend="write it like 0.95, without quotes",
        )
        return INVALID


_SIDE = Table({"dataset": Key(Ref("dataset")), "key": Key(COLUMN)})
_ITEM_SETS = ListOf(ListOf(COLUMN, least=1))

LINKAGE = Kind(
    "linkage",
    "数据关联",
    Table(
        {
            "title": Key(WORDS, label="名称"),
            "organization": Key(Ref("organization"), label="责任部门"),
            "purpose": Key(Ref("purpose"), label="使用用途"),
            "left": Key(_SIDE),
            "right": optional(_SIDE),
            "comparisons": Key(
                ListOf(
                    Table(
                        {
                            "item": Key(COLUMN),
                            "with": optional(COLUMN),
                            "by": Key(Choice(Measure)),
                            "term-frequency": optional(YES_NO, False),
                        }
                    ),
                    least=1,
                ),
                label="比对项",
            ),
            "certain": optional(_ITEM_SETS, ()),
            "blocks": optional(_ITEM_SETS, ()),
            "thresholds": Key(Table({"accept": Key(Share()), "review": Key(Share())})),
            "one-to-one": optional(YES_NO, True),
            "training": Key(
                Table(
                    {
                        "seed": Key(
                            WHOLE, why="the same data must give the same links"
                        ),
                        "recall": optional(Share(), 0.7),
                        "pairs": optional(POSITIVE, 1_000_000),
                    }
                )
            ),
            "links": Key(Ref("dataset"), label="关联结果"),
            "review": Key(
                Table(
                    {
                        "case-type": Key(Ref("case-type")),
                        "most-cases": Key(POSITIVE, label="每次最多立件数"),
                    }
                )
            ),
            "labels": optional(
                Table(
                    {
                        "dataset": Key(Ref("dataset")),
                        "left": Key(COLUMN),
                        "right": Key(COLUMN),
                    }
                )
            ),
        }
    ),
)


def build(code: str, record: Record) -> Linkage:
    right, labels, training = record["right"], record["labels"], record["training"]
    return Linkage(
        code=code,
        title=record["title"],
        organization=record["organization"],
        purpose=record["purpose"],
        left=_side(record["left"]),
        right=_side(right) if right else None,
        comparisons=tuple(
            Comparison(
                each["item"],
                each["with"] or each["item"],
                each["by"],
                each["term-frequency"],
            )
            for each in record["comparisons"]
        ),
        certain=record["certain"],
        blocks=record["blocks"],
        accept=record["thresholds"]["accept"],
        review=record["thresholds"]["review"],
        one_to_one=record["one-to-one"],
        seed=training["seed"],
        recall=training["recall"],
        pairs=training["pairs"],
        most_cases=record["review"]["most-cases"],
        links=record["links"],
        case_type=record["review"]["case-type"],
        labels=labels and Labels(labels["dataset"], labels["left"], labels["right"]),
    )


def _side(record: Record) -> Side:
    return Side(record["dataset"], record["key"])


SECTION = Section(LINKAGE, build, judge)
