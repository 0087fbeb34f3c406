"""Arithmetic over figures that were released: shares, ratios, percentages.

It is done here and not in the engine, because only what is shown may enter it: a
share of a count that was rounded is computed of the rounded count.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from sqlglot import exp


def evaluate(formula: exp.Expr, figures: Mapping[str, Any]) -> Any:
    """The value of ``formula``; None where a figure is, or where it divides by zero."""
    match formula:
        case exp.Column():
            return figures[formula.name]
        case exp.Literal():
            return Decimal(formula.name) if "." in formula.name else int(formula.name)
        case exp.Paren():
            return evaluate(formula.this, figures)
        case exp.Neg():
            value = evaluate(formula.this, figures)
            return None if value is None else -value
        case exp.Round():
            value = evaluate(formula.this, figures)
            places = formula.args.get("decimals")
            digits = evaluate(places, figures) if places else 0
            return None if value is None else round(value, digits)
        case exp.Nullif():
            value = evaluate(formula.this, figures)
            return None if value == evaluate(formula.expression, figures) else value
    return _computed(
        type(formula),
        evaluate(formula.this, figures),
        evaluate(formula.expression, figures),
    )


def _computed(operator: type[exp.Expr], left: Any, right: Any) -> Any:
    if left is None or right is None or (operator is exp.Div and not right):
        return None
    if isinstance(left, float) or isinstance(right, float) or operator is exp.Div:
        left, right = float(left), float(right)
    return _OPERATORS[operator](left, right)


_OPERATORS: Mapping[type[exp.Expr], Callable[[Any, Any], Any]] = MappingProxyType(
    {
        exp.Add: lambda a, b: a + b,
        exp.Sub: lambda a, b: a - b,
        exp.Mul: lambda a, b: a * b,
        exp.Div: lambda a, b: a / b,
    }
)
