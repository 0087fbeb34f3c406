"""What differs between two jurisdictions, and whether people are better protected.

Compared are the resolved declarations, so that moving a text to another file or
layer is no change. Lists whose elements have names (steps, fields, items …) are
compared by name.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tongban.kernel.catalog.model import SharingType
from tongban.pack.kinds.catalog import NO_MASK
from tongban.pack.model import Pack


class Severity(StrEnum):
    """Whether a change asks more of departments (tightened) or protects less."""

    TIGHTENED = "tightened"
    LOOSENED = "loosened"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: ``path`` from the kind of declaration down to the value.

    ``old`` or ``new`` is None where there was or is nothing.
    """

    path: tuple[str, ...]
    old: Any
    new: Any
    severity: Severity

    def __str__(self) -> str:
        sign = "+" if self.old is None else "-" if self.new is None else "~"
        said = " → ".join(
            _short(value) for value in (self.old, self.new) if value is not None
        )
        return f"{sign} {' / '.join(self.path)}: {said} [{self.severity}]"


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "…"


def diff(a: Pack, b: Pack) -> list[Change]:
    """Every difference from ``a`` to ``b``, in the order of kinds and codes."""
    return [
        Change(path, old, new, _severity(path, old, new))
        for path, old, new in _mapping((), a.declarations, b.declarations)
    ]


Difference = tuple[tuple[str, ...], Any, Any]


def _mapping(
    path: tuple[str, ...], old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[Difference]:
    for key in [*old, *(key for key in new if key not in old)]:
        yield from _value((*path, key), old.get(key), new.get(key))


def _value(path: tuple[str, ...], old: Any, new: Any) -> Iterator[Difference]:
    if old == new:
        return
    if len(path) == 1:
        # A kind that only one of them declares: tell each declaration.
        yield from _mapping(path, old or {}, new or {})
    elif isinstance(old, dict) and isinstance(new, dict):
        yield from _mapping(path, old, new)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _mapping(path, _by_name(old), _by_name(new))
    else:
        yield path, old, new


# What an element of a list is known by, the first that it has.
NAMES = ("name", "step", "field", "material", "section", "title", "when")


def _by_name(values: list[Any]) -> dict[str, Any]:
    return {_name(value, place): value for place, value in enumerate(values)}


def _name(value: Any, place: int) -> str:
    if not isinstance(value, dict):
        return str(value)
    for key in NAMES:
        found = value.get(key)
        if isinstance(found, dict):
            found = found.get("code") or found.get("zh")
        if found is not None:
            return str(found)
    return str(place)


# ---------------------------------------------------------------------- severity


def _higher_is_looser(old: Any, new: Any) -> Severity:
    if isinstance(old, int) and isinstance(new, int):
        return Severity.LOOSENED if new > old else Severity.TIGHTENED
    return Severity.NEUTRAL


def _higher_is_tighter(old: Any, new: Any) -> Severity:
    return _higher_is_looser(new, old)


def _promise(old: Any, new: Any) -> Severity:
    """A promise made binds; a promise taken back does not."""
    if old is None or new is None:
        return Severity.TIGHTENED if old is None else Severity.LOOSENED
    return _higher_is_looser(old, new)


def _more_is_looser(old: Any, new: Any) -> Severity:
    """Another grant, item or item unmasked gives away more than before."""
    if old is not None and new is not None:
        return Severity.NEUTRAL
    return Severity.LOOSENED if old is None else Severity.TIGHTENED


def _more_is_tighter(old: Any, new: Any) -> Severity:
    return _more_is_looser(new, old)


def _mask(old: Any, new: Any) -> Severity:
    if NO_MASK in (old, new):
        return Severity.LOOSENED if new == NO_MASK else Severity.TIGHTENED
    return _more_is_tighter(old, new)


def _quota(old: Any, new: Any) -> Severity:
    """A limit that is no more, or higher, gives more; of periods none is more."""
    if isinstance(old, str) or isinstance(new, str):
        return Severity.NEUTRAL
    if old is None or new is None:
        return _more_is_tighter(old, new)
    return _higher_is_looser(old, new)


def _until(old: Any, new: Any) -> Severity:
    """A grant without end lasts longest."""
    if old is None or new is None:
        return _more_is_tighter(old, new)
    return Severity.LOOSENED if new > old else Severity.TIGHTENED


OPENNESS = [SharingType.UNCONDITIONAL, SharingType.CONDITIONAL, SharingType.WITHHELD]


def _sharing(old: Any, new: Any) -> Severity:
    return _higher_is_tighter(OPENNESS.index(old), OPENNESS.index(new))


Judge = Callable[[Any, Any], Severity]

# By kind and by what the path ends in; ``*`` is any one step, the longest fits
# first. What is not listed changes nobody's time or protection by itself.
CASE_KINDS = ("item", "one-thing", "application")
SEVERITIES: tuple[tuple[tuple[str, ...], tuple[str, ...], Judge], ...] = (
    (CASE_KINDS, ("days",), _higher_is_looser),
    (CASE_KINDS, ("extension",), _higher_is_looser),
    (CASE_KINDS, ("promised",), _promise),
    (CASE_KINDS, ("materials", "*"), _more_is_tighter),
    (("element", "dataset"), ("grade",), _higher_is_tighter),
    (("element", "dataset"), ("mask",), _mask),
    (("grade",), ("masks", "*"), _mask),
    (("dataset",), ("sharing", "type"), _sharing),
    (("purpose", "grant"), ("items", "*"), _more_is_looser),
    (("grant",), ("reveal", "*"), _more_is_looser),
    (("grant",), ("reveal",), _more_is_looser),
    (("grant",), ("until",), _until),
    (("grant",), ("filter",), _more_is_tighter),
    (("grant",), ("quota", "*"), _quota),
)


def _severity(path: tuple[str, ...], old: Any, new: Any) -> Severity:
    kind, inner = path[0], path[2:]
    if kind == "grant" and not inner:
        return _more_is_looser(old, new)
    for kinds, ending, judge in SEVERITIES:
        if kind in kinds and _ends_in(inner, ending):
            return judge(old, new)
    return Severity.NEUTRAL


def _ends_in(path: tuple[str, ...], ending: tuple[str, ...]) -> bool:
    tail = path[len(path) - len(ending) :]
    return len(tail) == len(ending) and all(
        want in ("*", step) for want, step in zip(ending, tail, strict=True)
    )
