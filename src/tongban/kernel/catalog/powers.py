"""The list of powers and duties (权责清单): what a department may do, by which law.

Every service item rests on one power. The words are ours, the codes those of the
national tables of service items (政务服务事项, domain facts §4.1); a member without
a code has none that could be verified.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from tongban.kernel.terms import Text


class Coded(StrEnum):
    """A word of a pack that the national tables know by a code and a Chinese name."""

    code: str
    label: Text

    def __new__(cls, word: str, code: str = "", zh: str = "", en: str = "") -> Self:
        member = str.__new__(cls, word)
        member._value_ = word
        member.code = code
        member.label = Text(zh, en)
        return member


class ItemType(Coded):
    """事项类型."""

    LICENCE = "licence", "01", "行政许可", "Administrative licence"
    PENALTY = "penalty", "02", "行政处罚", "Administrative penalty"
    COMPULSION = "compulsion", "03", "行政强制", "Administrative compulsion"
    LEVY = "levy", "04", "行政征收", "Administrative levy"
    PAYMENT = "payment", "05", "行政给付", "Administrative payment"
    INSPECTION = "inspection", "06", "行政检查", "Administrative inspection"
    CONFIRMATION = "confirmation", "07", "行政确认", "Administrative confirmation"
    REWARD = "reward", "08", "行政奖励", "Administrative reward"
    ADJUDICATION = "adjudication", "09", "行政裁决", "Administrative adjudication"
    OTHER = "other", "10", "其他行政权力", "Other administrative power"
    SERVICE = "service", "20", "公共服务", "Public service"


class Level(Coded):
    """行使层级."""

    NATION = "nation", "1", "国家级", "National"
    PROVINCE = "province", "2", "省级", "Provincial"
    CITY = "city", "3", "市级", "City"
    COUNTY = "county", "4", "县级", "County"
    TOWN = "town", "5", "乡镇（街道）级", "Township"
    VILLAGE = "village", "6", "村（社区）级", "Village"

    @classmethod
    def of_division(cls, division: str) -> Self:
        """The level that a division code of six digits (GB/T 2260) stands for."""
        if division.endswith("0000"):
            return cls("nation" if division == "000000" else "province")
        return cls("city" if division.endswith("00") else "county")


class PowerSource(Coded):
    """权力来源: how the one who exercises a power came by it."""

    STATUTORY = "statutory", "1", "法定本级行使", "By statute, at its own level"
    HANDED_DOWN = "handed-down", "2", "上级下放", "Handed down from above"
    AUTHORISED_ABOVE = "authorised-above", "3", "上级授权", "Authorised from above"
    AUTHORISED_SAME = "authorised-same", "4", "同级授权", "Authorised by a peer"
    ENTRUSTED_ABOVE = "entrusted-above", "5", "上级委托", "Entrusted from above"
    ENTRUSTED_SAME = "entrusted-same", "6", "同级委托", "Entrusted by a peer"

    @property
    def entrusted(self) -> bool:
        """Whether it acts in the name of the one who holds the power."""
        return self in (self.ENTRUSTED_ABOVE, self.ENTRUSTED_SAME)


@dataclass(frozen=True, slots=True)
class Power:
    """One entry of the list of powers and duties (权责清单).

    ``organization`` holds it at ``level``; ``basis`` names law and articles.
    """

    code: str
    title: Text
    organization: str
    basis: str
    type: ItemType
    level: Level
    source: PowerSource = PowerSource.STATUTORY
