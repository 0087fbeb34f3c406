"""Reads of a department's PostgreSQL, on a real server."""

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import psycopg
import pytest
from tests.capabilities.postgresql import programs, server
from tests.unit.engines.practice import AT, PEOPLE, PERSON, plan_of

from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.model import DataType, Source, SourceKind
from tongban.kernel.query.compiler import Compiler
from tongban.kernel.query.engines import (
    Answer,
    Overrun,
    Reason,
    Sources,
    SourceUnavailable,
    ValueFault,
    run,
)
from tongban.kernel.query.engines.postgresql import Database, Servers
from tongban.kernel.query.model import CaseView, Fetch, Grant, Plan, Purpose, Scope, Use
from tongban.kernel.query.terms.access import bindings
from tongban.kernel.terms import Subject, SubjectKind, Text


pytestmark = pytest.mark.skipif(programs() is None, reason="no PostgreSQL here")
LEI = PEOPLE[0][0]
CODE = PERSON.code
# As departments keep them: a padded number, money with decimals, small integers.
TABLE = (
    "CREATE TABLE hr.person (id_number CHAR(20) PRIMARY KEY, name VARCHAR(40), "
    "birth_date DATE, alive BOOLEAN, income NUMERIC(20, 2), ratio NUMERIC, "
    "address TEXT)"
)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with server() as address:
        with psycopg.connect(address) as connection:
            connection.execute("CREATE SCHEMA hr")
            connection.execute(TABLE)
            connection.cursor().executemany(
                "INSERT INTO hr.person VALUES (%s, %s, %s, %s, %s, %s, %s)",
                [
                    (*row[:3], None if row[3] is None else bool(row[3]), *row[4:])
                    for row in PEOPLE
                ],
            )
        yield address


@pytest.fixture
def servers(url: str) -> Iterator[Servers]:
    place = Servers({"police": Database(url)}, timeout_s=1.0)
    yield place
    place.close()


def ask(servers: Servers, sql: str, *values: object, limit: int = 10) -> list[tuple]:
    return servers.select("police", sql, values, limit=limit).rows


def refusal(servers: Servers, sql: str = "SELECT name FROM hr.person") -> Reason:
    fetch = Fetch(SourceKind.POSTGRESQL, "police", sql, (), "", (CODE,))
    plan = plan_of(fetch, types={"name": DataType.TEXT})
    with (
        Sources({SourceKind.POSTGRESQL: servers}, None) as sources,
        pytest.raises(SourceUnavailable) as caught,
    ):
        run(plan, {}, sources, at=AT, limit=1)
    assert (caught.value.dataset, caught.value.provider) == (CODE, "police")
    return caught.value.reason


# ------------------------------------------------------ through the compiler


LEI_THEMSELVES = Subject(SubjectKind.PERSON, LEI)


def planned(sql: str) -> tuple[Use, Plan]:
    """One person's use of the register, pushed to the server."""
    source = Source(SourceKind.POSTGRESQL, "hr.person", "police")
    dataset = replace(PERSON, source=source)
    items = frozenset(dataset.items)
    named = frozenset(f"{CODE}.{name}" for name in items)
    types = frozenset({"t"})
    purpose = Purpose("p", Text("用途"), Scope.SUBJECT, named, "依据", types)
    grant = Grant("g", "o", "p", CODE, items, Scope.SUBJECT, "依据", date(2025, 1, 1))
    compiler = Compiler(Catalog(datasets={CODE: dataset}), {"p": purpose}, [grant])
    use = Use("a", "o", "p", sql, AT, case="c", subject=LEI_THEMSELVES)
    parties = frozenset({LEI_THEMSELVES})
    return use, compiler.compile(use, CaseView("c", "t", True, parties))


def governed(servers: Servers, sql: str) -> Answer:
    use, plan = planned(sql)
    assert (plan.final, plan.fetches[0].kind) == (None, "postgresql")
    with Sources({SourceKind.POSTGRESQL: servers}, None) as sources:
        return run(plan, bindings(use), sources, at=AT, limit=10)


def test_cells_are_of_the_declared_types_however_they_are_kept(servers):
    answer = governed(servers, "SELECT * FROM population.person")
    (row,) = answer.rows
    expected = [LEI, "李雷", date(1990, 3, 7), True, 500_000, Decimal("1.5")]
    assert list(row[:6]) == expected
    assert [type(cell) for cell in row[:6]] == [str, str, date, bool, int, Decimal]
    assert answer.versions == {CODE: f"live@{AT.isoformat()}"}


def test_padded_number_is_told_without_its_blanks(servers):
    sql = "SELECT id_number || '!' AS n FROM population.person"
    assert governed(servers, sql).rows == [(f"{LEI}!",)]


def test_subject_is_found_by_the_index_of_the_column(url):
    (fetch,) = planned("SELECT name FROM population.person")[1].fetches
    assert fetch.params == ("subject", "__limit", "subject")
    with psycopg.connect(url, cursor_factory=psycopg.RawCursor) as connection:
        connection.execute("SET enable_seqscan = off")
        found = connection.execute(f"EXPLAIN {fetch.sql}", [LEI, 11, LEI])
        lines = [row[0].strip() for row in found]
    assert any(line.startswith("Index Cond: (id_number = ") for line in lines), lines


def test_total_of_whole_numbers_is_whole(servers):
    sql = "SELECT sum(income) AS s, count(*) AS n FROM population.person"
    assert governed(servers, sql).rows == [(500_000, 1)]


# ------------------------------------------------------------------- the place


@pytest.mark.parametrize(("limit", "truncated"), [(2, True), (3, False)])
def test_truncation_is_said(servers, limit, truncated):
    found = servers.select("police", "SELECT name FROM hr.person", (), limit=limit)
    assert (len(found.rows), found.truncated) == (min(limit, 3), truncated)


def test_values_are_bound_in_their_types(servers):
    sql = (
        "SELECT $1::text, $2::date, $3::bool, $4::bigint, $5::numeric, $6::timestamp, "
        "$7::text"
    )
    values = ("O'Neil", date(2024, 2, 29), True, 2**40, Decimal("0.1"), None, "")
    assert ask(servers, sql, *values) == [values]


def test_nothing_can_be_written(servers):
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        ask(servers, "INSERT INTO hr.person VALUES ('x')")


def test_names_without_a_schema_are_not_looked_up(servers):
    assert refusal(servers, "SELECT name FROM person") is Reason.STRUCTURE


def test_statement_that_takes_too_long_is_stopped(servers):
    began = time.monotonic()
    with pytest.raises(Overrun):
        ask(servers, "SELECT pg_sleep(20)::text")
    assert time.monotonic() - began < 5


def test_value_that_does_not_convert_is_not_quoted(servers):
    with pytest.raises(ValueFault) as caught:
        ask(servers, "SELECT address::int FROM hr.person")
    assert not any(row[6] in str(caught.value) for row in PEOPLE if row[6])


def test_database_that_nobody_bound_is_missing():
    assert refusal(Servers({})) is Reason.MISSING


def test_table_that_is_gone_is_a_fault_of_structure(servers):
    assert refusal(servers, "SELECT name FROM hr.people") is Reason.STRUCTURE
    assert refusal(servers, "SELECT surname FROM hr.person") is Reason.STRUCTURE


def test_server_that_is_not_there_does_not_answer():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nobody = f"postgresql://tongban@127.0.0.1:{probe.getsockname()[1]}/postgres"
        away = Servers({"police": Database(nobody)})
        began = time.monotonic()
        assert refusal(away) is Reason.UNREACHABLE
        assert time.monotonic() - began < 4


def test_password_is_never_shown():
    assert "secret" not in repr(Database("postgresql://u:secret@127.0.0.1/d"))


def test_lost_connections_heal_at_the_next_use(url, servers):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: ask(servers, "SELECT pg_sleep(0.2)"), range(4)))
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
    assert ask(servers, "SELECT 1") == [(1,)]


def test_more_callers_than_connections_all_get_their_rows(servers):
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda n: ask(servers, "SELECT $1::int", n), range(64)))
    assert found == [[(n,)] for n in range(64)]


def test_prepared_once_a_statement_is_planned_no_more(servers):
    for _ in range(3):
        ask(servers, "SELECT $1::int", 1)
    prepared = ask(servers, "SELECT statement FROM pg_prepared_statements")
    assert ("SELECT $1::int",) in prepared


def test_moments_come_as_they_are_kept(servers):
    moment = datetime(2024, 2, 29, 23, 59, 59, 123456)
    assert ask(servers, "SELECT $1::timestamp", moment) == [(moment,)]


def test_text_kept_in_another_encoding_is_not_compared(url):
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(
            "CREATE DATABASE old ENCODING 'EUC_CN' LOCALE 'C' TEMPLATE template0"
        )
    old = Servers({"police": Database(url.replace("/postgres", "/old"))})
    assert refusal(old) is Reason.ENCODING
