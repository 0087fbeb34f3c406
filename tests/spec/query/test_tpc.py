"""The 22 queries of TPC-H and the 99 of TPC-DS, with every term of use granted.

What is granted whole must come back as if nothing stood between: the oracle is
DuckDB itself, over the same files, with the text as the benchmark ships it.
"""

import pytest

from tongban.cli.installed.bench import tpc


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


@pytest.mark.parametrize("name", COUNTS)
def test_every_query_of_the_benchmark_is_there(runners, name):
    assert sorted(runners[name].world.queries) == list(range(1, COUNTS[name] + 1))


def test_most_queries_find_something(runners):
    found = [runners[name].ungoverned(number) for name, number in QUERIES]
    assert sum(map(bool, found)) > 90


def test_decimals_keep_the_digits_of_the_generator(runners):
    dataset = runners["tpch"].world.pack.catalog.datasets["tpch.lineitem"]
    assert dataset.items["l_discount"].decimal == (15, 2)
