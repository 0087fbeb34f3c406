"""Every kind of source becomes the same snapshot, or is refused with its place."""

import json
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import psycopg
import pyarrow as pa
import pytest
from pyarrow import parquet
from tests.capabilities.postgresql import programs, server
from tests.unit.engines.interface import Answer, served
from tests.unit.engines.practice import AT, make_dataset

from tongban.kernel.catalog.model import (
    DataType,
    Interface,
    Pages,
    Paging,
    Source,
    SourceKind,
)
from tongban.kernel.query.engines import Reason, SourceUnavailable
from tongban.kernel.query.engines.address import Address
from tongban.store.intake import RowsRefused
from tongban.store.lake import Snapshot, in_force, mirror


TYPES = {
    "code": DataType.TEXT,
    "count": DataType.INTEGER,
    "ratio": DataType.DECIMAL,
    "since": DataType.DATE,
    "seen": DataType.DATETIME,
    "open": DataType.BOOLEAN,
}
FILE = Source(SourceKind.FILE, "ref.shop")
SHOPS = make_dataset("ref.shop", FILE, TYPES, lengths={"code": 6})
MYSQL = make_dataset("ref.shop", Source(SourceKind.MYSQL, "shop", "market"), TYPES)
HTTP = make_dataset(
    "ref.shop",
    Source(
        SourceKind.HTTP,
        "/shops",
        "tax",
        Interface(rows="/rows", pages=Pages(Paging.NUMBER, parameter="page")),
    ),
    TYPES,
)
ROWS = [
    ("A1", 7, Decimal("0.5"), date(2026, 11, 23), datetime(2026, 11, 23, 9, 30), True),
    ("B2", None, None, None, None, False),
]
OBJECTS = [
    {
        "code": "A1",
        "count": 7,
        "ratio": 0.5,
        "since": "2026-11-23",
        "seen": "2026-11-23 09:30:00",
        "open": True,
    },
    dict.fromkeys(TYPES) | {"code": "B2", "open": False},
]


@pytest.fixture
def dropped(tmp_path: Path) -> Path:
    path = tmp_path / "dropped"
    path.mkdir()
    return path


@pytest.fixture
def take(dropped, lake):
    """Mirror a dataset of what is dropped, or of what the addresses say."""

    def taken(dataset=SHOPS, **addresses: Address) -> Snapshot:
        kind = dataset.source.kind
        return mirror(
            dataset,
            departments={},
            dropped=dropped,
            lake=lake,
            at=AT,
            addresses={kind: addresses},
        )

    return taken


@pytest.fixture
def expected(take, dropped) -> str:
    """The version that these rows have as a CSV file."""
    lines = [
        "code,count,ratio,since,seen,open",
        "A1,7,0.5,2026-11-23,2026-11-23 09:30:00,1",
        "B2,,,,,0",
    ]
    path = dropped / f"{SHOPS.code}.csv"
    path.write_text("\n".join(lines))
    version = take().version
    path.unlink()
    return version


def rows_of(lake: Path, snapshot: Snapshot) -> list[tuple]:
    path = lake / snapshot.dataset / f"{snapshot.version}.parquet"
    with duckdb.connect() as database:
        return database.read_parquet(str(path)).fetchall()


def problems(take, *args, **more) -> list[str]:
    with pytest.raises(RowsRefused) as caught:
        take(*args, **more)
    return [str(problem) for problem in caught.value.problems]


def reason(take, *args, **more) -> Reason:
    with pytest.raises(SourceUnavailable) as caught:
        take(*args, **more)
    assert caught.value.provider == "police"
    return caught.value.reason


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


# --------------------------------------------------------------- MySQL and MariaDB


@pytest.fixture
def market(mariadb_server, tmp_path) -> Iterator[Address]:
    mariadb_server.admin(
        "CREATE TABLE market.shop (code VARCHAR(9), count INT, ratio DECIMAL(9,3), "
        "since DATE, seen DATETIME, open TINYINT(1))",
        "INSERT INTO market.shop VALUES ('B2', NULL, NULL, NULL, NULL, 0), "
        "('A1', 7, 0.5, '2026-11-23', '2026-11-23 09:30:00', 1)",
    )
    yield mariadb_server.address(tmp_path)
    mariadb_server.admin("DROP TABLE IF EXISTS market.shop")


def test_a_table_of_mariadb(take, market, expected):
    assert take(MYSQL, market=market).version == expected


def test_a_table_that_lost_a_column(take, market, mariadb_server):
    mariadb_server.admin("ALTER TABLE market.shop DROP COLUMN seen")
    assert reason(take, MYSQL, market=market) is Reason.STRUCTURE


def test_cells_of_another_type_are_named(take, market, mariadb_server):
    mariadb_server.admin(
        "ALTER TABLE market.shop MODIFY since VARCHAR(20)",
        "UPDATE market.shop SET since = 'soon' WHERE code = 'B2'",
    )
    assert problems(take, MYSQL, market=market) == [
        "row 1 (since): is no date such as 2026-11-23"
    ]


def test_bytes_are_no_value(take, market, mariadb_server):
    mariadb_server.admin("ALTER TABLE market.shop MODIFY code VARBINARY(9)")
    told = problems(take, MYSQL, market=market)
    assert told[0] == "row 1 (code): is bytes or a list, as no item is"


def test_a_wrong_password_leaves_the_version_in_force(take, market, lake):
    before = take(MYSQL, market=market)
    market.secret_file.write_text("guess")
    assert reason(take, MYSQL, market=market) is Reason.DENIED
    assert in_force(lake, MYSQL).version == before.version


def test_an_address_that_the_site_does_not_give(take):
    assert reason(take, MYSQL) is Reason.UNBOUND


# ---------------------------------------------------------------------- PostgreSQL


POSTGRESQL = make_dataset(
    "ref.shop", Source(SourceKind.POSTGRESQL, "own.shop", "hospital"), TYPES
)


CREATE_SHOP = (
    "CREATE TABLE own.shop (code text, count int, ratio numeric, since date, "
    "seen timestamp, open boolean)"
)
LATER_SHOP = (
    "INSERT INTO own.shop VALUES "
    "('A1', 7, 0.5, '2026-11-23', '2026-11-23 09:30:00', true)"
)


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    if programs() is None:
        pytest.skip("PostgreSQL is not installed (see tools/test-setup)")
    with server() as url:
        yield url


@pytest.fixture
def hospital(postgresql) -> Iterator[Address]:
    with psycopg.connect(postgresql, autocommit=True) as connection:
        for statement in (
            "CREATE SCHEMA own",
            CREATE_SHOP,
            "INSERT INTO own.shop VALUES ('B2', NULL, NULL, NULL, NULL, false)",
            LATER_SHOP,
        ):
            connection.execute(statement)
        plain = postgresql.replace("tongban@", "")
        yield Address("hospital", plain, "tongban")
        connection.execute("DROP SCHEMA own CASCADE")


def test_a_table_of_postgresql(take, hospital, expected):
    assert take(POSTGRESQL, hospital=hospital).version == expected


def test_a_column_that_postgresql_lost(take, hospital, postgresql):
    with psycopg.connect(postgresql, autocommit=True) as connection:
        connection.execute("ALTER TABLE own.shop DROP COLUMN seen")
    assert reason(take, POSTGRESQL, hospital=hospital) is Reason.STRUCTURE


def test_a_postgresql_that_is_down(take, hospital):
    nobody = replace(hospital, url="postgresql://127.0.0.1:1/postgres")
    assert reason(take, POSTGRESQL, hospital=nobody) is Reason.UNREACHABLE


def test_an_account_that_postgresql_does_not_know(take, hospital):
    stranger = replace(hospital, user="stranger")
    assert reason(take, POSTGRESQL, hospital=stranger) in (
        Reason.DENIED,
        Reason.UNREACHABLE,  # "role does not exist" is a sentence without a code
    )


# ---------------------------------------------------------------- HTTP interfaces


@pytest.fixture
def tax():
    with served() as state:
        pages = {"1": OBJECTS[:1], "2": OBJECTS[1:]}
        state.respond = lambda asked: Answer(
            {"rows": pages.get(asked.query["page"], [])}
        )
        yield state


def test_all_pages_of_an_interface(take, tax, expected):
    assert take(HTTP, tax=Address("tax", tax.url)).version == expected


def test_a_fault_on_a_later_page_leaves_nothing_half_taken(take, tax, lake):
    good = tax.respond
    tax.respond = lambda a: good(a) if a.query["page"] == "1" else Answer(status=500)
    assert reason(take, HTTP, tax=Address("tax", tax.url)) is Reason.UNREACHABLE
    assert list(lake.rglob("*.parquet")) == []


def test_json_of_another_type_is_named(take, tax):
    wrong = [OBJECTS[0] | {"code": 1}, OBJECTS[1] | {"count": 7.5}]
    tax.respond = lambda a: Answer({"rows": wrong if a.query["page"] == "1" else []})
    told = problems(take, HTTP, tax=Address("tax", tax.url))
    assert "row 1 (code): is no text in JSON" in told
    assert "row 2 (count): is no integer in JSON" in told


def test_a_page_for_ever_ends(take, tax):
    tax.respond = lambda _: Answer({"rows": OBJECTS})
    assert reason(take, HTTP, tax=Address("tax", tax.url)) is Reason.PAGES


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
