"""Snapshots: what a source becomes in the lake, and what is not taken."""

import csv
import dataclasses
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from openpyxl import Workbook
from tests.unit.engines.practice import AT, PEOPLE, PERSON, make_dataset

from tongban.kernel.catalog.model import Dataset, DataType, Source, SourceKind
from tongban.kernel.query.engines import Reason, SourceUnavailable
from tongban.store.intake import RowsRefused
from tongban.store.lake import (
    Snapshot,
    Switch,
    history,
    in_force,
    mirror,
    mirror_dropped,
)
from tongban.store.sheets import column_letters


TYPES = {
    "code": DataType.TEXT,
    "count": DataType.INTEGER,
    "paid": DataType.MONEY,
    "ratio": DataType.DECIMAL,
    "since": DataType.DATE,
    "seen": DataType.DATETIME,
    "open": DataType.BOOLEAN,
}
SHOPS = make_dataset(
    "ref.shop",
    Source(SourceKind.FILE, "ref.shop"),
    TYPES,
    lengths={"code": 6},
)
GOOD = ["A1", "7", "1250", "0.5", "2026-11-23", "2026-11-23 09:30:00", "1"]
GOOD_ROW = (
    "A1",
    7,
    1250,
    Decimal("0.5"),
    date(2026, 11, 23),
    datetime(2026, 11, 23, 9, 30),
    True,
)


def rows_of(lake: Path, snapshot: Snapshot) -> list[tuple]:
    path = lake / snapshot.dataset / f"{snapshot.version}.parquet"
    with duckdb.connect() as database:
        return database.read_parquet(str(path)).fetchall()


# ------------------------------------------------------- a department's database


def copy_people(police: Path, lake: Path, at: datetime = AT) -> Snapshot:
    return mirror(
        PERSON, departments={"police": police}, dropped=lake, lake=lake, at=at
    )


def test_mirror_types_and_sorts_by_the_subject(police, lake):
    snapshot = copy_people(police, lake)
    assert (snapshot.rows, snapshot.fresh) == (3, True)
    assert rows_of(lake, snapshot) == [
        ("990101198501010023", "韩梅梅", date(1985, 1, 1), False, None, None, None),
        (
            "990101199003070012", "李雷", date(1990, 3, 7), True, 500_000,
            Decimal("1.5"), "云州市云溪区湖滨路1号",
        ),
        (
            "990102200012310034", "O'Neil", date(2000, 12, 31), None, 0,
            Decimal("0.1"), "",
        ),
    ]  # fmt: skip


def test_same_rows_in_another_order_write_nothing(police, lake, change):
    first = copy_people(police, lake)
    before = {path: path.stat().st_mtime_ns for path in lake.rglob("*")}
    change("DELETE FROM person")
    for person in reversed(PEOPLE):
        change("INSERT INTO person VALUES (?,?,?,?,?,?,?)", *person)
    again = copy_people(police, lake, AT + timedelta(days=1))
    assert (again.version, again.fresh) == (first.version, False)
    files = {path: path.stat().st_mtime_ns for path in lake.rglob("*")}
    assert {p: t for p, t in files.items() if p.is_file()} == {
        p: t for p, t in before.items() if p.is_file()
    }


def test_history_tells_since_when_each_version_was_in_force(police, lake, change):
    first = copy_people(police, lake)
    change("DELETE FROM person WHERE name = '李雷'")
    later = AT + timedelta(days=1)
    second = copy_people(police, lake, later)
    assert history(lake, PERSON.code) == [
        Switch(AT, first.version, 3),
        Switch(later, second.version, 2),
    ]
    assert in_force(lake, PERSON) == Snapshot(PERSON.code, second.version, 2, False)


def test_versions_in_the_past_stay(police, lake, change):
    first = copy_people(police, lake)
    change("DELETE FROM person")
    assert rows_of(lake, copy_people(police, lake)) == []
    assert len(rows_of(lake, first)) == 3


def test_missing_database_is_named(lake, tmp_path):
    for departments in ({}, {"police": tmp_path / "none.sqlite"}):
        with pytest.raises(SourceUnavailable) as caught:
            mirror(PERSON, departments=departments, dropped=lake, lake=lake, at=AT)
        assert caught.value.reason is Reason.MISSING


def test_damaged_database_leaves_the_version_in_force(police, lake):
    first = copy_people(police, lake)
    police.write_bytes(b"no database" * 100)
    with pytest.raises(SourceUnavailable) as caught:
        copy_people(police, lake)
    assert caught.value.reason is Reason.CORRUPT
    assert in_force(lake, PERSON).version == first.version


def test_bytes_in_a_database_are_no_value(police, lake, change):
    change("UPDATE person SET name = x'00'")
    with pytest.raises(SourceUnavailable) as caught:
        copy_people(police, lake)
    assert caught.value.reason is Reason.VALUE


def test_database_is_held_to_its_types(police, lake, change):
    change("UPDATE person SET birth_date = '7.3.1990' WHERE name = '李雷'")
    with pytest.raises(RowsRefused, match="birth_date.*is no date") as refused:
        copy_people(police, lake)
    assert refused.value.where == "police.person"
    assert not (lake / PERSON.code).exists()


def test_lake_dataset_is_what_it_is(lake):
    only = make_dataset("ref.code", Source(SourceKind.LAKE, "ref.code"), TYPES)
    with pytest.raises(SourceUnavailable):
        mirror(only, departments={}, dropped=lake, lake=lake, at=AT)


# ----------------------------------------------------------- files in the folder


def write_csv(folder: Path, *rows: list[str], encoding: str = "utf-8") -> None:
    path = folder / f"{SHOPS.code}.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([list(TYPES), *rows])


def take(folder: Path, lake: Path, dataset: Dataset = SHOPS) -> Snapshot:
    return mirror(dataset, departments={}, dropped=folder, lake=lake, at=AT)


def problems(folder: Path, lake: Path) -> list[str]:
    """The problems of a refused file; nothing of it may be in the lake."""
    with pytest.raises(RowsRefused) as refused:
        take(folder, lake)
    assert not (lake / SHOPS.code).exists()
    return [str(problem) for problem in refused.value.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_becomes_a_snapshot_in_each_encoding(dropped, lake, encoding):
    write_csv(dropped, ["云州", *GOOD[1:]], encoding=encoding)
    assert rows_of(lake, take(dropped, lake)) == [("云州", *GOOD_ROW[1:])]


def test_columns_may_stand_in_any_order_and_bear_chinese_titles(dropped, lake):
    titles = [f"题{name}" for name in TYPES]
    with (dropped / f"{SHOPS.code}.csv").open("w", newline="") as file:
        csv.writer(file).writerows([titles[::-1], GOOD[::-1]])
    assert rows_of(lake, take(dropped, lake)) == [GOOD_ROW]


def priced(decimal: tuple[int, int]) -> Dataset:
    """SHOPS with so many digits for its decimal number."""
    ratio = dataclasses.replace(SHOPS.items["ratio"], decimal=decimal)
    return dataclasses.replace(SHOPS, items={**SHOPS.items, "ratio": ratio})


def test_decimals_have_the_digits_that_are_declared(dropped, lake):
    write_csv(dropped, [*GOOD[:3], "999.995", *GOOD[4:]])
    ((*_, ratio, _, _, _),) = rows_of(lake, take(dropped, lake, priced((6, 2))))
    assert str(ratio) == "1000.00"


def test_more_digits_than_declared_are_refused(dropped, lake):
    write_csv(dropped, [*GOOD[:3], "1000", *GOOD[4:]])
    with pytest.raises(RowsRefused, match="ratio.*is no decimal number"):
        take(dropped, lake, priced((5, 2)))


def test_empty_cells_are_no_values(dropped, lake):
    write_csv(dropped, ["A1", *[""] * 6])
    assert rows_of(lake, take(dropped, lake)) == [("A1", *[None] * 6)]


@pytest.mark.parametrize("day", ["2026/11/23", "20261123", "2026年11月23日"])
def test_days_as_offices_write_them(dropped, lake, day):
    write_csv(dropped, [*GOOD[:4], day, *GOOD[5:]])
    assert rows_of(lake, take(dropped, lake)) == [GOOD_ROW]


@pytest.mark.parametrize(("yes", "no"), [("true", "false"), ("是", "否"), ("1", "0")])
def test_yes_and_no_as_offices_write_them(dropped, lake, yes, no):
    write_csv(dropped, [*GOOD[:6], yes], ["A2", *GOOD[1:6], no])
    assert [row[-1] for row in rows_of(lake, take(dropped, lake))] == [True, False]


def test_each_wrong_cell_is_named_with_its_reason(dropped, lake):
    bad = ["A234567", "1.5", "12.50元", "half", "2026-02-30", "noon", "maybe"]
    write_csv(dropped, GOOD, bad)
    assert problems(dropped, lake) == [
        "A3 (code): is longer than 6 characters",
        "B3 (count): is no whole number",
        "C3 (paid): is no amount in fen (whole number)",
        "D3 (ratio): is no decimal number",
        "E3 (since): is no date such as 2026-11-23",
        "F3 (seen): is no moment such as 2026-11-23 09:30:00",
        "G3 (open): is neither 1 nor 0 (true, false, 是, 否)",
    ]


def test_row_without_its_key_is_refused(dropped, lake):
    write_csv(dropped, ["", *GOOD[1:]])
    assert problems(dropped, lake) == ["A2 (code): is empty, but identifies the row"]


def test_empty_lines_count_as_a_spreadsheet_counts_them(dropped, lake):
    write_csv(dropped, GOOD, [], ["A2", "x", *GOOD[2:]])
    assert problems(dropped, lake) == ["B4 (count): is no whole number"]


def test_every_wrong_header_is_named(dropped, lake):
    header = ["code", "cuont", *list(TYPES)[2:], "code"]
    (dropped / f"{SHOPS.code}.csv").write_text(",".join(header) + "\n")
    assert problems(dropped, lake) == [
        "B1 (cuont): no such item: did you mean 'count'?",
        "H1 (code): the item is there twice",
        "row 1 (count): the column is missing",
    ]


def test_ragged_row_is_named(dropped, lake):
    write_csv(dropped, GOOD[:3])
    assert problems(dropped, lake) == ["row 2: has 3 cells where the header has 7"]


def test_unclosed_quotation_is_named(dropped, lake):
    (dropped / f"{SHOPS.code}.csv").write_text(",".join(TYPES) + '\n"A1,7\n')
    assert problems(dropped, lake) == ["line 2: unexpected end of data"]


def test_file_in_no_known_encoding_is_refused(dropped, lake):
    (dropped / f"{SHOPS.code}.csv").write_bytes(b"code\n\xff\xff\xff\n")
    assert problems(dropped, lake) == ["the file: is neither UTF-8 nor GB18030 text"]


def test_empty_file_is_refused(dropped, lake):
    (dropped / f"{SHOPS.code}.csv").touch()
    assert problems(dropped, lake) == ["the file: is empty: not even a header"]


def test_many_problems_are_counted_and_a_hundred_shown(dropped, lake):
    write_csv(dropped, *(["A1", "x", *GOOD[2:]] for _ in range(250)))
    with pytest.raises(RowsRefused, match="and 150 more") as refused:
        take(dropped, lake)
    assert (len(refused.value.problems), refused.value.total) == (100, 250)


def test_two_files_of_one_dataset_are_refused(dropped, lake):
    write_csv(dropped, GOOD)
    (dropped / f"{SHOPS.code}.xlsx").touch()
    (found,) = problems(dropped, lake)
    assert found == (
        "the folder: there are several of the same dataset "
        f"({SHOPS.code}.csv, {SHOPS.code}.xlsx): keep one"
    )


def test_absent_file_is_named(dropped, lake):
    with pytest.raises(SourceUnavailable) as caught:
        take(dropped, lake)
    assert caught.value.reason is Reason.MISSING


def test_one_refused_file_does_not_stop_the_others(dropped, lake):
    other = make_dataset("ref.other", Source(SourceKind.FILE, "ref.other"), TYPES)
    absent = make_dataset("ref.absent", Source(SourceKind.FILE, "ref.absent"), TYPES)
    write_csv(dropped, GOOD)
    (dropped / "ref.other.csv").write_text("nonsense\n")
    refused, taken = mirror_dropped(
        [other, absent, SHOPS], dropped=dropped, lake=lake, at=AT
    )
    assert isinstance(refused, RowsRefused)
    assert isinstance(taken, Snapshot)
    assert (taken.dataset, taken.rows) == ("ref.shop", 1)


# ------------------------------------------------------------------- workbooks


def write_sheet(folder: Path, rows: list[list[object]], corner: str = "A1") -> None:
    book = Workbook()
    first = book.active[corner]
    for down, row in enumerate(rows):
        for right, cell in enumerate(row):
            first.offset(down, right).value = cell
    book.save(folder / f"{SHOPS.code}.xlsx")


def test_workbook_becomes_a_snapshot(dropped, lake):
    moment = datetime(2026, 11, 23, 9, 30)
    write_sheet(
        dropped,
        [list(TYPES), ["A1", 7, 1250, 0.5, date(2026, 11, 23), moment, True]],
    )
    assert rows_of(lake, take(dropped, lake)) == [GOOD_ROW]


def test_workbook_and_csv_of_the_same_rows_are_one_version(dropped, lake):
    write_csv(dropped, GOOD)
    first = take(dropped, lake)
    (dropped / f"{SHOPS.code}.csv").unlink()
    write_sheet(dropped, [list(TYPES), GOOD])
    assert take(dropped, lake) == Snapshot("ref.shop", first.version, 1, fresh=False)


def test_cells_of_a_table_away_from_the_corner_are_named_rightly(dropped, lake):
    write_sheet(dropped, [list(TYPES), ["A1", "x", *GOOD[2:]]], corner="C3")
    assert problems(dropped, lake) == ["D4 (count): is no whole number"]


def test_number_that_excel_cut_is_refused(dropped, lake):
    write_sheet(dropped, [list(TYPES), [990101199003070012, *GOOD[1:]]])
    assert (
        "A2: a number this long has lost digits: format the column as text"
        in problems(dropped, lake)
    )


def test_file_that_is_no_workbook_is_refused(dropped, lake):
    (dropped / f"{SHOPS.code}.xlsx").write_bytes(b"PK no workbook")
    assert problems(dropped, lake) == ["the file: is no readable workbook"]


@pytest.mark.parametrize(
    ("at", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")]
)
def test_letters_of_columns(at, letters):
    assert column_letters(at) == letters
