"""What a column holds, told by its content: a table of pure tests of single values.

A test says whether one text could be such a value. A column is recognised when
almost all of a sample passes; how sure that is, is the lower end of Wilson's 95 %
interval (E. B. Wilson, JASA 22, 1927) of the share that passed, so that three good
values do not weigh as much as three thousand. The officer confirms; nothing is
decided here, and no value leaves this module.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from types import MappingProxyType

from tongban.kernel.catalog.checks import CHECKS, InvalidValue, normalise_code
from tongban.kernel.catalog.model import DataType
from tongban.kernel.terms import Text


FEWEST = 3  # values, below which nothing is recognised
_Z = 1.96

# The hundred family names most frequent in the household register, which nearly nine
# in ten people bear, and others that are not rare; then those of two characters.
_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
    "苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史"
    "顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文肖闫庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁"
    "葛伍韦申尤毕聂焦向柳邢骆岳齐梅庄涂祝耿霍关苗单纪裴齐滕屈艾冉柯左辛管喻房覃游项宁甘"
    "符蓝简卜欧阮鲍尚靳柴代舒詹古车桂谷阳闵褚凌盛费解喬穆娄路华党曲池解辜"
)
_DOUBLE = frozenset(
    (
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "司徒",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
    )
)
_HAN = r"\u4e00-\u9fff\u3400-\u4dbf\U00020000-\U0003134f·"
# How names of places, bodies, goods and posts end, and those of people do not.
_NO_NAME = re.compile(
    r".*[省市区县镇乡村街路道巷弄桥站店厅局院校司厂馆部委会行社所队室楼园场公业类证书费税"
    r"菜肉米面油糖酒茶果花鱼瓜豆油水品员长师]$"
)
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
# First two digits of GB/T 2260; 99 is nobody's and stands for invented places.
_DIVISIONS = re.compile(
    r"(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12]|99)"
    r"(0000|([0-6]\d|70|90)(00|[0-3]\d|8[1-9]|9\d))(\d{3}(\d{3})?)?"
)
_ADDRESS_PARTS = re.compile(r"[省市区县镇乡村街路道巷弄里苑园号栋幢楼层单元室组队]")
_DAYS = re.compile(
    r"(?P<year>(?:1[89]|20|21)\d\d)(?P<sign>[-/.]?)(?P<month>\d{1,2})(?P=sign)"
    r"(?P<day>\d{1,2})(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
_DAYS_ZH = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_CARD = re.compile(r"(62\d{14,17}|4\d{15}|5[1-5]\d{14}|3[47]\d{13}|35\d{14})")


@dataclass(frozen=True, slots=True)
class Likeness:
    """One kind of content with what is suggested for items that hold it.

    ``element`` is the code that national standards' elements bear in our packs;
    ``least`` the share of a sample that must pass.
    """

    name: str
    element: str
    title: Text
    test: Callable[[str], bool]
    type: DataType = DataType.TEXT
    length: int | None = None
    personal: bool = True
    grade: int = 3
    mask: str | None = None
    check: str | None = None
    least: float = 0.9


@dataclass(frozen=True, slots=True)
class Recognition:
    """That ``passed`` of ``of`` values are like this, and how sure that makes it."""

    likeness: Likeness
    passed: int
    of: int

    @property
    def confidence(self) -> float:
        """The lower end of Wilson's 95 % interval of the share, 0 to 1."""
        return wilson(self.passed, self.of)


def recognise(values: Iterable[str | None]) -> Recognition | None:
    """What the non-empty ones of ``values`` are, or None if nothing known.

    Where several kinds fit, the one whose values pass by chance least often.
    """
    sample = [text for value in values if value and (text := value.strip())]
    if len(sample) < FEWEST or _is_uniform(sample):
        return None
    for likeness in LIKENESSES:
        passed = sum(map(likeness.test, sample))
        if passed >= likeness.least * len(sample):
            return Recognition(likeness, passed, len(sample))
    return None


def wilson(passed: int, of: int) -> float:
    """The lower end of the 95 % score interval for a share ``passed`` / ``of``."""
    share, square = passed / of, _Z * _Z
    middle = share + square / (2 * of)
    reach = _Z * sqrt(share * (1 - share) / of + square / (4 * of * of))
    return (middle - reach) / (1 + square / of)


def _is_uniform(sample: Sequence[str]) -> bool:
    """Whether it is one value again and again, which tells nothing of a column."""
    return len(sample) > FEWEST and len(set(sample)) == 1


# -------------------------------------------------------------------------- tests


def _checked(name: str) -> Callable[[str], bool]:
    """The check of kernel.catalog.checks as a test."""

    def test(text: str) -> bool:
        try:
            CHECKS[name](normalise_code(text))
        except InvalidValue:
            return False
        return True

    return test


def is_day(text: str) -> bool:
    """2026-03-05, 2026/3/5, 2026.3.5, 20260305 or 2026年3月5日, also with a time."""
    found = _DAYS_ZH.fullmatch(text)
    if found:
        return _exists(*found.groups())
    found = _DAYS.fullmatch(text)
    if found is None or (not found["sign"] and not _is_compact(found)):
        return False
    return _exists(found["year"], found["month"], found["day"])


def _is_compact(found: re.Match[str]) -> bool:
    return len(found["month"]) == 2 and len(found["day"]) == 2


def _exists(year: str, month: str, day: str) -> bool:
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True


def is_bank_card(text: str) -> bool:
    """A card's number with its check digit (ISO/IEC 7812, Luhn); blanks allowed."""
    digits = text.replace(" ", "")
    if not _CARD.fullmatch(digits):
        return False
    doubled = [int(digit) * 2 for digit in digits[-2::-2]]
    rest = [int(digit) for digit in digits[::-2]]
    return (sum(rest) + sum(n - 9 if n > 9 else n for n in doubled)) % 10 == 0


def is_name(text: str) -> bool:
    """A family name and one or two characters, or a double one ."""
    if not re.fullmatch(rf"[{_HAN}]{{2,4}}", text) or _NO_NAME.match(text):
        return False
    if text[:2] in _DOUBLE:
        return len(text) >= 3
    return text[0] in _SURNAMES and len(text) <= 3


def is_address(text: str) -> bool:
    """At least three parts of an address, and a number or something after them."""
    parts = _ADDRESS_PARTS.findall(text)
    numbered = re.search(r"[0-9０-９一二三四五六七八九十]+\s*[号栋幢楼层室组]", text)
    return len(text) >= 6 and len(parts) >= 2 and numbered is not None


def _matches(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(text) is not None


def is_division(text: str) -> bool:
    """Six, nine or twelve digits built as GB/T 2260 and 10114 build them."""
    return _DIVISIONS.fullmatch(text) is not None


# From those that hardly pass by chance to those that do more easily.
LIKENESSES: tuple[Likeness, ...] = (
    Likeness(
        "id-number",
        "person.id-number",
        Text("公民身份号码", "Identity number"),
        _checked("id-number"),
        length=18,
        mask="id-number",
        check="id-number",
    ),
    Likeness(
        "uscc",
        "legal-person.uscc",
        Text("统一社会信用代码", "Unified social credit code"),
        _checked("uscc"),
        length=18,
        personal=False,
        grade=1,
        check="uscc",
    ),
    Likeness(
        "bank-card",
        "person.bank-card",
        Text("银行卡号", "Bank card number"),
        is_bank_card,
        length=19,
        grade=4,
        mask="suppress",
    ),
    Likeness(
        "organization-code",
        "legal-person.organization-code",
        Text("组织机构代码", "Organisation code"),
        _checked("organization-code"),
        length=10,
        personal=False,
        grade=1,
        check="organization-code",
    ),
    Likeness(
        "e-mail",
        "person.email",
        Text("电子邮箱", "E-mail address"),
        _matches(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"),
        length=100,
        mask="suppress",
    ),
    Likeness(
        "licence-plate",
        "vehicle.plate",
        Text("机动车号牌号码", "Licence plate"),
        _matches(
            rf"[{_PROVINCES}][A-HJ-NP-Z]·?[A-HJ-NP-Z0-9]{{4,5}}[A-HJ-NP-Z0-9学警挂]"
        ),
        length=8,
        mask="suppress",
    ),
    Likeness(
        "mobile",
        "person.mobile",
        Text("手机号码", "Mobile number"),
        _checked("mobile"),
        length=11,
        mask="mobile",
        check="mobile",
        least=0.95,
    ),
    Likeness(
        "date",
        "date",
        Text("日期", "Date"),
        is_day,
        type=DataType.DATE,
        personal=False,
        grade=1,
    ),
    Likeness(
        "division",
        "division.code",
        Text("行政区划代码", "Administrative division"),
        is_division,
        length=12,
        personal=False,
        grade=1,
        least=0.95,
    ),
    Likeness(
        "address",
        "person.address",
        Text("地址", "Address"),
        is_address,
        length=200,
        mask="address",
        least=0.8,
    ),
    Likeness(
        "name",
        "person.name",
        Text("姓名", "Name"),
        is_name,
        length=50,
        grade=2,
        mask="name",
        least=0.85,
    ),
)
BY_NAME: Mapping[str, Likeness] = MappingProxyType(
    {likeness.name: likeness for likeness in LIKENESSES}
)
