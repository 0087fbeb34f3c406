"""Until when a refusal can be contested, worked by hand on the calendar of 2026."""

from dataclasses import replace

from tests.spec.case.declared import (
    AUTUMN,
    EXAMINER,
    LACKING,
    PLAIN,
    WINDOW,
    day,
    opened,
)

from tongban.kernel.case.commands import Accept, Decide, RefuseAcceptance
from tongban.kernel.case.model import Outcome
from tongban.kernel.case.remedies import remedies


def decided(outcome, when="10-13 10:00", case_type=LACKING, opened_on="10-12 09:00"):
    course = opened(case_type, opened_on)
    course.act(WINDOW, opened_on, Accept())
    course.act(EXAMINER, when, Decide(outcome, "不符合"))
    return course


def until(course, calendar=AUTUMN):
    found = remedies(course.case_type, course.state, calendar)
    return {remedy.name: remedy.until for remedy in found}


def test_of_a_refusal():
    # 13 October: 15 working days; 60 days end on Saturday 12 December, so on Monday
    # the 14th; six months on 13 April 2027, a Tuesday
    assert until(decided(Outcome.REFUSED)) == {
        "objection": day("11-03"),
        "reconsideration": day("12-14"),
        "court": day("04-13").replace(year=2027),
    }


def test_nothing_is_to_be_contested_where_all_was_granted():
    assert until(decided(Outcome.GRANTED)) == {}


def test_without_a_declared_objection_the_law_remains():
    assert list(until(decided(Outcome.REFUSED, case_type=PLAIN))) == [
        "reconsideration",
        "court",
    ]


def test_of_what_was_not_accepted():
    course = opened(LACKING)
    course.act(WINDOW, "10-13 10:00", RefuseAcceptance("不需要许可"))
    assert until(course)["objection"] == day("11-03")


def test_a_month_without_the_day_ends_on_its_last():
    # from Monday 31 August six months end on 28 February 2027, a Sunday
    course = decided(Outcome.REFUSED, "08-31 12:00", opened_on="08-31 09:00")
    assert until(course)["court"] == day("03-01").replace(year=2027)
    known = replace(AUTUMN, workdays=frozenset({day("02-28").replace(year=2027)}))
    assert until(course, known)["court"] == day("02-28").replace(year=2027)
