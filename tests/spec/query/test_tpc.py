"""The 22 queries of TPC-H and the 99 of TPC-DS, with every term of use granted.

What is granted whole must come back as if nothing stood between: the oracle is
DuckDB itself, over the same files, with the text as the benchmark ships it.
"""

import pytest

from tongban.cli.installed.bench import tpc
from tongban.cli.installed.bench.tpc import AT
from tongban.kernel.query.model import Use


SCALE = 0.01
COUNTS = {"tpch": 22, "tpcds": 99}
QUERIES = [
    (name, number + 1) for name, many in COUNTS.items() for number in range(many)
]


@pytest.fixture(scope="module")
def runners(tmp_path_factory):
    """One thread each: a double's last bits then come out the same."""
    made = {}
    for benchmark in (tpc.TPCH, tpc.TPCDS):
        world = tpc.build(benchmark, tmp_path_factory.mktemp("tpc") / "w", SCALE)
        made[benchmark.name] = tpc.runner(world, threads=1)
    yield made
    for runner in made.values():
        runner.close()


@pytest.mark.parametrize(("name", "number"), QUERIES)
def test_governed_is_ungoverned(runners, name, number):
    runner = runners[name]
    assert runner.governed(number) == runner.ungoverned(number)


@pytest.mark.parametrize(("name", "number"), QUERIES)
def test_lineage_is_that_of_the_plan(runners, name, number):
    """Two tracings that share only how a name finds its relation."""
    wish = Use(tpc.WHO, tpc.WHO, tpc.PURPOSE, runners[name].world.queries[number], AT)
    compiler = runners[name].compiler
    plan, lineage = compiler.compile(wish), compiler.lineage(wish)
    rows = {origin.item for origin in lineage.rows}
    assert [each for each, _ in lineage.columns] == [c.name for c in plan.columns]
    for (_, origins), column in zip(lineage.columns, plan.columns, strict=True):
        assert {
            origin.item for origin in origins if origin.way.direct
        } <= column.sources
        assert column.sources <= {origin.item for origin in origins} | rows
        assert {origin.item for origin in origins} | rows <= plan.items


@pytest.mark.parametrize("name", COUNTS)
def test_every_query_of_the_benchmark_is_there(runners, name):
    assert sorted(runners[name].world.queries) == list(range(1, COUNTS[name] + 1))


def test_most_queries_find_something(runners):
    found = [runners[name].ungoverned(number) for name, number in QUERIES]
    assert sum(map(bool, found)) > 90


def test_decimals_keep_the_digits_of_the_generator(runners):
    dataset = runners["tpch"].world.pack.catalog.datasets["tpch.lineitem"]
    assert dataset.items["l_discount"].decimal == (15, 2)
