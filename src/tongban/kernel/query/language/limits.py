"""How large one statement may be, so that no use can exhaust compiler or planner.

DuckDB looks at no clock while it plans, and some small texts take it minutes. On
two cores, with one more of each: a sum of 100 terms 0.05 s, of 500 3 s, of 1,500
minutes; 100 windows 0.2 s, 300 4 s; 64 grouping sets 0.1 s, 1,024 12 s.
"""

from collections.abc import Callable, Mapping
from math import prod
from types import MappingProxyType

from sqlglot import exp

from tongban.kernel.query.language.parse import MAX_NESTING, StatementError, too_deep


MAX_NODES = 5_000
MAX_JOINS = 60
MAX_CHAIN = 100
MAX_WINDOWS = 100
MAX_GROUPING_SETS = 64
# A chain of these is as flat as a list, however SQLGlot nests it.
_CONDITIONS = (exp.And, exp.Or)
_CHAINS = (*_CONDITIONS, exp.Add, exp.Sub, exp.Mul, exp.DPipe)


def limit(tree: exp.Query) -> exp.Query:
    """``tree`` when it is small enough. Raises StatementError ``query.too-large``."""
    nodes = joins = windows = longest = 0
    waiting: list[tuple[exp.Expr, int, int]] = [(tree, 1, 1)]
    while waiting:
        node, depth, terms = waiting.pop()
        nodes += 1
        joins += isinstance(node, exp.Join)
        windows += isinstance(node, exp.Window)
        longest = max(longest, terms)
        if depth > MAX_NESTING:
            raise too_deep()
        if isinstance(node, exp.Group):
            _check("grouping sets", _grouping_sets(node), MAX_GROUPING_SETS)
        for child in node.iter_expressions():
            flat = isinstance(node, _CHAINS) and type(child) is type(node)
            counted = flat and not isinstance(node, _CONDITIONS)
            waiting.append(
                (child, depth if flat else depth + 1, terms + 1 if counted else 1)
            )
    _check("nodes", nodes, MAX_NODES)
    _check("joins", joins, MAX_JOINS)
    _check("windows", windows, MAX_WINDOWS)
    _check("operators in one chain", longest, MAX_CHAIN)
    return tree


def _grouping_sets(node: exp.Expr) -> int:
    """How many ways of grouping a GROUP BY asks for at once."""
    count = _SETS.get(type(node))
    return count(node) if count else 1


_SETS: Mapping[type[exp.Expr], Callable[[exp.Expr], int]] = MappingProxyType(
    {
        exp.Group: lambda node: prod(map(_grouping_sets, node.iter_expressions())),
        exp.GroupingSets: lambda node: sum(map(_grouping_sets, node.expressions)),
        exp.Cube: lambda node: 2 ** len(node.expressions),
        exp.Rollup: lambda node: 1 + len(node.expressions),
    }
)


def _check(what: str, found: int, most: int) -> None:
    if found > most:
        raise StatementError(
            f"the statement has {found} {what}",
            why=f"at most {most} are accepted",
            mend="divide it into several uses",
            code="query.too-large",
        )
