"""Noise of the strength that is declared, and no more of anybody than it hides."""

import math
from collections import Counter
from decimal import Decimal

import pytest
from tests.unit.query.clean_room import PEOPLE, ROWS, ask, engine, question, room

from tongban.kernel.query.recipe import Budget, Privacy
from tongban.kernel.query.room import noise
from tongban.kernel.terms import UserError


BOUNDS = {"pop.person.income": (0, 2000), "pop.person.children": (0, 5)}
COUNT = "SELECT COUNT(*) AS n FROM pop.person"


def private(epsilon="1", **more):
    loss = Decimal(epsilon)
    budget = Budget(epsilon=loss * 10)
    return Privacy(epsilon=loss, bounds=BOUNDS, budget=budget, **more)


@pytest.fixture(scope="module")
def duck():
    with engine() as found:
        yield found


def loss_of(sql, privacy):
    """What OpenDP's own maps say of all parts of an answer together."""
    recipe = room(privacy).compile(question(sql)).recipe
    shares = noise.scales(recipe)
    counts = noise._laplace(shares.contributions, shares.loss)
    return shares.parts * counts.map(shares.contributions)


PARTS = [
    (COUNT, 1),
    ("SELECT sex, COUNT(*) AS n FROM pop.person GROUP BY sex", 1),
    ("SELECT COUNT(*) AS n, 2 * COUNT(*) AS m FROM pop.person", 1),
    ("SELECT COUNT(*) AS n, SUM(income) AS s FROM pop.person", 2),
    ("SELECT AVG(income) AS m FROM pop.person", 3),
    ("SELECT COUNT(*) FILTER (WHERE sex = 'F') AS f FROM pop.person", 2),
]


@pytest.mark.parametrize(("sql", "parts"), PARTS)
def test_all_parts_together_lose_no_more_than_declared(sql, parts):
    privacy = private("0.5", contributions=3)
    recipe = room(privacy).compile(question(sql)).recipe
    assert noise.scales(recipe).parts == parts
    assert 0.499 < loss_of(sql, privacy) <= 0.5


def test_the_threshold_holds_delta():
    # Laplace noise b = 1 / 0.5 on a count of 1: P(1 + X >= t) <= delta, where
    # P(X >= x) = p^x / (1 + p) with p = exp(-1 / b).
    shares = noise.Scales(0.5, 1, 1)
    measured = noise._thresholded(shares, 1e-6, 10)
    epsilon, delta = measured.map((1, 1, 1))
    assert epsilon <= 0.5
    assert delta <= 1e-6
    p = math.exp(-0.5)
    least = next(t for t in range(1, 100) if p ** (t - 1) / (1 + p) <= 1e-6)
    assert 26 <= least <= 29
    shown = [measured({"k": least - 10}) for _ in range(200)]
    assert sum(map(bool, shown)) < 20
    assert sum(bool(measured({"k": least + 20})) for _ in range(200)) == 200


def test_the_noise_is_laplaces():
    """Kolmogorov and Smirnov's distance of 4,000 draws, at a chance of 1 in 10^6."""
    draws = noise._noise([1000] * 4000, 1, noise.Scales(0.5, 1, 1), positive=False)
    p = math.exp(-0.5)

    def below(x):  # P(X <= x) of the two-sided geometric distribution
        return 1 - p ** (x + 1) / (1 + p) if x >= 0 else p ** (-x) / (1 + p)

    seen, counted, worst = Counter(d - 1000 for d in draws), 0, 0.0
    for x in range(min(seen), max(seen) + 1):
        counted += seen[x]
        worst = max(worst, abs(counted / 4000 - below(x)))
    assert worst < math.sqrt(math.log(2e6) / (2 * 4000))


def test_answers_lie_where_the_noise_puts_them(duck):
    sql = "SELECT COUNT(*) AS n, SUM(children) AS c, AVG(income) AS m FROM pop.person"
    for _ in range(20):
        ((n, c, m),) = ask(duck, sql, private("40")).rows
        assert abs(n - 59) < 10
        assert abs(c - 58) < 40
        assert 900 < m < 1250  # p012's million counts as 2000


def test_one_subject_has_the_declared_number_of_rows():
    rows = [("p000", "e00", n) for n in range(1000)]
    rows += [(f"p{n:03}", "e00", 1) for n in range(1, 40)]
    flat = {**ROWS, "pop.person": [(r[0], "F", *PEOPLE[0][2:4], r[2], 1) for r in rows]}
    with engine(flat) as other:
        ((n,),) = ask(other, COUNT, private("50", contributions=2)).rows
    assert abs(n - 41) < 5


def test_small_groups_are_neither_shown_nor_named(duck):
    sql = "SELECT division, COUNT(*) AS n FROM pop.person GROUP BY division"
    for _ in range(50):
        assert {row[0] for row in ask(duck, sql, private("3")).rows} <= {
            "990101",
            "990102",
        }
    assert ask(duck, f"{COUNT} WHERE division = 'none'", private()).rows == [(None,)]


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("SELECT SUM(income + children) AS s FROM pop.person", "value"),
        ("SELECT SUM(income * 2) AS s FROM pop.person", "value"),
        ("SELECT AVG(months) AS s FROM soc.insurance", "value"),
        ("SELECT COUNT(*) AS n FROM soc.insurance", "noise"),
        ("SELECT sex, COUNT(*) AS n FROM pop.person GROUP BY ROLLUP (sex)", "noise"),
    ],
)
def test_what_cannot_be_noised_is_refused(sql, code):
    with pytest.raises(UserError) as refused:
        room(private()).compile(question(sql))
    assert refused.value.code == f"query.aggregate-{code}"
