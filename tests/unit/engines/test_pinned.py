"""A data version is read by its name, beside the one in force."""

from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.unit.engines.practice import AT, PERSON

from tongban.kernel.query.engines import Reason
from tongban.kernel.query.engines.duckdb import Lake
from tongban.kernel.query.engines.faults import SourceFault
from tongban.store.lake import Snapshot, mirror


def copy_people(police: Path, lake: Path, at: datetime = AT) -> Snapshot:
    return mirror(
        PERSON, departments={"police": police}, dropped=lake, lake=lake, at=at
    )


def test_a_version_is_read_by_its_name_beside_the_one_in_force(police, lake, change):
    first = copy_people(police, lake)
    change("DELETE FROM person WHERE name = '李雷'")
    second = copy_people(police, lake, AT + timedelta(days=1))
    sql = 'SELECT count(*) FROM lake."population.person" AS p'
    engine = Lake(lake)
    for pinned, expected in (
        ({}, (2, second.version)),
        ({PERSON.code: first.version}, (3, first.version)),
        ({"other.dataset": first.version}, (2, second.version)),
    ):
        found = engine.select(sql, {}, datasets=(PERSON.code,), pinned=pinned, limit=10)
        assert (found.rows[0][0], found.versions[PERSON.code]) == expected
    engine.close()


@pytest.mark.parametrize(
    ("version", "reason"),
    [("0" * 16, Reason.MISSING), ("../current", Reason.CORRUPT)],
)
def test_a_version_that_is_none_is_a_fault(police, lake, version, reason):
    copy_people(police, lake)
    with closing(Lake(lake)) as engine, pytest.raises(SourceFault) as fault:
        engine.select(
            "SELECT 1",
            {},
            datasets=(PERSON.code,),
            pinned={PERSON.code: version},
            limit=1,
        )
    assert fault.value.reason is reason


def test_a_version_that_goes_after_it_was_read_is_a_fault(police, lake):
    version = copy_people(police, lake).version
    wish = {
        "sql": 'SELECT count(*) FROM lake."population.person"',
        "params": {},
        "datasets": (PERSON.code,),
        "pinned": {PERSON.code: version},
        "limit": 1,
    }
    with closing(Lake(lake)) as engine:
        engine.select(**wish)
        (lake / PERSON.code / f"{version}.parquet").unlink()
        with pytest.raises(SourceFault) as fault:
            engine.select(**wish)
    assert fault.value.reason is Reason.MISSING
