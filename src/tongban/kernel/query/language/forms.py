"""Forms of single nodes that no table of arguments can tell: a name where a name
belongs, a unit of the calendar, a query in brackets. What fails here would be
read in two ways by two engines, or by none.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from types import MappingProxyType

from sqlglot import exp

from tongban.kernel.query.language.arguments import check_named
from tongban.kernel.query.language.functions import GROUPS, NAMED
from tongban.kernel.query.language.grammar import (
    MACROS,
    PARTS,
    TYPES,
    UNITS,
)
from tongban.kernel.query.language.parse import (
    StatementError,
    place,
    unknown_function,
)
from tongban.kernel.query.language.relations import (
    check_list,
    check_names,
    label,
    unfit,
)
from tongban.kernel.terms import did_you_mean


# The compiler's own relations begin so, and the engines' own placeholders.
_OWN_NAMES = "__"
_OWN_PARAMS = ("__", "fetched_")
_PARAM = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_TIMED = (exp.Interval, exp.Extract, exp.TimestampTrunc, exp.DateDiff)
_HOLDERS = (exp.Subquery, exp.CTE, exp.Exists, exp.SetOperation, exp.Any, exp.All)


def _check_call(node: exp.Expr) -> None:
    name = node.name.lower()
    if name in MACROS:
        return
    if name not in NAMED:
        raise unknown_function([name], place(node))
    check_named(node)


def _check_placeholder(node: exp.Expr) -> None:
    name = node.this
    if not isinstance(name, str) or not _PARAM.fullmatch(name):
        raise StatementError(
            f"{name!r} is no name of a value" if name else "a placeholder has no name",
            why="names are lower-case letters, digits and _",
            mend="write :name",
            code="query.param",
        )
    if name.startswith(_OWN_PARAMS):
        raise _reserved(name, node)


def _check_identifier(node: exp.Expr) -> None:
    if node.name.startswith(_OWN_NAMES):
        raise _reserved(node.name, node)


def _reserved(name: str, node: exp.Expr) -> StatementError:
    return StatementError(
        f"the name {name!r} is reserved",
        where=place(node),
        why="such names are the compiler's own",
        mend="choose another name",
        code="query.name",
    )


def _check_type(node: exp.Expr) -> None:
    if node.this not in TYPES or node.args.get("nested"):
        raise StatementError(
            f"the type {node.sql(dialect='duckdb')} is not part of governed SQL",
            where=place(node),
            mend="use TEXT, INT, BIGINT, DECIMAL, DOUBLE, DATE, TIMESTAMP or BOOLEAN",
            code="query.type",
        )


def _check_word(node: exp.Expr) -> None:
    if not isinstance(node.parent, _TIMED):
        raise unfit(node, node.name, "name the items")
    _check_unit(node)


def _check_truncation(node: exp.Expr) -> None:
    unit = node.args.get("unit")
    if not isinstance(unit, exp.Var | exp.Literal):
        raise unfit(node, "a computed unit of time", "write 'month'")
    _check_unit(unit)


def _check_unit(node: exp.Expr) -> None:
    known = PARTS if isinstance(node.parent, exp.Extract) else UNITS
    if node.name.upper() not in known:
        raise StatementError(
            f"{node.name!r} is no unit of time",
            why="units are those of the calendar and the clock",
            mend=did_you_mean(node.name.upper(), known),
            code="query.node",
        )


def _check_comparison(node: exp.Expr) -> None:
    for operand in (node.this, node.args["expression"]):
        if isinstance(operand, exp.Predicate) and isinstance(operand, exp.Binary):
            raise unfit(node, "a chain of comparisons", "join them with AND")


def _check_is(node: exp.Expr) -> None:
    if not isinstance(node.args["expression"], exp.Null | exp.Boolean):
        raise unfit(node, "IS with a value", "write =, or IS NOT DISTINCT FROM")


def _check_in(node: exp.Expr) -> None:
    if not node.expressions and not isinstance(node.args.get("query"), exp.Subquery):
        raise unfit(node, "IN of nothing", "write IN (value, …) or IN (SELECT …)")


def _check_windowed(node: exp.Expr) -> None:
    holder = node.parent
    if isinstance(holder, exp.IgnoreNulls):
        holder = holder.parent
    if not isinstance(holder, exp.Window):
        raise unfit(node, f"{label(node)} without OVER", "write OVER (…) behind it")


def _check_distinct(node: exp.Expr) -> None:
    if not isinstance(node.parent, exp.Select):
        check_list(node)
    on = node.args.get("on")
    _check_keys(node, on.expressions if on else [])


def _check_group(node: exp.Expr) -> None:
    check_list(node)
    _check_keys(node, node.expressions)


def _check_ordered(node: exp.Expr) -> None:
    _check_keys(node, [node.this])


def _check_keys(node: exp.Expr, keys: Iterable[exp.Expr]) -> None:
    for key in keys:
        if isinstance(key.unnest(), exp.Placeholder):
            raise unfit(node, "a value as a key of order or groups", "name an item")


def _check_conversion(node: exp.Expr) -> None:
    written = isinstance(node.this, exp.Literal) and node.this.is_string
    if written and node.args["to"].this is exp.DType.DATE and not is_day(node.this):
        raise StatementError(
            f"{node.this.name!r} is no day",
            where=place(node),
            mend="write DATE '2026-11-23'",
            code="query.syntax",
        )


def is_day(node: exp.Expr) -> bool:
    """Whether ``node`` is a literal of an ISO date that the calendar has."""
    if not isinstance(node, exp.Literal) or not node.is_string:
        return False
    try:
        return date.fromisoformat(node.name).isoformat() == node.name
    except ValueError:
        return False


def _check_interval(node: exp.Expr) -> None:
    if not isinstance(node.args.get("unit"), exp.Var):
        raise unfit(node, "INTERVAL", "write INTERVAL 3 MONTH")


def _check_query(node: exp.Expr) -> None:
    if node.parent is not None and not isinstance(node.parent, _HOLDERS):
        raise unfit(node, "a query without brackets", "put it in ()")
    if isinstance(node, exp.Select):
        check_list(node)


def _check_order(node: exp.Expr) -> None:
    check_list(node)
    if node.this and not isinstance(node.parent, exp.GroupConcat):
        raise unfit(node, "ORDER BY within a call", "order the rows")


def _check_alias(node: exp.Expr) -> None:
    check_names(node, [node.args.get("alias")])
    if not isinstance(node.parent, exp.Select):
        raise unfit(node, "a name within an expression", "put AS behind the whole")


def _check_column(node: exp.Expr) -> None:
    if not isinstance(node.this, exp.Star):
        check_names(node, [node.this])


def _check_grouping(node: exp.Expr) -> None:
    check_list(node)
    for part in node.find_all(exp.Literal):
        if not isinstance(part.parent, exp.Func | exp.Binary):
            raise unfit(node, "a column by its number here", "name the items")


def _check_explosion(node: exp.Expr) -> None:
    holder = node.parent.parent if isinstance(node.parent, exp.Alias) else node.parent
    if not isinstance(holder, exp.Select):
        raise unfit(node, "UNNEST within an expression", "put it in the SELECT list")


def _check_window(node: exp.Expr) -> None:
    named = isinstance(node.this, exp.Identifier)
    if named != (node.arg_key == "windows") or (
        node.args.get("alias") and (named or any(map(node.args.get, _WINDOW_PARTS)))
    ):
        raise unfit(node, "a window made of another", "write it out whole")


_WINDOW_PARTS = ("partition_by", "order", "spec")


def _check_count(node: exp.Expr) -> None:
    if not isinstance(node.this, exp.Expr):
        raise unfit(node, "COUNT of nothing", "write COUNT(*)")


def _check_star(node: exp.Expr) -> None:
    parent = node.parent
    if isinstance(parent, exp.Count) and not node.args.get("except_"):
        return
    holder = parent.parent if isinstance(parent, exp.Column) else parent
    listed = node.arg_key == "expressions" or parent is not holder
    if not (isinstance(holder, exp.Select) and listed):
        raise unfit(node, "* within an expression", "name the items")


def _check_bound(node: exp.Expr) -> None:
    value = node.args.get("expression")
    whole = isinstance(value, exp.Literal) and value.is_int
    if not (whole or isinstance(value, exp.Placeholder)):
        raise unfit(node, "a computed LIMIT", "write a number or :name")


CHECKS: Mapping[type[exp.Expr], Callable[[exp.Expr], None]] = MappingProxyType(
    {
        exp.Anonymous: _check_call,
        exp.Placeholder: _check_placeholder,
        exp.Identifier: _check_identifier,
        exp.DataType: _check_type,
        exp.Var: _check_word,
        exp.DateTrunc: _check_truncation,
        exp.TimestampTrunc: _check_truncation,
        exp.DateDiff: _check_truncation,
        exp.Cast: _check_conversion,
        exp.Is: _check_is,
        exp.In: _check_in,
        exp.Distinct: _check_distinct,
        **dict.fromkeys((exp.EQ, exp.NEQ, exp.LT, exp.LTE), _check_comparison),
        **dict.fromkeys((exp.GT, exp.GTE), _check_comparison),
        **dict.fromkeys(GROUPS["windows"].keys() - {exp.IgnoreNulls}, _check_windowed),
        exp.Interval: _check_interval,
        exp.Alias: _check_alias,
        exp.Column: _check_column,
        exp.Select: _check_query,
        exp.Union: _check_query,
        exp.Intersect: _check_query,
        exp.Except: _check_query,
        exp.Group: _check_group,
        exp.Ordered: _check_ordered,
        exp.Order: _check_order,
        exp.Tuple: check_list,
        exp.Rollup: _check_grouping,
        exp.Cube: _check_grouping,
        exp.GroupingSets: _check_grouping,
        exp.Explode: _check_explosion,
        exp.Window: _check_window,
        exp.Count: _check_count,
        exp.Star: _check_star,
        exp.Limit: _check_bound,
        exp.Offset: _check_bound,
    }
)
