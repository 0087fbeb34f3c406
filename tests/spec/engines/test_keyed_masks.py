"""Pseudonyms and moved days from end to end: within one purpose, and across two."""

import hmac
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.unit.engines.practice import make_dataset

from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.model import Dataset, DataType, Source, SourceKind
from tongban.kernel.query.compiler import Compiler
from tongban.kernel.query.engines import Sources, run
from tongban.kernel.query.engines.run import ParamMissing
from tongban.kernel.query.model import Grant, Purpose, Scope, Use
from tongban.kernel.query.terms.access import bindings
from tongban.kernel.query.terms.keyed import pads
from tongban.kernel.terms import Text
from tongban.store.lake import mirror


AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SECRET = bytes(range(32))
PERSON = {"id": DataType.TEXT, "name": DataType.TEXT, "born": DataType.DATE}
HOME = {"owner": DataType.TEXT, "street": DataType.TEXT, "bought": DataType.DATE}
CSV = {
    "reg.person": "id,name,born\nA,张三,1990-07-04\nB,李四,1985-01-01\nC,王五,\n",
    "reg.home": "owner,street,bought\nA,一号,2020-07-04\nA,二号,2021-07-04\nZ,三号,\n",
}


def masked(dataset: Dataset, **masks: str) -> Dataset:
    items = {n: replace(i, mask=masks.get(n)) for n, i in dataset.items.items()}
    return replace(dataset, items=items)


DATASETS = {
    "reg.person": masked(
        make_dataset("reg.person", Source(SourceKind.FILE, "reg.person"), PERSON),
        id="pseudonym",
        born="date-shift",
    ),
    "reg.home": masked(
        make_dataset("reg.home", Source(SourceKind.FILE, "reg.home"), HOME),
        owner="pseudonym",
        bought="date-shift",
    ),
}
PURPOSES = {
    code: Purpose(
        code,
        Text("用途"),
        Scope.POPULATION,
        frozenset(f"{d.code}.{name}" for d in DATASETS.values() for name in d.items),
        "依据",
    )
    for code in ("p", "q")
}
GRANTS = [
    Grant(
        f"{purpose}-{code}",
        "o",
        purpose,
        code,
        frozenset(dataset.items),
        Scope.POPULATION,
        "依据",
        date(2025, 1, 1),
    )
    for purpose in PURPOSES
    for code, dataset in DATASETS.items()
]
COMPILER = Compiler(Catalog(datasets=DATASETS), PURPOSES, GRANTS)


@pytest.fixture(scope="module")
def lake(tmp_path_factory) -> Iterator[Sources]:
    root: Path = tmp_path_factory.mktemp("keyed")
    for code, dataset in DATASETS.items():
        (root / f"{code}.csv").write_text(CSV[code], "utf-8")
        mirror(dataset, departments={}, dropped=root, lake=root, at=AT)
    with Sources({}, root) as opened:
        yield opened


def rows(lake, sql, purpose="p"):
    use = Use("a", "o", purpose, sql, AT)
    plan = COMPILER.compile(use)
    return run(plan, bindings(use, SECRET), lake, at=AT, limit=100).rows


def pseudonym(text, purpose="p"):
    key = hmac.digest(SECRET, f"tongban pseudonym {purpose}".encode(), "sha256")
    return hmac.digest(key, text.encode(), "sha256").hex()[:32]


def test_answer_shows_the_pseudonym(lake):
    found = rows(lake, "SELECT id, name FROM reg.person WHERE name = '张三'")
    assert found == [(pseudonym("A"), "张三")]


def test_two_datasets_meet_on_their_pseudonyms(lake):
    found = rows(
        lake,
        "SELECT p.name, h.street FROM reg.person AS p "
        "JOIN reg.home AS h ON h.owner = p.id ORDER BY h.street",
    )
    assert found == [("张三", "一号"), ("张三", "二号")]


def test_two_purposes_cannot_be_brought_together(lake):
    sql = "SELECT id FROM reg.person"
    here, there = ({row[0] for row in rows(lake, sql, purpose)} for purpose in "pq")
    assert len(here) == len(there) == 3
    assert not here & there


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT name FROM reg.person WHERE id = 'A'",
        "SELECT name FROM reg.person WHERE id < 'D' AND id > '9g'",
        "SELECT name FROM reg.person WHERE id IN ('A', 'B')",
        "SELECT name FROM reg.person WHERE length(id) = 1",
        "SELECT name FROM reg.person WHERE id LIKE 'A'",
        "SELECT id FROM reg.person GROUP BY id HAVING max(id) = 'A'",
    ],
)
def test_no_condition_sees_behind_a_pseudonym(sql, lake):
    assert rows(lake, sql) == []


def test_pseudonyms_are_sorted_and_counted_as_such(lake):
    found = rows(lake, "SELECT owner, count(*) AS n FROM reg.home GROUP BY owner")
    assert sorted(found) == sorted([(pseudonym("A"), 2), (pseudonym("Z"), 1)])
    found = rows(lake, "SELECT id FROM reg.person ORDER BY id")
    assert found == sorted((pseudonym(each),) for each in "ABC")


def test_days_between_two_datasets_of_one_person_stay(lake):
    found = rows(
        lake,
        "SELECT date_diff('day', p.born, h.bought) AS d FROM reg.person AS p "
        "JOIN reg.home AS h ON h.owner = p.id ORDER BY d",
    )
    # From 4 July 1990: 30 years with 8 leap days, and one year more.
    assert found == [(30 * 365 + 8,), (31 * 365 + 8,)]


def test_moved_day_is_what_conditions_see(lake):
    ((shown,),) = rows(lake, "SELECT born FROM reg.person WHERE name = '张三'")
    assert shown != date(1990, 7, 4)
    sql = f"SELECT name FROM reg.person WHERE born = DATE '{shown}'"
    assert rows(lake, sql) == [("张三",)]


def test_keys_stand_in_no_text():
    use = Use("a", "o", "p", "SELECT id, born FROM reg.person", AT)
    explained = COMPILER.explain(use)
    (fetch,) = COMPILER.compile(use).fetches
    said = f"{fetch.sql} {explained} {explained.to_json()} {explained.plan}"
    assert {"__inner", "__outer"} <= set(fetch.params)
    for pad in pads(SECRET, "p").values():
        assert pad.hex() not in said
        assert repr(pad)[2:-1] not in said


def test_nothing_is_shown_without_a_key(lake):
    use = Use("a", "o", "p", "SELECT id FROM reg.person", AT)
    with pytest.raises(ParamMissing):
        run(COMPILER.compile(use), bindings(use), lake, at=AT, limit=9)


@pytest.mark.parametrize("name", ["__inner", "__outer"])
def test_author_cannot_name_the_key(name):
    use = Use("a", "o", "p", f"SELECT :{name} AS x FROM reg.person", AT, {name: "x"})
    checks = COMPILER.explain(use).checks
    assert "query.name" in {check.refusal.code for check in checks if check.refusal}
