"""How long 64 callers of eight organisations wait when all ask at once.

A register of its own is made: a department's database with an index, and the same
rows in the lake. Callers compile and run governed uses of four kinds, one after
another, without receipts: what is measured is the engine and the gate before it.

The others of a flooded round have five callers each, which are not always waiting
for the engine of everyone; the turns that they leave are the flooding one's.
"""

import random
import sqlite3
import statistics
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from tongban.cli.measures import Area, Figure, median
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
from tongban.kernel.query.engines import Sources, run
from tongban.kernel.query.engines.sqlite import Departments
from tongban.kernel.query.model import CaseView, Grant, Purpose, Scope, Use
from tongban.kernel.query.terms.access import bindings
from tongban.kernel.terms import Subject, SubjectKind, Text
from tongban.store.lake import mirror


AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
PEOPLE = 50_000
SECONDS = 6.0
ORGANIZATIONS = [f"org{number}" for number in range(8)]
FLOOD = ORGANIZATIONS[0]
EVEN = [share for share in ORGANIZATIONS for _ in range(8)]
FLOODED = [FLOOD] * 29 + [share for share in ORGANIZATIONS[1:] for _ in range(5)]
MOST_RATIO = 5.0

_TYPES = {
    "id": DataType.TEXT,
    "division": DataType.TEXT,
    "born": DataType.DATE,
    "income": DataType.MONEY,
}
_ONE, _ALL = "counter", "planning"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of use: its purpose, its statement, how many of twenty are it."""

    name: str
    purpose: str
    sql: str
    weight: int


KINDS = (
    Kind("live", _ONE, "SELECT division, born FROM crowd.person", 10),
    Kind(
        "joined",
        _ONE,
        "SELECT p.born, m.income FROM crowd.person AS p"
        " JOIN crowd.mirror AS m ON m.id = p.id",
        4,
    ),
    Kind(
        "grouped",
        _ALL,
        "SELECT division, count(*) AS n, sum(income) AS s FROM crowd.mirror"
        " GROUP BY division",
        5,
    ),
    Kind(
        "sorted",
        _ALL,
        "SELECT division, max(r) AS r FROM (SELECT division, rank() OVER"
        " (PARTITION BY division ORDER BY income, id) AS r FROM crowd.mirror) AS q"
        " GROUP BY division",
        1,
    ),
)


@dataclass(slots=True)
class Crowd:
    """What one round measured: seconds of each use, by kind and organisation."""

    took: defaultdict[tuple[str, str], list[float]] = field(
        default_factory=lambda: defaultdict(list)
    )
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, kind: str, share: str, seconds: float) -> None:
        with self.lock:
            self.took[kind, share].append(seconds)

    def of(self, kind: str, shares: Sequence[str]) -> list[float]:
        return [s for share in shares for s in self.took[kind, share]]

    def done(self, kinds: Sequence[str]) -> Counter[str]:
        """How many uses of ``kinds`` each organisation finished."""
        return Counter(
            {
                share: sum(len(self.took[kind, share]) for kind in kinds)
                for share in ORGANIZATIONS
            }
        )


def measure() -> Area:
    """Each kind of use alone, all kinds at once, and one organisation flooding."""
    with tempfile.TemporaryDirectory(prefix="tongban-crowd-") as folder:
        paths = _register(Path(folder))
        places = {SourceKind.SQLITE: Departments(paths)}
        with Sources(places, Path(folder) / "lake") as sources:
            alone = [_round(sources, EVEN, [kind]) for kind in KINDS]
            even = _round(sources, EVEN, KINDS)
            flooded = _round(sources, FLOODED, KINDS)
    names = [kind.name for kind in KINDS]
    bulk = [kind.name for kind in KINDS if kind.purpose == _ALL]
    shares = flooded.done(bulk)
    others = [shares[share] for share in ORGANIZATIONS[1:]]
    done = even.done(names)
    return Area(
        "crowd",
        f"{len(EVEN)} callers of {len(ORGANIZATIONS)} organisations ask at once for"
        f" {SECONDS:g} s over {PEOPLE:,} persons: keyed reads of a live database, the"
        " same joined to the lake, groupings and rankings of everyone. First all ask"
        " for one kind, then for all kinds mixed, then one organisation has"
        f" {FLOODED.count(FLOOD)} of the callers. Mixed, a keyed read takes a fraction"
        " of a millisecond, and its slowest wait for the processor, not for a turn:"
        " their time is told, not its ratio to so short a median.",
        (
            *(
                _ratio(crowd, name, ORGANIZATIONS, "alone")
                for crowd, name in zip(alone, names, strict=True)
            ),
            *(_ratio(even, name, ORGANIZATIONS, "mixed") for name in bulk),
            *(_ratio(flooded, n, ORGANIZATIONS[1:], "beside a flood") for n in bulk),
            *(
                Figure(f"{name}, p99, mixed", _p99(even.of(name, ORGANIZATIONS)), "ms")
                for name in names
            ),
            *(
                Figure(f"{name}, median, mixed", median(even.of(name, done)), "ms")
                for name in names
            ),
            Figure(
                "least served / most served organisation, equal",
                min(done.values()) / max(done.values()),
                "",
                least=0.7,
            ),
            Figure(
                "flooding organisation / mean of the others, uses of everyone",
                shares[FLOOD] / statistics.mean(others),
                "",
                most=1.5,
            ),
            Figure("uses", even.done(names).total() / SECONDS, "/s"),
        ),
    )


def _ratio(crowd: Crowd, kind: str, shares: Sequence[str], how: str) -> Figure:
    took = crowd.of(kind, shares)
    ratio = _p99(took) / (statistics.median(took) * 1000)
    return Figure(f"{kind}, p99 / p50, {how}", ratio, "", most=MOST_RATIO)


def _p99(seconds: Sequence[float]) -> float:
    """In milliseconds, as `median` and `p95` are."""
    return statistics.quantiles(seconds, n=100, method="inclusive")[-1] * 1000


def _round(sources: Sources, callers: Sequence[str], kinds: Sequence[Kind]) -> Crowd:
    crowd, compiler = Crowd(), _compiler()
    for kind in kinds:
        _use(kind, ORGANIZATIONS[0], 1, compiler, sources)
    end = time.monotonic() + SECONDS
    with ThreadPoolExecutor(len(callers)) as pool:
        calls = [
            pool.submit(_call, share, seed, kinds, crowd, compiler, sources, end)
            for seed, share in enumerate(callers)
        ]
        for call in calls:
            call.result()
    return crowd


def _call(
    share: str,
    seed: int,
    kinds: Sequence[Kind],
    crowd: Crowd,
    compiler: Compiler,
    sources: Sources,
    end: float,
) -> None:
    chance = random.Random(seed)
    weights = [kind.weight for kind in kinds]
    while time.monotonic() < end:
        (kind,) = chance.choices(kinds, weights)
        begun = time.perf_counter()
        _use(kind, share, chance.randrange(PEOPLE), compiler, sources)
        # Those who still wait at the end would be counted in the flood's favour.
        if time.monotonic() < end:
            crowd.add(kind.name, share, time.perf_counter() - begun)


def _use(
    kind: Kind, share: str, person: int, compiler: Compiler, sources: Sources
) -> None:
    subject = Subject(SubjectKind.PERSON, _number(person))
    one = kind.purpose == _ONE
    use = Use(
        by="bench",
        organization=share,
        purpose=kind.purpose,
        sql=kind.sql,
        at=AT,
        case="case" if one else None,
        subject=subject if one else None,
    )
    case = CaseView("case", "case", is_open=True, parties=frozenset({subject}))
    plan = compiler.compile(use, case if one else None)
    run(plan, bindings(use), sources, at=AT, limit=1000, share=share)


def _number(person: int) -> str:
    return f"990101{person:08}0000"


# ------------------------------------------------------------------ the register


def _register(folder: Path) -> Mapping[str, Path]:
    paths = {"register": folder / "register.sqlite"}
    chance = random.Random(1)
    with closing(sqlite3.connect(paths["register"])) as database:
        database.execute(
            "CREATE TABLE person (id TEXT PRIMARY KEY, division TEXT, born TEXT,"
            " income INTEGER) WITHOUT ROWID"
        )
        database.executemany(
            "INSERT INTO person VALUES (?, ?, ?, ?)",
            (
                (
                    _number(person),
                    f"9901{person % 40:02}",
                    f"{1930 + person % 90}-01-01",
                    chance.randrange(10_000_000),
                )
                for person in range(PEOPLE)
            ),
        )
        database.commit()
    for code in ("crowd.person", "crowd.mirror"):
        bound = _dataset(code, SourceKind.SQLITE)
        mirror(bound, departments=paths, dropped=folder, lake=folder / "lake", at=AT)
    return paths


def _dataset(code: str, kind: SourceKind) -> Dataset:
    return Dataset(
        code=code,
        title=Text(code),
        provider="register",
        duty="duty",
        abstract=Text(code),
        category="bench",
        format="table",
        grade=1,
        sharing=Sharing(SharingType.UNCONDITIONAL, ("query",)),
        open="closed",
        update=UpdateCycle.DAILY,
        source=Source(kind, "person", "register"),
        items={
            name: Item(name, Text(name), "e", kind_) for name, kind_ in _TYPES.items()
        },
        subjects={SubjectKind.PERSON: "id"},
        since=date(2025, 1, 1),
    )


def _compiler() -> Compiler:
    datasets = {
        "crowd.person": _dataset("crowd.person", SourceKind.SQLITE),
        "crowd.mirror": _dataset("crowd.mirror", SourceKind.LAKE),
    }
    items = frozenset(f"{code}.{item}" for code in datasets for item in _TYPES)
    purposes = {
        _ONE: Purpose(
            _ONE, Text(_ONE), Scope.SUBJECT, items, "bench", frozenset({"case"})
        ),
        _ALL: Purpose(_ALL, Text(_ALL), Scope.POPULATION, items, "bench"),
    }
    grants = [
        Grant(
            id=f"{share}-{code}-{purpose.code}",
            organization=share,
            purpose=purpose.code,
            dataset=code,
            items=frozenset(_TYPES),
            scope=purpose.scope,
            basis="bench",
            since=date(2025, 1, 1),
        )
        for share in ORGANIZATIONS
        for code in datasets
        for purpose in purposes.values()
    ]
    return Compiler(Catalog(datasets=datasets), purposes, grants)
