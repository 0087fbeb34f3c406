"""Which expressions mean at a place exactly what they mean in DuckDB, by type.

One table of rules for each dialect: a node that is in no table is never pushed
there, so leaving a form out costs time, never a wrong answer. A rule gives the
type of its node or raises Unsafe. No rule may let in what can fail on a value: a
database may try an expression on rows of other people before it has looked at
whose they are, and that it failed would tell of them. So arithmetic is let in
only where it cannot overflow whatever the rows, and no value is converted.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from sqlglot import exp

from tongban.kernel.catalog.model import DataType
from tongban.kernel.query.language.forms import is_day
from tongban.kernel.query.lowering.reach import (
    Exact,
    Reach,
    Rule,
    Type,
    Unsafe,
    compared,
    same,
    truth,
    type_of,
)


def _compare(nodes: Iterable[exp.Expr], reach: Reach) -> Type:
    several = list(nodes)
    types = [type_of(node, reach) for node in several]
    if DataType.DATE in types:
        types = [
            DataType.DATE if is_day(node) else kind
            for node, kind in zip(several, types, strict=True)
        ]
    compared(reach, *types)
    return DataType.BOOLEAN


def _column(node: exp.Expr, reach: Reach) -> Type:
    name = (node.text("table"), node.name)
    if name not in reach.items:
        raise Unsafe
    return reach.items[name]


def _literal(node: exp.Expr, _reach: Reach) -> Type:
    if node.is_string:
        # PostgreSQL has no text with the zero character.
        if "\0" in node.name:
            raise Unsafe
        return DataType.TEXT
    # Beyond 64 bits SQLite reads a float.
    if not node.is_int or len(node.name) > 18:
        raise Unsafe
    return DataType.INTEGER


def _placeholder(node: exp.Expr, reach: Reach) -> Type:
    return reach.params[node.name]


def _conversion(node: exp.Expr, reach: Reach) -> Type:
    if node.args["to"].this is not exp.DType.DATE:
        raise Unsafe
    if is_day(node.this) or type_of(node.this, reach) is DataType.DATE:
        return DataType.DATE
    raise Unsafe


def _comparison(node: exp.Expr, reach: Reach) -> Type:
    return _compare((node.this, node.args["expression"]), reach)


def _between(node: exp.Expr, reach: Reach) -> Type:
    return _compare((node.this, node.args["low"], node.args["high"]), reach)


def _connective(node: exp.Expr, reach: Reach) -> Type:
    # As flat as it is written: a long chain of conditions is no recursion.
    for operand in node.flatten(unnest=False):
        truth(operand, reach)
    return DataType.BOOLEAN


def _is(node: exp.Expr, reach: Reach) -> Type:
    kind = type_of(node.this, reach)
    if not isinstance(node.args["expression"], exp.Null):
        same(DataType.BOOLEAN, kind, type_of(node.args["expression"], reach))
    return DataType.BOOLEAN


def _texts(node: exp.Expr, reach: Reach) -> None:
    for operand in (node.this, node.args["expression"]):
        same(DataType.TEXT, type_of(operand, reach))


def _like(node: exp.Expr, reach: Reach) -> Type:
    _texts(node, reach)
    return DataType.BOOLEAN


def _joined(node: exp.Expr, reach: Reach) -> Type:
    _texts(node, reach)
    return DataType.TEXT


def _in(node: exp.Expr, reach: Reach) -> Type:
    query = node.args.get("query")
    if query is None:
        return _compare((node.this, *node.expressions), reach)
    (kind,) = _one(reach.select(query.this, reach))
    compared(reach, type_of(node.this, reach), kind)
    return DataType.BOOLEAN


def _exists(node: exp.Expr, reach: Reach) -> Type:
    reach.select(node.this, reach)
    return DataType.BOOLEAN


def _scalar(node: exp.Expr, reach: Reach) -> Type:
    """A query of one row at most: of several, DuckDB refuses and SQLite takes one."""
    select = node.this
    (kind,) = _one(reach.select(select, reach))
    limit = select.args.get("limit")
    single = limit is not None and limit.expression.name == "1"
    total = not select.args.get("group") and not select.args.get("having")
    alone = isinstance(select, exp.Select) and total
    if single or (alone and isinstance(select.selects[0].unalias(), exp.AggFunc)):
        return kind
    raise Unsafe


def _one(types: tuple[Type, ...]) -> tuple[Type]:
    if len(types) != 1:
        raise Unsafe
    return (types[0],)


def _case(node: exp.Expr, reach: Reach) -> Type:
    if node.this is not None:
        raise Unsafe
    results = [branch.args["true"] for branch in node.args["ifs"]]
    for branch in node.args["ifs"]:
        truth(branch.this, reach)
    default = node.args.get("default")
    return same(*(type_of(r, reach) for r in [*results, default] if r is not None))


def _coalesce(node: exp.Expr, reach: Reach) -> Type:
    return same(*(type_of(n, reach) for n in (node.this, *node.expressions)))


def _paren(node: exp.Expr, reach: Reach) -> Type:
    return type_of(node.this, reach)


def _boolean(_node: exp.Expr, _reach: Reach) -> Type:
    return DataType.BOOLEAN


def _null(_node: exp.Expr, _reach: Reach) -> Type:
    return None


# ------------------------------------------------------------------ aggregates


def _within(reach: Reach) -> Reach:
    """Inside an aggregate: the select's own items and none of those around it.

    One over outer items alone would belong to the outer query.
    """
    if reach.grouped is None:
        raise Unsafe
    return Reach(
        reach.exact, reach.params, reach.datasets, reach.select, reach.grouped, None
    )


def _count(node: exp.Expr, reach: Reach) -> Type:
    within, counted = _within(reach), node.this
    if isinstance(counted, exp.Distinct):
        (counted,) = counted.expressions or (exp.Star(),)
    if not isinstance(counted, exp.Star):
        compared(reach, type_of(counted, within))
    return DataType.INTEGER


def _extreme(node: exp.Expr, reach: Reach) -> Type:
    return compared(reach, type_of(node.this, _within(reach)))


# ------------------------------------------ what PostgreSQL and Spark have besides


def _arithmetic(node: exp.Expr, reach: Reach) -> Type:
    """Over whole numbers that are too small to overflow in any order."""
    for operand in node.iter_expressions():
        same(DataType.INTEGER, type_of(operand, reach))
    if isinstance(node, exp.IntDiv | exp.Mod):
        divisor = node.expression
        if not isinstance(divisor, exp.Literal) or not int(divisor.name):
            raise Unsafe
    if _magnitude(node) >= 2**62:
        raise Unsafe
    return DataType.INTEGER


def _magnitude(node: exp.Expr) -> int:
    """No value of the node is further from zero. Raises Unsafe if none is known."""
    match node:
        case exp.Literal():
            # Both engines compute with literals in 32 bits.
            if not node.is_int or int(node.name) >= 10**6:
                raise Unsafe
            return int(node.name)
        case exp.Year():
            return 10**7
        case exp.Quarter() | exp.Month() | exp.Day():
            return 31
        case exp.Paren() | exp.Neg():
            return _magnitude(node.this)
        case exp.Add() | exp.Sub():
            return _magnitude(node.this) + _magnitude(node.expression)
        case exp.Mul():
            literals = not any(node.find_all(exp.Year, exp.Month, exp.Day))
            product = _magnitude(node.this) * _magnitude(node.expression)
            if literals and product >= 2**31:
                raise Unsafe
            return product
        case exp.IntDiv() | exp.Mod():
            return _magnitude(node.this)
    raise Unsafe


def _length(node: exp.Expr, reach: Reach) -> Type:
    same(DataType.TEXT, type_of(node.this, reach))
    return DataType.INTEGER


def _part_of_day(node: exp.Expr, reach: Reach) -> Type:
    if type_of(node.this, reach) is not DataType.DATE:
        raise Unsafe
    return DataType.INTEGER


def _nullif(node: exp.Expr, reach: Reach) -> Type:
    _comparison(node, reach)
    return type_of(node.this, reach)


def _among(node: exp.Expr, reach: Reach) -> Type:
    """The least or greatest of values; NULLs are passed over by both."""
    return compared(reach, *(type_of(n, reach) for n in (node.this, *node.expressions)))


def _ordered_extreme(node: exp.Expr, reach: Reach) -> Type:
    """There is no least of booleans there."""
    kind = _extreme(node, reach)
    if kind is DataType.BOOLEAN:
        raise Unsafe
    return kind


def in_list(node: exp.Expr, reach: Reach) -> Type:
    """A query may stand behind IN in some clauses there, in others not."""
    if node.args.get("query") is not None:
        raise Unsafe
    return _in(node, reach)


def plain_pattern(node: exp.Expr, reach: Reach) -> Type:
    """A backslash escapes there, and nothing can forbid it."""
    pattern = node.args["expression"]
    if not isinstance(pattern, exp.Literal) or "\\" in pattern.name:
        raise Unsafe
    return _like(node, reach)


def _plain_value(node: exp.Expr, reach: Reach) -> Type:
    """A float would be compared as a decimal, a moment with its time zone."""
    kind = _placeholder(node, reach)
    if kind in (DataType.DECIMAL, DataType.DATETIME):
        raise Unsafe
    return kind


def _sum(node: exp.Expr, reach: Reach) -> Type:
    """Exact of whole numbers: HUGEINT in DuckDB, NUMERIC there."""
    kind = type_of(node.this, _within(reach))
    if kind not in (DataType.INTEGER, DataType.MONEY):
        raise Unsafe
    return kind


COMMON: Mapping[type[exp.Expr], Rule] = MappingProxyType(
    {
        exp.Column: _column,
        exp.Literal: _literal,
        exp.Boolean: _boolean,
        exp.Null: _null,
        exp.Placeholder: _placeholder,
        exp.TryCast: _conversion,
        **dict.fromkeys((exp.EQ, exp.NEQ, exp.GT, exp.GTE), _comparison),
        **dict.fromkeys((exp.LT, exp.LTE), _comparison),
        **dict.fromkeys((exp.NullSafeEQ, exp.NullSafeNEQ), _comparison),
        exp.Between: _between,
        **dict.fromkeys((exp.And, exp.Or, exp.Not), _connective),
        exp.Is: _is,
        exp.Like: _like,
        exp.DPipe: _joined,
        exp.In: _in,
        exp.Exists: _exists,
        exp.Subquery: _scalar,
        exp.Case: _case,
        exp.Coalesce: _coalesce,
        exp.Paren: _paren,
        exp.Count: _count,
        exp.Min: _extreme,
        exp.Max: _extreme,
    }
)
RICHER: Mapping[type[exp.Expr], Rule] = MappingProxyType(
    {
        **COMMON,
        exp.Placeholder: _plain_value,
        exp.Length: _length,
        **dict.fromkeys((exp.Year, exp.Month, exp.Day), _part_of_day),
        **dict.fromkeys((exp.Add, exp.Sub, exp.Mul, exp.Neg), _arithmetic),
        **dict.fromkeys((exp.IntDiv, exp.Mod), _arithmetic),
        exp.Nullif: _nullif,
        exp.Greatest: _among,
        exp.Least: _among,
        exp.Sum: _sum,
    }
)

_POSTGRESQL = MappingProxyType(
    {**RICHER, exp.Min: _ordered_extreme, exp.Max: _ordered_extreme}
)
_SPARK = MappingProxyType(
    {
        **RICHER,
        exp.Quarter: _part_of_day,
        exp.Like: plain_pattern,
        exp.In: in_list,
    }
)

COMPARED = frozenset(
    {DataType.TEXT, DataType.INTEGER, DataType.MONEY, DataType.DATE, DataType.BOOLEAN}
)
TEXT_MASKS = frozenset({"id-number", "name", "mobile", "address"})

# SQLite has DECIMAL as a float and DATETIME as text of several forms: they are
# answered as they are, never compared; its SUM turns an overflow into a float.
SQLITE = Exact(COMPARED, frozenset({"", "LEFT"}), TEXT_MASKS, COMMON)
# A FULL JOIN there takes only conditions that it can hash or merge.
POSTGRESQL = Exact(
    frozenset(DataType),
    frozenset({"", "LEFT", "RIGHT"}),
    TEXT_MASKS | {"date-year", "banding", "suppress"},
    _POSTGRESQL,
    null_has_a_type=True,
    nests=True,
)
# The cluster, over the same snapshots as DuckDB.
SPARK = Exact(
    COMPARED | {DataType.DECIMAL, DataType.DATETIME},
    frozenset({"", "LEFT", "RIGHT", "FULL"}),
    TEXT_MASKS | {"date-year", "banding", "suppress"},
    _SPARK,
    null_has_a_type=True,
    nests=True,
)
