"""Everyone's data on a cluster: a real Spark Connect server on this machine."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.spec.engines.places import sail
from tests.unit.engines.flat import growth_kib
from tests.unit.engines.practice import AT, PERSON, bulk, plan_of

from tongban.kernel.catalog.model import DataType
from tongban.kernel.query.engines import (
    Overrun,
    Reason,
    Sources,
    SourceUnavailable,
    run,
    run_batches,
)
from tongban.kernel.query.engines.duckdb import Lake
from tongban.kernel.query.engines.spark import Cluster
from tongban.kernel.query.model import Plan
from tongban.store.lake import mirror


CODE = PERSON.code
FROM = f"FROM lake.`{CODE}`"
NAMES = {"name": DataType.TEXT}
ENDLESS = f"SELECT name {FROM} CROSS JOIN range(100000000000)"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with sail() as told:
        yield told


@pytest.fixture
def version(police, lake) -> str:
    return mirrored(police, lake)


def mirrored(police, lake) -> str:
    return mirror(
        PERSON, departments={"police": police}, dropped=lake, lake=lake, at=AT
    ).version


@pytest.fixture
def sources(address, lake) -> Iterator[Sources]:
    cluster = Cluster(address, Lake(lake), timeout_s=30)
    with Sources({}, lake, bulk=cluster) as opened:
        yield opened


def on_cluster(sql: str, *params: str, types=NAMES) -> Plan:
    fetch = replace(bulk(sql, *params, datasets=(CODE,)), kind="spark")
    return plan_of(fetch, types=types)


def names(sources, sql=f"SELECT name {FROM} ORDER BY id_number", *, limit=10, **params):
    plan = on_cluster(sql, *params)
    return run(plan, params, sources, at=AT, limit=limit)


def test_rows_come_with_the_version_read(sources, version):
    answer = names(sources)
    assert answer.rows == [("韩梅梅",), ("李雷",), ("O'Neil",)]
    assert (answer.versions, answer.truncated) == ({CODE: version}, False)


def test_values_are_bound_and_truncation_is_said(sources, version):
    assert version
    sql = f"SELECT name {FROM} WHERE id_number > :n ORDER BY id_number"
    answer = names(sources, sql, n="990101198501010023", limit=1)
    assert (answer.rows, answer.truncated) == ([("李雷",)], True)


@pytest.mark.usefixtures("version")
def test_a_text_that_looks_like_a_variable_comes_back_as_written(sources):
    answer = names(sources, "SELECT '${env:HOME}' AS name")
    assert answer.rows == [("${env:HOME}",)]
    session = sources.bulk._opened()
    assert session.conf.get("spark.sql.variable.substitute") == "false"


def test_new_version_is_read_at_the_next_use_and_an_old_one_by_its_name(
    sources, version, police, lake, change
):
    change("DELETE FROM person WHERE name = '李雷'")
    assert len(names(sources).rows) == 3
    assert mirrored(police, lake) != version
    assert len(names(sources).rows) == 2
    plan = on_cluster(f"SELECT name {FROM}")
    then = run(plan, {}, sources, at=AT, limit=10, pinned={CODE: version})
    assert (len(then.rows), then.versions) == (3, {CODE: version})


def test_answer_passes_as_batches(sources, version):
    with run_batches(on_cluster(f"SELECT name {FROM}"), {}, sources) as stream:
        assert sum(len(batch) for batch in stream.batches) == 3
        assert stream.versions == {CODE: version}


def test_memory_does_not_grow_with_the_rows(address, tmp_path):
    # Held as Arrow, two million more would take 220 MB.
    assert growth_kib(600_000, 2_600_000, tmp_path, address) < 60_000


def broken_off(sources: Sources) -> None:
    with run_batches(on_cluster(ENDLESS), {}, sources) as stream:
        assert len(next(stream.batches)) > 0
        raise OSError("the disk is full")


@pytest.mark.usefixtures("version")
def test_an_answer_that_is_given_up_does_not_hold_up_the_next(sources):
    with pytest.raises(OSError, match="full"):
        broken_off(sources)
    began = time.monotonic()
    assert len(names(sources).rows) == 3
    assert time.monotonic() - began < 10


@pytest.mark.usefixtures("version")
def test_what_takes_too_long_on_the_way_is_stopped(address, lake):
    cluster = Cluster(address, Lake(lake))
    with (
        Sources({}, lake, bulk=cluster) as sources,
        pytest.raises(Overrun),
        run_batches(on_cluster(ENDLESS), {}, sources, seconds=1.0) as stream,
    ):
        for _ in stream.batches:
            pass


@pytest.mark.usefixtures("version")
def test_what_takes_too_long_is_stopped(address, lake):
    wide = "range(1000000000) AS a CROSS JOIN range(1000000) AS b"
    plan = on_cluster(f"SELECT max(a.id * b.id) AS name FROM {wide}")
    cluster = Cluster(address, Lake(lake), timeout_s=1)
    began = time.monotonic()
    with Sources({}, lake, bulk=cluster) as sources, pytest.raises(Overrun):
        run(plan, {}, sources, at=AT, limit=1)
    assert time.monotonic() - began < 60


# The client warns of what it then raises.
@pytest.mark.filterwarnings("ignore:.*RETRIES_EXCEEDED")
@pytest.mark.usefixtures("version")
def test_cluster_that_went_away_is_told_and_found_again(lake):
    with sail() as first:
        cluster = Cluster(first, Lake(lake), timeout_s=30)
        with Sources({}, lake, bulk=cluster) as sources:
            assert len(names(sources).rows) == 3
    away = Cluster(first, Lake(lake), timeout_s=30)
    with Sources({}, lake, bulk=away) as sources:
        with pytest.raises(SourceUnavailable) as caught:
            names(sources)
        assert caught.value.reason is Reason.UNREACHABLE
        with sail() as again:
            away.address = again
            assert len(names(sources).rows) == 3


def test_address_is_not_shown(lake):
    assert "token" not in repr(Cluster("sc://h:1/;token=token", Lake(lake)))
