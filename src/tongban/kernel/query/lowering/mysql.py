"""What MySQL and MariaDB do exactly as DuckDB, in a session as engines.mysql makes it.

Its texts have one collation, which orders by bytes and tells `a` from `a` with a
blank behind it. What is kept out on purpose, beside what is in no table:

- the least and greatest of values: NULL there as soon as one of them is;
- patterns with a backslash, or of a column: it escapes there, and nothing forbids it;
- INTERSECT and EXCEPT: of different rank there, and unknown to MySQL before 8.0.31;
- the order of a UNION: it may not be one of expressions everywhere;
- more rows than a client should hold, for only a number may stand behind LIMIT.
"""

import re
from types import MappingProxyType

from sqlglot import exp

from tongban.kernel.catalog.model import DataType
from tongban.kernel.query.lowering.operations import (
    COMPARED,
    RICHER,
    TEXT_MASKS,
    plain_pattern,
)
from tongban.kernel.query.lowering.reach import Exact


# Names that both servers take, and hold to be the same when DuckDB does.
_NAME = re.compile(r"[A-Za-z0-9_\u4e00-\u9fff]{1,60}")
MOST_ROWS = 10_000


def _fits(tree: exp.Query) -> bool:
    """Whether the clauses of a whole statement mean the same there."""
    return (
        all(_NAME.fullmatch(each.name) for each in tree.find_all(exp.Identifier))
        and all(_is_union(each) for each in tree.find_all(exp.SetOperation))
        and all(_is_bound(each) for each in tree.find_all(exp.Limit))
        and all(key.find(exp.Column) for key in _keys(tree))
    )


def _is_union(query: exp.Expr) -> bool:
    return isinstance(query, exp.Union) and not query.args.get("order")


def _is_bound(limit: exp.Expr) -> bool:
    """Whether a LIMIT is a small number, and not in a query behind IN."""
    most = limit.expression
    written = isinstance(most, exp.Literal) and most.is_int
    return (
        written and int(most.name) <= MOST_ROWS and limit.find_ancestor(exp.In) is None
    )


def _keys(tree: exp.Query) -> list[exp.Expr]:
    """What is sorted by, each name as what it is the name of."""
    keys = []
    for ordered in tree.find_all(exp.Ordered):
        select = ordered.find_ancestor(exp.Select)
        assert select is not None
        shown = {each.alias_or_name: each for each in select.selects}
        key = ordered.this
        bare = isinstance(key, exp.Column) and not key.table
        keys.append(shown.get(key.name, key) if bare else key)
    return keys


_RULES = {
    kind: rule for kind, rule in RICHER.items() if kind not in {exp.Greatest, exp.Least}
}
MYSQL = Exact(
    COMPARED | {DataType.DECIMAL, DataType.DATETIME},
    frozenset({"", "LEFT", "RIGHT"}),
    TEXT_MASKS | {"banding", "suppress"},
    MappingProxyType({**_RULES, exp.Like: plain_pattern}),
    null_has_a_type=True,
    fits=_fits,
)
