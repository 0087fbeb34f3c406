"""Reads of the lake, and of rows fetched from departments beside it."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest
from tests.unit.engines.practice import AT, PEOPLE, PERSON, bulk, live, plan_of

from tongban.kernel.catalog.model import DataType
from tongban.kernel.query.engines import (
    Answer,
    MemoryOverrun,
    Overrun,
    Reason,
    Sources,
    SourceUnavailable,
    ValueFault,
    run,
)
from tongban.kernel.query.engines.duckdb import Lake
from tongban.kernel.query.engines.fetched import Relation
from tongban.kernel.query.engines.run import FetchTooLarge
from tongban.store.lake import mirror


CODE = PERSON.code
NAMES = {"name": DataType.TEXT}
BY_NAME = 'SELECT name FROM lake."population.person" ORDER BY name'


@pytest.fixture
def version(police: Path, lake: Path) -> str:
    """The version of population.person that is in force in the lake."""
    return renew(police, lake)


def renew(police: Path, lake: Path) -> str:
    return mirror(
        PERSON, departments={"police": police}, dropped=lake, lake=lake, at=AT
    ).version


def ask(sources: Sources, sql: str, *, limit: int = 10, **params: object) -> Answer:
    datasets = (CODE,) if CODE in sql else ()
    plan = plan_of(bulk(sql, *params, datasets=datasets), types=NAMES)
    return run(plan, params, sources, at=AT, limit=limit)


def test_answer_has_types_rows_and_version(sources, version):
    sql = (
        'SELECT name, birth_date, alive, income FROM lake."population.person" '
        "WHERE id_number = $subject"
    )
    answer = ask(sources, sql, subject=PEOPLE[0][0])
    assert answer.rows == [("李雷", date(1990, 3, 7), True, 500_000)]
    assert answer.versions == {CODE: version}


@pytest.mark.parametrize(("limit", "truncated"), [(2, True), (3, False)])
@pytest.mark.usefixtures("version")
def test_truncation_is_said(sources, limit, truncated):
    answer = ask(sources, BY_NAME, limit=limit)
    assert (len(answer.rows), answer.truncated) == (limit, truncated)


@pytest.mark.usefixtures("version")
def test_huge_answer_is_streamed_up_to_the_limit(sources):
    answer = ask(sources, "SELECT i FROM range(100000000000) AS r(i)", limit=3)
    assert (answer.rows, answer.truncated) == ([(0,), (1,), (2,)], True)


@pytest.mark.usefixtures("version")
def test_new_version_appears_at_the_next_use(sources, police, lake, change):
    before = ask(sources, BY_NAME)
    change("UPDATE person SET name = '王芳' WHERE name = '李雷'")
    version = renew(police, lake)
    after = ask(sources, BY_NAME)
    assert ("李雷",) in before.rows
    assert ("王芳",) in after.rows
    assert after.versions == {CODE: version} != before.versions


@pytest.mark.usefixtures("version")
def test_receipt_names_the_version_that_was_read(police, lake, change):
    """Versions switch all the time while four threads read: rows match versions."""
    lake_engine = Lake(lake)
    names_of = {}
    for number in range(6):
        change("UPDATE person SET name = ?", f"人{number}")
        names_of[renew(police, lake)] = f"人{number}"
    pointer = lake / CODE / "current"
    stop = threading.Event()

    def read() -> list[tuple[str, str]]:
        seen = []
        while not stop.is_set():
            found = lake_engine.select(BY_NAME, {}, datasets=[CODE], limit=1)
            seen.append((found.versions[CODE], found.rows[0][0]))
        return seen

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read) for _ in range(4)]
        for version in list(names_of) * 5:
            draft = pointer.with_name("draft")
            draft.write_text(version)
            draft.replace(pointer)
            lake_engine.select(BY_NAME, {}, datasets=[CODE], limit=1)
        stop.set()
        seen = [pair for reader in readers for pair in reader.result()]
    assert seen
    assert all(names_of[version] == name for version, name in seen)


def test_use_that_meets_new_versions_again_and_again_holds_them_back(
    police, lake, change
):
    versions = []
    for name in ("甲", "乙"):
        change("UPDATE person SET name = ?", name)
        versions.append(renew(police, lake))
    names = dict(zip(versions, ("甲", "乙"), strict=True))
    pointer = lake / CODE / "current"
    engine = Lake(lake)

    class Restless(list):
        """Rows that put another version in force whenever they are looked at."""

        def __len__(self) -> int:
            versions.reverse()
            pointer.unlink()
            pointer.write_text(versions[0])
            engine.versions([CODE])
            return super().__len__()

    relation = Relation("r", ("x",), Restless([("1",)]))
    sql = f"{BY_NAME} LIMIT 1"
    found = engine.select(
        sql.replace("ORDER", 'WHERE EXISTS (SELECT 1 FROM temp."r") ORDER'),
        {},
        datasets=[CODE],
        relations=[relation],
        limit=1,
    )
    assert set(names) >= {found.versions[CODE]}
    assert found.rows[0][0] in names.values()


# ------------------------------------------------------------ fetched and joined


def federated(sources: Sources, sql: str, *, rows: str = "", **params: object):
    fetch = live(rows or "SELECT id_number, name, alive FROM person", into=CODE)
    plan = plan_of(fetch, final=bulk(sql, *params), types=NAMES)
    return run(plan, params, sources, at=AT, limit=10)


def test_fetched_rows_arrive_as_text(sources):
    answer = federated(
        sources, 'SELECT typeof(alive), alive FROM temp."population.person" p'
    )
    assert answer.rows == [("VARCHAR", "1"), ("VARCHAR", "0"), ("VARCHAR", None)]
    assert answer.versions == {CODE: f"live@{AT.isoformat()}"}


def test_quotes_and_chinese_pass_unharmed(sources):
    sql = 'SELECT name FROM temp."population.person" WHERE name = $name'
    assert federated(sources, sql, name="O'Neil").rows == [("O'Neil",)]


def test_relation_may_be_read_twice(sources):
    sql = 'SELECT count(*) FROM temp."population.person" a, temp."population.person" b'
    assert federated(sources, sql).rows == [(9,)]


def test_fetch_without_rows_is_an_empty_relation(sources):
    rows = "SELECT name FROM person WHERE FALSE"
    sql = 'SELECT count(name) FROM temp."population.person"'
    assert federated(sources, sql, rows=rows).rows == [(0,)]


def test_many_fetched_rows_are_read_alike(sources):
    rows = (
        "WITH RECURSIVE n(name) AS (SELECT 1 UNION ALL SELECT name + 1 FROM n "
        "WHERE name < 3000) SELECT name FROM n"
    )
    sql = 'SELECT sum(CAST(name AS INT)) FROM temp."population.person"'
    assert federated(sources, sql, rows=rows).rows == [(3000 * 3001 // 2,)]


def test_too_many_rows_for_a_join_are_refused(sources):
    sources.fetch_rows = 2
    with pytest.raises(FetchTooLarge):
        federated(sources, 'SELECT name FROM temp."population.person"')


def test_bytes_in_a_source_are_no_value(sources, change):
    change("UPDATE person SET name = x'00'")
    with pytest.raises(SourceUnavailable) as caught:
        federated(sources, 'SELECT name FROM temp."population.person"')
    assert caught.value.reason is Reason.VALUE


def test_uses_at_the_same_time_do_not_see_each_others_rows(lake):
    engine = Lake(lake)
    small = 'SELECT min(x), max(x) FROM temp."r"'

    def read(number: int) -> set[tuple]:
        relation = Relation("r", ("x",), [(str(number),)] * (1 + number % 2 * 2000))
        return {
            engine.select(small, {}, relations=[relation], limit=1).rows[0]
            for _ in range(20)
        }

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(read, range(4))) == [{(str(n), str(n))} for n in range(4)]


# ---------------------------------------------------------------- locked down


@pytest.mark.usefixtures("version")
@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM glob('/etc/*')",
        "ATTACH '/tmp/other.db'",
        "SET enable_external_access = true",
        "SET memory_limit = '100GB'",
        "INSTALL sqlite",
        "COPY (SELECT 1) TO '/tmp/out.csv'",
        "SELECT * FROM sources",
    ],
)
def test_nothing_beyond_the_lake_can_be_reached(lake, sql):
    lake_engine = Lake(lake)
    with pytest.raises((duckdb.Error, SourceUnavailable, ValueFault, OSError)):
        lake_engine.select(sql, {}, limit=1)


# ------------------------------------------------------------ sources that fail


def refusal(sources: Sources) -> SourceUnavailable:
    with pytest.raises(SourceUnavailable) as caught:
        ask(sources, BY_NAME)
    return caught.value


def test_dataset_without_snapshot_is_missing(sources):
    fault = refusal(sources)
    assert (fault.dataset, fault.provider, fault.reason) == (
        CODE,
        "police",
        Reason.MISSING,
    )


def test_snapshot_that_vanished_is_missing(sources, lake, version):
    (lake / CODE / f"{version}.parquet").unlink()
    assert refusal(sources).reason is Reason.MISSING


def test_snapshot_that_vanishes_while_in_use_is_missing(sources, lake, version):
    ask(sources, BY_NAME)
    (lake / CODE / f"{version}.parquet").unlink()
    assert refusal(sources).reason is Reason.MISSING


@pytest.mark.usefixtures("version")
def test_pointer_that_names_no_version_is_damage(sources, lake):
    (lake / CODE / "current").write_text("../../etc/passwd\n")
    assert refusal(sources).reason is Reason.CORRUPT


def test_damaged_snapshot_is_damage(sources, lake, version):
    (lake / CODE / f"{version}.parquet").write_bytes(b"PAR1 no parquet PAR1")
    assert refusal(sources).reason is Reason.CORRUPT


def test_damage_amid_a_snapshot_is_damage(sources, lake, version):
    path = lake / CODE / f"{version}.parquet"
    ask(sources, BY_NAME)
    content = bytearray(path.read_bytes())
    content[4:200] = b"\xff" * 196
    path.write_bytes(content)
    assert refusal(sources).reason is Reason.CORRUPT


# ------------------------------------------------------- statements that fail


@pytest.mark.usefixtures("version")
def test_value_that_does_not_convert_is_not_quoted(sources):
    with pytest.raises(ValueFault) as caught:
        ask(sources, 'SELECT CAST(name AS INT) FROM lake."population.person"')
    assert not any(person[1] in str(caught.value) for person in PEOPLE)


def test_types_that_do_not_fit_are_explained(sources):
    with pytest.raises(ValueFault, match="DATE"):
        ask(sources, "SELECT sum(DATE '2020-01-01')")


def test_long_statement_is_stopped(sources):
    begun = time.monotonic()
    with pytest.raises(Overrun):
        ask(sources, "SELECT sum(a.i * b.i) FROM range(9999999) a(i), range(9999) b(i)")
    assert time.monotonic() - begun < 3
    assert ask(sources, "SELECT 1").rows == [(1,)]


def test_statement_that_needs_too_much_memory_is_refused(lake):
    engine = Lake(lake, memory_limit="20MB", threads=1)
    hungry = "SELECT list(i) FROM range(30000000) AS r(i)"
    with pytest.raises(MemoryOverrun, match="20MB"):
        engine.select(hungry, {}, limit=1)


def test_an_unknown_relation_is_a_bug(sources):
    with pytest.raises(duckdb.CatalogException):
        ask(sources, "SELECT * FROM nowhere")


def test_plan_with_versions_of_lake_and_live_names_both(sources, version):
    fetch = live("SELECT name FROM person", into="live")
    joined = (
        'SELECT count(*) FROM temp."live" l JOIN lake."population.person" p '
        "ON l.name = p.name"
    )
    plan = plan_of(
        replace(fetch, datasets=("police.live",)),
        final=bulk(joined, datasets=(CODE,)),
        types=NAMES,
    )
    answer = run(plan, {}, sources, at=AT, limit=1)
    assert answer.rows == [(3,)]
    assert answer.versions == {"police.live": f"live@{AT.isoformat()}", CODE: version}


# ----------------------------------------------------------- what crossed the wire


def test_a_fetch_tells_its_rows_and_bytes(sources):
    fetch = live(
        "SELECT name FROM person WHERE name = '李雷'", into="population.person"
    )
    plan = plan_of(
        fetch, final=bulk('SELECT name FROM temp."population.person"'),
        types={"name": DataType.TEXT},
    )  # fmt: skip
    (crossed,) = run(plan, {}, sources, at=AT, limit=5).crossed
    assert (crossed.engine, crossed.database, crossed.rows) == ("sqlite", "police", 1)
    assert crossed.size == 6  # two characters of three bytes each


def test_a_row_beyond_the_limit_crossed_too(sources):
    plan = plan_of(live("SELECT alive FROM person"), types={"alive": DataType.BOOLEAN})
    (crossed,) = run(plan, {}, sources, at=AT, limit=1).crossed
    assert crossed.rows == 2


def test_the_lake_is_no_wire(sources):
    plan = plan_of(bulk("SELECT 1 AS one"), types={"one": DataType.INTEGER})
    assert run(plan, {}, sources, at=AT, limit=1).crossed == ()
