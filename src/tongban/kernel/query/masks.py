"""Masks (脱敏): what a masked item looks like, as an expression over its value.

=============  =======================================  ======================
mask           keeps                                    example
=============  =======================================  ======================
id-number      the first 6 and the last 4 characters    ``321202********1234``
name           the first character                      ``张**``
mobile         the first 3 and the last 4               ``138****5678``
address        the first 6 characters                   ``云州市东湖区****``
date-year      the year, as its first day               ``1990-01-01``
banding        the ten below; for money, the 1,000 yuan ``60``
suppress       nothing                                  NULL
=============  =======================================  ======================

NULL stays NULL. A value too short for its mask is hidden whole, and a mask that
does not fit the item's type suppresses it.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from sqlglot import exp

from tongban.kernel.catalog.model import DataType, Item
from tongban.kernel.query.sqltypes import cast
from tongban.kernel.terms import UserError, did_you_mean


_THOUSAND_YUAN = 100_000  # fen
_Mask = Callable[[exp.Expr, DataType], exp.Expr]


def masked(item: Item, value: exp.Expr) -> exp.Expr:
    """``value`` of ``item`` under its mask. Raises UserError ``query.mask``."""
    if item.mask is None:
        return value
    build, types = _MASKS.get(item.mask, (None, frozenset()))
    if build is None:
        raise UserError(
            f"item {item.name!r} has the mask {item.mask!r}",
            why="there is no mask of this name",
            mend=did_you_mean(item.mask, _MASKS),
            code="query.mask",
            item=item.name,
        )
    fitting = build if item.type in types else _suppress
    return fitting(value, item.type)


def _text(value: str) -> exp.Expr:
    return exp.Literal.string(value)


def _part(value: exp.Expr, start: int, length: int) -> exp.Expr:
    return exp.Substring(
        this=value.copy(),
        start=exp.Literal.number(start),
        length=exp.Literal.number(length),
    )


def _last(value: exp.Expr, length: int) -> exp.Expr:
    start = exp.Sub(
        this=exp.Length(this=value.copy()),
        expression=exp.Literal.number(length - 1),
    )
    return exp.Substring(
        this=value.copy(), start=start, length=exp.Literal.number(length)
    )


def _joined(*parts: exp.Expr) -> exp.Expr:
    whole = parts[0]
    for part in parts[1:]:
        whole = exp.DPipe(this=whole, expression=part)
    return whole


def _if_longer(value: exp.Expr, than: int, shown: exp.Expr, hidden: str) -> exp.Expr:
    """``shown`` for a value longer than ``than`` characters, else ``hidden``."""
    long = exp.GT(
        this=exp.Length(this=value.copy()), expression=exp.Literal.number(than)
    )
    given = exp.not_(exp.Is(this=value.copy(), expression=exp.null()))
    return exp.Case().when(long, shown).when(given, _text(hidden))


def _id_number(value: exp.Expr, _type: DataType) -> exp.Expr:
    shown = _joined(_part(value, 1, 6), _text("*" * 8), _last(value, 4))
    return _if_longer(value, 14, shown, "*" * 8)


def _name(value: exp.Expr, _type: DataType) -> exp.Expr:
    return _joined(_part(value, 1, 1), _text("**"))


def _mobile(value: exp.Expr, _type: DataType) -> exp.Expr:
    shown = _joined(_part(value, 1, 3), _text("****"), _last(value, 4))
    return _if_longer(value, 10, shown, "****")


def _address(value: exp.Expr, _type: DataType) -> exp.Expr:
    return _if_longer(value, 6, _joined(_part(value, 1, 6), _text("****")), "****")


def _date_year(value: exp.Expr, item_type: DataType) -> exp.Expr:
    first = exp.TimestampTrunc(this=value, unit=exp.Var(this="YEAR"))
    return cast(first, item_type)


def _banding(value: exp.Expr, item_type: DataType) -> exp.Expr:
    width = _THOUSAND_YUAN if item_type is DataType.MONEY else 10
    above = exp.Mod(this=value.copy(), expression=exp.Literal.number(width))
    return exp.Sub(this=value, expression=above)


def _suppress(_value: exp.Expr, item_type: DataType) -> exp.Expr:
    return cast(exp.null(), item_type)


_TEXTS = frozenset({DataType.TEXT})
_MASKS: Mapping[str, tuple[_Mask | None, frozenset[DataType]]] = MappingProxyType(
    {
        "id-number": (_id_number, _TEXTS),
        "name": (_name, _TEXTS),
        "mobile": (_mobile, _TEXTS),
        "address": (_address, _TEXTS),
        "date-year": (_date_year, frozenset({DataType.DATE, DataType.DATETIME})),
        "banding": (
            _banding,
            frozenset({DataType.INTEGER, DataType.DECIMAL, DataType.MONEY}),
        ),
        "suppress": (_suppress, frozenset(DataType)),
    }
)
MASKS = frozenset(_MASKS)
