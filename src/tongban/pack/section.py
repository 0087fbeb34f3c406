"""A kind of declaration, and the section of a pack that a capability adds."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tongban.pack.model import Pack
from tongban.pack.problems import PackProblem
from tongban.pack.record import Record
from tongban.pack.schema import CODE, Name, Table


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of declaration.

    ``head`` is the key that names the kind and whose value is the code, ``label``
    its name in Chinese, ``table`` the other keys, ``code`` the shape of the code.
    """

    head: str
    label: str
    table: Table
    code: Name = CODE


def _no_objection(_code: str, _record: Record, _pack: Pack) -> Iterable[PackProblem]:
    return ()


@dataclass(frozen=True, slots=True)
class Section:
    """A kind that a capability lets a jurisdiction declare.

    ``build`` makes the capability's own object of a code and its record; the pack
    keeps it under ``sections[kind.head][code]``. References in the table are
    checked like all others, and may name this kind by its head. ``judge`` yields
    what is wrong with one sound declaration in a pack that is sound otherwise.
    """

    kind: Kind
    build: Callable[[str, Record], object]
    judge: Callable[[str, Record, Pack], Iterable[PackProblem]] = _no_objection
