"""What it costs to say of everyone why: a rule's truths as columns, and as a filter."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlglot import exp, parse_one

from tongban.cli.installed.bench.timing import once
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
from tongban.kernel.query.engines import Sources, run
from tongban.kernel.query.explaining.rules import batch_use_sql
from tongban.kernel.query.model import Grant, Plan, Purpose, Scope, Use
from tongban.kernel.query.terms.access import bindings
from tongban.kernel.terms import SubjectKind, Text
from tongban.store.lake import publish, staging


AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
WHO = PURPOSE = "bench"
PERSON, FIRM = "bench.person", "bench.firm"
ITEMS: Mapping[str, Mapping[str, DataType]] = {
    PERSON: {
        "id_number": DataType.TEXT,
        "birth_date": DataType.DATE,
        "division": DataType.TEXT,
        "alive": DataType.BOOLEAN,
        "income": DataType.MONEY,
        "insured_months": DataType.INTEGER,
    },
    FIRM: {"holder_id": DataType.TEXT, "status": DataType.TEXT},
}
# Invented people by their place in the row; every eighth holds a firm.
ROWS = {
    PERSON: (
        "SELECT '9901' || lpad(CAST(i AS TEXT), 14, '0') AS id_number, "
        "DATE '1930-01-01' + CAST(i * 7919 % 34000 AS INTEGER) AS birth_date, "
        "'99' || lpad(CAST(i * 31 % 40 AS TEXT), 2, '0') || '01' AS division, "
        "i % 19 <> 0 AS alive, CASE WHEN i % 11 > 0 THEN i * 104729 % 900000 END "
        "AS income, CAST(i * 17 % 420 AS INTEGER) AS insured_months "
        "FROM range($rows) t(i)"
    ),
    FIRM: (
        "SELECT '9901' || lpad(CAST(i * 8 AS TEXT), 14, '0') AS holder_id, "
        "CASE WHEN i % 3 = 0 THEN 'valid' ELSE 'closed' END AS status "
        "FROM range($rows // 8) t(i)"
    ),
}
CONDITIONS = (
    ("old enough", "age(one.birth_date, :as_of) >= 60 AND one.alive", "art. 1"),
    (
        "in need",
        "one.income < 200000 OR (one.income IS NULL AND one.insured_months < 180)",
        "art. 2",
    ),
    (
        "of this place",
        "one.division LIKE '991%' OR NOT (one.division LIKE '990%' AND one.alive)",
        "art. 3",
    ),
    (
        "without a firm",
        """
        NOT EXISTS (SELECT 1 FROM bench.firm AS f
        WHERE f.status = 'valid' AND f.holder_id = one.id_number)
        """,
        "art. 4",
    ),
)


def measure(scratch: Path, *, rows: int = 1_000_000, rounds: int = 5) -> Sequence[Area]:
    """The rule over ``rows`` people as a filter, and with every truth, in turns."""
    lake = scratch / "explaining"
    _build(lake, rows)
    compiler = _compiler()
    plans = {
        name: compiler.compile(Use(WHO, WHO, PURPOSE, sql, AT))
        for name, sql in (
            ("filter", _filtered()),
            ("bare", _bare()),
            ("conditions", _counted(parts=False)),
            ("parts", _counted(parts=True)),
        )
    }
    with Sources({}, lake, timeout_s=600) as sources:
        times = [
            {n: once(partial(_answer, plan, sources)) for n, plan in plans.items()}
            for _ in range(rounds + 1)
        ]
    best = {name: min(turn[name] for turn in times[1:]) for name in plans}
    columns = len(plans["parts"].columns)
    return [
        Area(
            "explaining",
            f"A rule of {len(CONDITIONS)} conditions over {rows:,} people and their"
            " firms in the lake: a row for each with one column, whether all are true"
            " (bare); with the truth of each condition; with that of each of its parts"
            f" ({columns} columns); and as a WHERE alone, which need not look at what"
            f" an earlier condition has left out. In turns, 2 threads, the best of"
            f" {rounds}, counted and not carried off.",
            (
                Figure("bare condition", best["bare"] * 1000, "ms"),
                Figure(
                    "conditions/bare", best["conditions"] / best["bare"], "", most=2
                ),
                Figure("parts/bare", best["parts"] / best["bare"], "", most=2),
                Figure("parts/WHERE alone", best["parts"] / best["filter"], ""),
            ),
        )
    ]


def _answer(plan: Plan, sources: Sources) -> list[tuple[Any, ...]]:
    use = Use(WHO, WHO, PURPOSE, "", AT)
    return run(plan, bindings(use), sources, at=AT, limit=10).rows


def _bare() -> str:
    """A row for everyone, whether every condition is true; counted."""
    met = exp.and_(*(parse_one(sql, read="duckdb") for _, sql, _ in CONDITIONS))
    everyone = exp.select("one.id_number", exp.alias_(met, "met")).from_(
        exp.table_("person", db="bench", alias="one")
    )
    count = exp.alias_(exp.func("count_if", exp.column("met")), "n")
    return _text(exp.select(count).from_(everyone.subquery("everyone")))


def _filtered() -> str:
    """The people of whom every condition is true, counted."""
    count = exp.select(exp.alias_(exp.Count(this=exp.Star()), "n"))
    people = count.from_(exp.table_("person", db="bench", alias="one"))
    for _, condition, _ in CONDITIONS:
        people = people.where(parse_one(condition, read="duckdb"))
    return _text(people)


def _counted(*, parts: bool) -> str:
    """How many there are of whom each truth is true."""
    everyone = parse_one(
        batch_use_sql(
            CONDITIONS, dataset=PERSON, subject="id_number", about={}, parts=parts
        ),
        read="duckdb",
    )
    assert isinstance(everyone, exp.Select)
    names = [n for n in everyone.named_selects if n.startswith("truth")]
    counts = [
        exp.alias_(exp.func("count_if", exp.column(name)), name) for name in names
    ]
    return _text(exp.select(*counts).from_(everyone.subquery("everyone")))


def _text(tree: exp.Select) -> str:
    named = tree.transform(
        lambda node: (
            exp.Var(this=f":{node.name}") if isinstance(node, exp.Placeholder) else node
        )
    )
    return named.sql("duckdb")


def _build(lake: Path, rows: int) -> None:
    lake.mkdir(parents=True)
    with staging(lake) as database:
        for code, text in ROWS.items():
            query = parse_one(text, read="duckdb")
            assert isinstance(query, exp.Query)
            for node in list(query.find_all(exp.Placeholder)):
                node.replace(exp.Literal.number(rows))
            publish(database, query, _dataset(code), lake, at=AT)


def _compiler() -> Compiler:
    items = {code: frozenset(names) for code, names in ITEMS.items()}
    every = frozenset(
        f"{code}.{name}" for code, names in ITEMS.items() for name in names
    )
    purpose = Purpose(PURPOSE, Text("评测"), Scope.POPULATION, every, "basis")
    grants = [
        Grant(code, WHO, PURPOSE, code, items[code], Scope.POPULATION, "basis", _DAY)
        for code in ITEMS
    ]
    catalog = Catalog(datasets={code: _dataset(code) for code in ITEMS})
    return Compiler(catalog, {PURPOSE: purpose}, grants)


_DAY = date(2020, 1, 1)


def _dataset(code: str) -> Dataset:
    kinds = ITEMS[code]
    number = next(iter(kinds))
    return Dataset(
        code=code,
        title=Text(code),
        provider=WHO,
        duty=WHO,
        abstract=Text(code),
        category=WHO,
        format=WHO,
        grade=1,
        sharing=Sharing(SharingType.UNCONDITIONAL, ()),
        open="closed",
        update=UpdateCycle.IRREGULAR,
        source=Source(SourceKind.LAKE, ""),
        items={n: Item(n, Text(n), n, kind) for n, kind in kinds.items()},
        subjects={SubjectKind.PERSON: number},
        since=_DAY,
    )
