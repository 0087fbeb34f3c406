"""Two questions laid over one another, on the district of clean_room.py."""

from datetime import date
from decimal import Decimal

import pytest
from tests.unit.query.clean_room import PEOPLE, ROWS, engine, question, room

from tongban.kernel.query.room.differencing import Question, is_too_close, overlays
from tongban.kernel.query.terms.access import bindings


COUNT = "SELECT COUNT(*) AS n FROM pop.person"
BY_DIVISION = "SELECT division, COUNT(*) AS n FROM pop.person GROUP BY division"
BY_SEX = "SELECT sex, COUNT(*) AS n FROM pop.person GROUP BY sex"


@pytest.fixture(scope="module")
def duck():
    with engine() as found:
        yield found


def kept(sql, **params):
    wish = question(sql, **params)
    recipe = room().compile(wish).recipe
    return Question.from_json(Question.of(recipe, bindings(wish)).to_json())


def too_close(duck, first, second, least=10):
    return any(
        is_too_close(each, duck.execute(each.sql, each.params).fetchall(), least)
        for each in overlays(first, second)
    )


CLOSE = [
    (COUNT, f"{COUNT} WHERE born <> DATE '1962-03-07'"),
    (COUNT, f"{COUNT} WHERE NOT (sex = 'M' AND income > 5000)"),
    (COUNT, f"{COUNT} WHERE division <> '990103'"),
    (f"{BY_SEX} ORDER BY n", f"{COUNT} WHERE sex = 'M' AND division <> '990103'"),
    (
        BY_SEX,
        (
            "SELECT sex, COUNT(*) AS n FROM pop.person WHERE YEAR(born) > 1952 "
            "GROUP BY sex"
        ),
    ),
    # The women of two divisions, and all but one of them by their sum.
    (
        f"{COUNT} WHERE sex = 'F' AND division <> '990103'",
        (
            "SELECT division, SUM(income) AS s FROM pop.person WHERE sex = 'F' "
            "AND born <> DATE '1950-03-07' GROUP BY division"
        ),
    ),
    (COUNT, "SELECT COUNT(*) FILTER (WHERE division <> '990103') AS n FROM pop.person"),
    (
        (
            "SELECT COUNT(*) AS n FROM pop.person AS p JOIN soc.insurance AS i "
            "ON i.id = p.id"
        ),
        (
            "SELECT COUNT(*) AS n FROM soc.insurance AS i JOIN pop.person AS p "
            "ON i.id = p.id WHERE p.born < DATE '1989-03-07'"
        ),
    ),
]


SUM = "SELECT SUM(income) AS s FROM pop.person"
CLOSE += [
    # Both hold one person alone; less the sum of all, they tell that one's.
    (f"{SUM} WHERE YEAR(born) <= 1980", f"{SUM} WHERE YEAR(born) >= 1980"),
    # 990102 has 25; those born until 1985 are 30 of 990101 and 6 of it.
    (f"{COUNT} WHERE division = '990102'", f"{COUNT} WHERE YEAR(born) <= 1985"),
]


@pytest.mark.parametrize(("first", "second"), CLOSE)
def test_too_close(duck, first, second):
    assert too_close(duck, kept(first), kept(second))
    assert too_close(duck, kept(second), kept(first))


def test_people_left_out_by_a_missing_value_are_compared():
    some = [(*r[:5], None if n == 20 else r[5]) for n, r in enumerate(PEOPLE)]
    first, second = kept(SUM), kept(SUM.replace("(income)", "(income + 0 * children)"))
    with engine({**ROWS, "pop.person": some}) as other:
        assert too_close(other, first, second)
        assert too_close(other, second, first)
    with engine() as other:
        assert not too_close(other, first, second)


def test_a_changed_value_is_another_question(duck):
    sql = f"{COUNT} WHERE born < :before"
    first, second = (kept(sql, before=date(year, 3, 7)) for year in (1990, 1991))
    assert too_close(duck, first, second)
    assert not too_close(duck, first, kept(sql, before=date(1975, 3, 7)))


APART = [
    # Nothing of the second is shown: the three born before 1953 take all with them.
    (
        BY_SEX,
        (
            "SELECT YEAR(born) < 1953 AS e, sex, SUM(income) AS s FROM pop.person "
            "GROUP BY 1, 2"
        ),
    ),
    (COUNT, COUNT),
    (COUNT, BY_DIVISION),
    (BY_SEX, BY_DIVISION),
    (BY_SEX, "SELECT sex, AVG(children) AS m FROM pop.person AS q GROUP BY sex"),
    (BY_DIVISION, f"{COUNT} WHERE sex = 'F'"),
    (
        (
            "SELECT division, sex, COUNT(*) AS n FROM pop.person "
            "WHERE division <> '990103' GROUP BY 1, 2"
        ),
        f"{COUNT} WHERE sex = 'F' AND division = '990101'",
    ),
]


@pytest.mark.parametrize(("first", "second"), APART)
def test_apart(duck, first, second):
    assert not too_close(duck, kept(first), kept(second))
    assert not too_close(duck, kept(second), kept(first))


def test_what_is_kept_keeps_its_types():
    values = {"a": date(2026, 1, 2), "b": Decimal("1.50"), "c": 3, "d": None, "e": "x"}
    sql = f"{COUNT} WHERE " + " OR ".join(f"income = :{name}" for name in values)
    assert kept(sql, **values).params == values
