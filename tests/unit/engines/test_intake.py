"""Files and folders become the same snapshot, or are refused with their place."""

import json
import tracemalloc
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet
from tests.unit.engines.shops import (
    OBJECTS,
    ROWS,
    SHOPS,
    TYPES,
    problems,
    reason,
    rows_of,
)

from tongban.kernel.query.engines import Reason
from tongban.kernel.query.engines.address import Address
from tongban.store.lake import in_force


# -------------------------------------------------- files that carry their structure


def as_parquet(path: Path, rows=ROWS) -> None:
    columns = zip(*rows, strict=True)
    parquet.write_table(pa.table([pa.array(c) for c in columns], list(TYPES)), path)


def as_json(path: Path, objects=OBJECTS) -> None:
    path.write_text(json.dumps(objects, indent=1))


def as_lines(path: Path, objects=OBJECTS) -> None:
    path.write_text("\n".join(map(json.dumps, objects)) + "\n")


@pytest.mark.parametrize(
    ("suffix", "write"),
    [(".parquet", as_parquet), (".json", as_json), (".jsonl", as_lines)],
)
def test_the_same_rows_make_the_same_version(
    take, dropped, lake, expected, suffix, write
):
    write(dropped / f"{SHOPS.code}{suffix}")
    snapshot = take()
    assert rows_of(lake, snapshot) == ROWS
    assert (snapshot.version, snapshot.fresh) == (expected, False)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[", "after row 0: is no JSON array or lines of objects from there on"),
        (
            json.dumps(OBJECTS)[:-1],
            "after row 2: is no JSON array or lines of objects from there on",
        ),
        (
            json.dumps(OBJECTS) + "x",
            "after row 2: is no JSON array or lines of objects from there on",
        ),
        ("7", "row 1: is no JSON object"),
        ('[{"code": "A1"}]', "column count: is missing"),
        (
            json.dumps([OBJECTS[0] | {"codes": 1}]),
            "column codes: no such item: did you mean 'code'?",
        ),
        (
            json.dumps([OBJECTS[0], {**OBJECTS[1], "code": ["B2"]}]),
            "row 2 (code): is a list or an object, as no item is",
        ),
        (
            json.dumps([OBJECTS[0], OBJECTS[1] | {"count": "7.5"}]),
            "row 2 (count): is no whole number",
        ),
    ],
)
def test_json_that_is_not_as_catalogued(take, dropped, text, problem):
    (dropped / f"{SHOPS.code}.json").write_text(text)
    assert problem in problems(take)


def test_a_member_missing_in_one_row_is_no_empty_cell(take, dropped):
    second = {name: cell for name, cell in OBJECTS[1].items() if name != "since"}
    as_json(dropped / f"{SHOPS.code}.json", [OBJECTS[0], second])
    why = "row 2 (since): the member is missing; write null for no value"
    assert why in problems(take)


def test_parquet_that_is_none(take, dropped):
    (dropped / f"{SHOPS.code}.parquet").write_bytes(b"PAR1 half")
    assert problems(take) == ["the file: is no readable Parquet file"]


def test_parquet_with_bytes(take, dropped):
    as_parquet(dropped / f"{SHOPS.code}.parquet", [(b"A1", *row[1:]) for row in ROWS])
    assert problems(take) == ["column code: holds bytes or lists, as no item does"]


# ------------------------------------------------------------------------- folders


@pytest.fixture
def folder(dropped) -> Path:
    path = dropped / SHOPS.code
    (path / "2026").mkdir(parents=True)
    as_json(path / "1.json", OBJECTS[:1])
    as_parquet(path / "2026" / "2.parquet", ROWS)
    (path / "2026" / "2.parquet").unlink()
    as_lines(path / "2026" / "2.jsonl", OBJECTS[1:])
    return path


def test_all_files_of_a_folder_are_one_dataset(take, lake, expected, request):
    request.getfixturevalue("folder")
    snapshot = take()
    assert rows_of(lake, snapshot) == ROWS
    assert snapshot.version == expected


def test_half_a_folder_is_not_taken(take, folder, lake):
    before = take()
    (folder / "3.parquet").write_bytes(b"broken")
    assert problems(take) == ["3.parquet the file: is no readable Parquet file"]
    assert in_force(lake, SHOPS).version == before.version


def test_a_mistake_is_told_with_its_file(take, folder):
    header = ",".join(TYPES)
    (folder / "0.csv").write_text(f"{header}\nC3,,,,,1\n")
    (folder / "9.csv").write_text(f"{header}\nD4,,,,,1\nE5,many,,,,1\n")
    assert problems(take) == ["9.csv B3 (count): is no whole number"]


def test_a_file_of_another_kind_is_not_passed_over(take, folder):
    (folder / "notes.txt").write_text("x")
    (told,) = problems(take)
    assert told.startswith("notes.txt the file: is none of .csv")


def test_what_programs_leave_beside_files_is_passed_over(take, folder):
    for name in (".lock", "~$open.xlsx"):
        (folder / name).write_text("x")
    assert take().rows == 2


def test_a_link_out_of_the_folder_is_not_followed(take, folder, tmp_path):
    (tmp_path / "elsewhere.json").write_text("[]")
    (folder / "5.json").symlink_to(tmp_path / "elsewhere.json")
    (told,) = problems(take)
    assert told.startswith("5.json ")


def test_an_empty_folder_is_missing(take, dropped):
    (dropped / SHOPS.code).mkdir()
    assert reason(take) is Reason.MISSING


def test_the_site_may_keep_a_folder_elsewhere(take, tmp_path, expected):
    share = tmp_path / "share"
    share.mkdir()
    as_json(share / "all.json")
    address = Address("ref.shop", f"file:{share}")
    assert take(**{"ref.shop": address}).version == expected


# ------------------------------------------------------------------- memory is flat


def peak(take, path: Path, rows: int) -> int:
    with path.open("w") as file:
        for number in range(rows):
            file.write(json.dumps(OBJECTS[0] | {"code": str(number)}) + "\n")
    tracemalloc.start()
    take()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def test_twice_the_rows_need_no_more_memory(take, dropped):
    # 20,000 rows are a batch: beyond one, Python holds a batch and no more.
    path = dropped / f"{SHOPS.code}.jsonl"
    assert peak(take, path, 100_000) < 1.2 * peak(take, path, 50_000)
