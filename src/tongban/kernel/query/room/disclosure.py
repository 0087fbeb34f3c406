"""Release: which groups and figures of the clean room may be shown, and how.

A group is shown when each relation behind it has at least the threshold of different
subjects in it; a figure besides when the rows it leaves out are of as many, and no
one subject makes up most of it. What follows from totals is withheld as well
(complement.py). A group that is not shown leaves no trace: not its keys, for they
would say that there is somebody, and not that it was left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from tongban.kernel.query.recipe import Measure, Order, Privacy, Recipe, Statistic
from tongban.kernel.query.room.complement import Cell, complete
from tongban.kernel.query.room.formula import evaluate
from tongban.kernel.query.room.noise import noised
from tongban.kernel.terms import UserError


MOST_GROUPS = 10_000
Group = Mapping[str, Any]


class TooManyGroups(UserError):
    """More groups than can be guarded together."""

    code = "query.aggregate-groups"


@dataclass(frozen=True, slots=True)
class Released:
    """The answer's rows; ``withheld`` are the places (row, column) left empty."""

    rows: list[tuple[Any, ...]]
    withheld: frozenset[tuple[int, int]]


def too_many_groups() -> TooManyGroups:
    """The refusal of an answer whose groups were cut off before they were guarded."""
    return TooManyGroups(
        f"more than {MOST_GROUPS} groups",
        why="whether one may be shown depends on all of them",
        mend="group by fewer or coarser keys",
    )


def release(
    recipe: Recipe, rows: Sequence[Sequence[Any]], params: Mapping[str, Any]
) -> Released:
    """What of the engine's ``rows`` may be shown, noised or rounded, ordered and cut.

    ``params`` are the values of the statement's placeholders.
    """
    groups = {}
    for row in rows:
        group = dict(zip(recipe.columns, row, strict=True))
        cell = group["__set"], tuple(group[f"__k{n}"] for n in range(recipe.keys))
        groups[cell] = group
    if recipe.privacy.epsilon is not None:
        return _answer(recipe, noised(recipe, groups), params)
    return _answer(recipe, _guarded(recipe, groups), params)


def _guarded(recipe: Recipe, groups: Mapping[Cell, Group]) -> dict[Cell, list[Any]]:
    """The figures of the groups that may be shown, exact or rounded."""
    sizes = {cell: _subjects(group) for cell, group in groups.items()}
    least = recipe.privacy.threshold
    small = [cell for cell, size in sizes.items() if size < least]
    hidden = complete(sizes, small, recipe.sets, least)
    figures: dict[Cell, list[Any]] = {
        cell: []
        for cell in sorted(groups, key=repr)
        # The one group of a set without keys is there whoever is in it.
        if cell not in hidden or not recipe.sets[cell[0]]
    }
    for number, measure in enumerate(recipe.measures):
        told = {c for c, g in groups.items() if _tells(measure, number, g, recipe)}
        empty = complete(sizes, hidden | told, recipe.sets, least) if told else hidden
        for cell, shown in figures.items():
            # Nothing is computed of what is withheld: a fault would tell of it.
            shown.append(
                None
                if cell in empty
                else _figure(measure, number, groups[cell], recipe.privacy)
            )
    return figures


def _subjects(group: Group) -> int:
    """The fewest different subjects that any relation has in the group."""
    counts = (v for name, v in group.items() if name.startswith("subjects"))
    return int(min(counts))


def _tells(measure: Measure, number: int, group: Group, recipe: Recipe) -> bool:
    """Whether a figure of a group would tell of fewer than the threshold."""
    privacy = recipe.privacy
    if measure.when is not None and _splits(measure, group, privacy.threshold):
        return True
    if measure.statistic is Statistic.SUBJECTS:
        return bool(0 < group[f"several{number}"] < privacy.threshold)
    if measure.statistic in (Statistic.SUM, Statistic.MEAN):
        return _is_dominated(number, group, privacy.dominance)
    return False


def _splits(measure: Measure, group: Group, threshold: int) -> bool:
    """Whether the rows that count, or those that do not, are of too few.

    All conditions of a group are looked at together, since figures under two of
    them can be subtracted. Where the author chose the condition, none at all on
    either side tells as much as one.
    """
    counted, rows = group[f"true{measure.when}"], group["rows"]
    if counted == 0 or (measure.chosen and counted == rows):
        return True
    least = min(v for name, v in group.items() if name.startswith("least"))
    return bool(counted < rows or measure.chosen) and least < threshold


def _is_dominated(number: int, group: Group, dominance: int) -> bool:
    """Whether one subject's part of a sum is so large that the sum tells it.

    The (1, k) rule: Hundepohl et al. 2012, sect. 4.2.2.
    """
    size = group[f"size{number}"] or 0
    parts = [v or 0 for n, v in group.items() if n.startswith(f"part{number}__")]
    return any(part * 100 > size * dominance for part in parts)


def _figure(measure: Measure, number: int, group: Group, privacy: Privacy) -> Any:
    value = group[f"__m{number}"]
    rounding = privacy.rounding
    if measure.statistic in (Statistic.ROWS, Statistic.SUBJECTS):
        return midpoint(value, rounding) if rounding else value
    count = group[f"true{measure.when}"]
    if value is None or not count:
        return None
    if measure.statistic is Statistic.SUM and not rounding:
        return value
    mean = float(value / count)
    if not rounding:
        return mean
    # An exact mean or sum beside the rounded count would tell the exact count.
    mean = _significant(mean)
    if measure.statistic is Statistic.MEAN:
        return mean
    return mean * midpoint(count, rounding)


def _significant(value: float) -> float:
    """``value`` to three significant digits."""
    return float(f"{value:.2e}")


def midpoint(count: int, width: int) -> int:
    """``count`` as the middle of its band: with 6, 1–6 becomes 3 and 7–12 is 9.

    Zero stays zero. OpenSAFELY's midpoint-6 rounding (docs.opensafely.org,
    "Statistical disclosure control"): ``ceil(count / 6) * 6 - 3``.
    """
    return -(-count // width) * width - width // 2 if count else 0


# ------------------------------------------------------------------- the answer


def _answer(
    recipe: Recipe, figures: Mapping[Cell, list[Any]], params: Mapping[str, Any]
) -> Released:
    rows = [_row(recipe, cell, shown) for cell, shown in figures.items()]
    for order in reversed(recipe.order):
        rows = _ordered(rows, order)
    first = _count(recipe.offset, params) or 0
    most = _count(recipe.limit, params)
    rows = rows[first : None if most is None else first + most]
    empty = {(at, place) for at, row in enumerate(rows) for place in row.withheld}
    return Released([row.values for row in rows], frozenset(empty))


@dataclass(frozen=True, slots=True)
class _Row:
    values: tuple[Any, ...]
    withheld: tuple[int, ...]


def _row(recipe: Recipe, cell: Cell, figures: list[Any]) -> _Row:
    named = {f"__m{number}": value for number, value in enumerate(figures)}
    values, withheld = [], []
    for place, shown in enumerate(recipe.shown):
        if shown.formula is None:
            assert shown.key is not None
            values.append(cell[1][shown.key])
            continue
        values.append(evaluate(shown.formula, named))
        used = (column.name for column in shown.formula.find_all(exp.Column))
        if any(named[name] is None for name in used):
            withheld.append(place)
    return _Row(tuple(values), tuple(withheld))


def _ordered(rows: list[_Row], order: Order) -> list[_Row]:
    empty = [row for row in rows if row.values[order.column] is None]
    full = [row for row in rows if row.values[order.column] is not None]
    full.sort(key=lambda row: row.values[order.column], reverse=order.descending)
    return empty + full if order.nulls_first else full + empty


def _count(bound: exp.Expr | None, params: Mapping[str, Any]) -> int | None:
    if bound is None:
        return None
    given = params[bound.name] if isinstance(bound, exp.Placeholder) else bound.name
    return max(0, int(given))
