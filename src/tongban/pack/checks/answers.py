"""The answers to a form that can be told apart by its conditions.

The declared choices, yes and no, and of a number or text that is only compared with
literals the values at, between and beyond them. A condition over anything else, or
over more answers than can be tried, is left undecided.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise, product
from math import prod

from sqlglot import exp

from tongban.kernel.case.declaration import Field
from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.model import DataType
from tongban.kernel.query.language.parse import parse_expression
from tongban.kernel.query.logic import reads_of


MOST = 10_000
OTHER = "\N{SYMBOL FOR NULL}"  # a text that no form asks for

_NUMBERS = (DataType.INTEGER, DataType.DECIMAL, DataType.MONEY)
_ORDER = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.In, exp.Between)
_SAME = (exp.EQ, exp.NEQ, exp.In)


def answers(
    part: str,
    whole: Mapping[str, str],
    fields: Mapping[str, Field],
    catalog: Catalog,
) -> list[dict[str, str | None]] | None:
    """All answers to the fields that decide about ``part``; None if too many.

    ``whole`` are conditions by the name of their part, ``fields`` those of the form.
    """
    decided = _deciding(part, whole)
    trees = [parse_expression(whole[name]) for name in decided & whole.keys()]
    if any(node.name not in fields for tree in trees for node in _values(tree)):
        return None  # the day
    domains: dict[str, list[str | None]] = {}
    for name in sorted(decided & fields.keys() - {part}):
        domain = _domain(fields[name], trees, catalog)
        if domain is None:
            return None
        domains[name] = domain
    if prod(map(len, domains.values())) > MOST:
        return None
    return [
        dict(zip(domains, values, strict=True)) for values in product(*domains.values())
    ]


def _deciding(name: str, whole: Mapping[str, str]) -> frozenset[str]:
    """``name`` and whatever its condition looks at, directly or by another's."""
    found: set[str] = set()
    open_ = [name]
    while open_:
        each = open_.pop()
        if each not in found:
            found.add(each)
            open_ += reads_of(whole[each]) if each in whole else ()
    return frozenset(found)


def _values(tree: exp.Expr) -> Iterator[exp.Placeholder]:
    return tree.find_all(exp.Placeholder)


def _domain(
    field: Field, trees: Sequence[exp.Expr], catalog: Catalog
) -> list[str | None] | None:
    """The answers to a field that can be told apart, None where they cannot.

    No answer is one where the form does not insist on one.
    """
    empty = [None] if not field.required or field.when is not None else []
    kind = catalog.elements[field.element].type
    if field.choices:
        return [*field.choices, *empty]
    if kind is DataType.BOOLEAN:
        return ["true", "false", *empty]
    literals = _compared(field.name, trees, _ORDER if kind in _NUMBERS else _SAME)
    if literals is None or kind not in (*_NUMBERS, DataType.TEXT):
        return None
    if kind is DataType.TEXT:
        return [*literals, OTHER, *empty]
    return [*_numbers(literals, kind), *empty]


def _compared(
    name: str, trees: Sequence[exp.Expr], operators: tuple[type[exp.Expr], ...]
) -> list[str] | None:
    """The literals that a value is compared with; None if it is used otherwise."""
    found: set[str] = set()
    for node in (node for tree in trees for node in _values(tree)):
        if node.name != name:
            continue
        holder = node.parent
        if isinstance(holder, exp.Is):
            continue
        if not isinstance(holder, operators):
            return None
        others = [each for each in holder.iter_expressions() if each is not node]
        if not all(isinstance(each, exp.Literal) for each in others):
            return None
        found.update(each.name for each in others)
    return sorted(found)


def _numbers(literals: Sequence[str], kind: DataType) -> list[str]:
    """The values at, between and beyond the literals; whole ones where only those."""
    points = sorted({Decimal(each) for each in literals}) or [Decimal(0)]
    if kind is DataType.DECIMAL:
        between = [(low + high) / 2 for low, high in pairwise(points)]
    else:
        between = [low + 1 for low, high in pairwise(points) if high - low > 1]
    values = {points[0] - 1, *points, *between, points[-1] + 1}
    return [format(each, "f") for each in sorted(values)]
