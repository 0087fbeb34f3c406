"""The rows of the small city, secrets planted where an attacker looks for them.

Every secret is a text, a day or a sum that occurs once in the city and nowhere
else in the tests: where it appears without having been given away by the attempt
itself, it leaked.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any


# What must never be seen; the numbers of persons keep 6 and 4 characters masked.
ANNA, BORIS = "990101MQ7TX2KD1234", "990101BV9LR4HF5678"
CHEN, DORA = "990102WZ6GN8CJ9012", "990102TK5PY3SB3456"
SHOP, MILL = "91990101SHOP0000X1", "91990101MILL0000X2"
_HIDDEN = """
    numbers        MQ7TX2KD BV9LR4HF WZ6GN8CJ TK5PY3SB
    names          ZHQ8WNRC PKT3XMVD RJB6LYGS FNW4CQHT
    addresses      JV5KXPLB DM8SZTRW GH2QNYVC LX7BWKPJ
    mobiles        K7W4 V3N8 X6R2 Q9T5
    notes          HGT6BRWM SXL9DKFV CPN3JQZY WTB7MHRG
    blood-groups   XW4TZQKM LQ2VNPSD
    diagnoses      YR8KBMTW NDF5XJLP
    days-of-birth  1990-07-23 1985-03-11 2001-12-30 1948-10-05
    incomes        12387654 98123457 45671234 31415926
    debts          77665544 55443322
"""
SECRETS = frozenset(
    secret for line in _HIDDEN.strip().splitlines() for secret in line.split()[1:]
)

_PEOPLE = [
    # id, name, born, sex, alive, address, mobile, income, note, children, moved,
    # score, blood
    (
        ANNA,
        "李ZHQ8WNRC",
        date(1990, 7, 23),
        "f",
        True,
        "云州市东湖区JV5KXPLB路1号",
        "138K7W45678",
        12387654,
        "note HGT6BRWM",
        2,
        datetime(2020, 5, 6, 7, 8, 9),
        Decimal("87.5"),
        "AB XW4TZQKM",
    ),
    (
        BORIS,
        "韩PKT3XMVD",
        date(1985, 3, 11),
        "m",
        False,
        "云州市东湖区DM8SZTRW路2号",
        "139V3N86789",
        98123457,
        "note SXL9DKFV",
        0,
        None,
        Decimal("62.25"),
        None,
    ),
    (
        CHEN,
        "王RJB6LYGS",
        date(2001, 12, 30),
        "m",
        True,
        "云州市西山区GH2QNYVC路3号",
        "137X6R27890",
        45671234,
        "note CPN3JQZY",
        0,
        datetime(2021, 6, 7, 8, 9, 10),
        None,
        "O LQ2VNPSD",
    ),
    (
        DORA,
        "赵FNW4CQHT",
        date(1948, 10, 5),
        "f",
        True,
        "云州市西山区LX7BWKPJ路4号",
        "136Q9T58901",
        31415926,
        None,
        3,
        None,
        Decimal("91"),
        None,
    ),
]
ROWS: Mapping[str, list[tuple[Any, ...]]] = {
    "reg.person": _PEOPLE,
    "reg.hukou": [
        (ANNA, "H1", "李ZHQ8WNRC"),
        (BORIS, "H1", "李ZHQ8WNRC"),
        (CHEN, "H2", "赵FNW4CQHT"),
        (DORA, "H2", "赵FNW4CQHT"),
    ],
    "market.licence": [
        (SHOP, "云州小店", ANNA, "open", date(2020, 1, 1), "H61", 500_000),
        (MILL, "云州磨坊", CHEN, "open", date(2019, 2, 2), "C13", 900_000),
    ],
    "tax.standing": [(SHOP, "A", 77665544), (MILL, "D", 55443322)],
    "ref.industry": [("H61", "餐饮"), ("C13", "农副食品")],
    "health.visit": [
        (ANNA, date(2026, 1, 2), "YR8KBMTW"),
        (CHEN, date(2026, 2, 3), "NDF5XJLP"),
    ],
    "old.list": [("x",)],
}
