"""What a condition of a rule is made of: tests, joined by AND, OR and NOT.

Nodes are numbered, and subqueries counted, in the order in which they are written:
so are the columns named that tell of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from sqlglot import exp

from tongban.kernel.query.language.allow import allow
from tongban.kernel.query.language.limits import limit
from tongban.kernel.query.language.parse import parse_expression
from tongban.kernel.terms import UserError


class Joint(StrEnum):
    """What a node of a condition does with its parts; a test has none."""

    AND = "and"
    OR = "or"
    NOT = "not"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Shape:
    """A node before there are data: ``tail`` ends the name of its column.

    ``tree`` is its own expression; ``places`` are the subqueries of a test, counted
    through the condition.
    """

    joint: Joint
    tail: str
    tree: exp.Expr
    places: tuple[int, ...]
    parts: tuple["Shape", ...]

    def walk(self) -> Iterator["Shape"]:
        yield self
        for part in self.parts:
            yield from part.walk()


@lru_cache(maxsize=4096)
def shape_of(sql: str) -> Shape:
    """The shape of a condition; do not change its trees: it is kept."""
    return shaped(parsed(sql, 1).expressions[0])


def shaped(tree: exp.Expr) -> Shape:
    return _Shaper().of(tree, root=True)


@dataclass(slots=True)
class _Shaper:
    """Numbers nodes and subqueries in the order in which they are written."""

    nodes: int = 0
    places: int = 0

    def of(self, tree: exp.Expr, *, root: bool = False) -> Shape:
        tree = _bare(tree)
        tail = "" if root else self._next()
        if isinstance(tree, exp.Connector) and type(tree) in _JOINTS:
            parts = tuple(self.of(part) for part in list(tree.flatten(unnest=False)))
            return Shape(_JOINTS[type(tree)], tail, tree, (), parts)
        if isinstance(tree, exp.Not) and isinstance(_bare(tree.this), exp.Connector):
            return Shape(Joint.NOT, tail, tree, (), (self.of(tree.this),))
        first = self.places + 1
        self.places += len(list(_outermost(tree)))
        places = tuple(range(first, self.places + 1))
        return Shape(Joint.TEST, tail, tree, places, ())

    def _next(self) -> str:
        self.nodes += 1
        return f"_{self.nodes}"


_JOINTS: Mapping[type[exp.Expr], Joint] = {exp.And: Joint.AND, exp.Or: Joint.OR}


def _bare(tree: exp.Expr) -> exp.Expr:
    """What stands in parentheses; a subquery keeps its own."""
    while type(tree) is exp.Paren:
        tree = tree.this
    return tree


@lru_cache(maxsize=4096)
def labels(sql: str) -> tuple[str, ...]:
    return tuple(_label(query) for query in queries(parsed(sql, 1)))


def _label(query: exp.Expr) -> str:
    if isinstance(query, exp.Exists):
        return "exists"
    selected = query.this.selects[0]
    return str(selected.alias_or_name or selected.key)


def parsed(sql: str, number: int) -> exp.Select:
    """The condition as the only column of a SELECT, so that all of it has a parent."""
    try:
        holder = exp.Select(expressions=[parse_expression(sql)])
        allow(limit(holder))
    except UserError as problem:
        where = f"condition {number}" + (f", {problem.where}" if problem.where else "")
        problem.where = where
        raise
    return holder


def queries(holder: exp.Select) -> list[exp.Expr]:
    """The outermost scalar subqueries and EXISTS, in the order they are written."""
    return list(_outermost(holder.expressions[0]))


def _outermost(node: exp.Expr) -> Iterator[exp.Expr]:
    if isinstance(node, exp.Exists):
        yield node
    elif isinstance(node, exp.Subquery):
        if not isinstance(node.parent, exp.In) or node.arg_key != "query":
            yield node
    else:
        for child in node.iter_expressions():
            yield from _outermost(child)
