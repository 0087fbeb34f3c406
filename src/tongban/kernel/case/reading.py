"""What an uploaded paper says, beside what the form says (智能预审).

A machine reads lines; a material declares which fields it may show and how papers
call them. The outcome is a hint for people: nothing is decided by it.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from tongban.kernel.catalog.model import DataType


# Below this the machine guesses; a guess is shown as unread.
SURE = 0.8
_AFTER_LABEL = ":;,.=-_"


@dataclass(frozen=True, slots=True)
class Read:
    """A field of the form that a paper shows, and the labels it may stand behind."""

    field: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One line as a machine read it; ``score`` from 0 to 1 is how sure it is."""

    text: str
    score: float


class Agreement(StrEnum):
    """How what is read compares with what the form says."""

    AGREES = "agrees"  # 一致
    DIFFERS = "differs"  # 不一致
    UNREAD = "unread"  # 未读出


@dataclass(frozen=True, slots=True)
class Compared:
    """One field: what the paper says (None: unread), and whether the form agrees."""

    field: str
    read: str | None
    agreement: Agreement


def found(lines: Sequence[Line], reads: Iterable[Read]) -> dict[str, str]:
    """The value that stands behind a label of each field, where one is read surely.

    It is the rest of the label's own line, or the next line where there is no rest.
    The first label in the order of the declaration wins, then the first line.
    """
    values = {}
    for read in reads:
        for label in read.labels:
            value = _behind(label, lines)
            if value:
                values[read.field] = value
                break
    return values


def _behind(label: str, lines: Sequence[Line]) -> str | None:
    sought = _plain(label)
    for place, line in enumerate(lines):
        if line.score < SURE or not _plain(line.text).startswith(sought):
            continue
        rest = _rest(line.text, sought)
        if rest:
            return rest
        if place + 1 < len(lines) and lines[place + 1].score >= SURE:
            return unicodedata.normalize("NFKC", lines[place + 1].text).strip()
    return None


def _rest(text: str, label: str) -> str:
    """What of ``text`` follows the label, whose letters may be set apart."""
    shown = unicodedata.normalize("NFKC", text)
    taken = 0
    for place, letter in enumerate(shown):
        if taken == len(label):
            return shown[place:].lstrip(_AFTER_LABEL + " 、。").strip()
        taken += len(_plain(letter))
    return ""


def _plain(text: str) -> str:
    """Letters and digits alone, in one form and case."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


def compare(
    values: Mapping[str, str],
    reads: Iterable[Read],
    form: Mapping[str, Any],
    types: Mapping[str, DataType],
) -> tuple[Compared, ...]:
    """What was read of each field beside the form's own, in the order declared.

    ``types`` are the data types of the fields. Fields that the form leaves empty are
    not compared.
    """
    return tuple(
        Compared(read.field, value, _agreement(value, form[read.field], kind))
        for read in reads
        if form.get(read.field) not in (None, "")
        for value, kind in [(values.get(read.field), types[read.field])]
    )


def _agreement(read: str | None, said: Any, kind: DataType) -> Agreement:
    if read is None:
        return Agreement.UNREAD
    shown, stated = _meant(read, kind), _meant(str(said), kind)
    if kind is DataType.MONEY and isinstance(shown, Decimal):
        shown *= 100  # papers are in yuan, items in fen
    return Agreement.AGREES if shown == stated else Agreement.DIFFERS


def _meant(text: str, kind: DataType) -> Any:
    """A text as what it means, so that ways of writing it do not differ."""
    if kind is DataType.DATE:
        shown = unicodedata.normalize("NFKC", text)
        return tuple(int(number) for number in re.findall(r"\d+", shown)[:3])
    if kind in (DataType.INTEGER, DataType.DECIMAL, DataType.MONEY):
        return _number(text)
    return _plain(text)


def _number(text: str) -> Decimal | str:
    digits = re.search(r"-?\d[\d,]*(?:\.\d+)?", unicodedata.normalize("NFKC", text))
    return Decimal(digits[0].replace(",", "")) if digits else _plain(text)
