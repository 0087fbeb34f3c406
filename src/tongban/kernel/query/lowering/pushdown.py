"""Which whole statements mean at a place exactly what they mean in DuckDB.

A department's database answers a whole statement only when every clause of it
is known here and every expression in kernel.query.lowering.operations, over types that
both hold alike. Anything else is fetched row by row and computed by DuckDB.
What is kept out on purpose:

- scalar subqueries that may have two rows: DuckDB refuses, SQLite takes one;
- GROUP BY of anything but items, and items outside it: SQLite accepts any;
- DISTINCT with ORDER BY, OFFSET, windows, GROUPING SETS, lateral joins.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from sqlglot import exp

from tongban.kernel.catalog.model import Dataset, DataType, SourceKind
from tongban.kernel.query.language.qualify import dataset_code
from tongban.kernel.query.lowering.mysql import MYSQL
from tongban.kernel.query.lowering.operations import POSTGRESQL, SPARK, SQLITE
from tongban.kernel.query.lowering.reach import (
    Exact,
    Items,
    Reach,
    Type,
    Unsafe,
    compared,
    same,
    truth,
    type_of,
)
from tongban.kernel.query.lowering.spelling import SPARK as SPARK_CONNECT


__all__ = [
    "EXACT",
    "Exact",
    "Type",
    "Unsafe",
    "answer_types",
    "check_filter",
    "conjuncts",
    "is_sure",
    "safe_conjuncts",
]

# The places that may be given whole statements, by the kind of a fetch.
EXACT: Mapping[str, Exact] = MappingProxyType(
    {
        SourceKind.SQLITE: SQLITE,
        SourceKind.POSTGRESQL: POSTGRESQL,
        SourceKind.MYSQL: MYSQL,
        SPARK_CONNECT: SPARK,
    }
)
_SORTED = frozenset({"with_", "distinct", "order", "limit"})
_CLAUSES = _SORTED | {"expressions", "from_", "joins", "where", "group", "having"}
_COMBINED = _SORTED | {"this", "expression"}


def answer_types(
    tree: exp.Query,
    datasets: Mapping[str, Dataset],
    params: Mapping[str, Type],
    exact: Exact,
) -> tuple[Type, ...]:
    """The types of the columns of ``tree``, qualified but not yet bound.

    Raises Unsafe.
    """
    types = _query(tree, Reach(exact, params, datasets, _query))
    if not exact.fits(tree):
        raise Unsafe
    return types


def check_filter(
    condition: exp.Expr, dataset: Dataset, params: Mapping[str, Type], exact: Exact
) -> None:
    """Whether a condition over items of one alias is safe. Raises Unsafe."""
    items = {
        (column.text("table"), column.name): dataset.items[column.name].type
        for column in condition.find_all(exp.Column)
        if column.name in dataset.items and dataset.items[column.name].decimal is None
    }
    truth(condition, Reach(exact, params, {}, _query, items))


def safe_conjuncts(
    condition: exp.Expr, dataset: Dataset, params: Mapping[str, Type], exact: Exact
) -> Iterator[exp.Expr]:
    """The parts of a condition, joined by AND, that a place may judge as well."""
    for part in conjuncts(condition):
        if part.find(exp.Query):
            continue
        try:
            check_filter(part, dataset, params, exact)
        except Unsafe:
            continue
        yield part


def conjuncts(condition: exp.Expr) -> Iterator[exp.Expr]:
    """The parts of a condition that must all hold."""
    inner = condition.unnest()
    if isinstance(inner, exp.And):
        yield from conjuncts(inner.this)
        yield from conjuncts(inner.expression)
    else:
        yield condition


def is_sure(
    condition: exp.Expr,
    items: Items,
    params: Mapping[str, Type],
    datasets: Mapping[str, Dataset],
) -> bool:
    """Whether a condition over ``items`` by alias has an answer for every row."""
    try:
        truth(condition, Reach(SQLITE, params, datasets, _query, items))
    except Unsafe:
        return False
    return True


# --------------------------------------------------------------------- queries


def _query(query: exp.Expr, outer: Reach) -> tuple[Type, ...]:
    reach = _with(query, outer)
    match query:
        case exp.Select():
            return _select(query, reach)
        case exp.SetOperation():
            return _combined(query, reach)
        case exp.Subquery() if reach.exact.nests and _only(query, "this"):
            return _query(query.this, reach)
    raise Unsafe


def _only(node: exp.Expr, *names: str) -> bool:
    return {name for name, value in node.args.items() if value} <= set(names)


def _with(query: exp.Expr, reach: Reach) -> Reach:
    """The reach of a query and its parts: its WITH queries have names."""
    with_ = query.args.get("with_")
    for cte in with_.expressions if with_ else ():
        # SQLite lets a WITH query see itself and those behind it.
        if cte.alias in reach.inner:
            raise Unsafe
        columns = _columns(cte, cte.this, reach)
        reach = replace(reach, inner={**reach.inner, cte.alias: columns})
    return reach


def _columns(holder: exp.Expr, query: exp.Expr, reach: Reach) -> dict[str, Type]:
    """The columns of an inner query, which sees no items around it."""
    alias = holder.args.get("alias")
    if alias is not None and alias.args.get("columns"):
        raise Unsafe
    assert isinstance(query, exp.Query)
    types = _query(query, replace(reach, items={}, grouped=None))
    if reach.exact.null_has_a_type and None in types:
        raise Unsafe
    return dict(zip(query.named_selects, types, strict=True))


def _select(select: exp.Select, outer: Reach) -> tuple[Type, ...]:
    given = {name for name, value in select.args.items() if value}
    if not given <= _CLAUSES:
        raise Unsafe
    own = _items(select, outer)
    reach = replace(outer, items={**outer.items, **own}, grouped=None)
    for join in select.args.get("joins") or ():
        _check_join(join, reach)
    if "where" in given:
        truth(select.args["where"].this, reach)
    if "group" in given or "having" in given or _aggregates(select):
        reach = replace(outer, items={**outer.items, **_keys(select, own)}, grouped=own)
    if "having" in given:
        truth(select.args["having"].this, reach)
    types = tuple(type_of(node.unalias(), reach) for node in select.expressions)
    _check_form(select, given, types, reach)
    return types


def _aggregates(select: exp.Select) -> bool:
    """Whether an expression of the select itself is an aggregate."""
    return any(
        node.find_ancestor(exp.Select) is select
        for part in [*select.expressions, select.args.get("order")]
        if part is not None
        for node in part.find_all(exp.AggFunc)
    )


def _keys(select: exp.Select, own: Items) -> Items:
    """The items that a grouped select may show as they are."""
    group = select.args.get("group")
    if group is None:
        return {}
    if not _only(group, "expressions"):
        raise Unsafe
    keys = {}
    for key in group.expressions:
        name = (key.text("table"), key.name)
        if not isinstance(key, exp.Column) or name not in own:
            raise Unsafe
        keys[name] = own[name]
    return keys


def _check_join(join: exp.Expr, reach: Reach) -> None:
    if join.text("side").upper() not in reach.exact.sides:
        raise Unsafe
    if join.args.get("using"):
        raise Unsafe
    if join.args.get("on"):
        truth(join.args["on"], reach)


def _items(select: exp.Select, reach: Reach) -> Items:
    found: dict[tuple[str, str], Type] = {}
    for holder in _holders(select):
        relation = holder.this
        for name, kind in _relation(relation, reach).items():
            found[relation.alias_or_name, name] = kind
    return found


def _holders(select: exp.Select) -> list[exp.Expr]:
    from_ = select.args.get("from_")
    return ([from_] if from_ else []) + (select.args.get("joins") or [])


def _relation(relation: exp.Expr, reach: Reach) -> Mapping[str, Type]:
    match relation:
        case exp.Subquery() if _only(relation, "this", "alias"):
            return _columns(relation, relation.this, reach)
        case exp.Table() if relation.db:
            items = reach.datasets[dataset_code(relation)].items.values()
            # Another engine would not round to the digits that the item declares.
            return {item.name: item.type for item in items if item.decimal is None}
        case exp.Table() if relation.name in reach.inner:
            return reach.inner[relation.name]
    raise Unsafe


def _check_form(
    select: exp.Select, given: set[str], types: tuple[Type, ...], reach: Reach
) -> None:
    """What is sorted, grouped or told apart is comparable."""
    if "distinct" in given:
        if "order" in given or select.args["distinct"].args.get("on"):
            raise Unsafe
        for kind in types:
            compared(reach, kind)
    if "group" in given:
        for key in select.args["group"].expressions:
            compared(reach, type_of(key, reach))
    _check_order(select, types, reach)


def _check_order(query: exp.Query, types: tuple[Type, ...], reach: Reach) -> None:
    names = dict(zip(query.named_selects, types, strict=True))
    order = query.args.get("order")
    for ordered in order.expressions if order else ():
        key = ordered.this
        alias = isinstance(key, exp.Column) and not key.table
        # A bare literal would be the place of a column.
        if isinstance(key, exp.Literal) or (alias and key.name not in names):
            raise Unsafe
        compared(reach, names[key.name] if alias else type_of(key, reach))
    limit = query.args.get("limit")
    if limit is not None:
        same(DataType.INTEGER, type_of(limit.expression, reach))


def _combined(query: exp.SetOperation, reach: Reach) -> tuple[Type, ...]:
    if not _only(query, *_COMBINED):
        raise Unsafe
    keeps_all = not query.args.get("distinct")
    if keeps_all and not isinstance(query, exp.Union):
        raise Unsafe
    left, right = query.this, query.expression
    # SQLite reads set operations from the left and knows no brackets.
    if not reach.exact.nests and not isinstance(right, exp.Select):
        raise Unsafe
    if any(side.args.get(c) for side in (left, right) for c in ("order", "limit")):
        raise Unsafe
    sides = _query(left, reach), _query(right, reach)
    if len(sides[0]) != len(sides[1]):
        raise Unsafe
    types = tuple(same(*pair) for pair in zip(*sides, strict=True))
    if reach.exact.null_has_a_type and None in sides[0] + sides[1]:
        raise Unsafe
    if not keeps_all:
        for kind in types:
            compared(reach, kind)
    names = replace(reach, items={}, grouped=None)
    _check_order(query, types, names)
    return types
