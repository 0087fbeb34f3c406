"""Bulk answers that pass through without being held."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from pyarrow import parquet
from tests.unit.engines.flat import growth_kib
from tests.unit.engines.practice import AT, PERSON, bulk, live, plan_of

from tongban.kernel.catalog.model import DataType
from tongban.kernel.query.engines import (
    Overrun,
    Reason,
    Sources,
    SourceUnavailable,
    ValueFault,
    run_batches,
    write_parquet,
)
from tongban.kernel.query.engines.stream import NotInBulk
from tongban.kernel.query.quota import Period, Quota
from tongban.kernel.query.recipe import Privacy, Recipe
from tongban.store.lake import mirror


CODE = PERSON.code
ALL = 'SELECT name, birth_date, alive, income, ratio FROM lake."population.person"'
TYPES = {
    "name": DataType.TEXT,
    "birth_date": DataType.DATE,
    "alive": DataType.BOOLEAN,
    "income": DataType.MONEY,
    "ratio": DataType.DECIMAL,
}


@pytest.fixture
def version(police: Path, lake: Path) -> str:
    return mirror(
        PERSON, departments={"police": police}, dropped=lake, lake=lake, at=AT
    ).version


def written(sources: Sources, path: Path, sql: str, types=TYPES, **params) -> int:
    datasets = (CODE,) if CODE in sql else ()
    plan = plan_of(bulk(sql, *params, datasets=datasets), types=types)
    with (
        run_batches(plan, params, sources, seconds=20) as stream,
        path.open("wb") as to,
    ):
        return write_parquet(stream, tuple(types), to)


@pytest.mark.usefixtures("version")
def test_file_holds_the_rows_in_their_types(sources, tmp_path):
    path = tmp_path / "rows.parquet"
    assert written(sources, path, f"{ALL} ORDER BY id_number") == 3
    table = parquet.read_table(path)
    assert table.column_names == list(TYPES)
    assert [*table.to_pylist()[1].values()] == [
        "李雷",
        date(1990, 3, 7),
        True,
        500_000,
        Decimal("1.500000"),
    ]


def test_versions_read_are_told(sources, version):
    plan = plan_of(bulk(ALL, datasets=(CODE,)), types=TYPES)
    with run_batches(plan, {}, sources) as stream:
        assert stream.versions == {CODE: version}


@pytest.mark.usefixtures("version")
def test_values_are_bound(sources, tmp_path):
    sql = f"{ALL} WHERE id_number = $subject"
    rows = written(sources, tmp_path / "one", sql, subject="990101199003070012")
    assert rows == 1


@pytest.mark.usefixtures("version")
def test_no_rows_make_a_file_with_columns(sources, tmp_path):
    path = tmp_path / "none.parquet"
    assert written(sources, path, f"{ALL} WHERE FALSE") == 0
    assert parquet.read_table(path).column_names == list(TYPES)


NUMBER = {"n": DataType.INTEGER}


def test_fault_on_the_way_is_told_without_its_value(sources, tmp_path):
    sql = (
        "SELECT CAST(if(i = 299999, 'secret', '1') AS INT) AS n FROM range(300000) t(i)"
    )
    with pytest.raises(ValueFault) as caught:
        written(sources, tmp_path / "x", sql, NUMBER)
    assert "secret" not in str(caught.value)


def test_what_takes_too_long_is_stopped(sources, tmp_path):
    sql = (
        "SELECT count(*) AS n FROM range(10000000) a(i), range(1000000) b(i) "
        "WHERE a.i * b.i % 1000 = 7"
    )
    plan = plan_of(bulk(sql), types=NUMBER)
    with (
        pytest.raises(Overrun) as caught,
        run_batches(plan, {}, sources, seconds=0.5) as stream,
        (tmp_path / "x").open("wb") as to,
    ):
        write_parquet(stream, ("n",), to)
    assert caught.value.facts == {"seconds": 0.5}


def test_damaged_snapshot_is_named(sources, version, lake):
    path = lake / CODE / f"{version}.parquet"
    path.write_bytes(path.read_bytes()[:100])
    plan = plan_of(bulk(ALL, datasets=(CODE,)), types=TYPES)
    with pytest.raises(SourceUnavailable) as caught, run_batches(plan, {}, sources):
        pass
    assert caught.value.reason is Reason.CORRUPT


def test_rows_of_one_subject_are_not_streamed(sources):
    plan = plan_of(live("SELECT name FROM person"), types={"name": DataType.TEXT})
    with pytest.raises(NotInBulk), run_batches(plan, {}, sources):
        pass


@pytest.mark.usefixtures("version")
@pytest.mark.parametrize("guard", ["recipe", "quotas"])
def test_what_is_guarded_or_charged_as_a_whole_does_not_pass_through(sources, guard):
    plan = plan_of(bulk(ALL, datasets=(CODE,)), types=TYPES)
    held = {
        "recipe": Recipe(Privacy(), 0, (), (), (), (), ()),
        "quotas": {"g": Quota(next(iter(Period)), rows=1)},
    }
    with (
        pytest.raises(NotInBulk),
        run_batches(replace(plan, **{guard: held[guard]}), {}, sources),
    ):
        pass


def test_memory_does_not_grow_with_the_rows(tmp_path):
    # Held as rows, a million more would take 250 MB.
    assert growth_kib(1_000_000, 2_000_000, tmp_path) < 100_000
    assert duckdb.read_parquet(str(tmp_path / "out")).shape == (2_000_000, 2)
