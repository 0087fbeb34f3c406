"""Forms of what rows come from: datasets, inner queries, lists, written rows, joins.

And the few words that the forms of all nodes share.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from sqlglot import exp

from tongban.kernel.query.language.grammar import REASONS
from tongban.kernel.query.language.parse import StatementError, place


_RELATIONS = (exp.Table, exp.Subquery, exp.Lateral, exp.Unnest, exp.Values)
_BESIDE = (exp.Lateral, exp.Unnest)
_ONE_SIDED = frozenset({"", "LEFT"})
_JOINS = frozenset({"", "LEFT", "RIGHT", "FULL", "INNER", "OUTER", "CROSS"})


def label(node: exp.Expr) -> str:
    """What a kind of node is called in SQL, nearly."""
    return label_of(type(node))


def label_of(kind: type[exp.Expr]) -> str:
    """The same of a node's type."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind.__name__).upper()


def unfit(node: exp.Expr, what: str, mend: str) -> StatementError:
    """The refusal of a node for its form."""
    return StatementError(
        f"{what} is not part of governed SQL",
        where=place(node),
        mend=mend,
        code="query.node",
    )


def check_list(node: exp.Expr) -> None:
    """That a list has something in it, but for the grouping set of everything."""
    if not node.expressions and not isinstance(node.parent, exp.GroupingSets):
        raise unfit(node, f"{label(node)} of nothing", "name the items")


def check_names(node: exp.Expr, names: Iterable[object]) -> None:
    """That a name stands where a name belongs."""
    for name in names:
        if not isinstance(name, exp.Identifier) or not name.name:
            raise unfit(node, "a value or nothing in place of a name", "write a name")


def _check_table(node: exp.Expr) -> None:
    if not isinstance(node.this, exp.Identifier):
        raise StatementError(
            f"{node.sql(dialect='duckdb')} is no dataset",
            where=place(node),
            why="rows come from catalogued datasets only, never from functions",
            mend="name a dataset, schema.table",
            code="query.node",
        )
    alias = node.args.get("alias")
    if alias is not None and alias.args.get("columns"):
        raise unfit(node, "a list of column names", "rename items in the SELECT list")


def _check_relation_alias(node: exp.Expr) -> None:
    check_names(node, [node.this, *(node.args.get("columns") or ())])


def _check_with(node: exp.Expr) -> None:
    check_list(node)
    names = [query.alias.lower() for query in node.expressions]
    if len(set(names)) < len(names):
        raise unfit(node, "WITH of two queries of one name", "rename one of them")


def _check_relation(node: exp.Expr) -> None:
    if not isinstance(node.this, _RELATIONS):
        what = f"{label(node)} of {label(node.this)}"
        raise unfit(node, what, "name a dataset or a query in ()")


def _check_join(node: exp.Expr) -> None:
    _check_relation(node)
    for word in (node.text("side").upper(), node.text("kind").upper()):
        if word not in _JOINS:
            why = REASONS.get((exp.Join, word), "use EXISTS or IN")
            raise unfit(node, f"{word} JOIN", why)
    if isinstance(node.this, _BESIDE) and node.text("side").upper() not in _ONE_SIDED:
        raise unfit(node, f"{label(node.this)} on that side", "write LEFT JOIN")
    check_names(node, [using.unalias() for using in node.args.get("using") or ()])


def _check_subquery(node: exp.Expr) -> None:
    if not isinstance(node.this, exp.Select | exp.SetOperation | exp.Subquery):
        what = f"{label(node)} of {label(node.this)}"
        raise unfit(node, what, "put a SELECT in its brackets")


def _check_lateral(node: exp.Expr) -> None:
    if not isinstance(node.this, exp.Subquery) or not isinstance(node.parent, exp.Join):
        raise unfit(node, "LATERAL of no query", "write CROSS JOIN LATERAL (SELECT …)")
    if _columns_named(node):
        raise unfit(node, "a list of column names", "rename items in the SELECT list")


def _check_unnest(node: exp.Expr) -> None:
    if len(node.expressions) != 1 or len(_columns_named(node)) != 1:
        raise unfit(node, "UNNEST in this form", "write UNNEST(list) AS name(column)")
    if not isinstance(node.parent, exp.Join):
        raise unfit(node, "UNNEST alone", "join it to the relation that has the list")


def _check_values(node: exp.Expr) -> None:
    width = len(_columns_named(node))
    rows = [row for row in node.expressions if isinstance(row, exp.Tuple)]
    even = all(len(row.expressions) == width for row in rows)
    if not width or not even or len(rows) != len(node.expressions):
        raise unfit(node, "VALUES in this form", "write (VALUES (1, 2)) AS name(a, b)")
    if node.find(exp.Column, exp.Query):
        raise unfit(node, "VALUES of items", "write the values")


def _columns_named(node: exp.Expr) -> list[exp.Expr]:
    alias = node.args.get("alias")
    return (alias.args.get("columns") if alias else None) or []


CHECKS: Mapping[type[exp.Expr], Callable[[exp.Expr], None]] = MappingProxyType(
    {
        exp.Table: _check_table,
        exp.TableAlias: _check_relation_alias,
        exp.From: _check_relation,
        exp.Join: _check_join,
        exp.Lateral: _check_lateral,
        exp.Unnest: _check_unnest,
        exp.Values: _check_values,
        exp.With: _check_with,
        exp.Subquery: _check_subquery,
        exp.Exists: _check_subquery,
        exp.Any: _check_subquery,
        exp.All: _check_subquery,
    }
)
