"""What a part of a statement may name at a place, and what its types are there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from tongban.kernel.catalog.model import Dataset, DataType


# The type of NULL is None: it goes with any other.
Type = DataType | None
Items = Mapping[tuple[str, str], Type]  # (alias, name) → type
Rule = Callable[[exp.Expr, "Reach"], Type]


class Unsafe(Exception):
    """The statement has no exact equal at the place."""


@dataclass(frozen=True, slots=True)
class Exact:
    """What one dialect holds and does exactly as DuckDB.

    ``compared`` are the types with one order and equality, ``sides`` those of
    joins, ``masks`` the masks written with functions that both have.
    ``null_has_a_type``: a NULL that an expression gives is no longer of any type.
    ``nests``: set operations may stand in brackets. ``fits`` tells whether the
    clauses of a statement, of which all expressions are known, mean the same.
    """

    compared: frozenset[DataType]
    sides: frozenset[str]
    masks: frozenset[str]
    rules: Mapping[type[exp.Expr], Rule]
    null_has_a_type: bool = False
    nests: bool = False
    fits: Callable[[exp.Query], bool] = lambda _: True


@dataclass(frozen=True, slots=True)
class Reach:
    """What a part of a statement may name.

    ``items`` are those of the relations around and, unless the select is grouped,
    its own; ``grouped`` are its own items where only an aggregate may read them.
    ``select`` gives the types of an inner query.
    """

    exact: Exact
    params: Mapping[str, Type]
    datasets: Mapping[str, Dataset]
    select: Callable[[exp.Expr, "Reach"], tuple[Type, ...]]
    items: Items = field(default_factory=dict)
    grouped: Items | None = None
    inner: Mapping[str, Mapping[str, Type]] = field(default_factory=dict)  # by WITH


def type_of(node: exp.Expr, reach: Reach) -> Type:
    """The type of an expression. Raises Unsafe."""
    rule = reach.exact.rules.get(type(node))
    if rule is None:
        raise Unsafe
    kind = rule(node, reach)
    if kind is None and reach.exact.null_has_a_type and not isinstance(node, _NULLS):
        raise Unsafe
    return kind


_NULLS = (exp.Null, exp.Placeholder, exp.Paren)


def truth(node: exp.Expr, reach: Reach) -> None:
    """A condition. Raises Unsafe."""
    same(DataType.BOOLEAN, type_of(node, reach))


def same(*types: Type) -> Type:
    """The one type of several, beside NULL. Raises Unsafe."""
    known = {kind for kind in types if kind is not None}
    if len(known) > 1:
        raise Unsafe
    return next(iter(known), None)


def compared(reach: Reach, *types: Type) -> Type:
    """The first of types that go together in an order. Raises Unsafe."""
    whole = {DataType.INTEGER if kind is DataType.MONEY else kind for kind in types}
    kind = same(*whole)
    if kind is not None and kind not in reach.exact.compared:
        raise Unsafe
    return types[0]
