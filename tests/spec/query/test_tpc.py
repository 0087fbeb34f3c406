"""The 22 queries of TPC-H and the 99 of TPC-DS, with every term of use granted.

What is granted whole must come back as if nothing stood between: the oracle is
DuckDB itself, over the same files, with the text as the benchmark ships it.
"""

import re
from pathlib import Path

import pytest
from sqlglot import exp
from tests.unit.query.test_functions import ROWWISE

from tongban.cli.installed.bench import tpc
from tongban.cli.installed.bench.ratios import compiling, ratios, same
from tongban.cli.installed.bench.tpc import AT
from tongban.cli.measures import joined
from tongban.kernel.query.engines.faults import ValueFault
from tongban.kernel.query.language.grammar import ALLOWED
from tongban.kernel.query.language.parse import parse
from tongban.kernel.query.model import Use


SCALE = 0.01
COUNTS = {"tpch": 22, "tpcds": 99}
QUERIES = [
    (name, number + 1) for name, many in COUNTS.items() for number in range(many)
]


# Written out by the compiler: the macros of rules have tests of their own.
NOT_HERE = {exp.MonthsBetween, exp.DateTrunc, exp.Placeholder}


def forms():
    """Title, statement and the items behind each column, of every form in whole.txt."""
    text = Path(__file__).with_name("whole.txt").read_text("utf-8")
    for block in re.split(r"^# ", text, flags=re.MULTILINE)[1:]:
        title, _, body = block.partition("\n")
        sql, *expected = re.split(r"^=> ", body, flags=re.MULTILINE)
        sources = {}
        for line in expected:
            names, _, items = line.partition(":")
            found = {f"tpch.{item}" for item in items.split()}
            sources |= dict.fromkeys(names.split(), found)
        yield pytest.param(sql.strip(), sources, id=title)


FORMS = list(forms())


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
    sql = runner.world.queries[number]
    assert runner.governed(sql) == runner.ungoverned(sql)


@pytest.mark.parametrize(("name", "number"), QUERIES)
def test_lineage_is_that_of_the_plan(runners, name, number):
    """Two tracings that share only how a name finds its relation."""
    wish = Use(tpc.WHO, tpc.WHO, tpc.PURPOSE, runners[name].world.queries[number], AT)
    compiler = runners[name].compiler
    plan, lineage = compiler.compile(wish), compiler.lineage(wish)
    rows = {origin.item for origin in lineage.rows}
    assert len(lineage.columns) == len(plan.columns)
    for place, (name, origins) in enumerate(lineage.columns):
        column = plan.columns[place]
        # A column without a name is headed by its text, and lineage tells no text.
        assert name in (column.name, f"_col_{place}")
        assert {
            origin.item for origin in origins if origin.way.direct
        } <= column.sources
        assert column.sources <= {origin.item for origin in origins} | rows
        assert {origin.item for origin in origins} | rows <= plan.items


@pytest.mark.parametrize("name", COUNTS)
def test_every_query_of_the_benchmark_is_there(runners, name):
    assert sorted(runners[name].world.queries) == list(range(1, COUNTS[name] + 1))


def test_most_queries_find_something(runners):
    found = [
        runner.ungoverned(sql)
        for runner in runners.values()
        for sql in runner.world.queries.values()
    ]
    assert sum(map(bool, found)) > 90


def test_decimals_keep_the_digits_of_the_generator(runners):
    dataset = runners["tpch"].world.pack.catalog.datasets["tpch.lineitem"]
    assert dataset.items["l_discount"].decimal == (15, 2)


@pytest.mark.parametrize("sql", [form.values[0] for form in FORMS])
def test_form_means_what_it_means_to_the_engine(runners, sql):
    runner = runners["tpch"]
    found, expected = runner.governed(sql), runner.ungoverned(sql)
    assert sorted(map(repr, found)) == sorted(map(repr, expected))
    assert found


@pytest.mark.parametrize(("sql", "sources"), FORMS)
def test_form_has_lineage(runners, sql, sources):
    plan = runners["tpch"].compiler.compile(tpc.use_of(sql))
    assert {column.name: set(column.sources) for column in plan.columns} == sources


def test_every_node_of_the_grammar_appears(runners):
    """In a form here, in a query of the benchmarks, or in a call of a function."""
    texts = [form.values[0] for form in FORMS] + [f"SELECT {call}" for call in ROWWISE]
    for runner in runners.values():
        texts += runner.world.queries.values()
    nodes = {type(node) for text in texts for node in parse(text).walk()}
    assert ALLOWED.keys() - nodes <= NOT_HERE


def test_a_text_of_too_many_rows_says_so(runners):
    sql = "SELECT string_agg(c_name, ',' ORDER BY c_name) AS names FROM tpch.customer"
    with pytest.raises(ValueFault, match="string_agg gives more than 1000 characters"):
        runners["tpch"].governed(sql)


def test_a_length_of_time_beyond_python_is_a_fault(runners):
    sql = "SELECT INTERVAL (n_nationkey * 100000000) DAY AS d FROM tpch.nation"
    with pytest.raises(ValueFault):
        runners["tpch"].governed(sql)


def test_the_bench_tells_what_it_measured(runners):
    world = runners["tpch"].world
    area = joined("query", [ratios(world, SCALE, 1), compiling([world])])
    told = area.facts["tpch"]
    assert (told["queries"], told["identical"]) == (22, 22)
    assert 0 < told["geomean"] <= told["worst"]
    assert 1 <= told["worst_query"] <= 22
    assert 0 < area.facts["cached_ms"] < area.facts["compile_ms"]
    assert [figure.name for figure in area.figures if figure.most == 1.3] == [
        "tpch: governed/ungoverned, worst"
    ]


def test_same_is_exact_but_for_the_last_bits_of_doubles():
    assert same([(1, "a", 0.1 + 0.2, None)], [(1, "a", 0.3, None)])
    assert same([(float("nan"),)], [(float("nan"),)])
    assert not same([(0.3,)], [(0.3000001,)])
    assert not same([(1,)], [(1.0,)])
    assert not same([(1,), (2,)], [(2,), (1,)])
    assert not same([(1,)], [(1,), (1,)])
