"""How long a decision takes among a hundred thousand grants, and a change of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from sqlglot import exp

from tongban.cli.installed.bench.timing import durations, once
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
from tongban.kernel.query.model import Grant, Purpose, Scope, Use
from tongban.kernel.query.terms.grants import GrantIndex
from tongban.kernel.terms import Text


AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
SINCE = date(2026, 1, 1)
MANY, OFFICES, PURPOSES = 100_000, 1_000, 100
WISHES, TIMES = 200, 20
ITEMS = ("number", "name", "division")
DATASET = Dataset(
    code="bench.person",
    title=Text("人口"),
    provider="bench",
    duty="bench.duty",
    abstract=Text("人口"),
    category="基础信息资源/人口",
    format="数据库",
    grade=3,
    sharing=Sharing(SharingType.UNCONDITIONAL, ("服务接口",)),
    open="closed",
    update=UpdateCycle.DAILY,
    source=Source(SourceKind.LAKE, "bench.person"),
    items={n: Item(n, Text(n), "bench.text", DataType.TEXT) for n in ITEMS},
    subjects={},
    since=SINCE,
)


def _grants() -> list[Grant]:
    one = Grant(
        "grant-0",
        "office-0",
        "purpose-0",
        DATASET.code,
        frozenset(ITEMS),
        Scope.POPULATION,
        "bench",
        SINCE,
    )
    return [
        replace(
            one,
            id=f"grant-{n}",
            organization=f"office-{n % OFFICES}",
            purpose=f"purpose-{n // OFFICES}",
            filter=None if n % 2 else "name IS NOT NULL",
        )
        for n in range(MANY)
    ]


def _uses() -> list[Use]:
    """Statements of several offices for several purposes."""
    return [
        Use(
            "bench",
            f"office-{n % OFFICES}",
            f"purpose-{n % PURPOSES}",
            exp.select("name").from_(DATASET.code).limit(n % 20 + 1).sql("duckdb"),
            AT,
        )
        for n in range(WISHES)
    ]


def measure(_scratch: Path) -> Sequence[Area]:
    """The decision with the statements known, a change of one grant, a fresh start."""
    items = frozenset(f"{DATASET.code}.{name}" for name in ITEMS)
    purposes = {
        code: Purpose(code, Text(code), Scope.POPULATION, items, "bench")
        for code in (f"purpose-{n}" for n in range(PURPOSES))
    }
    grants = _grants()
    catalog = Catalog(datasets={DATASET.code: DATASET})
    index: list[GrantIndex] = []
    fresh = once(lambda: index.append(GrantIndex(grants)))
    compiler = Compiler(catalog, purposes, index[0])
    uses = _uses()
    for use in uses:
        compiler.compile(use)
    decided = [
        once(partial(compiler.compile, use)) for _ in range(TIMES) for use in uses
    ]
    changed = durations(lambda: compiler.under({"grant-7": None}), 20)
    p99 = sorted(decided)[len(decided) * 99 // 100]
    return [
        Area(
            "grants",
            f"{len(uses)} statements of {OFFICES} organisations decided {TIMES} times "
            f"each among {MANY:,} grants; one grant revoked; all of them read anew.",
            (
                Figure("decision, p99", p99 * 1000, "ms", most=1),
                Figure("decision, median", median(decided), "ms"),
                Figure("one revoked", median(changed), "ms", most=1000),
                Figure("all put in order", fresh, "s", most=5),
            ),
        )
    ]
