"""Differencing: two answers whose difference is about fewer than the threshold.

Two questions are laid over one another, row by row: the groups of the one against
those of the other. Two groups that share a few subjects are refused, for the sum of
both less a third answer, of whoever is in either, tells of those few. Groups that
share as many subjects as the threshold hang together, for no difference between them
can be small. What hangs together is a union on either side; if the two unions differ
by a few subjects and not by none, subtracting their figures tells of those few, and
the second question is refused.

Refusing tells something, too: that there are a few. It cannot be avoided where the
data decide (Kenthapadi, Mishra, Nissim 2005, "Simulatable auditing"); hence a
refusal costs a question, and noise is the answer where that is too much.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlglot import exp, parse_one

from tongban.kernel.query.recipe import Anchor, Recipe
from tongban.kernel.query.room.complement import complete
from tongban.kernel.terms import SubjectKind


_NOBODY: tuple[Any, ...] = ("outside",)
Side = tuple[str, tuple[Any, ...]]  # which question, and the group's keys


@dataclass(frozen=True, slots=True)
class Question:
    """What is kept of a question of the clean room, so that it can be laid over others.

    ``flat`` is the governed statement of the rows that were grouped, ``params`` the
    values of its placeholders. Each of ``parts`` is a grouping set and the column
    of a condition, if any, that an aggregate of it had.
    """

    flat: str
    params: Mapping[str, Any]
    parts: tuple[tuple[tuple[int, ...], str | None], ...]
    anchors: tuple[Anchor, ...]

    @classmethod
    def of(cls, recipe: Recipe, params: Mapping[str, Any]) -> "Question":
        names = sorted(cls.named_in(recipe))
        # A missing value leaves people out as well as a condition does.
        named = sorted({m.when for m in recipe.measures if m.when})
        conditions: list[str | None] = [None, *named]
        return cls(
            recipe.flat,
            # The pads of keyed masks are the installation's secret and stay there.
            {n: params[n] for n in names if not isinstance(params[n], bytes)},
            tuple((keys, when) for keys in recipe.sets for when in conditions),
            recipe.anchors,
        )

    @staticmethod
    def named_in(recipe: Recipe) -> set[str]:
        """The placeholders of the rows that are grouped."""
        tree = parse_one(f"{recipe.flat}\n", read="duckdb")
        return {node.name for node in tree.find_all(exp.Placeholder)}

    @property
    def datasets(self) -> frozenset[str]:
        """What the statement reads in the lake."""
        tree = parse_one(f"{self.flat}\n", read="duckdb")
        return frozenset(t.name for t in tree.find_all(exp.Table) if t.db == "lake")

    def to_json(self) -> dict[str, Any]:
        return {
            "flat": self.flat,
            "params": {name: _written(value) for name, value in self.params.items()},
            "parts": [[list(keys), when] for keys, when in self.parts],
            "anchors": [[a.dataset, a.kind, a.subject, a.entry] for a in self.anchors],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Question":
        return cls(
            kept["flat"],
            {name: _read(value) for name, value in kept["params"].items()},
            tuple((tuple(keys), when) for keys, when in kept["parts"]),
            tuple(Anchor(d, SubjectKind(k), s, e) for d, k, s, e in kept["anchors"]),
        )


def identity(plan: str, question: Question, versions: Mapping[str, str]) -> str:
    """SHA-256 of what makes a question the same: statement, values and data."""
    text = json.dumps(
        [plan, question.to_json()["params"], dict(versions)], sort_keys=True
    )
    return hashlib.sha256(text.encode()).hexdigest()


_READERS: Mapping[str, Callable[[str], Any]] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "Decimal": Decimal,
}


def _written(value: Any) -> list[Any]:
    kind = type(value).__name__
    if isinstance(value, date):
        return [kind, value.isoformat()]
    return [kind, str(value) if isinstance(value, Decimal) else value]


def _read(kept: Sequence[Any]) -> Any:
    kind, value = kept
    return _READERS[kind](value) if kind in _READERS else value


# --------------------------------------------------------------- the overlay


@dataclass(frozen=True, slots=True)
class Overlay:
    """One statement that lays two questions over one another.

    Its rows are: the first's keys, the second's keys, how many subjects have rows
    in both groups; each side's keys come behind whether there is a group at all.
    ``secrets`` are the placeholders whose values nobody keeps; the first's begin with
    ``a_``, the second's with ``b_``.
    """

    sql: str
    params: Mapping[str, Any]
    first: int  # how many keys
    second: int
    secrets: frozenset[str] = frozenset()


def overlays(first: Question, second: Question) -> Iterator[Overlay]:
    """All comparisons of two questions: of every dataset that both are about."""
    for one in first.anchors:
        for other in second.anchors:
            if (one.dataset, one.kind) == (other.dataset, other.kind):
                for part in first.parts:
                    for against in second.parts:
                        yield _overlay((first, one, *part), (second, other, *against))


_Part = tuple[Question, Anchor, tuple[int, ...], str | None]


def _overlay(first: _Part, second: _Part) -> Overlay:
    sides = [_side(first, "a"), _side(second, "b")]
    keys = [[f"__k{place}" for place in part[2]] for part in (first, second)]
    columns: list[exp.Expr] = [
        exp.column(name, alias, quoted=True)
        for alias, names in zip("ab", keys, strict=True)
        for name in ("entry", *names)
    ]
    # Whether there is a group at all: its rows have an entry.
    for place in (0, len(keys[0]) + 1):
        present = exp.not_(exp.Is(this=columns[place], expression=exp.null()))
        columns[place] = exp.paren(present)
    subject = exp.func(
        "coalesce", *(exp.column("subject", alias, quoted=True) for alias in "ab")
    )
    count = exp.Count(this=exp.Distinct(expressions=[subject]))
    same = exp.EQ(
        this=exp.column("entry", "a", quoted=True),
        expression=exp.column("entry", "b", quoted=True),
    )
    named = [exp.alias_(c, f"c{n}", quoted=True) for n, c in enumerate(columns)]
    query = exp.select(*named, exp.alias_(count, "n"))
    query = query.from_(sides[0].subquery("a"), copy=False)
    query = query.join(sides[1].subquery("b"), on=same, join_type="full", copy=False)
    query = query.group_by(*(column.copy() for column in columns))
    params = {
        f"{alias}_{name}": value
        for alias, part in zip("ab", (first, second), strict=True)
        for name, value in part[0].params.items()
    }
    named_in = {node.name for node in query.find_all(exp.Placeholder)}
    secrets = frozenset(named_in - params.keys())
    return Overlay(query.sql("duckdb"), params, len(keys[0]), len(keys[1]), secrets)


def _side(part: _Part, alias: str) -> exp.Select:
    question, anchor, keys, when = part
    # After a $name, SQLGlot's tokenizer stumbles over '' at the very end.
    flat = parse_one(f"{question.flat}\n", read="duckdb")
    assert isinstance(flat, exp.Select)
    for node in list(flat.find_all(exp.Placeholder)):
        node.set("this", f"{alias}_{node.name}")
    columns = [
        exp.alias_(exp.column(anchor.entry, quoted=True), "entry", quoted=True),
        exp.alias_(exp.column(anchor.subject, quoted=True), "subject", quoted=True),
        *(exp.column(f"__k{place}", quoted=True) for place in keys),
    ]
    rows = exp.select(*columns).distinct().from_(flat.subquery("__flat"), copy=False)
    known = exp.column(anchor.subject, quoted=True)
    rows = rows.where(exp.not_(exp.Is(this=known, expression=exp.null())))
    return rows.where(exp.column(when, quoted=True)) if when else rows


# --------------------------------------------------------------- the verdict


def is_too_close(overlay: Overlay, rows: Sequence[Sequence[Any]], least: int) -> bool:
    """Whether figures of the two could be subtracted to tell of fewer than ``least``.

    ``rows`` are those of the overlay.
    """
    cut = overlay.first + 1
    shared: defaultdict[tuple[Side, Side], int] = defaultdict(int)
    for row in rows:
        one: Side = ("a", tuple(row[1:cut]) if row[0] else _NOBODY)
        other: Side = ("b", tuple(row[cut + 1 : -1]) if row[cut] else _NOBODY)
        shared[one, other] += row[-1]
    hidden = _hidden(shared, 0, least) | _hidden(shared, 1, least)
    shown: defaultdict[tuple[Side, Side], int] = defaultdict(int)
    for (one, other), number in shared.items():
        pair = (
            ("a", _NOBODY) if one in hidden else one,
            ("b", _NOBODY) if other in hidden else other,
        )
        shown[pair] += number
    return any(
        0 < each < least for each in (*_common(shown), *_differences(shown, least))
    )


def _hidden(
    shared: Mapping[tuple[Side, Side], int], side: int, least: int
) -> set[Side]:
    """The groups of one question that were not shown."""
    sizes: defaultdict[tuple[int, tuple[Any, ...]], int] = defaultdict(int)
    for pair, number in shared.items():
        if pair[side][1] != _NOBODY:
            sizes[0, pair[side][1]] += number
    keys = tuple(range(len(next(iter(sizes))[1]))) if sizes else ()
    small = [cell for cell, size in sizes.items() if size < least]
    name = "ab"[side]
    return {(name, group) for _, group in complete(sizes, small, (keys,), least)}


def _common(shared: Mapping[tuple[Side, Side], int]) -> Iterator[int]:
    """How many subjects two shown groups share: a third answer, of both groups
    together, would tell their figure.
    """
    for (one, other), number in shared.items():
        if one[1] != _NOBODY and other[1] != _NOBODY:
            yield number


def _differences(shared: Mapping[tuple[Side, Side], int], least: int) -> Iterator[int]:
    """How many subjects two unions do not share, for all that might be few."""
    owner = {side: side for pair in shared for side in pair if side[1] != _NOBODY}
    while _merge(owner, shared, least):
        pass
    unions: defaultdict[Side | None, set[str]] = defaultdict(set)
    for side in owner:
        unions[_root(owner, side)].add(side[0])
    for root, sides in unions.items():
        if sides == {"a", "b"}:
            yield sum(
                number
                for (one, other), number in shared.items()
                if (_root(owner, one) == root) != (_root(owner, other) == root)
            )


def _root(owner: dict[Side, Side], side: Side) -> Side | None:
    """The union that a group belongs to; None for what no shown group has."""
    if side not in owner:
        return None
    while owner[side] != side:
        side = owner[side]
    return side


def _merge(
    owner: dict[Side, Side], shared: Mapping[tuple[Side, Side], int], least: int
) -> bool:
    """Join unions that share so many that no small difference parts them."""
    between: defaultdict[tuple[Side, Side], int] = defaultdict(int)
    for (one, other), number in shared.items():
        left, right = _root(owner, one), _root(owner, other)
        if left is not None and right is not None and left != right:
            between[min(left, right, key=repr), max(left, right, key=repr)] += number
    strong = [pair for pair, number in between.items() if number >= least]
    for left, right in strong:
        first, second = _root(owner, left), _root(owner, right)
        assert first is not None
        assert second is not None
        owner[first] = second
    return bool(strong)
