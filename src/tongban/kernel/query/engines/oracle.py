"""The obvious engine: what a use must answer, said as plainly as possible.

It judges the others in generated tests. The terms of use are applied in plain
Python, row by row, sharing no code with the compiler: the subject's rows, the
grant's filter, the granted items, the masks. What is left are small tables on
which SQLGlot's own Python executor runs the statement as its author wrote it.

It answers what FUNCTIONS and the executor know; ``UNKNOWN`` tells what it does
not, and why.
"""

import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from sqlglot import exp, parse_one
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.executor.python import PythonExecutor
from sqlglot.executor.table import Tables, ensure_tables
from sqlglot.optimizer import optimize
from sqlglot.optimizer.eliminate_subqueries import eliminate_subqueries
from sqlglot.optimizer.optimize_joins import optimize_joins
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.unnest_subqueries import unnest_subqueries
from sqlglot.planner import Plan

from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.model import Dataset, DataType, Item
from tongban.kernel.query.engines.oracle_functions import FUNCTIONS
from tongban.kernel.query.engines.types import Row, duckdb_type
from tongban.kernel.query.model import Grant, Use


RowOf = Mapping[str, Any]

# Rows and types of columns, by schema and table; inner queries have their own.
_Tables = dict[str, dict[str, list[dict[str, Any]]]]
_Schema = dict[str, dict[str, dict[str, str]]]
_INNER = "inner_query"

# Only what the executor cannot do without: each rule more is shared with the
# compiler and could be wrong in both.
_RULES = (qualify, unnest_subqueries, optimize_joins, eliminate_subqueries)

UNKNOWN: Mapping[type[exp.Expr], str] = MappingProxyType(
    {
        exp.Window: "the executor has no windows",
        exp.WindowSpec: "the executor has no windows",
        exp.RowNumber: "the executor has no windows",
        exp.Rank: "the executor has no windows",
        exp.DenseRank: "the executor has no windows",
        exp.Lag: "the executor has no windows",
        exp.Lead: "the executor has no windows",
        exp.FirstValue: "the executor has no windows",
        exp.LastValue: "the executor has no windows",
        exp.Filter: "the executor has no FILTER of an aggregate",
        exp.WithinGroup: "the executor has no ordered-set aggregates",
        exp.PercentileCont: "the executor has no ordered-set aggregates",
        exp.Escape: "the executor reads no ESCAPE after LIKE",
    }
)


@dataclass(frozen=True, slots=True)
class Expected:
    """The columns and rows that every engine must answer; order as far as asked."""

    columns: tuple[str, ...]
    rows: list[Row]


def answer(
    use: Use,
    catalog: Catalog,
    grants: Mapping[str, Grant],
    tables: Mapping[str, Sequence[RowOf]],
    secret: bytes = b"",
) -> Expected:
    """What ``use`` answers over ``tables``, raw rows by dataset, under ``grants``.

    ``grants`` holds the one grant in force of each dataset that the use reads;
    ``secret`` is what keyed masks are made with.
    """
    tree = _parsed(use.sql)
    codes = sorted({f"{t.db}.{t.name}" for t in tree.find_all(exp.Table) if t.db})
    shown: _Tables = {}
    schema: _Schema = {}
    for code in codes:
        dataset, grant = catalog.datasets[code], grants[code]
        database, table = code.split(".")
        rows = governed(use, dataset, grant, tables[code], secret)
        shown.setdefault(database, {})[table] = rows
        schema.setdefault(database, {})[table] = {
            name: duckdb_type(item)
            for name, item in dataset.items.items()
            if name in grant.items
        }
    return _query(_with_values(tree, use), shown, schema)


# ------------------------------------------------------------- terms of the use


def governed(
    use: Use, dataset: Dataset, grant: Grant, rows: Sequence[RowOf], secret: bytes
) -> list[dict[str, Any]]:
    """The rows that the use may see, as it may see them."""
    key = _keyed(secret, f"tongban pseudonym {use.purpose}")
    mine = [row for row in rows if _is_subjects(use, dataset, row)]
    if grant.filter is not None:
        mine = _filtered(use, dataset, grant.filter, mine)
    return [
        {
            name: _shown(item, grant, _Cell(row[name], _person(dataset, row), key))
            for name, item in dataset.items.items()
            if name in grant.items
        }
        for row in mine
    ]


def _is_subjects(use: Use, dataset: Dataset, row: RowOf) -> bool:
    if use.subject is None or not dataset.subjects:
        return True
    return bool(row[dataset.subjects[use.subject.kind]] == use.subject.id)


def _filtered(
    use: Use, dataset: Dataset, condition: str, rows: Sequence[RowOf]
) -> list[RowOf]:
    """Rows for which ``condition`` over raw items is true, neither false nor NULL."""
    numbered = [{**row, "row_number": number} for number, row in enumerate(rows)]
    types = {name: duckdb_type(item) for name, item in dataset.items.items()}
    chosen = exp.select("row_number").from_("t").where(_parsed(condition))
    # The grant is judged today, whatever day the statement looks back to.
    tree = _with_values(chosen, replace(use, as_of=None))
    schema: _Schema = {_INNER: {"t": types | {"row_number": "INT"}}}
    kept = _execute(tree, {_INNER: {"t": numbered}}, schema)
    return [rows[number] for (number,) in kept.rows]


@dataclass(frozen=True, slots=True)
class _Cell:
    """A raw value, the number of whom it tells about, and the purpose's key."""

    value: Any
    person: str | None
    key: bytes


def _person(dataset: Dataset, row: RowOf) -> str | None:
    """Whom a row is about: the person, where it is about an enterprise as well."""
    named = {kind.value: row[item] for kind, item in dataset.subjects.items()}
    return named.get("person", next(iter(named.values()), None))


def _shown(item: Item, grant: Grant, cell: _Cell) -> Any:
    if item.mask is None or item.name in grant.reveal or cell.value is None:
        return cell.value
    if item.mask.startswith("banding:"):
        width = int(item.mask.removeprefix("banding:"))
        return _banded(cell.value, width) if item.type in _NUMBER else None
    types, mask = _MASKS[item.mask]
    return mask(item, cell) if item.type in types else None


def _mask_id(_item: Item, cell: _Cell) -> str:
    value = cell.value
    return f"{value[:6]}********{value[-4:]}" if len(value) >= 15 else "********"


def _mask_mobile(_item: Item, cell: _Cell) -> str:
    value = cell.value
    return f"{value[:3]}****{value[-4:]}" if len(value) >= 11 else "****"


def _mask_name(_item: Item, cell: _Cell) -> str:
    return f"{cell.value[:1]}**"


def _mask_address(_item: Item, cell: _Cell) -> str:
    return f"{cell.value[:6]}****" if len(cell.value) >= 7 else "****"


def _mask_to_year(_item: Item, cell: _Cell) -> date:
    return date(cell.value.year, 1, 1)


def _mask_to_month(_item: Item, cell: _Cell) -> date:
    return date(cell.value.year, cell.value.month, 1)


def _mask_to_band(item: Item, cell: _Cell) -> Any:
    return _banded(cell.value, 100_000 if item.type is DataType.MONEY else 10)


def _banded(value: Any, width: int) -> Any:
    return value - (abs(value) % width if value >= 0 else -(abs(value) % width))


def _mask_all(_item: Item, _cell: _Cell) -> None:
    return None


def _keyed(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), "sha256").digest()


def _mask_pseudonym(_item: Item, cell: _Cell) -> str:
    return _keyed(cell.key, cell.value).hex()[:32]


def _mask_moved(_item: Item, cell: _Cell) -> date | None:
    if cell.person is None:
        return None
    number = int.from_bytes(_keyed(cell.key, cell.person)[-4:], "big")
    moved: date = cell.value + timedelta(days=number % 61 - 30)
    return moved


_TEXT = {DataType.TEXT}
_DAY = {DataType.DATE, DataType.DATETIME}
_NUMBER = {DataType.INTEGER, DataType.DECIMAL, DataType.MONEY}
_MASKS: Mapping[str, tuple[set[DataType], Callable[[Item, _Cell], Any]]] = {
    "id-number": (_TEXT, _mask_id),
    "name": (_TEXT, _mask_name),
    "mobile": (_TEXT, _mask_mobile),
    "address": (_TEXT, _mask_address),
    "pseudonym": (_TEXT, _mask_pseudonym),
    "date-year": (_DAY, _mask_to_year),
    "date-month": (_DAY, _mask_to_month),
    "date-shift": (_DAY, _mask_moved),
    "banding": (_NUMBER, _mask_to_band),
    "suppress": (set(DataType), _mask_all),
}


# ---------------------------------------------------------------- the execution


def _parsed(sql: str) -> exp.Expr:
    """The statement; ``:name`` as ``$name``, for a colon may begin other things."""
    # After a $name, SQLGlot's tokenizer stumbles over '' at the very end.
    ended = f"{sql}\n"
    names = [
        word.start - 1
        for colon, word in pairwise(DuckDB().tokenize(ended))
        if colon.text == ":" and word.start == colon.end + 1
    ]
    text = "".join("$" if at in names else sign for at, sign in enumerate(ended))
    return parse_one(text, read="duckdb")


def _with_values(tree: exp.Expr, use: Use) -> exp.Expr:
    """``tree`` with every placeholder's value, conversions that fail giving NULL."""
    values = {**use.params, "as_of": use.day}
    if use.subject is not None:
        values["subject"] = use.subject.id
    for placeholder in list(tree.find_all(exp.Placeholder)):
        placeholder.replace(exp.convert(values[placeholder.name]))
    # From the leaves up, so that a form within another is met as well.
    for node in reversed(list(tree.walk())):
        explicit = _explicit(node)
        if explicit is not node:
            node.replace(explicit)
    return tree


def _explicit(node: exp.Expr) -> exp.Expr:
    """Forms that the optimizer or the executor takes for others, said otherwise."""
    match node:
        case exp.TryCast():
            return exp.Cast(this=node.this, to=node.args["to"])
        case exp.Concat():
            return exp.Anonymous(this="CONCAT_PRESENT", expressions=node.expressions)
        case exp.Between():
            # False as soon as one side is, though the other be NULL.
            above = exp.GTE(this=node.this, expression=node.args["low"])
            below = exp.LTE(this=node.this.copy(), expression=node.args["high"])
            return exp.paren(exp.and_(above, below))
        case exp.Case(this=exp.Expr() as value):
            branches = [
                exp.If(this=value.copy().eq(branch.this), true=branch.args["true"])
                for branch in node.args["ifs"]
            ]
            return exp.Case(ifs=branches, default=node.args.get("default"))
        case exp.Select():
            return _joined_by_where(node)
    return node


def _joined_by_where(select: exp.Select) -> exp.Select:
    """Inner joins as products with a condition: the executor mistakes some keys."""
    for join in select.args.get("joins") or []:
        if join.args.get("on") and not join.side:
            select.where(join.args["on"], copy=False)
            join.set("on", None)
            join.set("kind", "CROSS")
    return select


def _query(tree: exp.Expr, tables: _Tables, schema: _Schema) -> Expected:
    """The answer to a query whose parts are answered one by one, from within."""
    with_ = tree.args.get("with_")
    for cte in with_.expressions if with_ else ():
        tables, schema = _known(
            cte.alias, _query(cte.this, tables, schema), tables, schema
        )
    tree.set("with_", None)
    if isinstance(tree, exp.SetOperation):
        return _combined(tree, tables, schema)
    from_ = tree.args.get("from_")
    if from_ is not None and isinstance(from_.this, exp.Subquery):
        inner = from_.this
        found = _query(inner.this, tables, schema)
        tables, schema = _known(inner.alias, found, tables, schema)
        inner.replace(exp.to_table(inner.alias))
    return _execute(tree, tables, schema)


def _known(
    name: str, found: Expected, tables: _Tables, schema: _Schema
) -> tuple[_Tables, _Schema]:
    """The tables with one more: what an inner query of this name answered."""
    rows = [dict(zip(found.columns, row, strict=True)) for row in found.rows]
    types = dict.fromkeys(found.columns, "VARCHAR")
    place = {_INNER: {**tables.get(_INNER, {}), name: rows}}
    return tables | place, schema | {_INNER: {**schema.get(_INNER, {}), name: types}}


def _combined(tree: exp.SetOperation, tables: _Tables, schema: _Schema) -> Expected:
    left = _query(tree.this, tables, schema)
    right = _query(tree.expression, tables, schema)
    if isinstance(tree, exp.Union) and not tree.args["distinct"]:
        return Expected(left.columns, left.rows + right.rows)
    rows = list(dict.fromkeys(left.rows))
    if isinstance(tree, exp.Union):
        return Expected(left.columns, list(dict.fromkeys(left.rows + right.rows)))
    kept = set(right.rows)
    is_wanted = isinstance(tree, exp.Intersect)
    return Expected(left.columns, [row for row in rows if (row in kept) == is_wanted])


def _execute(tree: exp.Expr, tables: _Tables, schema: _Schema) -> Expected:
    for table in tree.find_all(exp.Table):
        if not table.db:
            table.set("db", exp.to_identifier(_INNER))
    optimized = optimize(
        tree, {**schema}, rules=_RULES, leave_tables_isolated=True, dialect="duckdb"
    )
    registered: Tables = ensure_tables(tables, dialect="duckdb")
    executor = PythonExecutor(env=FUNCTIONS, tables=registered)  # type: ignore[no-untyped-call]
    result = executor.execute(Plan(_executable(optimized)))  # type: ignore[no-untyped-call]
    return Expected(tuple(result.columns), [tuple(row) for row in result.rows])


def _executable(tree: exp.Expr) -> exp.Expr:
    """``tree`` in the words that the executor can say in Python."""
    for node in list(tree.find_all(exp.TimestampTrunc, exp.DateTrunc, exp.DateDiff)):
        # A bare YEAR would be the function of that name.
        unit = node.args.get("unit")
        node.set("unit", exp.Literal.string(unit.name if unit else "DAY"))
    for negative in list(tree.find_all(exp.Neg)):
        zero = exp.Literal.number(0)
        negative.replace(exp.Sub(this=zero, expression=negative.this))
    for kind in tree.find_all(exp.DataType):
        kind.set("expressions", [])
    return tree
