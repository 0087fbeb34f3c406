"""Each mask on both engines; expected values by hand, keyed ones by Python's hmac."""

import hmac
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlglot import exp

from tongban.kernel.catalog.model import DataType, Item
from tongban.kernel.query.lowering.mysql import MYSQL
from tongban.kernel.query.lowering.operations import POSTGRESQL, SQLITE
from tongban.kernel.query.sqltypes import cast
from tongban.kernel.query.terms.keyed import pads
from tongban.kernel.query.terms.masks import MASKS, is_mask, masked
from tongban.kernel.terms import Text, UserError


SECRET = bytes(range(32))


def shown(mask, kind, value, engine, dialect):
    item = Item("item", Text("项"), "e", kind, mask=mask)
    given = (
        cast(exp.convert(value), kind) if dialect == "duckdb" else exp.convert(value)
    )
    sql = exp.select(masked(item, given)).sql(dialect)
    return engine.execute(sql).fetchone()[0]


def keyed(mask, kind, value, engine, purpose="p", subject=None):
    """What a keyed mask shows under the key of ``purpose``."""
    item = Item("item", Text("项"), "e", kind, mask=mask)
    whose = None if subject is None else exp.convert(subject)
    tree = exp.select(masked(item, cast(exp.convert(value), kind), whose))
    names = {node.name for node in tree.find_all(exp.Placeholder)}
    values = {k: v for k, v in pads(SECRET, purpose).items() if k in names}
    return engine.execute(tree.sql("duckdb"), values).fetchone()[0]


def digest(text, purpose="p"):
    """RFC 2104 by the standard library, under a key made the same way."""
    key = hmac.digest(SECRET, f"tongban pseudonym {purpose}".encode(), "sha256")
    return hmac.digest(key, text.encode(), "sha256")


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
    ("date-month", DataType.DATE, date(1990, 7, 4), date(1990, 7, 1)),
    ("date-month", DataType.DATETIME, datetime(2026, 11, 23, 9), datetime(2026, 11, 1)),
    ("banding:5", DataType.INTEGER, 67, 65),
    ("banding:5", DataType.INTEGER, -67, -65),
    ("banding:5", DataType.TEXT, "67", None),
    ("banding:50000", DataType.MONEY, 1_234_567_89, 1_234_500_00),
    ("pseudonym", DataType.INTEGER, 67, None),
    ("date-shift", DataType.TEXT, "1990-07-04", None),
    # Nobody says whose day it is.
    ("date-shift", DataType.DATE, date(1990, 7, 4), None),
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
    assert {row[0].partition(":")[0] for row in [*TEXTS, *OTHERS]} == MASKS


@pytest.mark.parametrize("value", ["990101199001011239", "张三", "", "x" * 200])
def test_pseudonym_is_half_a_keyed_digest(duck, value):
    expected = digest(value).hex()[:32]
    assert keyed("pseudonym", DataType.TEXT, value, duck) == expected


def test_pseudonym_of_nothing_is_nothing(duck):
    assert keyed("pseudonym", DataType.TEXT, None, duck) is None


def test_pseudonym_means_something_in_one_purpose_only(duck):
    first, again, other = (
        keyed("pseudonym", DataType.TEXT, "张三", duck, purpose)
        for purpose in ("p", "p", "q")
    )
    assert first == again
    assert first != other


def moved_by(subject, purpose="p"):
    return int.from_bytes(digest(subject, purpose)[-4:], "big") % 61 - 30


@pytest.mark.parametrize("subject", ["990101199001011239", "A", "B"])
def test_days_are_moved_by_what_nobody_sees_of_the_digest(duck, subject):
    born = date(1990, 7, 4)
    found = keyed("date-shift", DataType.DATE, born, duck, subject=subject)
    assert found == born + timedelta(days=moved_by(subject))


def test_time_between_moments_of_one_subject_stays(duck):
    begun, ended = datetime(2026, 1, 31, 9, 30), datetime(2026, 3, 1, 10, 45)
    first, last = (
        keyed("date-shift", DataType.DATETIME, at, duck, subject="A")
        for at in (begun, ended)
    )
    assert last - first == ended - begun


def distances(duck, purpose):
    """By how many days the engine moves a day of each of 300 people."""
    day = date(2026, 1, 1)
    return [
        (keyed("date-shift", DataType.DATE, day, duck, purpose, str(n)) - day).days
        for n in range(300)
    ]


def test_days_are_moved_by_at_most_thirty_and_not_all_alike(duck):
    found = distances(duck, "p")
    assert min(found) >= -30
    assert max(found) <= 30
    assert len(set(found)) > 50


def test_another_purpose_moves_days_otherwise(duck):
    alike = [a == b for a, b in zip(*(distances(duck, p) for p in "pq"), strict=True)]
    assert sum(alike) < 30


def test_day_of_nobody_is_hidden(duck):
    sql = exp.select(
        masked(
            Item("item", Text("项"), "e", DataType.DATE, mask="date-shift"),
            cast(exp.convert(date(1990, 7, 4)), DataType.DATE),
            cast(exp.null(), DataType.TEXT),
        )
    ).sql("duckdb")
    assert duck.execute(sql, pads(SECRET, "p")).fetchone() == (None,)


def test_keyed_masks_stay_where_their_digest_can_be_computed():
    pushed = SQLITE.masks | POSTGRESQL.masks | MYSQL.masks
    assert not pushed & {"pseudonym", "date-shift"}


@pytest.mark.parametrize(
    "name", ["banding:0", "banding:", "banding:-5", "banding:a", "name:5", "banding:²"]
)
def test_width_is_a_whole_number_and_of_banding_only(name):
    assert not is_mask(name)


def test_unknown_mask_is_refused():
    item = Item("item", Text("项"), "e", DataType.TEXT, mask="id_number")
    with pytest.raises(UserError, match="id_number") as refused:
        masked(item, exp.column("a"))
    assert refused.value.mend == "did you mean 'id-number'?"


def test_item_without_a_mask_is_left_alone():
    item = Item("item", Text("项"), "e", DataType.TEXT)
    value = exp.column("a")
    assert masked(item, value) is value
