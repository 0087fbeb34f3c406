"""Each mask on both engines; expected values by hand."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from sqlglot import exp

from tongban.kernel.catalog.model import DataType, Item
from tongban.kernel.query.masks import MASKS, masked
from tongban.kernel.query.operations import SQLITE
from tongban.kernel.query.sqltypes import cast
from tongban.kernel.terms import Text, UserError


def shown(mask, kind, value, engine, dialect):
    item = Item("item", Text("项"), "e", kind, mask=mask)
    given = (
        cast(exp.convert(value), kind) if dialect == "duckdb" else exp.convert(value)
    )
    sql = exp.select(masked(item, given)).sql(dialect)
    return engine.execute(sql).fetchone()[0]


TEXTS = [
    ("id-number", "321202199001011234", "321202********1234"),
    ("id-number", "91990101MA00000000", "919901********0000"),
    ("id-number", "321202900101123", "321202********1123"),
    ("id-number", "12345678901234", "********"),
    ("id-number", "", "********"),
    ("id-number", None, None),
    ("name", "张三丰", "张**"),
    ("name", "欧阳", "欧**"),
    ("name", None, None),
    ("mobile", "13812345678", "138****5678"),
    ("mobile", "5551234", "****"),
    ("mobile", None, None),
    ("address", "云州市东湖区人民路1号", "云州市东湖区****"),
    ("address", "人民路1号", "****"),
    ("address", None, None),
    ("suppress", "anything", None),
]
OTHERS = [
    ("date-year", DataType.DATE, date(1990, 7, 4), date(1990, 1, 1)),
    ("date-year", DataType.DATE, None, None),
    (
        "date-year",
        DataType.DATETIME,
        datetime(2026, 11, 23, 9, 30),
        datetime(2026, 1, 1),
    ),
    ("banding", DataType.INTEGER, 67, 60),
    ("banding", DataType.INTEGER, None, None),
    ("banding", DataType.MONEY, 1_234_567_89, 1_234_000_00),
    ("banding", DataType.DECIMAL, Decimal("171.5"), Decimal(170)),
    ("suppress", DataType.MONEY, 5, None),
    ("suppress", DataType.DATE, date(1990, 7, 4), None),
    # A mask of texts on another type hides all of it.
    ("mobile", DataType.INTEGER, 13812345678, None),
    ("banding", DataType.TEXT, "67", None),
    ("date-year", DataType.TEXT, "1990-07-04", None),
]


@pytest.mark.parametrize(("mask", "value", "expected"), TEXTS)
def test_mask_of_texts_in_duckdb(duck, mask, value, expected):
    assert shown(mask, DataType.TEXT, value, duck, "duckdb") == expected


@pytest.mark.parametrize(
    ("mask", "value", "expected"), [row for row in TEXTS if row[0] in SQLITE.masks]
)
def test_mask_of_texts_in_sqlite(lite, mask, value, expected):
    assert shown(mask, DataType.TEXT, value, lite, "sqlite") == expected


@pytest.mark.parametrize(("mask", "kind", "value", "expected"), OTHERS)
def test_mask_of_other_types(duck, mask, kind, value, expected):
    assert shown(mask, kind, value, duck, "duckdb") == expected


def test_every_mask_is_tried():
    assert {row[0] for row in [*TEXTS, *OTHERS]} == MASKS


def test_unknown_mask_is_refused():
    item = Item("item", Text("项"), "e", DataType.TEXT, mask="id_number")
    with pytest.raises(UserError, match="id_number") as refused:
        masked(item, exp.column("a"))
    assert refused.value.mend == "did you mean 'id-number'?"


def test_item_without_a_mask_is_left_alone():
    item = Item("item", Text("项"), "e", DataType.TEXT)
    value = exp.column("a")
    assert masked(item, value) is value
