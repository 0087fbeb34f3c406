"""Random districts and questions: no answer tells of fewer than the threshold.

The judge is pandas over the raw rows and a solver of linear equations, which know
nothing of how the clean room computes or withholds.
"""

import datetime
from collections import defaultdict
from fractions import Fraction
from itertools import combinations

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.query.clean_room import ROWS, ask, engine, question, room

from tongban.kernel.query.recipe import Privacy
from tongban.kernel.query.room.differencing import Question
from tongban.kernel.query.room.together import about, atoms, tell_of_few
from tongban.kernel.query.terms.access import bindings


LEAST = 4
COLUMNS = ["id", "sex", "born", "division", "income", "children"]
BORN = datetime.date(1990, 1, 1)


@st.composite
def districts(draw):
    """People in cells of random sizes, many of them below the threshold."""
    rows = []
    for division in range(draw(st.integers(1, 4))):
        for sex in "FM":
            for children in range(draw(st.integers(1, 3))):
                for _ in range(draw(st.sampled_from([0, 1, 3, 4, 5, 6, 9]))):
                    income = draw(st.sampled_from([10, 20, 30, None]))
                    row = (f"p{len(rows)}", sex, BORN, f"d{division}", income, children)
                    rows.append(row)
    return rows


KEYS = ["division", "sex", "children"]


@st.composite
def groupings(draw):
    keys = draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=3, unique=True))
    kind = draw(st.sampled_from(["plain", "rollup", "cube"]))
    listed = ", ".join(keys)
    if kind == "plain":
        return keys, listed, [tuple(keys)]
    if kind == "rollup":
        sets = [tuple(keys[:n]) for n in range(len(keys) + 1)]
        return keys, f"ROLLUP ({listed})", sets
    sets = [c for n in range(len(keys) + 1) for c in combinations(keys, n)]
    return keys, f"CUBE ({listed})", sets


slow = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


@slow
@given(districts(), groupings())
def test_every_cell_is_of_enough_and_none_follows_from_others(rows, grouping):
    keys, by, sets = grouping
    # Told apart from a key's own NULL, of which these rows have none.
    sql = f"SELECT {', '.join(keys)}, COUNT(*) AS n FROM pop.person GROUP BY {by}"
    with engine({**ROWS, "pop.person": rows}) as duck:
        found = ask(duck, sql, Privacy(threshold=LEAST)).rows
    people = pd.DataFrame(rows, columns=COLUMNS)
    truth = {
        (subset, values): len(group)
        for subset in sets
        for values, group in _groups(people, subset)
    }
    told = {}
    for *values, count in found:
        subset = tuple(k for k, v in zip(keys, values, strict=True) if v is not None)
        cell = (subset, tuple(v for v in values if v is not None))
        if count is None:
            assert subset == ()  # the whole is there, if empty
            continue
        assert count == truth[cell]  # right
        assert count >= LEAST  # of enough
        told[cell] = count
    assert _determined(people, keys, sets, told) <= told.keys()


def _groups(people, subset):
    if not subset:
        return [((), people)] if len(people) else []
    return list(people.groupby(list(subset)))


def _determined(people, keys, sets, told):
    """The cells that an attacker computes who knows which cells there are, and every
    total of the finest asked for that was not asked: what was is told or withheld.
    """
    if not len(people):
        return set()
    finest = max((subset for subset, _ in told), key=len, default=())
    atoms = {values: n for n, (values, _) in enumerate(_groups(people, tuple(keys)))}

    def row(subset, values):
        place = [keys.index(key) for key in subset]
        return [Fraction(tuple(atom[p] for p in place) == values) for atom in atoms]

    known = [row(*cell) for cell in told]
    for size in range(len(finest)):
        for subset in set(combinations(finest, size)) - set(sets):
            known += [
                row(subset, values)
                for values, group in _groups(people, subset)
                if len(group) >= LEAST
            ]
    basis = _reduced(known)
    asked = {subset for subset, _ in told}
    return {
        (subset, values)
        for subset in asked
        for values, _ in _groups(people, subset)
        if subset == finest and not any(_remainder(row(subset, values), basis))
    }


def _reduced(rows):
    basis = {}
    for row in rows:
        rest = _remainder(row, basis)
        lead = next((n for n, value in enumerate(rest) if value), None)
        if lead is not None:
            basis[lead] = [value / rest[lead] for value in rest]
    return basis


def _remainder(row, basis):
    rest = list(row)
    for n in range(len(rest)):
        if rest[n] and n in basis:
            factor = rest[n]
            rest = [a - factor * b for a, b in zip(rest, basis[n], strict=True)]
    return rest


@slow
@given(districts())
def test_figures_under_conditions_cannot_be_subtracted(rows):
    sql = (
        "SELECT COUNT(*) AS n, COUNT(*) FILTER (WHERE sex = 'F') AS f, "
        "COUNT(*) FILTER (WHERE children = 0) AS c, SUM(income) AS s, "
        "COUNT(income) AS i FROM pop.person"
    )
    with engine({**ROWS, "pop.person": rows}) as duck:
        ((n, f, c, s, i),) = ask(
            duck, sql, Privacy(threshold=LEAST, dominance=100)
        ).rows
    people = pd.DataFrame(rows, columns=COLUMNS)
    women, childless = people.sex == "F", people.children == 0
    known = people.income.notna()
    parts = [
        (n, pd.Series(True, index=people.index)),
        (f, women),
        (c, childless),
        (i, known),
    ]
    for shown, who in parts:
        assert shown in (None, int(who.sum()))
        assert shown is None or shown >= LEAST
    assert s in (None, people.income[known].sum())
    for (one, who), (other, whom) in combinations(parts, 2):
        if one is not None and other is not None:
            assert (who & ~whom).sum() == 0 or (who & ~whom).sum() >= LEAST
            assert (whom & ~who).sum() == 0 or (whom & ~who).sum() >= LEAST


# ------------------------------------------------------- several answers together


CONDITIONS = [
    "TRUE",
    *(f"sex = '{sex}'" for sex in "FM"),
    *(f"division {sign} 'd{n}'" for sign in ("=", "<>") for n in range(3)),
    *(f"children {sign} {n}" for sign in ("<", ">") for n in range(2)),
    "division = 'd0' AND sex = 'F'",
    "division = 'd1' OR children = 0",
    "income = 10",
]
KEYED = {
    "": [],
    "GROUP BY sex": ["sex"],
    "GROUP BY division": ["division"],
    "GROUP BY ROLLUP (sex, children)": ["sex", "children"],
    "GROUP BY GROUPING SETS ((sex), (division))": ["sex", "division"],
}


@slow
@given(
    districts(),
    st.lists(
        st.tuples(st.sampled_from(CONDITIONS), st.sampled_from(list(KEYED))),
        min_size=1,
        max_size=5,
    ),
)
def test_no_sum_of_answers_tells_of_a_few(rows, asked):
    """Each figure given is a sum over people; the judge eliminates by fractions."""
    given_before, figures = [], []
    with engine({**ROWS, "pop.person": rows}) as duck:
        for condition, group in asked:
            new = _question(condition, group)
            several = [*given_before, new]
            (whom,) = about(several)
            laid = atoms(several, whom, LEAST)
            found = duck.execute(laid.sql, laid.params).fetchall()
            if tell_of_few(laid, several, found, LEAST) is None:
                given_before.append(new)
                figures += _figures(duck, rows, condition, group)
    alike = defaultdict(list)
    for person in range(len(rows)):
        alike[tuple(figure[person] for figure in figures)].append(person)
    alike.pop(tuple(0 for _ in figures), None)
    few = [people for people in alike.values() if len(people) < LEAST]
    rank = len(_reduced(figures))
    for number in range(1, LEAST):
        for several in combinations(few, number):
            alone = {person for people in several for person in people}
            if len(alone) < LEAST:
                rest = [
                    [value for n, value in enumerate(figure) if n not in alone]
                    for figure in figures
                ]
                assert len(_reduced(rest)) == rank, (asked, alone)


def _question(condition, group):
    wish = question(f"SELECT COUNT(*) AS n FROM pop.person WHERE {condition} {group}")
    recipe = room(Privacy(threshold=LEAST)).compile(wish).recipe
    return Question.of(recipe, bindings(wish))


def _figures(duck, rows, condition, group):
    """For each figure that is released, who is in it: one for each of the people."""
    keys = KEYED[group]
    shown = "".join(f"{key}, " for key in keys)
    sql = f"SELECT {shown}COUNT(*) AS n FROM pop.person WHERE {condition} {group}"
    members = duck.execute(f'SELECT id FROM lake."pop.person" WHERE {condition}')
    inside = {number for (number,) in members.fetchall()}
    for *values, count in ask(duck, sql, Privacy(threshold=LEAST)).rows:
        if count is None:
            continue
        wanted = [
            (COLUMNS.index(key), value)
            for key, value in zip(keys, values, strict=True)
            if value is not None
        ]
        figure = [
            Fraction(row[0] in inside and all(row[at] == v for at, v in wanted))
            for row in rows
        ]
        assert sum(figure) == count
        yield figure
