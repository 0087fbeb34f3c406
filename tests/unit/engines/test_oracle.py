"""The oracle's own words, checked against values known from elsewhere."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlglot import exp
from tests.unit.engines.practice import PERSON

from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.model import Dataset
from tongban.kernel.query.engines.oracle import Expected, answer
from tongban.kernel.query.engines.oracle_functions import FUNCTIONS
from tongban.kernel.query.model import Grant, Scope, Use
from tongban.kernel.terms import Subject, SubjectKind


AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
LEI, MEI = "990101199003070012", "990101198501010023"
ROWS = [
    {
        "id_number": number,
        "name": name,
        "birth_date": born,
        "alive": True,
        "income": income,
        "ratio": Decimal("17.5"),
        "address": address,
    }
    for number, name, born, income, address in [
        (LEI, "李雷", date(1990, 3, 7), 523_456, "云州市云溪区湖滨路1号"),
        (MEI, "韩梅梅", None, None, "云州市"),
    ]
]


@pytest.mark.parametrize(
    ("function", "values", "expected"),
    [
        # Whole years; 29 February counts on 1 March of a common year.
        ("AGE", (date(1990, 11, 23), date(2026, 11, 23)), 36),
        ("AGE", (date(1990, 11, 24), date(2026, 11, 23)), 35),
        ("AGE", (date(2004, 2, 29), date(2026, 2, 28)), 21),
        ("AGE", (None, date(2026, 2, 28)), None),
        # 民法典 art. 202: a month without the day ends on its last.
        ("MONTHSBETWEEN", (date(2026, 1, 31), date(2026, 2, 28)), 1),
        ("MONTHSBETWEEN", (date(2026, 1, 15), date(2026, 2, 14)), 0),
        # The example of GB 11643-1999 and the same with a wrong check character.
        ("IS_VALID_ID_NUMBER", ("11010519491231002X",), True),
        ("IS_VALID_ID_NUMBER", ("110105194912310021",), False),
        ("IS_VALID_ID_NUMBER", ("110105194902310026",), False),
        ("IS_VALID_ID_NUMBER", ("李雷",), False),
        # The number of a well-known company, public in its filings.
        ("IS_VALID_USCC", ("91110000802100433B",), True),
        ("IS_VALID_USCC", ("911100008021004331",), False),
        ("IS_VALID_USCC", ("I1110000802100433B",), False),
        ("ROUND", (Decimal("0.25"), 1), 0.3),
        ("ROUND", (-2.5,), -3.0),
        ("MOD", (-7, 3), -1),
        ("LIKE", ("a.c", "a_c"), True),
        ("LIKE", ("abbc", "a.c"), False),
        ("GREATEST", (None, 1, 2), 2),
        ("LEAST", (None, None), None),
        ("LASTDAY", (date(2024, 2, 3),), date(2024, 2, 29)),
        ("QUARTER", (date(2024, 4, 1),), 2),
        ("TIMESTAMPTRUNC", (date(2026, 11, 25), "WEEK"), date(2026, 11, 23)),
        ("TIMESTAMPTRUNC", (date(2026, 11, 25), "DAY"), date(2026, 11, 25)),
        ("DATEDIFF", (date(2026, 1, 1), date(2025, 12, 31), "YEAR"), 1),
        ("DATEDIFF", (date(2026, 4, 1), date(2025, 12, 31), "QUARTER"), 2),
        (
            "CONCAT_PRESENT",
            ("a", None, True, datetime(2026, 1, 2)),
            "atrue2026-01-02 00:00:00",
        ),
    ],
)
def test_function(function, values, expected):
    assert FUNCTIONS[function](*values) == expected


@pytest.mark.parametrize(
    ("value", "to", "expected"),
    [
        ("2026-11-23", exp.DType.DATE, date(2026, 11, 23)),
        (datetime(2026, 11, 23, 9), exp.DType.DATE, date(2026, 11, 23)),
        ("2026-02-30", exp.DType.DATE, None),
        (date(2026, 11, 23), exp.DType.TIMESTAMP, datetime(2026, 11, 23)),
        ("2026-11-23 09:30:00", exp.DType.TIMESTAMP, datetime(2026, 11, 23, 9, 30)),
        ("2.5", exp.DType.INT, 3),
        ("two", exp.DType.INT, None),
        ("TRUE", exp.DType.BOOLEAN, True),
        ("0", exp.DType.BOOLEAN, False),
        ("perhaps", exp.DType.BOOLEAN, None),
        (2, exp.DType.BOOLEAN, True),
        (False, exp.DType.VARCHAR, "false"),
        (None, exp.DType.INT, None),
    ],
)
def test_conversion(value, to, expected):
    assert FUNCTIONS["CAST"](value, to) == expected


# ------------------------------------------------------------- terms of the use


def asked(
    sql: str,
    *,
    masks: dict[str, str] | None = None,
    subject: str | None = None,
    **terms: Any,
) -> Expected:
    dataset: Dataset = replace(
        PERSON,
        items={
            name: replace(item, mask=(masks or {}).get(name))
            for name, item in PERSON.items.items()
        },
    )
    grant = Grant(
        id="g",
        organization="o",
        purpose="p",
        dataset=PERSON.code,
        scope=Scope.POPULATION,
        basis="依据",
        since=date(2025, 1, 1),
        **({"items": frozenset(PERSON.items)} | terms),
    )
    party = Subject(SubjectKind.PERSON, subject) if subject else None
    use = Use("a", "o", "p", sql, AT, {"word": "李雷"}, "c1", party)
    catalog = Catalog(datasets={PERSON.code: dataset})
    return answer(use, catalog, {PERSON.code: grant}, {PERSON.code: ROWS})


@pytest.mark.parametrize(
    ("item", "mask", "expected"),
    [
        ("id_number", "id-number", ["990101********0012", "990101********0023"]),
        ("name", "id-number", ["********", "********"]),
        ("name", "name", ["李**", "韩**"]),
        ("id_number", "mobile", ["990****0012", "990****0023"]),
        ("name", "mobile", ["****", "****"]),
        ("address", "address", ["云州市云溪区****", "****"]),
        ("birth_date", "date-year", [date(1990, 1, 1), None]),
        ("income", "banding", [500_000, None]),
        ("ratio", "banding", [Decimal(10), Decimal(10)]),
        ("name", "suppress", [None, None]),
        ("alive", "name", [None, None]),
    ],
)
def test_mask(item, mask, expected):
    found = asked(f"SELECT {item} FROM population.person", masks={item: mask})
    assert [row[0] for row in found.rows] == expected


def test_revealed_item_is_shown():
    found = asked(
        "SELECT name FROM population.person",
        masks={"name": "name"},
        reveal=frozenset({"name"}),
    )
    assert found.rows == [("李雷",), ("韩梅梅",)]


def test_conditions_see_the_mask():
    sql = "SELECT count(*) AS n FROM population.person WHERE name = :word"
    assert asked(sql).rows == [(1,)]
    assert asked(sql, masks={"name": "name"}).rows == [(0,)]


def test_only_the_subjects_rows_are_there():
    sql = "SELECT name FROM population.person WHERE id_number <> :subject OR TRUE"
    assert asked(sql, subject=MEI).rows == [("韩梅梅",)]


def test_filter_is_over_raw_values():
    found = asked(
        "SELECT name FROM population.person",
        masks={"income": "suppress"},
        filter="income > 0 AND birth_date < :as_of",
    )
    assert found.rows == [("李雷",)]


def test_star_is_what_is_granted():
    found = asked("SELECT * FROM population.person", items=frozenset({"name", "alive"}))
    assert found == Expected(("name", "alive"), [("李雷", True), ("韩梅梅", True)])


def test_empty_text_at_the_end_is_read():
    sql = "SELECT name FROM population.person WHERE name = :word AND name <> ''"
    assert asked(sql).rows == [("李雷",)]
