"""How two values agree: for each measure its levels, the closest first.

A level is a condition over the columns of either row, told apart by ``_l`` and ``_r``.
Conditions are SQLGlot trees, written as text only for Splink, which reads text.
DuckDB's edit distances count bytes, three for a Chinese character, so names and
addresses are compared by their sets of characters, which are made once for a row: a
row is compared with thousands of others.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlglot import exp

from tongban.capabilities.linkage.model import Measure


ABSENT, SAME, OTHER = "absent", "same", "other"
# Signs that one clerk writes in an address and another leaves out.
NOISE = r"[\s,，.。、()（）#\-－]+"
CHARACTERS, PLAIN, NUMBERS = "set", "plain", "numbers"

Condition = exp.Expression


@dataclass(frozen=True, slots=True)
class Level:
    """One way to agree; ``code`` leads to its words, None is what is left over."""

    code: str
    when: Condition | None


def levels(item: str, measure: Measure) -> tuple[Level, ...]:
    """Absent first, then from equal to different, as Splink asks for them."""
    left, right = (exp.column(f"{item}_{side}") for side in "lr")
    absent = exp.or_(left.copy().is_(exp.null()), right.copy().is_(exp.null()))
    return (
        Level(ABSENT, absent),
        Level(SAME, exp.EQ(this=left.copy(), expression=right.copy())),
        *_BETWEEN[measure](left, right),
        Level(OTHER, None),
    )


def _exact(_left: Condition, _right: Condition) -> tuple[Level, ...]:
    return ()


def _jaro_winkler(left: Condition, right: Condition) -> tuple[Level, ...]:
    likeness = _call("jaro_winkler_similarity", left, right)
    return (
        Level("very-similar", exp.GTE(this=likeness, expression=_number("0.92"))),
        Level("similar", exp.GTE(this=likeness.copy(), expression=_number("0.8"))),
    )


def _damerau_levenshtein(left: Condition, right: Condition) -> tuple[Level, ...]:
    edits = _call("damerau_levenshtein", left, right)
    return (
        Level("one-slip", exp.LTE(this=edits, expression=_number("1"))),
        Level("two-slips", exp.LTE(this=edits.copy(), expression=_number("2"))),
    )


def _date_of_birth(left: Condition, right: Condition) -> tuple[Level, ...]:
    """Dates as eight digits, so that a wrong digit is one slip, a swap of two too."""
    edits = _call("damerau_levenshtein", left, right)
    swapped = _call(
        "concat",
        _cut(right, 1, 4),
        _cut(right, 7, 2),
        _cut(right, 5, 2),
    )
    parts = [
        exp.cast(exp.EQ(this=_cut(left, *at), expression=_cut(right, *at)), "int")
        for at in ((1, 4), (5, 2), (7, 2))
    ]
    agreeing = exp.Add(
        this=exp.Add(this=parts[0], expression=parts[1]), expression=parts[2]
    )
    return (
        Level("one-slip", exp.LTE(this=edits, expression=_number("1"))),
        Level("swapped", exp.EQ(this=left.copy(), expression=swapped)),
        Level("one-part", exp.GTE(this=agreeing, expression=_number("2"))),
    )


def _chinese_name(left: Condition, right: Condition) -> tuple[Level, ...]:
    """One wrong character of three or more, one left out, or the surname alone."""
    shared = _shared(left, right)
    sizes = (_call("length", left), _call("length", right))
    longer, shorter = _call("greatest", *sizes), _call("least", *sizes)
    surname = exp.EQ(this=_cut(left, 1, 1), expression=_cut(right, 1, 1))
    one_short = exp.Sub(this=longer.copy(), expression=_number("1"))
    return (
        Level(
            "one-character",
            exp.and_(
                exp.GTE(this=shorter.copy(), expression=_number("3")),
                exp.EQ(this=longer.copy(), expression=shorter.copy()),
                exp.GTE(this=shared, expression=one_short.copy()),
            ),
        ),
        Level(
            "one-left-out",
            exp.and_(
                exp.EQ(this=shorter.copy(), expression=one_short.copy()),
                exp.GTE(this=shared.copy(), expression=shorter.copy()),
            ),
        ),
        Level("surname", surname),
    )


def _address(left: Condition, right: Condition) -> tuple[Level, ...]:
    """The same but for signs, or eight characters of ten and perhaps all numbers."""
    sizes = (_call("len", _part(side, CHARACTERS)) for side in (left, right))
    twice = exp.Mul(this=_number("2"), expression=_shared(left, right))
    total = exp.Add(this=next(sizes), expression=next(sizes))
    alike = exp.GTE(
        this=exp.Mul(this=_number("10"), expression=exp.paren(twice)),
        expression=exp.Mul(this=_number("8"), expression=exp.paren(total)),
    )
    plain, numbers = (
        exp.EQ(this=_part(left, kind), expression=_part(right, kind))
        for kind in (PLAIN, NUMBERS)
    )
    return (
        Level("same-but-signs", plain),
        Level("same-numbers", exp.and_(numbers, alike)),
        Level("same-place", alike.copy()),
    )


_BETWEEN: Mapping[Measure, Callable[[Condition, Condition], tuple[Level, ...]]] = {
    Measure.EXACT: _exact,
    Measure.JARO_WINKLER: _jaro_winkler,
    Measure.DAMERAU_LEVENSHTEIN: _damerau_levenshtein,
    Measure.DATE_OF_BIRTH: _date_of_birth,
    Measure.CHINESE_NAME: _chinese_name,
    Measure.ADDRESS: _address,
}


def _call(name: str, *arguments: Condition) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=[each.copy() for each in arguments])


def _number(text: str) -> exp.Literal:
    return exp.Literal.number(text)


def _cut(text: Condition, start: int, length: int) -> Condition:
    return _call("substr", text, _number(str(start)), _number(str(length)))


def _part(value: Condition, kind: str) -> exp.Column:
    """What was prepared of a value: ``name_l`` has its characters in ``name_set_l``."""
    item, _, side = value.name.rpartition("_")
    return exp.column(f"{item}_{kind}_{side}")


def _shared(left: Condition, right: Condition) -> Condition:
    """How many different characters both have."""
    sets = _part(left, CHARACTERS), _part(right, CHARACTERS)
    return _call("len", _call("list_intersect", *sets))


def prepared(item: str, measure: Measure) -> Mapping[str, Condition]:
    """Columns that a measure wants beside the item's own, by name."""
    column = exp.column(item)
    if measure is Measure.CHINESE_NAME:
        return {f"{item}_{CHARACTERS}": _set(column)}
    if measure is not Measure.ADDRESS:
        return {}
    signs = (exp.Literal.string(text) for text in (NOISE, "", "g"))
    plain = _call("regexp_replace", column, *signs)
    numbers = _call("regexp_extract_all", column, exp.Literal.string(r"\d+"))
    return {
        f"{item}_{PLAIN}": plain,
        f"{item}_{CHARACTERS}": _set(plain),
        f"{item}_{NUMBERS}": _call("array_to_string", numbers, exp.Literal.string(" ")),
    }


def _set(text: Condition) -> Condition:
    return _call("list_distinct", _call("string_split", text, exp.Literal.string("")))
