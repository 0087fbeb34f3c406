"""What the oracle cannot judge, worked by hand, on the engine that computes it.

Each line: what is shown, an expression over four rows of ``ref.sale``, and the
answers in the order of ``number``.

======  =====  ======
number  place  amount
======  =====  ======
1       A      10
2       A      30
3       B      20
4       B      NULL
======  =====  ======
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlglot import exp
from tests.generative.query.test_engines import NOT_GENERATED
from tests.unit.engines.practice import make_dataset

from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.model import DataType, Source, SourceKind
from tongban.kernel.query.compiler import Compiler
from tongban.kernel.query.engines import Sources, run
from tongban.kernel.query.language.parse import parse
from tongban.kernel.query.model import Grant, Purpose, Scope, Use
from tongban.kernel.query.terms.access import bindings
from tongban.kernel.terms import Text
from tongban.store.lake import mirror


AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
TYPES = {
    "number": DataType.INTEGER,
    "place": DataType.TEXT,
    "amount": DataType.INTEGER,
}
SALES = make_dataset("ref.sale", Source(SourceKind.FILE, "ref.sale"), TYPES)
CSV = "number,place,amount\n1,A,10\n2,A,30\n3,B,20\n4,B,\n"

WHOLE = "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"
BY_ROW = [
    (
        "pairs are equal part by part",
        "(place, number) IN (('A', 1), ('B', 2))",
        [True, False, False, False],
    ),
    ("place in order", "row_number() OVER (ORDER BY number DESC)", [4, 3, 2, 1]),
    ("ties share a rank", "rank() OVER (ORDER BY place)", [1, 1, 3, 3]),
    ("without gaps", "dense_rank() OVER (ORDER BY place)", [1, 1, 2, 2]),
    ("the row before", "lag(amount) OVER (ORDER BY number)", [None, 10, 30, 20]),
    ("or what is given", "lag(amount, 2, -1) OVER (ORDER BY number)", [-1, -1, 10, 30]),
    ("the row after", "lead(amount) OVER (ORDER BY number)", [30, 20, None, None]),
    (
        "the first of each place",
        "first_value(amount) OVER (PARTITION BY place ORDER BY number)",
        [10, 10, 20, 20],
    ),
    (
        "the last of each place",
        f"last_value(amount) OVER (PARTITION BY place ORDER BY number {WHOLE})",
        [30, 30, None, None],
    ),
    (
        "a running sum passes over NULL",
        "sum(amount) OVER (ORDER BY number)",
        [10, 40, 60, 60],
    ),
    (
        "of this row and the one before",
        "sum(amount) OVER (ORDER BY number ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)",
        [10, 40, 50, 20],
    ),
    ("a share of all", "count(*) OVER (PARTITION BY place)", [2, 2, 2, 2]),
    (
        "a sign escaped is itself",
        "('5%' || place) LIKE '5!%A' ESCAPE '!'",
        [True, True, False, False],
    ),
    (
        "a type has its size",
        "CAST(amount / 3 AS DECIMAL(9, 2))",
        [Decimal("3.33"), Decimal("10.00"), Decimal("6.67"), None],
    ),
    (
        "a moment has its hour",
        "CAST('2026-11-23 09:30:00' AS TIMESTAMP)",
        [datetime(2026, 11, 23, 9, 30)] * 4,
    ),
    (
        "weeks begin on Monday",
        "CAST(date_trunc('week', :as_of) AS DATE)",
        [date(2026, 11, 23)] * 4,
    ),
]
IN_ALL = [
    ("only some are counted", "count(*) FILTER (WHERE amount > 10)", 2),
    ("sum of some", "sum(amount) FILTER (WHERE place = 'A')", 40),
    ("the middle", "percentile_cont(0.5) WITHIN GROUP (ORDER BY amount)", 20.0),
    ("a quarter of the way", "quantile_cont(amount, 0.25)", 15.0),
    ("the middle of three", "median(amount)", 20.0),
    ("the sample's deviation", "stddev(amount)", 10.0),
    ("of an empty set", "sum(amount) FILTER (WHERE FALSE)", None),
]


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sources]:
    root: Path = tmp_path_factory.mktemp("sales")
    (root / "ref.sale.csv").write_text(CSV)
    mirror(SALES, departments={}, dropped=root, lake=root, at=AT)
    with Sources({}, root) as opened:
        yield opened


def answers(sources: Sources, sql: str) -> list[tuple]:
    items = frozenset(f"ref.sale.{name}" for name in TYPES)
    purpose = Purpose("p", Text("用途"), Scope.POPULATION, items, "依据")
    since = date(2025, 1, 1)
    grant = Grant(
        "g", "o", "p", "ref.sale", frozenset(TYPES), Scope.POPULATION, "依据", since
    )
    dataset = replace(SALES, subjects={})  # reference data, about nobody
    compiler = Compiler(
        Catalog(datasets={"ref.sale": dataset}), {"p": purpose}, [grant]
    )
    use = Use("a", "o", "p", sql, AT)
    plan = compiler.compile(use)
    return run(plan, bindings(use), sources, at=AT, limit=100).rows


@pytest.mark.parametrize(("expression", "expected"), [row[1:] for row in BY_ROW])
def test_of_each_row(sources, expression, expected):
    sql = f"SELECT {expression} AS v, number FROM ref.sale ORDER BY number"
    assert [row[0] for row in answers(sources, sql)] == expected


@pytest.mark.parametrize(("expression", "expected"), [row[1:] for row in IN_ALL])
def test_of_all_rows(sources, expression, expected):
    assert answers(sources, f"SELECT {expression} AS v FROM ref.sale") == [(expected,)]


def test_every_form_that_is_not_generated_is_here():
    tried: set[type[exp.Expr]] = set()
    for _, expression, _ in [*BY_ROW, *IN_ALL]:
        tried.update(type(n) for n in parse(f"SELECT {expression} FROM r.t").walk())
    assert NOT_GENERATED.keys() - tried == set()
