"""The platform's own records as datasets: what is offered, to whom, in which types."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest
from tests.capabilities.acts import open_shop
from tests.capabilities.qinghe import MONDAY, person
from tests.unit.engines.practice import make_dataset

from tongban.home import Home
from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.model import Dataset, DataType, Source, SourceKind
from tongban.kernel.catalog.platform import TABLES
from tongban.kernel.query.compiler import Compiler
from tongban.kernel.query.engines import Answer, Sources, run
from tongban.kernel.query.lowering.asking import Ask
from tongban.kernel.query.model import CaseView, Grant, Purpose, Scope, Use
from tongban.kernel.query.terms.access import bindings
from tongban.kernel.terms import Subject, Text
from tongban.store import handled, records
from tongban.store.lake import mirror


CASES = make_dataset(
    "platform.own_case",
    Source(SourceKind.PLATFORM, "cases"),
    {
        "person": DataType.TEXT,
        "number": DataType.TEXT,
        "type": DataType.TEXT,
        "opened": DataType.DATETIME,
    },
)
APPLICANT = replace(
    CASES,
    items=dict(CASES.items)
    | {"person": replace(CASES.items["person"], column="applicant_id")},
)


@pytest.mark.parametrize("table", TABLES)
def test_every_column_that_a_catalogue_may_name_is_there(table: str) -> None:
    columns = sorted(TABLES[table])
    ask = Ask(table, tuple((name, name) for name in columns))
    found = records.Records().select("", ask.text(), [], limit=1)
    assert found.names == tuple(columns)


def test_no_table_beside_the_declared_ones() -> None:
    assert set(records.MODELS) | set(handled.RECORDS) == set(TABLES)


@pytest.mark.parametrize("word", ["password", "contents", "form", "files", "leaf"])
def test_what_people_wrote_and_how_they_sign_in_is_not_offered(word: str) -> None:
    assert [name for names in TABLES.values() for name in names if word in name] == []


def own_cases(subject: Subject, home: Home) -> Answer:
    code, dataset = APPLICANT.code, APPLICANT
    named = frozenset(f"{code}.{name}" for name in dataset.items)
    purpose = Purpose("p", Text("用途"), Scope.SUBJECT, named, "依据", frozenset({"t"}))
    items = frozenset(dataset.items)
    grant = Grant("g", "o", "p", code, items, Scope.SUBJECT, "依据", date(2025, 1, 1))
    compiler = Compiler(Catalog(datasets={code: dataset}), {"p": purpose}, [grant])
    sql = "SELECT number, type, opened FROM platform.own_case"
    use = Use("a", "o", "p", sql, MONDAY, case="c", subject=subject)
    plan = compiler.compile(use, CaseView("c", "t", True, frozenset({subject})))
    assert plan.fetches[0].kind == "platform"
    with Sources({SourceKind.PLATFORM: records.Records()}, home.lake) as sources:
        return run(plan, bindings(use), sources, at=MONDAY, limit=10)


def test_a_person_has_their_own_cases_in_local_time(home: Home) -> None:
    case = open_shop()
    answer = own_cases(person(), home)
    opened = datetime(2026, 11, 23, 9, 30)
    assert (case.number, "open-shop", opened) in answer.rows
    assert {row[2] for row in answer.rows} == {opened}
    assert own_cases(person(1), home).rows == []


def test_they_are_mirrored_like_any_register(home: Home, tmp_path: Path) -> None:
    case = open_shop()

    def copied(dataset: Dataset) -> list[tuple[str, ...]]:
        snapshot = mirror(
            dataset, departments={}, dropped=tmp_path, lake=home.lake, at=MONDAY,
            platform=records.every,
        )  # fmt: skip
        path = home.lake / dataset.code / f"{snapshot.version}.parquet"
        with duckdb.connect() as database:
            return database.read_parquet(str(path)).fetchall()

    opened = datetime(2026, 11, 23, 9, 30)
    row = (person().id, case.number, "open-shop", opened)
    assert row in copied(APPLICANT)
