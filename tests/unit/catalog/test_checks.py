"""Check characters by published samples and by independent implementations."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc as stdnum_uscc

from tongban.kernel.catalog.checks import (
    CHECKS,
    USCC_ALPHABET,
    InvalidValue,
    check,
    check_choice,
    check_element,
    check_length,
    check_type,
    id_check_character,
    normalise,
    normalise_code,
    organization_check_character,
    uscc_check_character,
)
from tongban.kernel.catalog.model import DataType, Element
from tongban.kernel.terms import Text


# Samples of public registers, recomputed by hand (shared domain notes, 9.1-9.3).
TRUE_USCC = (
    "91350100M000100Y43",
    "11100000000013338W",
    "11110000000021135M",
    "113700000045046442",
    "11610100750218682E",
    "11330105002500287C",
    "91110000802100433B",
)
FALSE_USCC = ("11440305MB2D27213U", "11100000MB0327169T")
TRUE_ORGANIZATION = ("00450464-4", "80210043-3", "75021868-2", "MB032716-9")


@pytest.mark.parametrize("code", TRUE_USCC)
def test_accepts_credit_codes_of_public_registers(code: str) -> None:
    check("uscc", code)


@pytest.mark.parametrize("code", FALSE_USCC)
def test_refuses_made_up_credit_codes(code: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        check("uscc", code)
    assert caught.value.code == "catalog.invalid-value.uscc"


@given(
    st.from_regex(r"[0-9]{8}", fullmatch=True),
    st.text(USCC_ALPHABET, min_size=9, max_size=9),
)
def test_credit_code_character_agrees_with_stdnum(head: str, tail: str) -> None:
    body = head + tail
    assert uscc_check_character(body) == stdnum_uscc.calc_check_digit(body)


def test_accepts_a_registering_authority_that_is_a_letter() -> None:
    body = "N2990101MA0000001"
    check("uscc", body + uscc_check_character(body))


@pytest.mark.parametrize(
    "code",
    [
        "",
        "91350100M000100Y4",
        "91350100M000100Y433",
        "9135010AM000100Y43",
        "91350100I000100Y43",
        "91350100m000100y43",
        " 91350100M000100Y43",
        "91350100M000100Y43\n",
        "9135010٠M000100Y43",
    ],
)
def test_refuses_credit_codes_of_a_wrong_shape(code: str) -> None:
    with pytest.raises(InvalidValue, match="18 digits and capital letters"):
        check("uscc", code)


@pytest.mark.parametrize("code", TRUE_ORGANIZATION)
def test_accepts_organisation_codes(code: str) -> None:
    check("organization-code", code)
    check("organization-code", code.replace("-", ""))


def test_organisation_code_of_remainder_ten_is_x() -> None:
    # 1*3 = 3, 9*2 = 18: 21 mod 11 = 10 gives 1; 4*3 = 12 mod 11 = 1 gives X.
    assert organization_check_character("10000009") == "1"
    assert organization_check_character("40000000") == "X"
    assert organization_check_character("00000000") == "0"


def test_refuses_an_organisation_code_with_a_wrong_check_character() -> None:
    with pytest.raises(InvalidValue, match="check character"):
        check("organization-code", "00450464-5")


def test_refuses_an_organisation_code_of_a_wrong_shape() -> None:
    with pytest.raises(InvalidValue, match="8 digits"):
        check("organization-code", "0045046-44")


def test_identity_number_of_the_published_sample() -> None:
    assert id_check_character("11010519491231002") == "X"
    check("id-number", "11010519491231002X")


@given(
    st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    st.integers(0, 999),
    st.integers(0, 16),
)
def test_a_changed_digit_of_an_identity_number_is_found(
    birth: date, order: int, place: int
) -> None:
    body = f"990101{birth:%Y%m%d}{order:03d}"
    number = body + id_check_character(body)
    check("id-number", number)
    digit = str((int(body[place]) + 1) % 10)
    with pytest.raises(InvalidValue):
        check("id-number", number[:place] + digit + number[place + 1 :])


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("11010519491231002x", "18 characters"),
        ("1101051949123100", "18 characters"),
        ("110105194912310025 ", "18 characters"),
        ("110105194913310020", "not a date of birth"),
        ("110105194902300020", "not a date of birth"),
        ("110105194912310021", "check character"),
    ],
)
def test_says_what_is_wrong_with_an_identity_number(number: str, words: str) -> None:
    with pytest.raises(InvalidValue, match=words) as caught:
        check("id-number", number)
    assert number.strip() not in str(caught.value)


def test_messages_come_in_both_languages() -> None:
    with pytest.raises(InvalidValue) as caught:
        check("id-number", "1")
    facts = caught.value.facts
    assert facts["check"] == "id-number"
    assert "公民身份号码应为18位" in str(facts["what_zh"])
    assert facts["what_en"] == caught.value.what
    assert facts["mend_en"] == caught.value.mend
    assert "身份证" in str(facts["mend_zh"])


@pytest.mark.parametrize("value", ["13800000000", "19912345678"])
def test_accepts_mobile_numbers(value: str) -> None:
    check("mobile", value)


@pytest.mark.parametrize(
    "value", ["1380000000", "12800000000", "+8613800000000", "138 0000 0000"]
)
def test_refuses_other_numbers_as_mobile(value: str) -> None:
    with pytest.raises(InvalidValue, match="11 digits"):
        check("mobile", value)


@pytest.mark.parametrize("value", ["2026-02-28", "2024-02-29"])
def test_accepts_days_of_the_calendar(value: str) -> None:
    check("date", value)


@pytest.mark.parametrize(
    "value", ["2026-02-29", "20260228", "2026-W01-1", "2026/02/28", "0000-01-01", ""]
)
def test_refuses_what_is_no_day(value: str) -> None:
    with pytest.raises(InvalidValue, match="not a day"):
        check("date", value)


def test_every_check_refuses_the_empty_text() -> None:
    accepted = []
    for name, judge in CHECKS.items():
        try:
            judge("")
        except InvalidValue:
            continue
        accepted.append(name)
    assert accepted == []


def test_an_unknown_check_is_a_defect() -> None:
    with pytest.raises(KeyError):
        check("id-nummer", "x")


def test_normalise_reads_what_a_person_meant() -> None:
    assert normalise("  张三１２ ") == "张三12"
    assert normalise_code(" １１０１０５ 19491231 002x ") == "11010519491231002X"


def test_length_counts_characters_not_bytes() -> None:
    check_length("云溪区", 3)
    with pytest.raises(InvalidValue, match="4 characters, 3 are allowed"):
        check_length("云溪区县", 3)


def test_choice_must_be_one_of_the_codes() -> None:
    check_choice("6210", {"6210": Text("正餐服务")})
    with pytest.raises(InvalidValue, match="one of the choices"):
        check_choice("6220", {"6210": Text("正餐服务")})


@pytest.mark.parametrize(
    ("expected", "good", "bad"),
    [
        (DataType.INTEGER, "-12", "1.5"),
        (DataType.MONEY, "1200", "12.00"),
        (DataType.DECIMAL, "12.5", "NaN"),
        (DataType.DECIMAL, "1e3", "twelve"),
        (DataType.DATE, "2026-03-05", "5 March"),
        (DataType.DATETIME, "2026-03-05 09:30", "half past nine"),
        (DataType.BOOLEAN, "true", "yes"),
    ],
)
def test_type_decides_what_can_be_read(expected: DataType, good: str, bad: str) -> None:
    check_type(good, expected)
    with pytest.raises(InvalidValue):
        check_type(bad, expected)


def test_every_text_is_a_text() -> None:
    check_type("", DataType.TEXT)


def element(**changes: object) -> Element:
    values: dict[str, object] = {
        "code": "person.id-number",
        "title": Text("公民身份号码"),
        "type": DataType.TEXT,
    }
    return Element(**{**values, **changes})  # type: ignore[arg-type]


def test_element_without_limits_takes_any_text() -> None:
    check_element(element(), "x" * 1000)


def test_element_is_judged_by_length_then_choice_then_check() -> None:
    strict = element(length=18, check="id-number")
    check_element(strict, "11010519491231002X")
    with pytest.raises(InvalidValue, match="19 characters"):
        check_element(strict, "1" * 19)
    with pytest.raises(InvalidValue, match="18 characters: 17 digits"):
        check_element(strict, "1")
    with pytest.raises(InvalidValue, match="choices"):
        check_element(element(), "b", {"a": Text("甲")})
