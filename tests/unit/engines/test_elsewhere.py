"""One person's use of a register behind MariaDB or HTTP, through the compiler."""

from contextlib import closing
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from tests.unit.engines.interface import Answer as Served
from tests.unit.engines.interface import served
from tests.unit.engines.practice import AT, PEOPLE, PERSON, make_dataset

from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.model import (
    Dataset,
    DataType,
    Interface,
    Source,
    SourceKind,
)
from tongban.kernel.query.compiler import Compiler
from tongban.kernel.query.engines import (
    Answer,
    Reason,
    Sources,
    SourceUnavailable,
    run,
)
from tongban.kernel.query.engines.address import Address
from tongban.kernel.query.engines.http import Interfaces
from tongban.kernel.query.engines.mysql import Servers
from tongban.kernel.query.model import CaseView, Grant, Plan, Purpose, Scope, Use
from tongban.kernel.query.terms.access import bindings
from tongban.kernel.terms import Subject, SubjectKind, Text
from tongban.store.lake import mirror


CODE = PERSON.code
LEI = Subject(SubjectKind.PERSON, PEOPLE[0][0])
IN_MYSQL = replace(
    PERSON,
    source=Source(SourceKind.MYSQL, "register", "police"),
    items=dict(PERSON.items)
    | {
        "id_number": replace(PERSON.items["id_number"], column="GMSFHM"),
        "name": replace(PERSON.items["name"], column="姓名"),
    },
)
BY_HTTP = replace(
    PERSON,
    source=Source(
        SourceKind.HTTP,
        "/people",
        "police",
        Interface(rows="/rows", keyed=(("id_number", "id"),), fields="fields"),
    ),
)
SHOP = make_dataset(
    "ref.shop",
    Source(SourceKind.FILE, "ref.shop"),
    {"owner": DataType.TEXT, "open": DataType.BOOLEAN},
)


def planned(
    dataset: Dataset, sql: str, scope: Scope = Scope.SUBJECT, **params: object
) -> tuple[Use, Plan]:
    datasets = {CODE: dataset, SHOP.code: SHOP}
    named = frozenset(f"{c}.{n}" for c, d in datasets.items() for n in d.items)
    purpose = Purpose("p", Text("用途"), scope, named, "依据", frozenset({"t"}))
    grants = [
        Grant(code, "o", "p", code, frozenset(d.items), scope, "依据", date(2025, 1, 1))
        for code, d in datasets.items()
    ]
    compiler = Compiler(Catalog(datasets=datasets), {"p": purpose}, grants)
    if scope is Scope.POPULATION:
        use = Use("a", "o", "p", sql, AT)
        return use, compiler.compile(use, None)
    use = Use("a", "o", "p", sql, AT, params, case="c", subject=LEI)
    return use, compiler.compile(use, CaseView("c", "t", True, frozenset({LEI})))


def read(dataset: Dataset, sql: str, place, lake: Path) -> Answer:
    use, plan = planned(dataset, sql)
    with Sources({dataset.source.kind: place}, lake) as sources:
        return run(plan, bindings(use), sources, at=AT, limit=10)


# ------------------------------------------------------------------------- MariaDB


@pytest.fixture
def police(mariadb_server, tmp_path):
    mariadb_server.admin(
        "CREATE TABLE market.register (GMSFHM VARCHAR(20) PRIMARY KEY, 姓名 "
        "VARCHAR(20), birth_date DATE, alive TINYINT(1), income BIGINT, "
        "ratio DECIMAL(9,3), address VARCHAR(80))",
        *(
            "INSERT INTO market.register (GMSFHM, 姓名, birth_date, alive, income, "
            f"ratio) VALUES ('{number}', '{name}', '{born}', 1, 500000, 1.5)"
            for number, name, born in [
                (LEI.id, "李雷", "1990-03-07"),
                (PEOPLE[1][0], "韩梅梅", "1985-01-01"),
            ]
        ),
    )
    address = mariadb_server.address(tmp_path, "police")
    with closing(Servers({"police": address}, timeout_s=2.0)) as place:
        yield place
    mariadb_server.admin("DROP TABLE IF EXISTS market.register")


EVERYTHING = "SELECT name, birth_date, alive, income, ratio FROM population.person"
OF_LEI = [("李雷", date(1990, 3, 7), True, 500_000, Decimal("1.5"))]


def test_a_person_in_mariadb_in_the_catalogues_words_and_types(police, lake):
    answer = read(IN_MYSQL, EVERYTHING, police, lake)
    assert answer.rows == OF_LEI
    assert answer.versions == {CODE: f"live@{AT.isoformat()}"}


def test_only_the_answer_leaves_mariadb(police, lake):
    answer = read(IN_MYSQL, "SELECT name FROM population.person", police, lake)
    (crossed,) = answer.crossed
    # Two characters of three bytes each.
    assert (crossed.engine, crossed.rows, crossed.size) == ("mysql", 1, 6)


BEYOND = "SELECT upper(name) AS v FROM population.person WHERE alive"


def test_what_mariadb_cannot_answer_it_gives_the_rows_for(police, lake):
    """Capital letters are other letters there: the items cross, no others do."""
    (crossed,) = (answer := read(IN_MYSQL, BEYOND, police, lake)).crossed
    # Eighteen digits, the name and the mark that tells who is alive.
    assert (crossed.rows, crossed.size) == (1, 18 + 6 + 1)
    assert answer.rows == [("李雷",)]


def test_a_statement_for_mariadb_is_quoted_in_its_way():
    (fetch,) = planned(IN_MYSQL, BEYOND)[1].fetches
    assert "`__raw`.`GMSFHM` = %(1)s" in fetch.sql
    assert "CAST(`__raw`.`姓名` AS CHAR) AS `name`" in fetch.sql
    assert '"' not in fetch.sql
    assert fetch.columns == ("id_number", "name", "alive")
    assert (fetch.filter, fetch.params) == (
        "id_number = :subject AND (alive)",
        ("subject",),
    )


_P = "FROM population.person AS p"


@pytest.mark.parametrize(
    "sql",
    [
        f"SELECT name {_P} LIMIT 10001",
        f"SELECT name {_P} LIMIT :n",
        f"SELECT name {_P} UNION SELECT address {_P} ORDER BY name",
        f"SELECT name {_P} INTERSECT SELECT address {_P}",
        f"SELECT name {_P} EXCEPT SELECT address {_P}",
        f"SELECT name {_P} WHERE income IN (SELECT income {_P} LIMIT 1)",
        f"SELECT 1 AS v {_P} ORDER BY v",
        f"SELECT name AS é {_P}",
        f'SELECT name AS "%s" {_P}',
        f"SELECT name AS {'n' * 61} {_P}",
        f"SELECT greatest(income, 1) AS v {_P}",
        f"SELECT name LIKE '\\%' AS v {_P}",
        f"SELECT name LIKE address AS v {_P}",
        f"SELECT name {_P} WHERE name = 0 OR income = '7'",
    ],
)
def test_what_mariadb_would_take_otherwise_is_computed_by_duckdb(sql):
    _, plan = planned(IN_MYSQL, sql, n=3)
    assert plan.final is not None
    (fetch,) = plan.fetches
    assert fetch.kind == "mysql"


@pytest.mark.usefixtures("police")
def test_a_person_is_found_by_the_index_of_the_column(mariadb_server):
    (fetch,) = planned(IN_MYSQL, "SELECT name FROM population.person")[1].fetches
    with mariadb_server.connected() as cursor:
        cursor.execute(f"EXPLAIN {fetch.sql}", {"1": LEI.id, "2": LEI.id})
        # The columns: id, select_type, table, type, possible_keys, key …
        plans = [(row[3], row[5]) for row in cursor]
    assert plans == [("const", "PRIMARY")]


def test_a_number_in_other_letters_is_another_person(police, lake, mariadb_server):
    # MariaDB compares without case and trailing blanks; a number is not the same.
    mariadb_server.admin(
        f"UPDATE market.register SET GMSFHM = CONCAT('{LEI.id}', ' ') "
        f"WHERE GMSFHM = '{LEI.id}'"
    )
    assert read(IN_MYSQL, EVERYTHING, police, lake).rows == []


# ---------------------------------------------------------------------------- HTTP


ROW = dict(zip(PERSON.items, PEOPLE[0], strict=True)) | {"alive": True}


@pytest.fixture
def interface():
    with served() as server:
        other = ROW | {"id_number": PEOPLE[1][0], "name": "韩梅梅"}
        # One that gives more than it was asked for.
        server.respond = lambda _: Served({"rows": [ROW, other]})
        yield server


def asked(server, sql: str, lake: Path) -> Answer:
    place = Interfaces({"police": Address("police", server.url)})
    return read(BY_HTTP, sql, place, lake)


def test_a_person_behind_an_interface(interface, lake):
    assert asked(interface, EVERYTHING, lake).rows == OF_LEI


def test_only_the_items_wanted_are_asked_for(interface, lake):
    asked(interface, "SELECT name FROM population.person", lake)
    (request,) = interface.asked
    assert request.query == {"id": LEI.id, "fields": "id_number,name"}


def test_rows_of_others_do_not_pass_however_many_are_sent(interface, lake):
    sql = "SELECT count(*) AS n FROM population.person"
    assert asked(interface, sql, lake).rows == [(1,)]


def test_joined_with_the_lake(interface, lake, tmp_path):
    (tmp_path / "ref.shop.csv").write_text(f"owner,open\n{LEI.id},1\nx,0\n")
    mirror(SHOP, departments={}, dropped=tmp_path, lake=lake, at=AT)
    sql = (
        "SELECT p.name, s.open FROM population.person AS p "
        "JOIN ref.shop AS s ON s.owner = p.id_number"
    )
    assert asked(interface, sql, lake).rows == [("李雷", True)]


@pytest.mark.parametrize(
    ("item", "cell"),
    [("income", 7.5), ("income", "many"), ("name", 7), ("birth_date", "1990-13-07")],
)
def test_a_cell_of_another_type_is_refused_with_whose_it_is(
    interface, lake, item, cell
):
    interface.respond = lambda _: Served({"rows": [ROW | {item: cell}]})
    with pytest.raises(SourceUnavailable) as caught:
        asked(interface, EVERYTHING, lake)
    assert (caught.value.dataset, caught.value.provider, caught.value.reason) == (
        CODE, "police", Reason.VALUE,
    )  # fmt: skip
    assert str(cell) not in str(caught.value)


def test_everyones_rows_are_read_from_the_lake():
    sql = "SELECT count(*) AS n FROM population.person"
    for dataset in (IN_MYSQL, BY_HTTP):
        _, plan = planned(dataset, sql, Scope.POPULATION)
        assert [fetch.kind for fetch in plan.fetches] == ["duckdb"]


def test_an_interface_that_takes_no_number_is_read_from_the_lake():
    whole = replace(BY_HTTP, source=replace(BY_HTTP.source, interface=Interface()))
    _, plan = planned(whole, EVERYTHING)
    assert [fetch.kind for fetch in plan.fetches] == ["duckdb"]
