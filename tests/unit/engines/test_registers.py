"""Servers and interfaces become the same snapshot, or are refused with their place."""

from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest
from tests.capabilities.postgresql import programs, server
from tests.unit.engines.interface import Answer, served
from tests.unit.engines.practice import make_dataset
from tests.unit.engines.shops import (
    HTTP,
    MYSQL,
    OBJECTS,
    TYPES,
    problems,
    reason,
)

from tongban.kernel.catalog.model import Source, SourceKind
from tongban.kernel.query.engines import Reason
from tongban.kernel.query.engines.address import Address
from tongban.store.lake import in_force


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
