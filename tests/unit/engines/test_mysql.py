"""Live reads of a real MariaDB: exact rows, read only, bounded, faults by name."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from sqlglot import exp
from tests.unit.engines import mariadb
from tests.unit.query.test_masks import TEXTS

from tongban.kernel.catalog.model import DataType, Item
from tongban.kernel.query.engines import Overrun, Reason, ValueFault
from tongban.kernel.query.engines.address import Address
from tongban.kernel.query.engines.faults import SourceFault
from tongban.kernel.query.engines.mysql import Servers
from tongban.kernel.query.lowering.mysql import MYSQL
from tongban.kernel.query.terms.masks import masked
from tongban.kernel.terms import Text


pytestmark = pytest.mark.skipif(mariadb.program() is None, reason=mariadb.WHY_NOT)

FIRM = "91990100MA0000001X"
BY_CODE = "SELECT `raw`.`name` FROM `licence` AS `raw` WHERE `raw`.`uscc` = %(1)s"


@pytest.fixture(scope="module")
def server(mariadb_server) -> mariadb.Server:
    mariadb_server.admin(
        "DROP TABLE IF EXISTS market.licence",
        "CREATE TABLE market.licence (uscc VARCHAR(18) PRIMARY KEY, name "
        "VARCHAR(80), since DATE, seen DATETIME, capital BIGINT, "
        "ratio DECIMAL(9,3), open TINYINT(1), seal VARBINARY(4))",
        "INSERT INTO market.licence VALUES "
        f"('{FIRM}', '云州𠮷面馆', '2024-02-29', '2024-02-29 01:02:03', 500000, "
        "0.125, 1, x'00ff'), ('91990100MA0000002X', NULL, NULL, NULL, NULL, NULL, "
        "NULL, NULL)",
    )
    return mariadb_server


@pytest.fixture
def address(server, tmp_path) -> Address:
    return server.address(tmp_path)


@pytest.fixture
def place(address) -> Iterator[Servers]:
    with closing(Servers({"market": address}, timeout_s=1.0)) as servers:
        yield servers


def refusal(address: Address, statement: str = BY_CODE) -> Reason:
    with (
        closing(Servers({"market": address}, timeout_s=1.0)) as servers,
        pytest.raises(SourceFault) as caught,
    ):
        servers.select("market", statement, [FIRM], limit=1)
    assert mariadb.PASSWORD not in str(caught.value)
    return caught.value.reason


def test_cells_as_the_catalogue_types_them(place):
    found = place.select(
        "market", "SELECT * FROM licence WHERE uscc = %(1)s", [FIRM], limit=5
    )
    assert found.rows[0][:7] == (
        FIRM, "云州𠮷面馆", date(2024, 2, 29), datetime(2024, 2, 29, 1, 2, 3),
        500_000, Decimal("0.125"), 1,
    )  # fmt: skip
    assert not found.truncated


def test_a_number_is_a_value_and_no_text_of_the_statement(place):
    found = place.select("market", BY_CODE, ["x' OR '1'='1"], limit=5)
    assert found.rows == []


def test_rows_beyond_the_limit_are_left_and_the_next_use_goes_on(place):
    cut = place.select("market", "SELECT uscc FROM licence", [], limit=1)
    assert (len(cut.rows), cut.truncated) == (1, True)
    assert place.select("market", BY_CODE, [FIRM], limit=1).rows == [("云州𠮷面馆",)]


def test_nothing_can_be_written(place):
    for statement in (
        "DELETE FROM licence",
        "INSERT INTO licence (uscc) VALUES (%(1)s)",
    ):
        with pytest.raises(Exception, match="READ ONLY"):
            place.select("market", statement, ["y"] * ("%(" in statement), limit=1)
    assert len(place.select("market", "SELECT * FROM licence", [], limit=9).rows) == 2


def test_a_slow_statement_is_stopped_at_the_server(place):
    with pytest.raises(Overrun):
        place.select("market", "SELECT SLEEP(5), benchmark(9, 1)", [], limit=1)
    assert place.select("market", BY_CODE, [FIRM], limit=1).rows


def test_a_connection_that_was_lost_is_made_anew(place, server):
    assert place.select("market", BY_CODE, [FIRM], limit=1).rows
    (number,) = place.select("market", "SELECT connection_id()", [], limit=1).rows[0]
    server.admin(f"KILL {number}")
    assert place.select("market", BY_CODE, [FIRM], limit=1).rows


def test_a_wrong_password_is_denied(address):
    address.secret_file.write_text("guess")
    assert refusal(address) is Reason.DENIED


def test_a_password_that_others_may_read_is_not_used(address):
    address.secret_file.chmod(0o644)
    assert refusal(address) is Reason.DENIED


def test_a_database_that_is_not_there(address):
    elsewhere = replace(address, url=address.url.replace("/market", "/tax"))
    # The account may not know whether it is there.
    assert refusal(elsewhere) in (Reason.MISSING, Reason.DENIED)


def test_a_server_that_is_down(address):
    nobody = replace(address, url="mysql://127.0.0.1:1/market")
    assert refusal(nobody) is Reason.UNREACHABLE


@pytest.mark.parametrize(
    "statement",
    ["SELECT gone FROM licence WHERE 1 = %(1)s", "SELECT %(1)s FROM gone"],
)
def test_what_is_no_longer_there_is_told_as_structure(address, statement):
    assert refusal(address, statement) is Reason.STRUCTURE


def test_a_statement_that_cannot_be_computed(place):
    with pytest.raises(ValueFault) as caught:
        place.select(
            "market", "SELECT ~0 + capital FROM licence WHERE uscc = %(1)s", [FIRM],
            limit=1,
        )  # fmt: skip
    assert "500000" not in str(caught.value)


@pytest.mark.parametrize(
    "cell",
    [
        "CAST('12a' AS SIGNED)",
        "CAST('2026-02-30' AS DATE)",
        # As a column of BIGINT UNSIGNED is read where the catalogue has a number.
        "CAST(CAST(18446744073709551615 AS DECIMAL(20, 0)) AS SIGNED)",
        "CAST(1e13 AS DECIMAL(18, 6))",
    ],
)
def test_a_cell_that_the_server_would_change_is_not_read(address, cell):
    assert refusal(address, f"SELECT {cell}") is Reason.VALUE


def test_texts_are_told_apart_by_their_bytes(place):
    pairs = "'a' = 'A', 'a' = 'a ', 'e' = 'é', '𠮷' > '云', 'a' LIKE 'A', 'é' LIKE '_'"
    found = place.select("market", f"SELECT {pairs}", [], limit=1)
    assert found.rows == [(0, 0, 0, 1, 0, 1)]


@pytest.mark.parametrize(
    ("mask", "value", "expected"), [row for row in TEXTS if row[0] in MYSQL.masks]
)
def test_a_mask_is_made_by_the_server(place, mask, value, expected):
    item = Item("item", Text("项"), "e", DataType.TEXT, mask=mask)
    statement = exp.select(masked(item, exp.convert(value))).sql("mysql")
    assert place.select("market", statement, [], limit=1).rows == [(expected,)]


def test_a_name_that_the_site_does_not_know(place):
    with pytest.raises(SourceFault) as caught:
        place.select("tax", BY_CODE, [FIRM], limit=1)
    assert caught.value.reason is Reason.UNBOUND
