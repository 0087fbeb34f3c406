"""Filters that look into another dataset, on rows in a department and in the lake.

Everyone's people are read from the lake; one person's from the department. Who
agreed to it (``reg.consent``) is read by the filter alone.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.unit.engines.practice import make_dataset

from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.model import DataType, Organization, Source, SourceKind
from tongban.kernel.query.compiler import Compiler
from tongban.kernel.query.engines import Sources, run
from tongban.kernel.query.engines.sqlite import Departments
from tongban.kernel.query.model import CaseView, Grant, Purpose, Scope, Use
from tongban.kernel.query.terms.access import bindings
from tongban.kernel.terms import Subject, SubjectKind, Text
from tongban.store.lake import mirror


AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
T = DataType.TEXT
DATASETS = {
    each.code: each
    for each in (
        make_dataset(
            "reg.person",
            Source(SourceKind.SQLITE, "person", "police"),
            {"id": T, "name": T, "division": T},
        ),
        make_dataset(
            "reg.consent",
            Source(SourceKind.SQLITE, "consent", "police"),
            {"holder": T, "until": DataType.DATE, "body": T},
        ),
    )
}
ROWS = {
    "person": [("A", "张三", "990101"), ("B", "李四", "990102"), ("C", "王五", None)],
    "consent": [
        ("A", "2026-12-31", "o"),
        ("B", "2026-11-22", "o"),
        ("C", "2027-01-01", "other"),
        ("B", "2026-11-23", "o"),
    ],
}
CONSENTED = (
    "EXISTS (SELECT 1 FROM reg.consent AS c WHERE c.holder = person.id "
    "AND c.until > :as_of AND c.body = :organization)"
)


@pytest.fixture(scope="module")
def sources(tmp_path_factory) -> Iterator[Sources]:
    root: Path = tmp_path_factory.mktemp("consents")
    police = root / "police.sqlite"
    with closing(sqlite3.connect(police)) as database:
        for table, rows in ROWS.items():
            names = ", ".join(f"{n} TEXT" for n in DATASETS[f"reg.{table}"].items)
            database.execute(f"CREATE TABLE {table} ({names})")
            database.executemany(f"INSERT INTO {table} VALUES (?, ?, ?)", rows)
        database.commit()
    for dataset in DATASETS.values():
        mirror(dataset, departments={"police": police}, dropped=root, lake=root, at=AT)
    places = {SourceKind.SQLITE: Departments({"police": police})}
    with Sources(places, root) as opened:
        yield opened


def names(sources, condition, person=None, sql="SELECT name FROM reg.person"):
    """Who is seen by organisation ``o`` of division 990101 under a filter."""
    scope = Scope.SUBJECT if person else Scope.POPULATION
    items = {f"{code}.{name}" for code, d in DATASETS.items() for name in d.items}
    types = frozenset({"t"} if person else ())
    purpose = Purpose("p", Text("用途"), scope, frozenset(items), "依据", types)
    grants = [
        Grant(
            code,
            "o",
            "p",
            code,
            frozenset(dataset.items),
            scope,
            "依据",
            date(2025, 1, 1),
            filter=condition if code == "reg.person" else None,
        )
        for code, dataset in DATASETS.items()
    ]
    bureau = Organization("o", Text("局"), "", "990101")
    catalog = Catalog(organizations={"o": bureau}, datasets=DATASETS)
    use, case = Use("a", "o", "p", sql, AT), None
    if person:
        subject = Subject(SubjectKind.PERSON, person)
        use = replace(use, case="c", subject=subject)
        case = CaseView("c", "t", is_open=True, parties=frozenset({subject}))
    plan = Compiler(catalog, {"p": purpose}, grants).compile(use, case)
    answer = run(plan, bindings(use), sources, at=AT, limit=100)
    assert answer.versions.keys() == plan.datasets
    return sorted(name for (name,) in answer.rows)


IN_FORCE = "SELECT holder FROM reg.consent WHERE until > :as_of"
CASES = [
    ("division = :division", ["张三"]),
    (CONSENTED, ["张三"]),
    (f"id IN ({IN_FORCE})", ["张三", "王五"]),
    (f"id NOT IN ({IN_FORCE})", ["李四"]),
    (f"division <> :division OR id IN ({IN_FORCE})", ["张三", "李四", "王五"]),
    (f"NOT ({CONSENTED})", ["李四", "王五"]),
]


@pytest.mark.parametrize(("condition", "seen"), CASES)
def test_of_everyone(sources, condition, seen):
    assert names(sources, condition) == sorted(seen)


@pytest.mark.parametrize(
    ("person", "name"), [("A", "张三"), ("B", "李四"), ("C", "王五")]
)
@pytest.mark.parametrize(("condition", "seen"), CASES)
def test_of_one_person_at_the_department(sources, condition, seen, person, name):
    assert names(sources, condition, person) == ([name] if name in seen else [])


def test_what_a_filter_looks_into_need_not_be_about_the_subject(sources):
    asked = "'C' IN (SELECT holder FROM reg.consent)"
    assert names(sources, asked, "A") == ["张三"]


def test_the_same_dataset_read_by_the_statement_is_the_subjects(sources):
    sql = "SELECT c.body AS b FROM reg.person AS p CROSS JOIN reg.consent AS c"
    assert names(sources, f"id IN ({IN_FORCE})", "A", sql) == ["o"]


def test_filter_looks_into_others_behind_the_fence(sources):
    sql = "SELECT name FROM reg.person WHERE length(left(name, 1)) + 1 = 2"
    assert names(sources, CONSENTED, sql=sql) == ["张三"]
    assert names(sources, CONSENTED, "A", sql) == ["张三"]
