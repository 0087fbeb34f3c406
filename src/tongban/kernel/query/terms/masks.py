"""Masks (脱敏): what a masked item looks like, as an expression over its value.

=============  =======================================  ======================
mask           keeps                                    example
=============  =======================================  ======================
id-number      the first 6 and the last 4 characters    ``321202********1234``
name           the first character                      ``张**``
mobile         the first 3 and the last 4               ``138****5678``
address        the first 6 characters                   ``云州市东湖区****``
pseudonym      who is the same, within one purpose      32 hexadecimal digits
date-year      the year, as its first day               ``1990-01-01``
date-month     the month, as its first day              ``1990-07-01``
date-shift     days between dates of one subject,       ``1990-06-18``
               within one purpose
banding        the ten below; for money, the 1,000 yuan ``60``
banding:N      the multiple of N below; for money, fen  ``65``
suppress       nothing                                  NULL
=============  =======================================  ======================

NULL stays NULL. A value too short for its mask is hidden whole, and a mask that
does not fit the item's type suppresses it. The keyed masks are those of `keyed`.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from sqlglot import exp

from tongban.kernel.catalog.model import Dataset, DataType, Item
from tongban.kernel.query.sqltypes import cast
from tongban.kernel.query.terms.keyed import days_moved, pseudonym
from tongban.kernel.terms import SubjectKind, UserError, did_you_mean


_THOUSAND_YUAN = 100_000  # fen
_Mask = Callable[[exp.Expr, DataType], exp.Expr]
BANDING, SHIFT = "banding", "date-shift"


def masked(item: Item, value: exp.Expr, subject: exp.Expr | None = None) -> exp.Expr:
    """``value`` of ``item`` under its mask. Raises UserError ``query.mask``.

    ``subject`` is the number of whom the row is about: days are moved by it.
    """
    if item.mask is None:
        return value
    if not is_mask(item.mask):
        raise UserError(
            f"item {item.name!r} has the mask {item.mask!r}",
            why="there is no mask of this name",
            mend=did_you_mean(item.mask, MASKS),
            code="query.mask",
            item=item.name,
        )
    name, _, width = item.mask.partition(":")
    if item.type not in _TYPES[name]:
        return _suppress(value, item.type)
    if name == BANDING:
        return _banding(value, int(width or _width(item.type)))
    if name == SHIFT:
        return _shifted(value, item.type, subject)
    return _MASKS[name](value, item.type)


def is_mask(name: str) -> bool:
    """Whether ``name`` is a mask: a word, and for `banding` perhaps a width."""
    word, colon, width = name.partition(":")
    if not colon:
        return word in MASKS
    return word == BANDING and width.isascii() and width.isdigit() and int(width) > 0


def keeps_apart(item: Item) -> bool:
    """Whether two values of a masked item that differ still do under the mask."""
    return item.mask == "pseudonym" and item.type in _TYPES["pseudonym"]


def subject_item(dataset: Dataset) -> str | None:
    """The item by whose value the days of a row are moved: the person's, if any.

    It is the same one whoever asks, for two distances of one day would betray it.
    """
    subjects = dataset.subjects
    return subjects.get(SubjectKind.PERSON) or next(iter(subjects.values()), None)


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


def _start_of(unit: str) -> _Mask:
    def start(value: exp.Expr, item_type: DataType) -> exp.Expr:
        first = exp.TimestampTrunc(this=value, unit=exp.Var(this=unit))
        return cast(first, item_type)

    return start


def _pseudonym(value: exp.Expr, _type: DataType) -> exp.Expr:
    return pseudonym(value)


def _shifted(
    value: exp.Expr, item_type: DataType, subject: exp.Expr | None
) -> exp.Expr:
    if subject is None:
        return _suppress(value, item_type)
    return cast(exp.Add(this=value, expression=days_moved(subject)), item_type)


def _width(item_type: DataType) -> int:
    return _THOUSAND_YUAN if item_type is DataType.MONEY else 10


def _banding(value: exp.Expr, width: int) -> exp.Expr:
    above = exp.Mod(this=value.copy(), expression=exp.Literal.number(width))
    return exp.Sub(this=value, expression=above)


def _suppress(_value: exp.Expr, item_type: DataType) -> exp.Expr:
    return cast(exp.null(), item_type)


# `banding` and `date-shift` need more than the value, and are built by name.
_MASKS: Mapping[str, _Mask] = MappingProxyType(
    {
        "id-number": _id_number,
        "name": _name,
        "mobile": _mobile,
        "address": _address,
        "pseudonym": _pseudonym,
        "date-year": _start_of("YEAR"),
        "date-month": _start_of("MONTH"),
        "suppress": _suppress,
    }
)
_TEXTS = frozenset({DataType.TEXT})
_DAYS = frozenset({DataType.DATE, DataType.DATETIME})
_NUMBERS = frozenset({DataType.INTEGER, DataType.DECIMAL, DataType.MONEY})
_TYPES: Mapping[str, frozenset[DataType]] = MappingProxyType(
    {
        "id-number": _TEXTS,
        "name": _TEXTS,
        "mobile": _TEXTS,
        "address": _TEXTS,
        "pseudonym": _TEXTS,
        "date-year": _DAYS,
        "date-month": _DAYS,
        SHIFT: _DAYS,
        BANDING: _NUMBERS,
        "suppress": frozenset(DataType),
    }
)
MASKS = frozenset(_TYPES)
