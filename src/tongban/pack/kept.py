"""Case types as JSON, and back: a case runs under what was declared when it was opened.

Only what they are made of is kept, field by field, and not the text of the pack: so
they can be read after the files are gone, and by a later version of the product,
whose new fields then have their defaults.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from tongban.kernel.case.declaration import CaseType


_IS = "is"  # the key that names a dataclass


def to_json(case_types: Mapping[str, CaseType]) -> dict[str, Any]:
    """All case types of a jurisdiction by code."""
    return {code: _plain(each) for code, each in case_types.items()}


def from_json(kept: Mapping[str, Any]) -> dict[str, CaseType]:
    return {code: _built(CaseType, each) for code, each in kept.items()}


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        told = {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
        return {_IS: type(value).__name__, **told}
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, frozenset):
        return sorted(_plain(each) for each in value)
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, StrEnum):
        return value.value
    if value is None or isinstance(value, str | int):
        return value
    raise TypeError(f"a declaration holds a {type(value).__name__}")


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _built(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _built(_one_of(parts, value), value)
    if origin is tuple:
        return tuple(_built(parts[0], each) for each in value)
    if origin is frozenset:
        return frozenset(_built(parts[0], each) for each in value)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {_built(parts[0], k): _built(parts[1], v) for k, v in value.items()}
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        given = {name: value[name] for name in hints if name in value}
        return kind(**{name: _built(hints[name], each) for name, each in given.items()})
    return (
        kind(value) if isinstance(kind, type) and issubclass(kind, StrEnum) else value
    )


def _one_of(parts: tuple[Any, ...], value: Any) -> Any:
    """The member of a union that a value was written as."""
    known = [part for part in parts if part is not type(None)]
    if len(known) > 1 and isinstance(value, Mapping):
        return next(part for part in known if part.__name__ == value.get(_IS))
    return known[0]
