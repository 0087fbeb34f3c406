"""Functions for authors of rules, written out as plain expressions.

``age(birth_date, at)``         whole years of age (周岁) on the day ``at``; the
                                birthday itself counts; one born on 29 February
                                is a year older on 1 March of a common year;
                                NULL before birth
``months_between(start, end)``  whole months from ``start`` to ``end``; a month
                                without the day ends on its last (民法典 art. 202)
``is_valid_id_number(x)``       GB 11643: form, a possible date, check character
``is_valid_uscc(x)``            GB 32100: alphabet, check character

NULL gives NULL. None of them may contain another: each repeats its arguments.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from sqlglot import exp

from tongban.kernel.query.language.parse import (
    StatementError,
    check_given,
    place,
)


_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = tuple(pow(3, n, 31) for n in range(17))


def expand(tree: exp.Query) -> exp.Query:
    """``tree`` with every macro written out. Raises StatementError."""
    for call in [node for node in tree.walk() if _is_macro(node)]:
        name, arguments = _parts(call)
        _check_call(call, name, arguments)
        call.replace(exp.paren(_MACROS[name](*arguments)))
    return tree


def _is_macro(node: exp.Expr) -> bool:
    if isinstance(node, exp.Anonymous):
        return node.name.lower() in _MACROS
    return isinstance(node, exp.MonthsBetween)


def _parts(call: exp.Expr) -> tuple[str, list[exp.Expr]]:
    if isinstance(call, exp.MonthsBetween):
        return "months_between", [call.this, call.expression]
    return call.name.lower(), call.expressions


def _check_call(call: exp.Expr, name: str, arguments: Sequence[exp.Expr]) -> None:
    check_given(name, len(arguments), place(call))
    if any(_is_macro(node) for given in arguments for node in given.walk()):
        raise StatementError(
            f"{name} contains another of these functions",
            where=place(call),
            why="each repeats its arguments, so nesting them multiplies the work",
            mend="compute the inner value in a WITH query",
            code="query.function",
        )


def _number(value: int) -> exp.Expr:
    return exp.Literal.number(value)


def _day_number(day: exp.Expr) -> exp.Expr:
    """20261123 for 23 November 2026: ordered as dates are, years apart by 10000."""
    date = _date(day)
    year = exp.Mul(this=exp.Year(this=date.copy()), expression=_number(10_000))
    month = exp.Mul(this=exp.Month(this=date.copy()), expression=_number(100))
    months = exp.Add(this=year, expression=month)
    return exp.paren(exp.Add(this=months, expression=exp.Day(this=date)), copy=False)


def _date(day: exp.Expr) -> exp.Expr:
    return exp.TryCast(this=day.copy(), to=exp.DataType.build("date"))


def _age(birth: exp.Expr, at: exp.Expr) -> exp.Expr:
    span = exp.Sub(this=_day_number(at), expression=_day_number(birth))
    years = exp.IntDiv(this=exp.paren(span, copy=False), expression=_number(10_000))
    return exp.Case().when(exp.LTE(this=_date(birth), expression=_date(at)), years)


def _month_number(day: exp.Expr) -> exp.Expr:
    years = exp.Mul(this=exp.Year(this=_date(day)), expression=_number(12))
    return exp.paren(
        exp.Add(this=years, expression=exp.Month(this=_date(day))), copy=False
    )


def _months_between(start: exp.Expr, end: exp.Expr) -> exp.Expr:
    last = exp.Day(this=exp.LastDay(this=_date(end)))
    begun = exp.and_(
        exp.Day(this=_date(end)) < exp.Day(this=_date(start)),
        exp.Day(this=_date(end)) < last,
    )
    unfinished = exp.Case().when(begun, "1").else_("0")
    months = exp.Sub(this=_month_number(end), expression=_month_number(start))
    return exp.Sub(this=months, expression=unfinished)


def _character(text: exp.Expr, at: int, length: int = 1) -> exp.Expr:
    return exp.Substring(this=text.copy(), start=_number(at), length=_number(length))


def _sum(terms: Sequence[exp.Expr]) -> exp.Expr:
    total = terms[0]
    for term in terms[1:]:
        total = exp.Add(this=total, expression=term)
    return exp.paren(total, copy=False)


def _integer(text: exp.Expr) -> exp.Expr:
    return exp.TryCast(this=text, to=exp.DataType.build("int"))


def _has_form(text: exp.Expr, pattern: str) -> exp.Expr:
    return exp.RegexpLike(this=text.copy(), expression=exp.Literal.string(pattern))


def _verdict(text: exp.Expr, form: exp.Expr, holds: exp.Expr) -> exp.Expr:
    """NULL for NULL, FALSE for another form, else whether the check holds."""
    return (
        exp.Case()
        .when(exp.Is(this=text.copy(), expression=exp.null()), exp.null())
        .when(form, holds)
        .else_(exp.false())
    )


def _is_valid_id_number(text: exp.Expr) -> exp.Expr:
    total = _sum(
        [
            exp.Mul(
                this=_integer(_character(text, at)),
                expression=_number(weight),
            )
            for at, weight in enumerate(_ID_WEIGHTS, start=1)
        ]
    )
    remainder = exp.Mod(this=total, expression=_number(11))
    check = exp.Substring(
        this=exp.Literal.string(_ID_CHECKS),
        start=exp.Add(this=exp.paren(remainder, copy=False), expression=_number(1)),
        length=_number(1),
    )
    date = exp.DPipe(this=_character(text, 7, 4), expression=exp.Literal.string("-"))
    date = exp.DPipe(this=date, expression=_character(text, 11, 2))
    date = exp.DPipe(this=date, expression=exp.Literal.string("-"))
    date = exp.DPipe(this=date, expression=_character(text, 13, 2))
    possible = exp.Is(this=_date(exp.paren(date, copy=False)), expression=exp.null())
    holds = exp.and_(check.eq(_character(text, 18)), exp.not_(possible))
    return _verdict(text, _has_form(text, "^[0-9]{17}[0-9X]$"), holds)


def _is_valid_uscc(text: exp.Expr) -> exp.Expr:
    alphabet = exp.Literal.string(_USCC_ALPHABET)

    def value(at: int) -> exp.Expr:
        found = exp.StrPosition(this=alphabet.copy(), substr=_character(text, at))
        return exp.paren(exp.Sub(this=found, expression=_number(1)), copy=False)

    total = _sum(
        [
            exp.Mul(this=value(at), expression=_number(weight))
            for at, weight in enumerate(_USCC_WEIGHTS, start=1)
        ]
    )
    # The check character brings the sum to a multiple of 31.
    whole = exp.Add(this=total, expression=value(18))
    remainder = exp.Mod(this=exp.paren(whole, copy=False), expression=_number(31))
    form = _has_form(text, f"^[{_USCC_ALPHABET}]{{18}}$")
    return _verdict(text, form, remainder.eq(0))


_MACROS: Mapping[str, Callable[..., exp.Expr]] = MappingProxyType(
    {
        "age": _age,
        "months_between": _months_between,
        "is_valid_id_number": _is_valid_id_number,
        "is_valid_uscc": _is_valid_uscc,
    }
)
