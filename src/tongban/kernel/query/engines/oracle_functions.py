"""What functions mean, in plain Python, where SQLGlot's executor does not say.

The executor calls a function by the name of its SQLGlot node. Each gives None
for NULL among its values unless it says otherwise.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import wraps
from math import ceil, floor
from statistics import median, stdev
from types import MappingProxyType
from typing import Any

from sqlglot import exp


def _strict(function: Callable[..., Any]) -> Callable[..., Any]:
    """NULL among the values makes the result NULL."""

    @wraps(function)
    def strict(*values: Any) -> Any:
        return None if any(v is None for v in values) else function(*values)

    return strict


def _present(function: Callable[[Sequence[Any]], Any]) -> Callable[..., Any]:
    """Aggregates pass over NULL; of nothing they give NULL."""

    @wraps(function)
    def aggregate(values: Sequence[Any]) -> Any:
        present = [value for value in values if value is not None]
        return function(present) if present else None

    return aggregate


def _cast(value: Any, to: exp.DType) -> Any:
    """DuckDB's conversions, and None where DuckDB's TRY_CAST gives NULL."""
    if value is None:
        return None
    try:
        return _CASTS[to](value)
    except (ValueError, ArithmeticError):
        return None


def _to_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat(sep=" ") if isinstance(value, datetime) else str(value)


def _to_whole(value: Any) -> int:
    return int(Decimal(str(value)).quantize(Decimal(1), ROUND_HALF_UP))


def _to_day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(value)


def _to_moment(value: Any) -> datetime:
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def _to_truth(value: Any) -> bool:
    if isinstance(value, str):
        words = {"true": True, "t": True, "1": True, "false": False, "f": False}
        return words[value.lower()] if value.lower() in words else bool(int(value))
    return bool(value)


_CASTS: Mapping[exp.DType, Callable[[Any], Any]] = {
    exp.DType.TEXT: _to_text,
    exp.DType.VARCHAR: _to_text,
    exp.DType.INT: _to_whole,
    exp.DType.BIGINT: _to_whole,
    exp.DType.SMALLINT: _to_whole,
    exp.DType.DOUBLE: float,
    exp.DType.DECIMAL: lambda value: Decimal(str(value)),
    exp.DType.DATE: _to_day,
    exp.DType.TIMESTAMP: _to_moment,
    exp.DType.TIMESTAMPNTZ: _to_moment,
    exp.DType.BOOLEAN: _to_truth,
}


def _round(value: Any, decimals: int = 0) -> Any:
    """Half away from zero, as DuckDB and every clerk rounds."""
    step = Decimal(1).scaleb(-(decimals or 0))
    return float(Decimal(str(value)).quantize(step, ROUND_HALF_UP))


def _remainder(value: Any, divisor: Any) -> Any:
    """With the sign of ``value``, as in C."""
    rest = abs(value) % abs(divisor)
    return rest if value >= 0 else -rest


def _like(value: str, pattern: str, flags: int = 0) -> bool:
    parts = {"%": ".*", "_": "."}
    text = "".join(parts.get(sign, re.escape(sign)) for sign in pattern)
    return re.fullmatch(text, value, re.DOTALL | flags) is not None


def _first_of(unit: str) -> Callable[[date], date]:
    return {
        "YEAR": lambda day: day.replace(month=1, day=1),
        "QUARTER": lambda day: day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1),
        "MONTH": lambda day: day.replace(day=1),
        "WEEK": lambda day: day - timedelta(days=day.weekday()),
    }.get(unit.upper(), lambda day: day)


def _age(birth: date, at: date) -> int:
    had_birthday = (at.month, at.day) >= (birth.month, birth.day)
    return at.year - birth.year - (0 if had_birthday else 1)


def _months_between(start: date, end: date) -> int:
    months = (end.year - start.year) * 12 + end.month - start.month
    last = monthrange(end.year, end.month)[1]
    return months - (1 if end.day < start.day and end.day < last else 0)


def _is_valid_id_number(number: str) -> bool:
    if re.fullmatch(r"[0-9]{17}[0-9X]", number) is None:
        return False
    try:
        date.fromisoformat(f"{number[6:10]}-{number[10:12]}-{number[12:14]}")
    except ValueError:
        return False
    # ISO 7064 MOD 11-2, computed from its definition rather than by weights.
    total = 0
    for character in number:
        total = (total + (10 if character == "X" else int(character))) * 2 % 11
    return bool(total * pow(2, -1, 11) % 11 == 1)


def _is_valid_uscc(number: str) -> bool:
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    if len(number) != 18 or any(sign not in alphabet for sign in number):
        return False
    values = [alphabet.index(sign) for sign in number]
    whole: int = sum(value * 3**n for n, value in enumerate(values[:17])) + values[17]
    return whole % 31 == 0


def _concat(*values: Any) -> str:
    """NULL is passed over, as in DuckDB."""
    return "".join(_to_text(value) for value in values if value is not None)


def _boundaries(end: date, start: date, unit: str) -> int:
    """How often a new ``unit`` begins between the two days, as in DuckDB."""
    months = (end.year - start.year) * 12 + end.month - start.month
    quarters = (
        (end.year - start.year) * 4 + (end.month - 1) // 3 - (start.month - 1) // 3
    )
    counts = {"YEAR": end.year - start.year, "QUARTER": quarters, "MONTH": months}
    return counts.get(unit.upper(), (end - start).days)


def _extreme(choose: Callable[..., Any]) -> Callable[..., Any]:
    """GREATEST and LEAST pass over NULL, as in DuckDB."""

    def chosen(*values: Any) -> Any:
        present = [value for value in values if value is not None]
        return choose(present) if present else None

    return chosen


FUNCTIONS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "AGE": _strict(_age),
        "CAST": _cast,
        "CEIL": _strict(ceil),
        "CONCAT_PRESENT": _concat,
        "DATETRUNC": _strict(lambda unit, day: _first_of(unit)(day)),
        "DATEDIFF": _strict(_boundaries),
        "CONTAINS": _strict(lambda value, part: part in value),
        "DATEFROMPARTS": _strict(date),
        "FLOOR": _strict(floor),
        "GREATEST": _extreme(max),
        "ILIKE": _strict(lambda v, pattern: _like(v, pattern, re.IGNORECASE)),
        "IS_VALID_ID_NUMBER": _strict(_is_valid_id_number),
        "IS_VALID_USCC": _strict(_is_valid_uscc),
        "LASTDAY": _strict(
            lambda day: day.replace(day=monthrange(day.year, day.month)[1])
        ),
        "LEAST": _extreme(min),
        "LIKE": _strict(_like),
        "LOGICALAND": _present(all),
        "LOGICALOR": _present(any),
        "MEDIAN": _present(lambda values: float(median(values))),
        "MOD": _strict(_remainder),
        "MONTHSBETWEEN": _strict(_months_between),
        "NULLIF": lambda value, other: None if value == other else value,
        "NULLSAFEEQ": lambda value, other: value == other,
        "NULLSAFENEQ": lambda value, other: value != other,
        "QUARTER": _strict(lambda day: (day.month + 2) // 3),
        "REGEXPLIKE": _strict(
            lambda value, pattern: re.search(pattern, value) is not None
        ),
        "REPLACE": _strict(lambda value, old, new: value.replace(old, new)),
        "ROUND": _strict(_round),
        "SIGN": _strict(lambda value: (value > 0) - (value < 0)),
        "STARTSWITH": _strict(lambda value, head: value.startswith(head)),
        "STDDEV": _present(lambda vs: stdev(vs) if len(vs) > 1 else None),
        "TIMESTAMPTRUNC": _strict(lambda day, unit: _first_of(unit)(day)),
    }
)
