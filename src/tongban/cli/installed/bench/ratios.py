"""What the terms of use cost: TPC-H and TPC-DS governed against ungoverned."""

import math
import statistics
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from tongban.cli.installed.bench.timing import once
from tongban.cli.installed.bench.tpc import (
    TPCDS,
    TPCH,
    Rows,
    Runner,
    World,
    build,
    runner,
    use_of,
)
from tongban.cli.measures import Area, Figure, median


# Of a double sum's last bits, which depend on the order in which threads finish.
_TOLERANCE = 1e-12
_CLOSE, _MORE = 0.1, 4


def measure(scratch: Path, *, scale: float = 1, rounds: int = 3) -> list[Area]:
    """Both benchmarks, then the time that their 121 statements take to compile."""
    worlds = []
    areas = []
    for benchmark in (TPCH, TPCDS):
        world = build(benchmark, scratch / benchmark.name, scale)
        areas.append(ratios(world, scale, rounds))
        worlds.append(world)
    return [*areas, compiling(worlds)]


def ratios(world: World, scale: float, rounds: int) -> Area:
    """How much longer each query takes under the terms of use than without."""
    runs = runner(world, threads=2)
    identical = 0
    found = {}
    for number, sql in world.queries.items():
        identical += same(runs.governed(sql), runs.ungoverned(sql))
        found[number] = _ratio(runs, sql, rounds)
    runs.close()
    worst = max(found, key=lambda number: found[number])
    name = world.benchmark.name
    geomean = statistics.geometric_mean(found.values())
    count = len(found)
    return Area(
        name,
        f"The {count} queries of {name} over its {len(world.pack.catalog.datasets)}"
        f" tables at scale factor {scale:g}, governed and by DuckDB alone over the same"
        f" snapshots, in turns, 2 threads, the best of {rounds}, or of"
        f" {rounds * _MORE} where they are more than a tenth apart, rows read as Python"
        f" values by both. The worst is query {worst}.",
        (
            Figure("queries", count, "", least=count),
            Figure("identical answers", identical, "", least=count),
            Figure("governed/ungoverned, geometric mean", geomean, "", most=1.05),
            Figure("governed/ungoverned, worst", found[worst], "", most=1.3),
        ),
        {
            name: {
                "queries": count,
                "identical": identical,
                "geomean": geomean,
                "worst": found[worst],
                "worst_query": worst,
            }
        },
    )


def _ratio(runs: Runner, sql: str, rounds: int) -> float:
    """The shortest governed run by the shortest ungoverned one.

    Where the two are more than a tenth apart, either way, more runs tell whether
    something else on the machine was in the way.
    """
    pairs: list[tuple[float, float]] = []
    for turn in range(rounds * _MORE):
        pairs.append(_pair(runs, sql, turn % 2 == 0))
        governed, plain = (min(times) for times in zip(*pairs, strict=True))
        if turn >= rounds - 1 and abs(governed / plain - 1) < _CLOSE:
            break
    return governed / plain


def _pair(runs: Runner, sql: str, governed_first: bool) -> tuple[float, float]:
    """Seconds of a query governed, and ungoverned."""
    both = [partial(runs.governed, sql), partial(runs.ungoverned, sql)]
    if governed_first:
        first, second = (once(run) for run in both)
        return first, second
    second, first = (once(run) for run in reversed(both))
    return first, second


def same(governed: Rows, plain: Rows) -> bool:
    """Whether two answers are the same rows in the same order.

    A double may differ by its last bits: the order in which threads add decides.
    """
    return len(governed) == len(plain) and all(
        len(row) == len(other) and all(map(_same_cell, row, other))
        for row, other in zip(governed, plain, strict=True)
    )


def _same_cell(cell: object, other: object) -> bool:
    if isinstance(cell, float) and isinstance(other, float):
        both_none = math.isnan(cell) and math.isnan(other)
        return both_none or math.isclose(cell, other, rel_tol=_TOLERANCE)
    return cell == other and type(cell) is type(other)


def compiling(worlds: Sequence[World]) -> Area:
    """From text to plan, by compilers that know nothing yet, and by one that does."""
    cold, cached = [], []
    for world in worlds:
        warm = world.compiler()
        for text in world.queries.values():
            use = use_of(text)
            warm.compile(use)
            cold.append(once(partial(world.compiler().compile, use)))
            cached += [once(partial(warm.compile, use)) for _ in range(20)]
    return Area(
        "compile",
        f"The {len(cold)} statements, each by a fresh compiler, then from its cache.",
        (
            Figure("cold, median", median(cold), "ms", most=10),
            Figure("cold, longest", max(cold) * 1000, "ms"),
            Figure("cached, median", median(cached), "ms", most=0.1),
        ),
        {"compile_ms": median(cold), "cached_ms": median(cached)},
    )
