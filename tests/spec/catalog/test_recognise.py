"""Recognition by content: each form worked by hand, and columns that come near."""

import random

import pytest

from tongban.kernel.catalog.recognise import (
    BY_NAME,
    LIKENESSES,
    recognise,
    wilson,
)


GOOD = {
    # Weights 7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2 over 99010119900307001: the sum
    # is 63+81+0+5+0+4+2+9+54+0+0+27+0+35+0+0+2 = 282, 282 mod 11 = 7, hence "5".
    "id-number": ["990101199003070015"],
    # GB 32100-2015 gives this one as its example.
    "uscc": ["91350100M000100Y43"],
    # GB 11714 gives 00450464-4 as its own example.
    "organization-code": ["00450464-4", "004504644"],
    # The Luhn test number of ISO/IEC 7812: 4111 1111 1111 1111 sums to 30.
    "bank-card": ["4111111111111111", "4111 1111 1111 1111"],
    "e-mail": ["li.lei@example.org", "a+b@mail.example.com"],
    "licence-plate": ["云A12345", "京AD12345", "云A·1234学"],
    "mobile": ["13800000000", "19912345678"],
    "date": [
        "2024-02-29", "2024/2/29", "2024.2.29", "20240229", "2024年2月29日",
        "2024-02-29 08:30", "2024-02-29T08:30:00",
    ],
    "division": ["990000", "990100", "990101", "990101002", "990101002003"],
    "address": ["云州市云溪区湖滨路1号", "东海省云州市云溪区花园小区3栋2单元501室"],
    "name": ["王伟", "李小明", "欧阳修", "欧阳小明"],
}  # fmt: skip
BAD = {
    "id-number": [
        "990101199003070016",  # check digit
        "990101199013070015",  # month 13
        "99010119900307001",  # 17 digits
    ],
    "uscc": ["91990100MA0000001I", "919901000000000000", "9199010"],
    "organization-code": ["00450464-5", "12345678"],
    "bank-card": ["4111111111111112", "1111111111111117", "411111111111"],
    "e-mail": ["li.lei@", "@example.org", "li lei@example.org", "example.org"],
    "licence-plate": ["云I12345", "A12345", "云A1234", "云A12O45"],
    "mobile": ["12800000000", "1380000000", "138000000000", "0571-88888888"],
    "date": [
        "2023-02-29", "2024-13-01", "2024-2/29", "2024229", "1024-02-29", "202402",
    ],
    "division": ["000000", "160000", "99010", "9901011", "107100"],
    "address": ["湖滨路", "云州市", "一号文件", "路街巷"],
    "name": ["王", "王小小明", "云溪区", "黄瓜", "张江路", "Li Lei", "田园", "江苏省"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name in GOOD for value in GOOD[name]]
)
def test_a_good_value_passes(name, value):
    assert BY_NAME[name].test(value)


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name in BAD for value in BAD[name]]
)
def test_a_near_miss_does_not(name, value):
    assert not BY_NAME[name].test(value)


def test_every_likeness_is_worked_by_hand():
    assert set(GOOD) == set(BAD) == {each.name for each in LIKENESSES}


def test_confidence_grows_with_the_sample():
    # Wilson: for p = 1, lower end = n / (n + z²), z² = 3.8416.
    assert wilson(3, 3) == pytest.approx(3 / 6.8416)
    assert wilson(1000, 1000) == pytest.approx(1000 / 1003.8416)
    assert wilson(0, 10) == pytest.approx(0.0, abs=1e-12)


def test_what_is_not_enough_is_nothing():
    assert recognise([]) is None
    assert recognise([None, "", " "]) is None
    assert recognise(["13800000000"] * 2) is None
    assert recognise(["13800000000"] * 50) is None


def test_empty_cells_do_not_count():
    found = recognise(["", None, *GOOD["date"]])
    assert (found.likeness.name, found.passed, found.of) == ("date", 7, 7)


# ------------------------------------------------- columns of a thousand near-misses


def column(make, size=1000):
    chance = random.Random(7)
    return [make(chance) for _ in range(size)]


def digits(length):
    return lambda chance: "".join(chance.choices("0123456789", k=length))


NEAR = {
    "18-digit order numbers": digits(18),
    "16-digit order numbers": digits(16),
    "62… account numbers without check digit": lambda c: "62" + digits(17)(c),
    "9-digit serial numbers": digits(9),
    "11-digit serial numbers": digits(11),
    "11 digits from 1": lambda c: "1" + digits(10)(c),
    "land lines": lambda c: "0571" + digits(8)(c),
    "8-digit serial numbers": digits(8),
    "6-digit serial numbers": digits(6),
    "amounts": lambda c: f"{c.randrange(10**7) / 100:.2f}",
    "streets": lambda c: c.choice("东南西北中") + c.choice("风湖山江海") + "路",
    "districts": lambda c: c.choice("王李张江黄") + c.choice("家林溪") + "镇",
    "goods": lambda c: c.choice(["黄瓜", "白菜", "马肉", "江鱼", "金瓜"]),
    "firms": lambda c: c.choice("王李张") + c.choice("记家") + "面馆",
    "hosts": lambda c: f"db{c.randrange(99)}.example.org",
    "words": lambda c: c.choice(["同意", "不同意", "无", "已办结", "在办"]),
    "versions": lambda c: f"{c.randrange(9)}.{c.randrange(99)}.{c.randrange(99)}",
}


@pytest.mark.parametrize("name", NEAR)
def test_a_column_of_near_misses_is_not_taken_for_another(name):
    assert recognise(column(NEAR[name])) is None


def mixed(good, make, share):
    chance = random.Random(3)
    return [
        good[at % len(good)] if chance.random() < share else make(chance)
        for at in range(1000)
    ]


@pytest.mark.parametrize("name", [name for name in GOOD if name != "name"])
def test_a_column_half_of_other_things_is_not_recognised(name):
    found = recognise(mixed([*GOOD[name], *GOOD[name]], digits(7), 0.5))
    assert found is None


@pytest.mark.parametrize("name", ["date", "division", "address", "name"])
def test_a_column_with_a_few_errors_is_recognised(name):
    found = recognise(mixed(GOOD[name], lambda _: "不详", 0.97))
    assert found.likeness.name == name
    assert 0.9 < found.confidence < found.passed / found.of < 1
