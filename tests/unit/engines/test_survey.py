"""What inspection sees of real databases, files and folders, and never tells."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from openpyxl import Workbook
from tests.capabilities.postgresql import programs, server

from tongban.kernel.catalog.model import DataType, SourceKind
from tongban.kernel.query.engines.address import Address
from tongban.pack.sketch import Surveyed
from tongban.store.survey import NotSurveyed, database, files
from tongban.store.tables import Unreadable


def seen(found: Surveyed) -> dict[str, tuple]:
    """Name → declared type, declared length, comment, key."""
    return {c.name: (c.type, c.length, c.comment, c.is_key) for c in found.columns}


# ------------------------------------------------------------------------- SQLite


@pytest.fixture
def register(tmp_path) -> Path:
    path = tmp_path / "police.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            'CREATE TABLE "Person" (id VARCHAR(18) PRIMARY KEY, n INTEGER, "姓 名" '
            "TEXT, seal BLOB)"
        )
        rows = [(f"A{n}", n, "x", b"\xff") for n in range(50)]
        connection.executemany('INSERT INTO "Person" VALUES (?,?,?,?)', rows)
        connection.execute("CREATE TABLE empty (a DATE, b DATE, PRIMARY KEY (a, b))")
        connection.commit()
    return path


def test_sqlite_tables(register):
    person, empty = database(SourceKind.SQLITE, "police", register, rows=10)
    assert (person.code, person.rows) == ("police.person", 10)
    assert person.source == {"sqlite": "police", "table": "Person"}
    assert seen(person) == {
        "id": (DataType.TEXT, 18, "", True),
        "n": (DataType.INTEGER, None, "", False),
        "姓 名": (DataType.TEXT, None, "", False),
        "seal": (None, None, "", False),
    }
    assert (empty.rows, [c.is_key for c in empty.columns]) == (0, [False, False])
    assert empty.notes == ("Its key has several columns.",)


def test_only_the_tables_asked_for(register):
    (found,) = database(SourceKind.SQLITE, "police", register, tables=["empty"])
    assert found.code == "police.empty"
    with pytest.raises(NotSurveyed) as caught:
        list(database(SourceKind.SQLITE, "police", register, tables=["Persons"]))
    assert caught.value.mend == "did you mean 'Person'?"


@pytest.mark.parametrize("content", [None, b"no database" * 100])
def test_a_database_that_cannot_be_read(tmp_path, content):
    path = tmp_path / "police.sqlite"
    if content:
        path.write_bytes(content)
    with pytest.raises(NotSurveyed):
        list(database(SourceKind.SQLITE, "police", path))


# ------------------------------------------------------------------------- MariaDB


@pytest.fixture
def market(mariadb_server, tmp_path) -> Iterator[Address]:
    mariadb_server.admin(
        "CREATE TABLE market.firm (uscc CHAR(18) PRIMARY KEY COMMENT '信用代码', "
        "name VARCHAR(80), capital DECIMAL(12,2), staff DECIMAL(9,0), open TINYINT(1), "
        "seen DATETIME) COMMENT '企业'",
        "INSERT INTO market.firm VALUES ('91350100M000100Y43', '云', 1, 2, 1, NOW())",
    )
    yield mariadb_server.address(tmp_path)
    mariadb_server.admin("DROP TABLE market.firm")


def test_mariadb_tables_with_their_comments(market):
    (found,) = database(SourceKind.MYSQL, "market", market, tables=["firm"])
    assert (found.code, found.comment, found.rows) == ("market.firm", "企业", 1)
    assert found.source == {"mysql": "market", "table": "firm"}
    assert seen(found) == {
        "uscc": (DataType.TEXT, 18, "信用代码", True),
        "name": (DataType.TEXT, 80, "", False),
        "capital": (DataType.DECIMAL, None, "", False),
        "staff": (DataType.INTEGER, None, "", False),
        "open": (DataType.BOOLEAN, None, "", False),
        "seen": (DataType.DATETIME, None, "", False),
    }


def test_a_wrong_password_is_said_without_it(market):
    market.secret_file.write_text("guess")
    with pytest.raises(NotSurveyed, match="market") as caught:
        list(database(SourceKind.MYSQL, "market", market))
    assert "does not let the site in" in caught.value.why
    assert "guess" not in str(caught.value)


def test_a_server_that_is_down(market):
    nobody = replace(market, url="mysql://127.0.0.1:1/market")
    with pytest.raises(NotSurveyed) as caught:
        list(database(SourceKind.MYSQL, "market", nobody))
    assert caught.value.why == "its server does not answer"


# ---------------------------------------------------------------------- PostgreSQL


@pytest.fixture(scope="module")
def hospital() -> Iterator[Address]:
    if programs() is None:
        pytest.skip("PostgreSQL is not installed (see tools/test-setup)")
    with server() as url:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE SCHEMA own")
            connection.execute(
                "CREATE TABLE own.visit (no bigint PRIMARY KEY, at timestamptz, "
                "paid numeric(9,2), kind char(2), who varchar(18), urgent boolean)"
            )
            connection.execute("COMMENT ON TABLE own.visit IS '就诊'")
            connection.execute("COMMENT ON COLUMN own.visit.who IS '患者'")
            connection.execute("CREATE VIEW shown AS SELECT no FROM own.visit")
        yield Address("hospital", url.replace("tongban@", ""), "tongban")


def test_postgresql_tables_and_views(hospital):
    visit, shown = database(SourceKind.POSTGRESQL, "hospital", hospital)
    assert (visit.comment, visit.source["table"]) == ("就诊", "own.visit")
    assert seen(visit) == {
        "no": (DataType.INTEGER, None, "", True),
        "at": (DataType.DATETIME, None, "", False),
        "paid": (DataType.DECIMAL, None, "", False),
        "kind": (DataType.TEXT, 2, "", False),
        "who": (DataType.TEXT, 18, "患者", False),
        "urgent": (DataType.BOOLEAN, None, "", False),
    }
    assert shown.source == {"postgresql": "hospital", "table": "shown"}


# --------------------------------------------------------------- files and folders


def test_a_csv_of_an_office(tmp_path):
    path = tmp_path / "ref.shop.csv"
    path.write_bytes("代码,名称\r\nA1,云州面馆\r\nB2,\r\n".encode("gb18030"))
    found = files(path)
    assert (found.code, found.format, found.rows) == ("ref.shop", "CSV", 2)
    assert [(c.name, list(c.values)) for c in found.columns] == [
        ("代码", ["A1", "B2"]),
        ("名称", ["云州面馆", ""]),
    ]


def test_a_workbook(tmp_path):
    book = Workbook()
    for row in (["code", "n"], ["A1", 7], ["B2", 2.5]):
        book.active.append(row)
    book.save(tmp_path / "shop.xlsx")
    found = files(tmp_path / "shop.xlsx")
    assert (found.code, found.format) == ("dropped.shop", "Excel")
    assert list(found.columns[1].values) == ["7", "2.5"]


def test_a_folder_is_one_dataset_sampled_evenly(tmp_path):
    folder = tmp_path / "shops"
    folder.mkdir()
    for name in ("a", "b"):
        rows = [{"code": f"{name}{n}", "n": n} for n in range(10)]
        (folder / f"{name}.json").write_text(json.dumps(rows))
    (folder / "c.csv").write_text("other\n1\n")
    found = files(folder, rows=6)
    assert list(found.columns[0].values) == ["a0", "a1", "b0", "b1"]
    assert found.notes == ("c.csv has other columns than a.json.",)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", b"x"),
        ("a.csv", b""),
        ("a.csv", b"one,one\n1,2\n"),
        ("a.csv", b"\xff\xff\xff"),
        ("a.parquet", b"PAR1"),
        ("a.xlsx", b"PK"),
        ("a.json", b'[{"a": '),
    ],
)
def test_a_file_that_is_none(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Unreadable) as caught:
        files(tmp_path / name)
    assert caught.value.where == name


def test_only_a_bounded_sample_is_read(tmp_path):
    # Were it read to its end, the missing end would be noticed.
    lines = [json.dumps({"a": n}) for n in range(200_000)]
    (tmp_path / "a.json").write_text("[" + ",".join(lines))
    assert files(tmp_path / "a.json", rows=10).rows == 10
