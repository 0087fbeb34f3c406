"""What the pages show of a pair: the weights as a sum, the differences in the text."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

from tongban.capabilities.linkage.actions import Compared
from tongban.capabilities.linkage.model import Linkage, Measure
from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.model import Item
from tongban.kernel.terms import Text
from tongban.words.catalogue import language


# What is marked as a whole where it differs: a number, or one character.
WORD = re.compile(r"\d+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One line of the sum: what is compared, how it agrees, what that adds."""

    title: Text
    level: str
    weight: Decimal
    rarity: Decimal
    total: Decimal

    @property
    def speaks(self) -> str:
        """``for`` the pair being one, ``against`` it, or ``neither``."""
        return "for" if self.weight > 0 else "against" if self.weight < 0 else "neither"


def waterfall(
    linkage: Linkage, catalog: Catalog, weight: Mapping[str, Any]
) -> tuple[Decimal, list[Evidence]]:
    """Where the sum begins, and its lines in the order of the comparisons."""
    total = start = Decimal(weight["prior"])
    lines = []
    items = catalog.dataset(linkage.left.dataset).items
    for part in weight["parts"]:
        added = Decimal(part["weight"])
        total += added
        title = items[part["item"]].title
        rarity = Decimal(part["rarity"])
        lines.append(Evidence(title, part["level"], added, rarity, total))
    return start, lines


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a value; ``differs`` from the value beside it."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One compared item of both rows, in pieces; no pieces where nothing is known."""

    title: Text
    left: tuple[Piece, ...]
    right: tuple[Piece, ...]
    is_equal: bool
    masked: bool


def side_by_side(
    linkage: Linkage, catalog: Catalog, found: Sequence[Compared]
) -> list[Shown]:
    items = catalog.dataset(linkage.left.dataset).items
    return [_shown(items[each.item], each, catalog) for each in found]


def _shown(item: Item, each: Compared, catalog: Catalog) -> Shown:
    left, right = (
        WORD.findall(_text(value, item, catalog)) for value in (each.left, each.right)
    )
    found = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    return Shown(
        title=item.title,
        left=tuple(_pieces((left[a:b], tag) for tag, a, b, _, _ in found)),
        right=tuple(_pieces((right[c:d], tag) for tag, _, _, c, d in found)),
        is_equal=bool(left) and left == right,
        masked=each.masked,
    )


def _pieces(parts: Iterable[tuple[list[str], str]]) -> Iterator[Piece]:
    return (Piece("".join(words), tag != "equal") for words, tag in parts if words)


def _text(value: Any, item: Item, catalog: Catalog) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    codes = catalog.code_sets.get(item.code_set or "")
    named = codes.values.get(str(value)) if codes else None
    return named.get(language()) if named else str(value)


def measures(linkage: Linkage, catalog: Catalog) -> list[tuple[Text, Text, Measure]]:
    """What is compared with what, and by which measure."""
    left = catalog.dataset(linkage.left.dataset).items
    right = catalog.dataset(linkage.other.dataset).items
    return [
        (left[each.item].title, right[each.other].title, each.measure)
        for each in linkage.comparisons
    ]


def rules(
    linkage: Linkage, catalog: Catalog, sets: Sequence[Sequence[str]]
) -> list[list[Text]]:
    """Sets of items by their titles, as certain and blocking rules name them."""
    items = catalog.dataset(linkage.left.dataset).items
    return [[items[name].title for name in names] for names in sets]
