"""How one cell of a national table is read and written.

Offices write codes or names (``01`` or 行政许可), several values with any of a few
separators, and whole numbers as a spreadsheet shows them.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.kernel.catalog.powers import Coded
from tongban.kernel.terms import Text


YES, NO = "是", "否"
_SEVERAL = re.compile(r"[,，;；、|^\s]+")


class Unreadable(ValueError):
    """A cell that is not what its column holds; the text says what is wanted."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What a column holds: ``read`` to a value of YAML, ``write`` from the kernel's."""

    read: Callable[[str], Any]
    write: Callable[[Any], str]


def _text(cell: str) -> str:
    return cell


def _shown(value: Any) -> str:
    return "" if value is None else str(value)


def _whole(cell: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", cell):
        raise Unreadable("a whole number is wanted")
    return int(cell)


def _yes_no(cell: str) -> bool:
    known = {YES: True, NO: False, "1": True, "0": False, "Y": True, "N": False}
    if cell.upper() not in known:
        raise Unreadable(f"{YES} or {NO} is wanted")
    return known[cell.upper()]


def _day(cell: str) -> date:
    match = re.match(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})", cell)
    try:
        return date(*map(int, match.groups())) if match else date.fromisoformat(cell)
    except ValueError:
        raise Unreadable("a day is wanted, as 2026-03-05") from None


def _words(cell: str) -> Mapping[str, str]:
    # The tables know no English: the reader gets the Chinese until it is translated.
    return {"zh": cell, "en": cell}


def _chinese(value: Text | None) -> str:
    return value.zh if value is not None else ""


TEXT = Cell(_text, _shown)
WHOLE = Cell(_whole, _shown)
FLAG = Cell(_yes_no, lambda value: YES if value else NO)
DAY = Cell(_day, _shown)
WORDS = Cell(_words, _chinese)
LIST = Cell(lambda cell: _parts(cell), lambda value: ",".join(value or ()))


def _parts(cell: str) -> list[str]:
    return [part for part in _SEVERAL.split(cell) if part]


def coded(words: type[Coded], given: Mapping[str, str] | None = None) -> Cell:
    """A member by its code, Chinese name or word; ``given`` maps other codes to words.

    Written is the code, or the name of a member that has none.
    """

    def read(cell: str) -> str:
        if given is not None and cell in given:
            return given[cell]
        for member in words:
            known = {member.value, member.label.zh}
            # A table of one's own says what its codes mean: no other code counts.
            if cell in known | ({member.code} - {""} if given is None else set()):
                return member.value
        wanted = "、".join(f"{m.code} {m.label.zh}".strip() for m in words)
        raise Unreadable(f"one of {wanted} is wanted")

    def write(value: Coded | None) -> str:
        return "" if value is None else value.code or value.label.zh

    return Cell(read, write)


def several(one: Cell) -> Cell:
    """A list of what ``one`` reads."""

    def write(values: Sequence[Any] | None) -> str:
        return ",".join(one.write(each) for each in values or ())

    return Cell(lambda cell: [one.read(part) for part in _parts(cell)], write)
