"""A policy over everyone: how long ten million persons take, and how much memory.

The register is made by DuckDB's range(), nobody's data; each measure runs in a
process of its own, whose peak memory the system tells.
"""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlglot import exp, parse_one

from tongban.cli.measures import Area, Figure
from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.model import (
    Dataset,
    DataType,
    Item,
    Sharing,
    SharingType,
    Source,
    SourceKind,
    UpdateCycle,
)
from tongban.kernel.query.compiler import Compiler
from tongban.kernel.query.engines import Sources, run_batches
from tongban.kernel.query.model import Grant, Purpose, Scope, Use
from tongban.kernel.query.terms.access import bindings
from tongban.kernel.terms import SubjectKind, Text
from tongban.store.lake import publish, staging


AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
CODE = "population.person"
SIZES = (10_000_000, 100_000_000)
ROUNDS = 3
_ITEMS = {
    "id_number": ("printf('9901%02d%011dX', i % 5, i)", DataType.TEXT),
    "name": ("'人' || (i * 7919 % 100003)", DataType.TEXT),
    "birth_date": ("DATE '1920-01-01' + CAST(i * 48271 % 38000 AS INT)", DataType.DATE),
    "sex": ("if(i % 2 = 0, 'f', 'm')", DataType.TEXT),
    "alive": ("i % 50 <> 0", DataType.BOOLEAN),
    "division": ("printf('9901%02d', i % 5)", DataType.TEXT),
    "residence": ("printf('99%04d', i * 31 % 200)", DataType.TEXT),
    "income": ("i * 16807 % 900000", DataType.MONEY),
    "children": ("i % 4", DataType.INTEGER),
    "disability": ("i % 7", DataType.INTEGER),
    "insured": ("i % 11 = 0", DataType.BOOLEAN),
    "mobile": ("printf('138%08d', i % 100000000)", DataType.TEXT),
}
POLICY = (
    "SELECT id_number, CASE WHEN age(birth_date, :as_of) >= 100 THEN 500 ELSE 100 END "
    "AS amount FROM population.person WHERE division LIKE '9901%' "
    "AND age(birth_date, :as_of) >= 80 AND alive AND income < 600000 "
    "AND disability <> 3"
)


def register() -> Dataset:
    """Persons with twelve items."""
    sharing = Sharing(SharingType.UNCONDITIONAL, ("query",))
    return Dataset(
        code=CODE,
        title=Text("人口基本信息"),
        provider="police",
        duty="police.register",
        abstract=Text("人口基本信息"),
        category="基础信息资源/人口",
        format="数据库",
        grade=3,
        sharing=sharing,
        open="closed",
        update=UpdateCycle.DAILY,
        source=Source(SourceKind.LAKE, CODE),
        items={
            name: Item(name, Text(name), name, kind, key=name == "id_number")
            for name, (_, kind) in _ITEMS.items()
        },
        subjects={SubjectKind.PERSON: "id_number"},
        since=date(2025, 1, 1),
    )


def make(lake: Path, persons: int) -> None:
    """Put so many persons into the lake, sorted as every snapshot is."""
    numbers = exp.func("range", exp.Literal.number(persons))
    alias = exp.TableAlias(
        this=exp.to_identifier("r"), columns=[exp.to_identifier("i")]
    )
    items = [
        exp.alias_(parse_one(sql, read="duckdb"), name)
        for name, (sql, _) in _ITEMS.items()
    ]
    rows = exp.select(*items).from_(exp.Table(this=numbers, alias=alias))
    with staging(lake, "3GB") as database:
        publish(database, rows, register(), lake, at=AT)


def match(lake: Path) -> tuple[list[float], int]:
    """Seconds of each round of the policy over the lake, and how many it fits."""
    items, since = frozenset(_ITEMS), date(2025, 1, 1)
    named = frozenset(f"{CODE}.{name}" for name in items)
    purpose = Purpose("p", Text("匹配"), Scope.POPULATION, named, "依据")
    grant = Grant("g", "o", "p", CODE, items, Scope.POPULATION, "依据", since)
    catalog = Catalog(datasets={CODE: register()})
    use = Use("a", "o", "p", POLICY, AT)
    plan = Compiler(catalog, {"p": purpose}, [grant]).compile(use)
    times, fits = [], 0
    with Sources({}, lake) as sources:
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            with run_batches(plan, bindings(use), sources) as stream:
                fits = sum(len(batch) for batch in stream.batches)
            times.append(time.perf_counter() - begun)
    return times, fits


def peak_gib() -> float:
    """The most memory that this process held, since its program began.

    getrusage tells the parent's where that was more: it outlasts exec.
    """
    status = Path("/proc/self/status").read_text("ascii")
    (line,) = (x for x in status.splitlines() if x.startswith("VmHWM:"))
    return int(line.split()[1]) / 2**20  # of KiB


def apart(lake: Path) -> dict[str, Any]:
    """What ``match`` tells in a process of its own, with its peak memory in GiB."""
    command = [sys.executable, "-m", __name__, str(lake)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def measure(scratch: Path, sizes: Sequence[int] = SIZES) -> list[Area]:
    """The policy over each size; the first one's time, and whether memory is flat."""
    told = []
    for persons in sizes:
        lake = scratch / f"policy-{persons}"
        make(lake, persons)
        told.append(apart(lake))
        shutil.rmtree(lake)
    peaks = [each["peak_gib"] for each in told]
    counted = " and ".join(f"{persons // 10**6:,} million" for persons in sizes)
    figures = (
        Figure("policy_10m_s", min(told[0]["seconds"]), "s", most=2),
        Figure("peak_gib", max(peaks), "GiB", most=4),
        Figure("peak, of ten times the rows", peaks[-1] / peaks[0], "", most=2),
    )
    how = (
        f"A condition over {counted} persons of {len(_ITEMS)} items and an amount for "
        f"the {told[0]['fits']:,} of the first that fit, streamed as Arrow, 2 threads, "
        f"the best of {ROUNDS}, each size in a process of its own."
    )
    facts = {"policy_10m_s": figures[0].value, "peak_gib": figures[1].value}
    return [Area("policy", how, figures, facts)]


if __name__ == "__main__":
    seconds, fits = match(Path(sys.argv[1]))
    found = {"seconds": seconds, "fits": fits, "peak_gib": peak_gib()}
    sys.stdout.write(json.dumps(found))
