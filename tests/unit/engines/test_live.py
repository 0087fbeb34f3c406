"""Reads of a department's own database."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from tests.unit.engines.practice import AT, PEOPLE, live, plan_of, sources_of

from tongban.kernel.catalog.model import DataType
from tongban.kernel.query.engines import (
    Answer,
    Overrun,
    Reason,
    Sources,
    SourceUnavailable,
    ValueFault,
    run,
)
from tongban.kernel.query.engines.run import ParamMissing
from tongban.kernel.query.engines.types import as_text, typed


LEI = PEOPLE[0][0]
ALL_TYPES = {
    "name": DataType.TEXT,
    "birth_date": DataType.DATE,
    "alive": DataType.BOOLEAN,
    "income": DataType.MONEY,
    "ratio": DataType.DECIMAL,
}
NAME = {"name": DataType.TEXT}
BY_ID = "SELECT name, birth_date, alive, income, ratio FROM person WHERE id_number = ?"


def read(sources: Sources, sql: str = "SELECT name FROM person", **more) -> Answer:
    types = more.pop("types", NAME)
    limit = more.pop("limit", 10)
    plan = plan_of(live(sql, *more), types=types)
    return run(plan, more, sources, at=AT, limit=limit)


def test_cells_become_the_declared_types(sources):
    answer = read(sources, BY_ID, types=ALL_TYPES, subject=LEI)
    assert answer.rows == [("李雷", date(1990, 3, 7), True, 500_000, Decimal("1.5"))]
    assert [type(cell) for cell in answer.rows[0]] == [str, date, bool, int, Decimal]


def test_null_stays_none_for_every_type(sources, change):
    change("UPDATE person SET name=NULL, birth_date=NULL, alive=NULL")
    answer = read(sources, BY_ID, types=ALL_TYPES, subject=PEOPLE[1][0])
    assert answer.rows == [(None, None, None, None, None)]


def test_version_of_a_live_read_names_the_moment_of_the_use(sources):
    assert read(sources).versions == {
        "population.person": "live@2026-11-23T09:30:00+00:00"
    }


@pytest.mark.parametrize(("limit", "truncated"), [(2, True), (3, False), (4, False)])
def test_truncation_is_said(sources, limit, truncated):
    answer = read(sources, limit=limit)
    assert (len(answer.rows), answer.truncated) == (min(limit, 3), truncated)


def test_like_tells_case_apart_as_duckdb_does(sources):
    assert read(sources, "SELECT name FROM person WHERE name LIKE 'o%'").rows == []


def test_parameters_are_bound_as_sqlite_stores_such_values(sources):
    sql = "SELECT name FROM person WHERE birth_date = ? AND alive = ? AND ratio = ?"
    found = read(sources, sql, born=date(1990, 3, 7), alive=True, ratio=Decimal("1.5"))
    assert found.rows == [("李雷",)]


def test_moment_is_bound_as_text(sources):
    found = read(sources, "SELECT ?", at=datetime(2026, 11, 23, 9, 30))
    assert found.rows == [("2026-11-23 09:30:00",)]


def test_column_without_a_type_is_as_stored(sources):
    answer = read(sources, "SELECT alive FROM person LIMIT 1", types={"alive": None})
    assert answer.rows == [(1,)]


def test_missing_parameter_is_named(sources):
    plan = plan_of(live(BY_ID, "subject"), types=ALL_TYPES)
    with pytest.raises(ParamMissing) as refused:
        run(plan, {}, sources, at=AT, limit=1)
    assert refused.value.facts == {"param": "subject"}


def test_nothing_can_be_written_or_attached(sources, tmp_path):
    for sql in (
        "DELETE FROM person",
        f"ATTACH '{tmp_path / 'other.db'}' AS other",
        "PRAGMA user_version",
    ):
        with pytest.raises(sqlite3.DatabaseError):
            read(sources, sql)


def test_two_threads_read_at_once_on_connections_of_their_own(sources):
    meeting = threading.Barrier(2, timeout=5)

    def work(number: int) -> list[tuple]:
        meeting.wait()
        return [
            read(sources, BY_ID, types=ALL_TYPES, subject=PEOPLE[number][0]).rows
            for _ in range(50)
        ][-1]

    with ThreadPoolExecutor(2) as pool:
        lei, mei = pool.map(work, (0, 1))
    assert (lei[0][0], mei[0][0]) == ("李雷", "韩梅梅")


# ------------------------------------------------------------ sources that fail


def refusal(sources: Sources, sql: str = "SELECT name FROM person", **more):
    with pytest.raises(SourceUnavailable) as caught:
        read(sources, sql, **more)
    return caught.value


def test_absent_database_is_named_with_its_provider(tmp_path, lake):
    sources = sources_of({"police": tmp_path / "none.sqlite"}, lake)
    fault = refusal(sources)
    assert (fault.dataset, fault.provider, fault.database, fault.reason) == (
        "population.person",
        "police",
        "police",
        Reason.MISSING,
    )


def test_database_that_nobody_bound_is_missing(lake):
    assert refusal(sources_of({}, lake)).reason is Reason.MISSING


def test_database_that_vanishes_while_open_is_missing(sources, police):
    read(sources)
    police.unlink()
    assert refusal(sources).reason is Reason.MISSING


def test_database_put_in_the_place_of_another_is_read(sources, police, tmp_path):
    read(sources)
    other = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE person (name TEXT)")
        connection.execute("INSERT INTO person VALUES ('新人')")
        connection.commit()
    other.replace(police)
    assert read(sources).rows == [("新人",)]


def test_locked_database_is_said_to_be_locked(sources, police, monkeypatch):
    monkeypatch.setattr("tongban.kernel.query.engines.sqlite.BUSY_SECONDS", 0.05)
    with closing(sqlite3.connect(police, isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        assert refusal(sources).reason is Reason.LOCKED


def test_file_that_is_no_database_is_damaged(sources, police):
    police.write_bytes(b"no database at all" * 100)
    assert refusal(sources).reason is Reason.CORRUPT


def test_damaged_page_is_damage(sources, police):
    content = bytearray(police.read_bytes())
    content[4096:4300] = b"\xff" * 204
    police.write_bytes(content)
    assert refusal(sources).reason is Reason.CORRUPT


def test_text_that_is_no_utf8_is_damage(sources, change):
    change("UPDATE person SET name = CAST(x'FFFE' AS TEXT)")
    assert refusal(sources).reason is Reason.CORRUPT


@pytest.mark.parametrize("sql", ["SELECT gone FROM person", "SELECT name FROM gone"])
def test_table_of_another_shape_is_said_to_be_so(sources, sql):
    assert refusal(sources, sql).reason is Reason.STRUCTURE


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        (DataType.DATE, "07.03.1990"),
        (DataType.BOOLEAN, 2),
        (DataType.MONEY, "much"),
        (DataType.DECIMAL, "half"),
        (DataType.DATETIME, "noon"),
    ],
)
def test_value_of_another_type_is_not_quoted(sources, change, kind, cell):
    change("UPDATE person SET name = ?", cell)
    fault = refusal(sources, types={"name": kind})
    assert fault.reason is Reason.VALUE
    assert str(cell) not in str(fault)


def test_long_statement_is_stopped(sources):
    endless = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
        "SELECT count(*) FROM n"
    )
    with pytest.raises(Overrun) as stopped:
        read(sources, endless)
    assert stopped.value.facts == {"seconds": 1.0}


def test_connection_is_good_after_a_stop(sources):
    test_long_statement_is_stopped(sources)
    assert len(read(sources).rows) == 3


def test_overflow_is_the_statements_fault(sources):
    with pytest.raises(ValueFault):
        read(sources, "SELECT abs(-9223372036854775808)")


def test_an_error_of_another_kind_is_a_bug(sources):
    with pytest.raises(sqlite3.ProgrammingError):
        read(sources, "SELECT name FROM person WHERE name = ?")


def test_closed_sources_open_anew(sources):
    read(sources)
    sources.close()
    assert len(read(sources).rows) == 3


# ---------------------------------------------------- places that hold more types


def test_cells_that_have_their_type_already_keep_it():
    moment = datetime(2026, 2, 28, 23, 59, 59)
    cells = (date(2024, 2, 29), moment, True, Decimal("0.1"), 7)
    types = (
        DataType.DATE,
        DataType.DATETIME,
        DataType.BOOLEAN,
        DataType.DECIMAL,
        DataType.MONEY,
    )
    ((*read_back,),) = typed([cells], types)
    assert read_back == [*cells[:3], Decimal("0.100000"), 7]


def test_moment_is_no_day():
    with pytest.raises(TypeError):
        typed([(datetime(2026, 2, 28),)], (DataType.DATE,))


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (date(2024, 2, 29), "2024-02-29"),
        (datetime(2024, 2, 29, 1, 2, 3), "2024-02-29 01:02:03"),
        (Decimal("1E+3"), "1000"),
        (Decimal("-0.000001"), "-0.000001"),
        (0.1, "0.1"),
        (True, "True"),
        ("", ""),
        (None, None),
    ],
)
def test_cells_go_to_a_join_as_duckdb_reads_them(cell, text):
    assert as_text(cell) == text


@pytest.mark.parametrize("cell", [b"x", ["x"], {"x": 1}])
def test_what_is_nobodys_item_goes_nowhere(cell):
    with pytest.raises(TypeError):
        as_text(cell)


def test_kind_of_place_that_the_site_does_not_have_is_missing(sources):
    elsewhere = replace(live(BY_ID, "subject"), kind="postgresql")
    plan = plan_of(elsewhere, types=ALL_TYPES)
    with pytest.raises(SourceUnavailable) as caught:
        run(plan, {"subject": LEI}, sources, at=AT, limit=1)
    assert caught.value.reason is Reason.MISSING
