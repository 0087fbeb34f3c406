"""Complementary suppression: no withheld cell follows from those that are shown.

A table's cells obey equations: those of a finer grouping add up to one of a coarser
one. The coarser one is taken for known even where it was not asked for, since
another use may ask. A cell that the equations determine is protected by withholding
a further one, the smallest first (Willenborg and de Waal 2001, ch. 4; Hundepohl et
al. 2012, sect. 4.4: primary and secondary suppression).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from tongban.kernel.query.room.span import Span


Cell = tuple[int, tuple[Any, ...]]  # grouping set, values of the keys (None outside it)
Sets = tuple[tuple[int, ...], ...]  # of each grouping set, the places of its keys


@dataclass(frozen=True, slots=True)
class _Sum:
    """Cells of a finer grouping that add up to one of a coarser, if that is asked."""

    whole: Cell | None
    parts: tuple[Cell, ...]


def complete(
    cells: Mapping[Cell, int], withheld: Iterable[Cell], sets: Sets, least: int
) -> set[Cell]:
    """``withheld`` and the further cells that must be, out of ``cells``.

    ``cells`` are all of one figure with their numbers of subjects; ``least`` is the
    fewest subjects that the withheld cells of one sum have together.
    """
    found = set(withheld)
    sums = list(_sums(cells, sets)) if found else []
    while True:
        before = len(found)
        for each in sums:
            _hide_enough(each, cells, found, least)
        if len(found) == before:
            _hide_what_is_told(sums, cells, found)
        if len(found) == before:
            return found


def _sums(cells: Mapping[Cell, int], sets: Sets) -> Iterator[_Sum]:
    asked = {frozenset(keys): place for place, keys in enumerate(sets)}
    for finer, keys in enumerate(sets):
        own = [cell for cell in cells if cell[0] == finer]
        for size in range(len(keys)):
            for kept in combinations(keys, size):
                parts: defaultdict[tuple[Any, ...], list[Cell]] = defaultdict(list)
                for cell in own:
                    parts[_only(cell[1], kept)].append(cell)
                coarser = asked.get(frozenset(kept))
                for values, several in parts.items():
                    whole = None if coarser is None else (coarser, values)
                    yield _Sum(whole, tuple(several))


def _only(values: tuple[Any, ...], kept: tuple[int, ...]) -> tuple[Any, ...]:
    return tuple(v if place in kept else None for place, v in enumerate(values))


def _hide_enough(
    each: _Sum, cells: Mapping[Cell, int], withheld: set[Cell], least: int
) -> None:
    """Withhold further parts until those withheld are several and many together.

    The parts of a whole that is withheld itself follow from nothing.
    """
    hidden = [cell for cell in each.parts if cell in withheld]
    if not hidden or each.whole in withheld:
        return
    shown = sorted(
        (cell for cell in each.parts if cell not in withheld),
        key=lambda cell: (cells[cell], repr(cell)),
    )
    together = sum(cells[cell] for cell in hidden)
    for cell in shown:
        if len(hidden) > 1 and together >= least:
            return
        hidden.append(cell)
        withheld.add(cell)
        together += cells[cell]


def _hide_what_is_told(
    sums: list[_Sum], cells: Mapping[Cell, int], withheld: set[Cell]
) -> None:
    """Withhold one more cell of a sum with a part that several sums determine."""
    told = _told(sums, withheld)
    for each in sums:
        if told.intersection((each.whole, *each.parts)):
            shown = [cell for cell in each.parts if cell not in withheld]
            if shown:
                withheld.add(min(shown, key=lambda cell: (cells[cell], repr(cell))))
                return


def _told(sums: list[_Sum], withheld: set[Cell]) -> set[Cell]:
    """The withheld cells that the sums determine, by Gauss's elimination."""
    span: Span[Cell] = Span()
    for each in sums:
        row = {cell: 1 for cell in each.parts if cell in withheld}
        if each.whole is not None and each.whole in withheld:
            row[each.whole] = -1
        span.insert(row)
    return {next(iter(row)) for row in span.rows.values() if len(row) == 1}
