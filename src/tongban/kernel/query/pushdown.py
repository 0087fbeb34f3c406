"""Which statements mean in SQLite exactly what they mean in DuckDB.

A department's database answers a whole statement only when every node of it is
in the small set below, over types that both hold alike. Anything else is
fetched row by row and computed by DuckDB, so leaving a form out costs time,
never a wrong answer. What is kept out on purpose:

- arithmetic and SUM: SQLite turns an overflow into a float, DuckDB refuses it;
- DECIMAL, a float in SQLite, and DATETIME, a text of several forms: answered
  as they are, never compared;
- scalar subqueries that may have two rows: DuckDB refuses, SQLite takes one;
- GROUP BY, DISTINCT with ORDER BY: SQLite accepts columns outside them;
- WITH, UNION, windows, inner queries in FROM: rarely needed for one subject.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlglot import exp

from tongban.kernel.catalog.model import Dataset, DataType
from tongban.kernel.query.forms import is_day
from tongban.kernel.query.qualify import dataset_code


# The type of NULL is None: it goes with any other.
Type = DataType | None

_COMPARED = frozenset(
    {DataType.TEXT, DataType.INTEGER, DataType.MONEY, DataType.DATE, DataType.BOOLEAN}
)
_CLAUSES = frozenset(
    {"expressions", "from_", "joins", "where", "order", "limit", "distinct"}
)
_SIDES = frozenset({"", "LEFT"})
# Of texts alone, and written with functions that both engines have.
SAFE_MASKS = frozenset({"id-number", "name", "mobile", "address"})


class Unsafe(Exception):
    """The statement has no exact equal in SQLite."""


@dataclass(frozen=True, slots=True)
class _Reach:
    """What a part of a statement may name: items by alias, and values."""

    items: Mapping[tuple[str, str], DataType]
    params: Mapping[str, Type]
    datasets: Mapping[str, Dataset]


def answer_types(
    tree: exp.Query, datasets: Mapping[str, Dataset], params: Mapping[str, Type]
) -> tuple[Type, ...]:
    """The types of the columns of ``tree``, qualified but not yet bound.

    Raises Unsafe.
    """
    return _select(tree, _Reach({}, params, datasets))


def check_filter(
    condition: exp.Expr, dataset: Dataset, params: Mapping[str, Type]
) -> None:
    """Whether a row filter, over raw items of one alias, is safe. Raises Unsafe."""
    items = {
        (column.table, column.name): dataset.items[column.name].type
        for column in condition.find_all(exp.Column)
    }
    _truth(condition, _Reach(items, params, {}))


# --------------------------------------------------------------------- queries


def _select(select: exp.Expr, outer: _Reach) -> tuple[Type, ...]:
    given = {name for name, value in select.args.items() if value}
    if not isinstance(select, exp.Select) or not given <= _CLAUSES:
        raise Unsafe
    reach = _Reach(
        {**outer.items, **_items(select, outer.datasets)}, outer.params, outer.datasets
    )
    for join in select.args.get("joins") or ():
        if join.text("side").upper() not in _SIDES:
            raise Unsafe
        if join.args.get("on"):
            _truth(join.args["on"], reach)
    if "where" in given:
        _truth(select.args["where"].this, reach)
    types = tuple(_projection(node.unalias(), reach) for node in select.expressions)
    _check_form(select, given, types, reach)
    return types


def _items(
    select: exp.Select, datasets: Mapping[str, Dataset]
) -> dict[tuple[str, str], DataType]:
    from_ = select.args.get("from_")
    found = {}
    for holder in ([from_] if from_ else []) + (select.args.get("joins") or []):
        table = holder.this
        if not isinstance(table, exp.Table) or not table.db:
            raise Unsafe
        for item in datasets[dataset_code(table)].items.values():
            # SQLite would not round to the digits that the item declares.
            if item.decimal is None:
                found[table.alias_or_name, item.name] = item.type
    return found


def _check_form(
    select: exp.Select, given: set[str], types: tuple[Type, ...], reach: _Reach
) -> None:
    """Aggregates alone or not at all; what is sorted or told apart is comparable."""
    aggregates = [
        isinstance(node.unalias(), exp.AggFunc) for node in select.expressions
    ]
    if any(aggregates) and not (all(aggregates) and not given & {"order", "distinct"}):
        raise Unsafe
    if "distinct" in given:
        if "order" in given or select.args["distinct"].args.get("on"):
            raise Unsafe
        _compared(*types)
    if "order" in given:
        names = dict(zip(select.named_selects, types, strict=True))
        for ordered in select.args["order"].expressions:
            key = ordered.this
            alias = isinstance(key, exp.Column) and not key.table
            _compared(names[key.name] if alias else type_of(key, reach))
    if "limit" in given:
        _same(DataType.INTEGER, type_of(select.args["limit"].expression, reach))


def _projection(node: exp.Expr, reach: _Reach) -> Type:
    if isinstance(node, exp.Count):
        if not isinstance(node.this, exp.Star):
            counted = node.this
            if isinstance(counted, exp.Distinct):
                (counted,) = counted.expressions or (exp.Star(),)
            _compared(type_of(counted, reach))
        return DataType.INTEGER
    if isinstance(node, exp.Min | exp.Max):
        return _compared(type_of(node.this, reach))
    return type_of(node, reach)


# ----------------------------------------------------------------- expressions


def type_of(node: exp.Expr, reach: _Reach) -> Type:
    """The type of an expression. Raises Unsafe."""
    rule = _RULES.get(type(node))
    if rule is None:
        raise Unsafe
    return rule(node, reach)


def _truth(node: exp.Expr, reach: _Reach) -> None:
    _same(DataType.BOOLEAN, type_of(node, reach))


def _same(*types: Type) -> Type:
    known = {kind for kind in types if kind is not None}
    if len(known) > 1:
        raise Unsafe
    return next(iter(known), None)


def _compared(*types: Type) -> Type:
    whole = {DataType.INTEGER if kind is DataType.MONEY else kind for kind in types}
    kind = _same(*whole)
    if kind is not None and kind not in _COMPARED:
        raise Unsafe
    return types[0]


def _compare(nodes: Iterable[exp.Expr], reach: _Reach) -> Type:
    several = list(nodes)
    types = [type_of(node, reach) for node in several]
    if DataType.DATE in types:
        types = [
            DataType.DATE if is_day(node) else kind
            for node, kind in zip(several, types, strict=True)
        ]
    _compared(*types)
    return DataType.BOOLEAN


def _column(node: exp.Expr, reach: _Reach) -> Type:
    found = reach.items.get((node.text("table"), node.name))
    if found is None:
        raise Unsafe
    return found


def _literal(node: exp.Expr, _reach: _Reach) -> Type:
    if node.is_string:
        return DataType.TEXT
    # Beyond 64 bits SQLite reads a float.
    if not node.is_int or len(node.name) > 18:
        raise Unsafe
    return DataType.INTEGER


def _placeholder(node: exp.Expr, reach: _Reach) -> Type:
    return reach.params[node.name]


def _conversion(node: exp.Expr, _reach: _Reach) -> Type:
    if is_day(node.this) and node.args["to"].this is exp.DType.DATE:
        return DataType.DATE
    raise Unsafe


def _comparison(node: exp.Expr, reach: _Reach) -> Type:
    return _compare((node.this, node.args["expression"]), reach)


def _between(node: exp.Expr, reach: _Reach) -> Type:
    return _compare((node.this, node.args["low"], node.args["high"]), reach)


def _connective(node: exp.Expr, reach: _Reach) -> Type:
    for operand in node.iter_expressions():
        _truth(operand, reach)
    return DataType.BOOLEAN


def _is(node: exp.Expr, reach: _Reach) -> Type:
    kind = type_of(node.this, reach)
    if not isinstance(node.args["expression"], exp.Null):
        _same(DataType.BOOLEAN, kind, type_of(node.args["expression"], reach))
    return DataType.BOOLEAN


def _texts(node: exp.Expr, reach: _Reach) -> None:
    for operand in (node.this, node.args["expression"]):
        _same(DataType.TEXT, type_of(operand, reach))


def _like(node: exp.Expr, reach: _Reach) -> Type:
    _texts(node, reach)
    return DataType.BOOLEAN


def _joined(node: exp.Expr, reach: _Reach) -> Type:
    _texts(node, reach)
    return DataType.TEXT


def _in(node: exp.Expr, reach: _Reach) -> Type:
    query = node.args.get("query")
    if query is None:
        return _compare((node.this, *node.expressions), reach)
    (kind,) = _one(_select(query.this, reach))
    _compared(type_of(node.this, reach), kind)
    return DataType.BOOLEAN


def _exists(node: exp.Expr, reach: _Reach) -> Type:
    _select(node.this, reach)
    return DataType.BOOLEAN


def _scalar(node: exp.Expr, reach: _Reach) -> Type:
    select = node.this
    (kind,) = _one(_select(select, reach))
    limit = select.args.get("limit")
    single = limit is not None and limit.expression.name == "1"
    if not single and not isinstance(select.selects[0].unalias(), exp.AggFunc):
        raise Unsafe
    return kind


def _one(types: tuple[Type, ...]) -> tuple[Type]:
    if len(types) != 1:
        raise Unsafe
    return (types[0],)


def _case(node: exp.Expr, reach: _Reach) -> Type:
    if node.this is not None:
        raise Unsafe
    results = [branch.args["true"] for branch in node.args["ifs"]]
    for branch in node.args["ifs"]:
        _truth(branch.this, reach)
    default = node.args.get("default")
    return _same(*(type_of(r, reach) for r in [*results, default] if r is not None))


def _coalesce(node: exp.Expr, reach: _Reach) -> Type:
    return _same(*(type_of(n, reach) for n in (node.this, *node.expressions)))


def _paren(node: exp.Expr, reach: _Reach) -> Type:
    return type_of(node.this, reach)


def _boolean(_node: exp.Expr, _reach: _Reach) -> Type:
    return DataType.BOOLEAN


def _null(_node: exp.Expr, _reach: _Reach) -> Type:
    return None


_RULES: Mapping[type[exp.Expr], Callable[[exp.Expr, _Reach], Type]] = MappingProxyType(
    {
        exp.Column: _column,
        exp.Literal: _literal,
        exp.Boolean: _boolean,
        exp.Null: _null,
        exp.Placeholder: _placeholder,
        exp.TryCast: _conversion,
        exp.EQ: _comparison,
        exp.NEQ: _comparison,
        exp.GT: _comparison,
        exp.GTE: _comparison,
        exp.LT: _comparison,
        exp.LTE: _comparison,
        exp.NullSafeEQ: _comparison,
        exp.NullSafeNEQ: _comparison,
        exp.Between: _between,
        exp.And: _connective,
        exp.Or: _connective,
        exp.Not: _connective,
        exp.Is: _is,
        exp.Like: _like,
        exp.DPipe: _joined,
        exp.In: _in,
        exp.Exists: _exists,
        exp.Subquery: _scalar,
        exp.Case: _case,
        exp.Coalesce: _coalesce,
        exp.Paren: _paren,
    }
)
