"""A use over its bound is stopped, in time, and hinders nobody else.

Time, memory, disk, rows: hostile statements as they reach the engine, for what the
compiler lets through must not be able to cost more than one use may.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from tests.unit.engines.practice import AT, bulk, plan_of

from tongban.kernel.catalog.model import DataType
from tongban.kernel.query.engines import MemoryOverrun, Overrun, Sources, run
from tongban.kernel.query.engines.spill import SPILL, room
from tongban.kernel.query.model import Scope


SECONDS = 1.0
# The watchdog looks every twentieth; the rest is for a machine with others on it.
AT_MOST = 1.5 * SECONDS + 0.5
MEMORY = "100MB"
SMALL = "SELECT count(*) AS n FROM range(1000) AS r(i)"

ENDLESS = {
    "cross join": "SELECT sum(a.i * b.i) FROM range(99999999) a(i), range(99999) b(i)",
    "comparison": "SELECT count(*) FROM range(9999999) a(i), range(9999999) b(i)"
    " WHERE hash(a.i) < hash(b.i)",
    "pattern": "SELECT count(*) FROM range(99999999) r(i) WHERE"
    " regexp_matches(repeat('ab', 200) || i, '(a|b|ab)*c(x+x+)+y')",
    "LIKE": "SELECT count(*) FROM range(99999999) r(i) WHERE"
    " repeat('ab', 500) || i LIKE '%a%b%a%b%a%b%c%'",
    "window": "SELECT sum(s) FROM (SELECT median(i) OVER (ORDER BY hash(i) ROWS"
    " BETWEEN 5000 PRECEDING AND 5000 FOLLOWING) AS s FROM range(9999999) r(i)) q",
    "sort": "SELECT max(i) FROM (SELECT i FROM range(99999999) r(i)"
    " ORDER BY hash(i), i OFFSET 99999998) q",
    "aggregate": "SELECT count(DISTINCT md5('x' || i)) FROM range(99999999) r(i)",
    "correlated": "SELECT count(*) FROM range(99999) a(i) WHERE 0 = (SELECT count(*)"
    " FROM range(99999) b(i) WHERE hash(b.i) < hash(a.i))",
}
HUNGRY = {
    "list": "SELECT list(i) FROM range(99999999) AS r(i)",
    "text": "SELECT length(string_agg('abcdefgh' || i, ',')) FROM range(49999999) r(i)",
}


@pytest.fixture
def bounded(lake: Path) -> Iterator[Sources]:
    with Sources(
        {}, lake, memory_limit=MEMORY, timeout_s=SECONDS, spill_limit="300MB"
    ) as opened:
        yield opened


def ask(sources: Sources, sql: str, share: str = "a", limit: int = 10) -> list[tuple]:
    plan = replace(plan_of(bulk(sql), types={"n": DataType.TEXT}))
    plan = replace(plan, scope=Scope.POPULATION)
    return run(plan, {}, sources, at=AT, limit=limit, share=share).rows


def spilled(lake: Path) -> int:
    return sum(f.stat().st_size for f in (lake / SPILL).rglob("*") if f.is_file())


@contextmanager
def others(sources: Sources) -> Iterator[list[float]]:
    """Somebody else's small uses, one after another, and how long each took."""
    took: list[float] = []
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            begun = time.monotonic()
            assert ask(sources, SMALL, "b") == [(1000,)]
            took.append(time.monotonic() - begun)
            time.sleep(0.01)

    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(work)
        try:
            yield took
        finally:
            stop.set()
            working.result()


@pytest.mark.parametrize("sql", ENDLESS.values(), ids=ENDLESS)
def test_a_use_over_its_time_is_stopped_in_time(bounded, lake, sql):
    with others(bounded) as took:
        begun = time.monotonic()
        with pytest.raises((Overrun, MemoryOverrun)) as stopped:
            ask(bounded, sql)
        seconds = time.monotonic() - begun
    assert seconds < AT_MOST
    assert stopped.value.code in {"query.overrun", "query.memory"}
    assert len(took) > 3
    assert spilled(lake) == 0


@pytest.mark.parametrize("sql", HUNGRY.values(), ids=HUNGRY)
def test_a_use_over_its_memory_is_stopped_and_others_keep_theirs(bounded, lake, sql):
    before = psutil.Process().memory_info().rss
    with others(bounded) as took, pytest.raises((MemoryOverrun, Overrun)) as stopped:
        ask(bounded, sql)
    if isinstance(stopped.value, MemoryOverrun):
        assert MEMORY in str(stopped.value)
    assert took
    assert ask(bounded, SMALL) == [(1000,)]
    assert psutil.Process().memory_info().rss - before < 500 * 2**20
    assert spilled(lake) == 0


def test_a_use_over_its_disk_is_stopped(lake):
    with Sources(
        {}, lake, memory_limit="50MB", timeout_s=30, spill_limit="20MB"
    ) as sources:
        with pytest.raises(MemoryOverrun, match="20MB"):
            ask(
                sources,
                "SELECT max(s) FROM (SELECT 'abcdefghijkl' || i AS s FROM"
                " range(9999999) r(i) ORDER BY hash(i) OFFSET 9999998) q",
            )
        assert spilled(lake) == 0


def test_rows_over_the_bound_stay_in_the_engine(bounded):
    before = psutil.Process().memory_info().rss
    rows = ask(bounded, "SELECT 'abcdefghijkl' || i FROM range(999999999999) r(i)")
    assert len(rows) == 10
    assert psutil.Process().memory_info().rss - before < 300 * 2**20


def test_each_use_of_everyone_has_an_engine_to_itself(bounded):
    with bounded.turn(Scope.POPULATION, "a") as one:
        with bounded.turn(Scope.POPULATION, "b") as another:
            assert one is not another
        assert one is not bounded.snapshots


def test_what_a_killed_process_spilled_is_swept(lake):
    place = f"{sys.executable} -c pass".split()
    dead = subprocess.Popen(place)
    dead.wait()
    mine = room(lake)
    left = mine.with_name(mine.name.replace(f"-{os.getpid()}-", f"-{dead.pid}-"))
    for folder in (mine, left):
        folder.mkdir(parents=True)
        (folder / "duckdb_temp_block").write_bytes(b"rows")
    room(lake)
    assert mine.exists()
    assert not left.exists()
