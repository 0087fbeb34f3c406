"""Answers that only together tell of a few, on the district of clean_room.py."""

import pytest
from tests.unit.query.clean_room import engine, question, room

from tongban.kernel.query.room.differencing import Question
from tongban.kernel.query.room.together import about, atoms, tell_of_few
from tongban.kernel.query.terms.access import bindings


LEAST = 10
COUNT = "SELECT COUNT(*) AS n FROM pop.person"
SUM = "SELECT SUM(children) AS s FROM pop.person"


@pytest.fixture(scope="module")
def duck():
    with engine() as found:
        yield found


def kept(sql):
    wish = question(sql)
    recipe = room().compile(wish).recipe
    return Question.from_json(Question.of(recipe, bindings(wish)).to_json())


def told(duck, *several, least=LEAST):
    """With which of the questions before it the last tells of a few."""
    questions = [kept(sql) for sql in several]
    for whom in about(questions):
        laid = atoms(questions, whom, least)
        rows = duck.execute(laid.sql, laid.params).fetchall()
        found = tell_of_few(laid, questions, rows, least)
        if found is not None:
            return found
    return None


# 12 women and 18 men in 990101, 11 and 14 in 990102, 4 men in 990103.
WOMEN, MEN = f"{COUNT} WHERE sex = 'F'", f"{COUNT} WHERE sex = 'M'"
FIRST, SECOND = (f"{COUNT} WHERE division = '99010{n}'" for n in (1, 2))


@pytest.mark.parametrize(
    "several",
    [
        # Everyone less the first two divisions is the four of the third.
        (COUNT, FIRST, SECOND),
        (FIRST, SECOND, COUNT),
        (FIRST, COUNT, f"{SUM} WHERE division = '990102'"),
        # So are the men less those of the first and of the second.
        (MEN, f"{MEN} AND division = '990101'", f"{MEN} AND division = '990102'"),
        # And of four questions, no three of which tell anything.
        (
            MEN,
            WOMEN,
            FIRST,
            SECOND,
        ),
        # Twice everyone, by sums that overlap.
        (COUNT, f"{COUNT} WHERE division <> '990103' OR sex = 'F'"),
    ],
)
def test_together_they_tell_of_a_few(duck, several):
    assert told(duck, *several) is not None
    for before in range(1, len(several)):
        # Until the last, none of them does.
        assert told(duck, *several[:before]) is None


@pytest.mark.parametrize(
    "several",
    [
        (COUNT, WOMEN, MEN),
        (COUNT, FIRST, WOMEN, f"{WOMEN} AND division = '990101'"),
        (COUNT, COUNT, COUNT),
        # Half a group is twenty or more, whatever is added or subtracted.
        (COUNT, WOMEN, FIRST, f"{SUM} WHERE division = '990101'"),
        (f"{COUNT} WHERE division = '990103'", FIRST, SECOND),
        (f"{COUNT} GROUP BY CUBE (sex, division)",),
    ],
)
def test_together_they_tell_of_many_only(duck, several):
    assert told(duck, *several) is None


@pytest.mark.parametrize(
    ("sets", "expected"),
    [
        # One person is born in 1970.
        ("(born < DATE '1970-01-01'), (born < DATE '1971-01-01')", []),
        ("(division = '990101'), (division <> '990102')", []),
        # The four are withheld, and with them everybody else's figure.
        ("(), (CASE WHEN division <> '990103' THEN 1 END)", None),
        ("(sex), (division = '990102')", None),
    ],
)
def test_grouping_sets_of_one_answer_are_compared(duck, sets, expected):
    sql = f"SELECT COUNT(*) AS n FROM pop.person GROUP BY GROUPING SETS ({sets})"
    assert told(duck, sql) == expected


def test_the_questions_that_tell_are_named(duck):
    assert told(duck, WOMEN, COUNT, FIRST, SECOND) == [0, 1, 2]
    close = f"{COUNT} WHERE division <> '990103'"
    assert told(duck, WOMEN, COUNT, close) == [1]


def test_what_was_told_before_is_no_reason_to_refuse(duck):
    """Of data that have changed since, earlier answers may lie too close."""
    assert told(duck, COUNT, FIRST, SECOND, WOMEN) is None
