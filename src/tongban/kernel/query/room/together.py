"""Several answers together: whether all that was told adds up to a few.

The questions are laid over one another: an atom is whoever is in the same groups of
all of them. Each figure told is a sum over atoms, and whoever combines figures gets
a sum over atoms again. Atoms of as many subjects as the threshold are safe; the rest
are told of by those combinations alone in which all safe ones cancel out. Atoms that
every such combination weighs alike count together, and are safe if they are many.
What is left can be told of, and the last question is refused: also where several
combinations are left and each might be of many, for the smallest is not looked for.

Grouping sets of one answer are groups like any other: a cell of the one less a sum of
the other is such a combination.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlglot import exp, parse_one

from tongban.kernel.query.recipe import Anchor
from tongban.kernel.query.room.complement import Cell, complete
from tongban.kernel.query.room.differencing import Question
from tongban.kernel.query.room.span import Span
from tongban.kernel.terms import SubjectKind


class Group(NamedTuple):
    """A group of one question, under a condition that an aggregate of it had."""

    question: int
    cell: Cell
    when: str | None


@dataclass(frozen=True, slots=True)
class Atoms:
    """One statement of the atoms of several questions, about one kind of subject.

    Its rows are: the distinct keys and conditions of each side, nothing where a row
    is in no group of it; how many subjects; and who, where they are few. The
    placeholders of side n begin with ``q<n>_``; ``secrets`` are those whose values
    nobody keeps, by the number of the question.
    """

    sql: str
    params: Mapping[str, Any]
    secrets: Mapping[str, int]
    sides: tuple[int, ...]  # of which question each is


def about(questions: Sequence[Question]) -> Iterator[tuple[str, SubjectKind]]:
    """The datasets, and kinds of their subjects, that the last question is about."""
    yield from dict.fromkeys((a.dataset, a.kind) for a in questions[-1].anchors)


def atoms(
    questions: Sequence[Question], whom: tuple[str, SubjectKind], least: int
) -> Atoms:
    """The statement that lays all questions about ``whom`` over one another."""
    sides = [
        (number, question, anchor)
        for number, question in enumerate(questions)
        for anchor in question.anchors
        if (anchor.dataset, anchor.kind) == whom
    ]
    names = [f"s{place}" for place in range(len(sides))]
    query = exp.select().from_(_side(sides[0], 0).subquery(names[0]), copy=False)
    for place, side in enumerate(sides[1:], start=1):
        query = query.join(
            _side(side, place).subquery(names[place]),
            using=[exp.column("entry", quoted=True)],
            join_type="full",
            copy=False,
        )
    groups = [exp.column("groups", name, quoted=True) for name in names]
    subjects = [exp.column("subject", name, quoted=True) for name in names]
    whose = exp.func("coalesce", *subjects)
    distinct = exp.Distinct(expressions=[whose])
    number = exp.Count(this=distinct)
    few = exp.Case().when(number.copy() < least, exp.ArrayAgg(this=distinct.copy()))
    columns = [exp.alias_(c, f"g{n}", quoted=True) for n, c in enumerate(groups)]
    query = query.select(
        *columns, exp.alias_(number, "n"), exp.alias_(few, "who"), copy=False
    )
    query = query.group_by(*(group.copy() for group in groups))
    params = {
        f"q{place}_{name}": value
        for place, (_, question, _) in enumerate(sides)
        for name, value in question.params.items()
    }
    named = {node.name for node in query.find_all(exp.Placeholder)}
    secrets = {
        name: sides[int(name[1:].partition("_")[0])][0]
        for name in named - params.keys()
    }
    return Atoms(query.sql("duckdb"), params, secrets, tuple(n for n, _, _ in sides))


def _side(side: tuple[int, Question, Anchor], place: int) -> exp.Select:
    """Each row of the dataset, whose it is, and the groups that it is in."""
    _, question, anchor = side
    # After a $name, SQLGlot's tokenizer stumbles over '' at the very end.
    flat = parse_one(f"{question.flat}\n", read="duckdb")
    for node in list(flat.find_all(exp.Placeholder)):
        node.set("this", f"q{place}_{node.name}")
    assert isinstance(flat, exp.Query)
    keys = [exp.column(f"__k{n}", quoted=True) for n in range(_keys(question))]
    flags = [
        exp.Coalesce(this=exp.column(when, quoted=True), expressions=[exp.false()])
        for when in _conditions(question)
    ]
    parts = [
        exp.PropertyEQ(this=exp.to_identifier(f"p{n}"), expression=each)
        for n, each in enumerate([exp.true(), *keys, *flags])
    ]
    row = exp.Struct(expressions=parts)
    groups = exp.func("list_sort", exp.ArrayAgg(this=exp.Distinct(expressions=[row])))
    entry, subject = (
        exp.column(name, quoted=True) for name in (anchor.entry, anchor.subject)
    )
    rows = exp.select(
        exp.alias_(entry, "entry", quoted=True),
        exp.alias_(exp.Min(this=subject), "subject", quoted=True),
        exp.alias_(groups, "groups", quoted=True),
    ).from_(flat.subquery("__flat"), copy=False)
    known = exp.not_(exp.Is(this=subject.copy(), expression=exp.null()))
    return rows.where(known).group_by(entry.copy())


def _keys(question: Question) -> int:
    return max((key + 1 for keys, _ in question.parts for key in keys), default=0)


def _sets(question: Question) -> tuple[tuple[int, ...], ...]:
    return tuple(dict.fromkeys(keys for keys, _ in question.parts))


def _conditions(question: Question) -> list[str]:
    return sorted({when for _, when in question.parts if when is not None})


# --------------------------------------------------------------- the verdict


class Atom(NamedTuple):
    """In which groups its subjects are; ``who`` they are, where they are few."""

    groups: frozenset[Group]
    size: int
    who: frozenset[Any]


def tell_of_few(
    laid: Atoms,
    questions: Sequence[Question],
    rows: Sequence[Sequence[Any]],
    least: int,
) -> list[int] | None:
    """The earlier questions with which the last would tell of fewer than ``least``.

    ``rows`` are those of ``laid``. None if it does not; an empty list where it does
    by its own grouping sets; where one earlier question suffices, that one alone.
    """
    found = [_atom(laid, questions, row) for row in rows]
    shown = _shown(found, questions, least)
    last = len(questions) - 1
    own = {last}
    every = set(laid.sides)
    if not _more(found, shown, every - own, every, least):
        return None
    if _more(found, shown, set(), own, least):
        return []
    for other in sorted(every - own):
        if _more(found, shown, {other}, own | {other}, least):
            return [other]
    return sorted(every - own)


def _more(
    found: Iterable[Atom],
    shown: set[Group],
    before: set[int],
    after: set[int],
    least: int,
) -> bool:
    """Whether the questions ``after`` tell of a few that those ``before`` do not."""
    told = [
        _told(found, {group for group in shown if group.question in asked}, least)
        for asked in (before, after)
    ]
    return told[1] > told[0]


def _told(found: Iterable[Atom], shown: set[Group], least: int) -> int:
    """How many combinations of the groups ``shown`` may tell of too few."""
    many: set[frozenset[Group]] = set()
    who: defaultdict[frozenset[Group], set[Any]] = defaultdict(set)
    for atom in found:
        seen = atom.groups & shown
        who[seen] |= atom.who
        if atom.size >= least or len(who[seen]) >= least:
            many.add(seen)
    safe: Span[Group] = Span()
    for seen in many:
        safe.insert(dict.fromkeys(seen, 1))
    small = {seen: few for seen, few in who.items() if seen not in many}
    while small:
        alike: defaultdict[frozenset[tuple[Group, int]], set[Any]] = defaultdict(set)
        for seen, subjects in small.items():
            alike[safe.direction(dict.fromkeys(seen, 1))] |= subjects
        alike.pop(frozenset(), None)
        grown = [way for way, subjects in alike.items() if len(subjects) >= least]
        if not grown:
            left: Span[Group] = Span()
            for way in alike:
                left.insert(dict(way))
            return len(left.rows)
        for way in grown:
            safe.insert(dict(way))
    return 0


def _atom(laid: Atoms, questions: Sequence[Question], row: Sequence[Any]) -> Atom:
    groups = {
        group
        for number, parts in zip(laid.sides, row, strict=False)
        for each in parts or ()
        for group in _groups(number, questions[number], tuple(each.values())[1:])
    }
    *_, size, who = row
    return Atom(frozenset(groups), size, frozenset(who or ()))


def _groups(
    number: int, question: Question, values: tuple[Any, ...]
) -> Iterator[Group]:
    keys = _keys(question)
    flags = dict(zip(_conditions(question), values[keys:], strict=True))
    for place, kept in enumerate(_sets(question)):
        own = tuple(v if n in kept else None for n, v in enumerate(values[:keys]))
        cell = place, own
        yield Group(number, cell, None)
        yield from (Group(number, cell, when) for when, holds in flags.items() if holds)


def _shown(
    found: Iterable[Atom], questions: Sequence[Question], least: int
) -> set[Group]:
    """The groups whose figures were told, by the rules of disclosure.py."""
    sizes: defaultdict[Group, int] = defaultdict(int)
    for atom in found:
        for group in atom.groups:
            sizes[group] += atom.size
    shown = set()
    for number, question in enumerate(questions):
        mine = {g: n for g, n in sizes.items() if g.question == number}
        own = {group.cell: n for group, n in mine.items() if group.when is None}
        small = [cell for cell, size in own.items() if size < least]
        hidden = complete(own, small, _sets(question), least)
        for group, size in mine.items():
            rest = own[group.cell] - size
            enough = size >= least and (not rest or rest >= least)
            if enough and group.cell not in hidden:
                shown.add(group)
    return shown
