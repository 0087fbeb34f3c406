"""Checks of single values: numbers with check characters, dates, lengths, codes.

One table serves the forms of citizens, the lint of packs and the quality of data,
so that a number accepted at the counter is not refused overnight. No message
repeats the value: many of them are personal, and messages reach logs.

Own arithmetic where the libraries are wrong: python-stdnum (2.2) refuses identity
numbers whose area it does not list and credit codes whose registering authority is
a letter (``N`` agriculture, ``Y`` others). The tests judge ours by it where it is
right.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

from tongban.kernel.catalog.model import DataType, Element
from tongban.kernel.terms import Text, UserError


ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHARACTERS = "10X98765432"
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
ORGANIZATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ORGANIZATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


class InvalidValue(UserError):
    """A value that breaks the standard it must follow.

    ``facts`` carry the sentences in both languages: ``what_zh``, ``what_en``,
    ``mend_zh``, ``mend_en``, and ``check``, the name of the broken check.
    """

    code = "catalog.invalid-value"

    def __init__(self, check: str, what: Text, mend: Text) -> None:
        super().__init__(
            what.en,
            mend=mend.en,
            code=f"{type(self).code}.{check}",
            check=check,
            what_zh=what.zh,
            what_en=what.en,
            mend_zh=mend.zh,
            mend_en=mend.en,
        )


# ------------------------------------------------------------- check characters


def id_check_character(body: str) -> str:
    """The 18th character of an identity number from its first 17 (GB 11643)."""
    total = sum(
        int(digit) * weight for digit, weight in zip(body, ID_WEIGHTS, strict=True)
    )
    return ID_CHARACTERS[total % 11]


def uscc_check_character(body: str) -> str:
    """The 18th character of a credit code from its first 17 (GB 32100-2015)."""
    total = sum(
        USCC_ALPHABET.index(character) * weight
        for character, weight in zip(body, USCC_WEIGHTS, strict=True)
    )
    return USCC_ALPHABET[-total % 31]


def organization_check_character(body: str) -> str:
    """The ninth character of an organisation code from its first 8 (GB 11714)."""
    total = sum(
        ORGANIZATION_ALPHABET.index(character) * weight
        for character, weight in zip(body, ORGANIZATION_WEIGHTS, strict=True)
    )
    return "0123456789X"[-total % 11]


# ----------------------------------------------------------------- named checks


def _refuse(check: str, zh: str, en: str, mend_zh: str, mend_en: str) -> InvalidValue:
    return InvalidValue(check, Text(zh, en), Text(mend_zh, mend_en))


def _compare_with_card(check: str, zh: str, en: str) -> InvalidValue:
    return _refuse(
        check,
        f"{zh}的校验码不对",
        f"the check character of the {en} is wrong",
        "请与证件逐位核对,多为看错或颠倒了一位",
        "compare it with the document; one character is misread or two are swapped",
    )


def _id_number(value: str) -> None:
    if not re.fullmatch(r"[0-9]{17}[0-9X]", value):
        raise _refuse(
            "id-number",
            "公民身份号码应为18位:17位数字,末位为数字或大写X",
            "an identity number has 18 characters: 17 digits, then a digit or X",
            "请按身份证填写18位号码",
            "copy the 18 characters from the identity card",
        )
    if not _is_day(f"{value[6:10]}-{value[10:12]}-{value[12:14]}"):
        raise _refuse(
            "id-number",
            "公民身份号码第7至14位不是日期",
            "characters 7 to 14 of the identity number are not a date of birth",
            "请与身份证核对出生日期部分",
            "compare the date of birth with the identity card",
        )
    if id_check_character(value[:17]) != value[17]:
        raise _compare_with_card("id-number", "公民身份号码", "identity number")


def _uscc(value: str) -> None:
    form = rf"[{USCC_ALPHABET}]{{2}}[0-9]{{6}}[{USCC_ALPHABET}]{{10}}"
    if not re.fullmatch(form, value):
        raise _refuse(
            "uscc",
            "统一社会信用代码应为18位数字和大写字母(不含I、O、S、V、Z),第3至8位为数字",
            "a unified social credit code has 18 digits and capital letters without "
            "I, O, S, V, Z; characters 3 to 8 are digits",
            "请按营业执照或登记证书填写",
            "copy the code from the licence or certificate of registration",
        )
    if uscc_check_character(value[:17]) != value[17]:
        raise _compare_with_card(
            "uscc", "统一社会信用代码", "unified social credit code"
        )


def _organization_code(value: str) -> None:
    found = re.fullmatch(r"([0-9A-Z]{8})-?([0-9X])", value)
    if not found:
        raise _refuse(
            "organization-code",
            "组织机构代码应为8位数字或大写字母加1位校验码",
            "an organisation code has 8 digits or capitals and a check character",
            "请按组织机构代码证填写,如00450464-4",
            "copy it from the certificate, such as 00450464-4",
        )
    if organization_check_character(found[1]) != found[2]:
        raise _compare_with_card(
            "organization-code", "组织机构代码", "organisation code"
        )


def _mobile(value: str) -> None:
    if not re.fullmatch(r"1[3-9][0-9]{9}", value):
        raise _refuse(
            "mobile",
            "手机号码应为1开头的11位数字",
            "a mobile number has 11 digits and starts with 1",
            "请填写本人手机号,不加0或+86",
            "give your own mobile number without 0 or +86",
        )


def _is_day(value: str) -> bool:
    # fromisoformat also reads weeks and days without hyphens; citizens do not.
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _date(value: str) -> None:
    if not _is_day(value):
        raise _refuse(
            "date",
            "这不是一个存在的日期",
            "this is not a day of the calendar",
            "请按“年-月-日”填写,如2026-03-05",
            "write year-month-day, such as 2026-03-05",
        )


CHECKS: Mapping[str, Callable[[str], None]] = MappingProxyType(
    {
        "id-number": _id_number,
        "uscc": _uscc,
        "organization-code": _organization_code,
        "mobile": _mobile,
        "date": _date,
    }
)


def check(name: str, value: str) -> None:
    """Judge ``value`` by the check called ``name``; InvalidValue if it fails.

    An unknown name is a KeyError: packs are refused when they name one.
    """
    CHECKS[name](value)


def normalise(value: str) -> str:
    """What a person meant: full-width characters made narrow, no outer blanks.

    Check characters and credit codes are written in capitals; that is for the
    form, which knows the element, see `normalise_code`.
    """
    return unicodedata.normalize("NFKC", value).strip()


def normalise_code(value: str) -> str:
    """As `normalise`, for a number or code: no blanks inside, capital letters."""
    return "".join(normalise(value).split()).upper()


# ---------------------------------------------------------------------- elements


def check_length(value: str, limit: int) -> None:
    """Refuse a text of more than ``limit`` characters."""
    if len(value) > limit:
        raise _refuse(
            "length",
            f"内容有{len(value)}个字,最多{limit}个字",
            f"the text has {len(value)} characters, {limit} are allowed",
            f"请缩短到{limit}个字以内",
            f"shorten it to {limit} characters",
        )


def check_choice(value: str, choices: Mapping[str, Text]) -> None:
    """Refuse a code that is not one of ``choices``."""
    if value not in choices:
        raise _refuse(
            "choice",
            "所填代码不在可选范围内",
            "this code is not one of the choices",
            "请从列表中选择一项",
            "choose one of the list",
        )


def _is_whole(value: str) -> bool:
    return re.fullmatch(r"-?[0-9]{1,18}", value) is not None


def _is_decimal(value: str) -> bool:
    try:
        return Decimal(value).is_finite()
    except InvalidOperation:
        return False


def _is_moment(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_boolean(value: str) -> bool:
    return value in ("true", "false")


_TYPE_TESTS: Mapping[DataType, tuple[Callable[[str], bool], Text]] = MappingProxyType(
    {
        DataType.INTEGER: (_is_whole, Text("整数,如12", "a whole number, such as 12")),
        DataType.MONEY: (
            _is_whole,
            Text("以分为单位的整数", "a whole number of fen (0.01 yuan)"),
        ),
        DataType.DECIMAL: (
            _is_decimal,
            Text("数值,如12.5", "a number, such as 12.5"),
        ),
        DataType.DATETIME: (
            _is_moment,
            Text(
                "日期时间,如2026-03-05 09:30",
                "a date and time, such as 2026-03-05 09:30",
            ),
        ),
        DataType.BOOLEAN: (_is_boolean, Text("是或否", "true or false")),
    }
)


def check_type(value: str, expected: DataType) -> None:
    """Refuse a text that cannot be read as ``expected``."""
    if expected is DataType.DATE:
        _date(value)
    elif expected in _TYPE_TESTS:
        test, name = _TYPE_TESTS[expected]
        if not test(value):
            raise _refuse(
                "type",
                f"应填写{name.zh}",
                f"this must be {name.en}",
                f"请填写{name.zh}",
                f"write {name.en}",
            )


def check_element(
    element: Element, value: str, choices: Mapping[str, Text] | None = None
) -> None:
    """Judge a text by everything its element says: type, length, codes, check.

    ``choices`` are the codes of the element's code set, or the form's own fewer.
    The first broken rule is raised as InvalidValue.
    """
    check_type(value, element.type)
    if element.length is not None:
        check_length(value, element.length)
    if choices:
        check_choice(value, choices)
    if element.check is not None:
        check(element.check, value)
