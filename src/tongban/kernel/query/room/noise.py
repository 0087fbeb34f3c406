"""Differential privacy for the clean room, by OpenDP's measurements.

A statement's rows are cut to a declared number for each subject, and what is added
up is clamped, so that one subject changes a count by at most that number and a sum
by it times the greatest value. Each part of the answer gets an even share of
epsilon and Laplace noise on whole numbers of that scale (Ghosh et al. 2012). A key
is shown where the noised count of its group passes a threshold so high that a group
of one subject passes with a chance below delta (Korolova et al. 2009): its being
there would tell of somebody. All of a use is (epsilon, delta)-differentially
private together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from opendp.domains import atom_domain, map_domain, vector_domain
from opendp.measurements import make_laplace, make_laplace_threshold
from opendp.metrics import absolute_distance, l01inf_distance, l1_distance
from opendp.mod import Measurement, binary_search_param, enable_features

from tongban.kernel.query.recipe import Measure, Recipe, Statistic
from tongban.kernel.query.room.complement import Cell


# OpenDP asks to be told that its users know which of its parts are proved; Laplace
# noise and its threshold come with published proofs.
enable_features("contrib")

Group = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Scales:
    """How much noise the parts of an answer get.

    ``loss`` is the epsilon of one part, ``parts`` how many there are.
    """

    loss: float
    parts: int
    contributions: int


def scales(recipe: Recipe) -> Scales:
    """The even shares of a recipe: the groups' own counts are one part of them."""
    privacy = recipe.privacy
    assert privacy.epsilon is not None
    parts = 1 + sum(_parts(measure) for measure in recipe.measures)
    return Scales(float(privacy.epsilon) / parts, parts, privacy.contributions)


def noised(recipe: Recipe, groups: Mapping[Cell, Group]) -> dict[Cell, list[Any]]:
    """The figures of those groups that may be shown, all of them noised."""
    shares = scales(recipe)
    counts = _counts(recipe, groups, shares)
    shown = sorted(counts, key=repr)
    columns = [
        _column(measure, number, [groups[cell] for cell in shown], shares)
        if _parts(measure)
        else [counts[cell] for cell in shown]
        for number, measure in enumerate(recipe.measures)
    ]
    least = recipe.privacy.threshold
    return {
        cell: [column[place] if counts[cell] >= least else None for column in columns]
        for place, cell in enumerate(shown)
    }


def _parts(measure: Measure) -> int:
    """How often a figure draws on epsilon; a count of all rows is the group's own."""
    if measure.statistic is Statistic.MEAN:
        return 2
    return int(measure.statistic is not Statistic.ROWS or measure.when is not None)


def _counts(
    recipe: Recipe, groups: Mapping[Cell, Group], shares: Scales
) -> dict[Cell, int]:
    """The noised counts of the groups whose keys may be known."""
    rows = {cell: int(group["rows"]) for cell, group in groups.items()}
    if not recipe.keys:
        cells = list(rows)
        return dict(zip(cells, _noise(list(rows.values()), 1, shares), strict=True))
    names = {repr(cell): cell for cell in rows}
    measured = _thresholded(
        shares, float(recipe.privacy.delta), recipe.privacy.threshold
    )({name: rows[cell] for name, cell in names.items()})
    return {names[name]: max(0, count) for name, count in measured.items()}


def _column(
    measure: Measure, number: int, groups: Sequence[Group], shares: Scales
) -> list[Any]:
    values = [int(group[f"__m{number}"] or 0) for group in groups]
    if measure.bounds is None:
        return _noise(values, 1, shares)
    least, most = measure.bounds
    sums = _noise(values, max(abs(least), abs(most)), shares, positive=False)
    if measure.statistic is Statistic.SUM:
        return list(sums)
    counts = _noise([int(group[f"count{number}"]) for group in groups], 1, shares)
    return [
        min(max(total / count, least), most) if count else None
        for total, count in zip(sums, counts, strict=True)
    ]


def _noise(
    values: list[int], greatest: int, shares: Scales, *, positive: bool = True
) -> list[int]:
    """``values`` with noise that hides one subject's rows of at most ``greatest``."""
    noisy = _laplace(shares.contributions * greatest, shares.loss)(values)
    return [max(0, value) for value in noisy] if positive else list(noisy)


@lru_cache(maxsize=256)
def _laplace(distance: int, loss: float) -> Measurement:
    return _of_scale(_scale(distance, loss))


@lru_cache(maxsize=256)
def _scale(distance: int, loss: float) -> float:
    """The least scale whose noise costs no more than ``loss`` at ``distance``."""
    found = binary_search_param(_of_scale, d_in=distance, d_out=loss, T=float)
    return float(found)


def _of_scale(scale: float) -> Measurement:
    space = vector_domain(atom_domain(T="i64"))
    return make_laplace(space, l1_distance(T="i64"), scale=scale)


@lru_cache(maxsize=256)
def _thresholded(shares: Scales, delta: float, least: int) -> Measurement:
    """Noise on the counts of unknown keys; those below the threshold are dropped."""
    each = shares.contributions
    scale = _scale(each, shares.loss)

    def make(threshold: float) -> Measurement:
        space = map_domain(atom_domain(T="String"), atom_domain(T="i64"))
        metric = l01inf_distance(absolute_distance(T="i64"))
        return make_laplace_threshold(space, metric, scale, int(threshold))

    limit = (shares.loss, delta)
    lowest = binary_search_param(make, d_in=(each, each, each), d_out=limit, T=int)
    return make(max(least, lowest))
