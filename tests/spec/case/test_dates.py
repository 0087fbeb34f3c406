"""Limits on the calendar of autumn 2026, every date counted by hand.

September: Sunday 20 worked, Friday 25 off. October: 1 to 7 off, Saturday 10
worked, 12 a Monday. November: 2 and 9 are Mondays.
"""

from dataclasses import replace

import pytest
from tests.spec.case.declared import (
    AUTUMN,
    CITIZEN,
    DIRECTOR,
    EXAMINER,
    FOOD,
    HEARD,
    HEARING,
    INSPECTOR,
    LICENCE,
    PLAIN,
    SHOP,
    WINDOW,
    at,
    day,
    opened,
)

from tongban.kernel.case.clocks import clocks
from tongban.kernel.case.commands import (
    Accept,
    AskCorrection,
    CompleteStep,
    Extend,
    SupplyCorrection,
    Withdraw,
)
from tongban.kernel.case.declaration import CaseType, Clock
from tongban.kernel.case.lapse import at_now
from tongban.kernel.case.model import ClockView, Kind, Outcome
from tongban.kernel.terms import WorkingCalendar


def clock(course, name: str, when: str) -> ClockView:
    views = clocks(course.case_type, course.state, AUTUMN, at(when))
    return next(view for view in views if view.name == name)


def accepted(case_type: CaseType, when: str):
    course = opened(case_type, when)
    course.act(WINDOW, when, Accept())
    return course


@pytest.mark.parametrize(
    ("received", "last_day", "silence"),
    [
        # 29 30 | 8 9 10: the holidays do not count, the worked Saturday does
        ("09-28 10:00", "10-10", "10-11 00:00"),
        # Sunday 20, 21 22 23 24; Friday 25 is off but it is the day after
        ("09-18 16:00", "09-24", "09-25 00:00"),
        # received on a day off: Sunday 20 is still the first day
        ("09-19 08:00", "09-24", "09-25 00:00"),
        # one minute before and after midnight on the wall are different days
        ("10-12 23:59", "10-19", "10-20 00:00"),
        ("10-13 00:00", "10-20", "10-21 00:00"),
    ],
)
def test_silence_accepts_the_day_after_the_limit(received, last_day, silence):
    course = opened(PLAIN, received)
    before = at_now(PLAIN, course.state, at(f"{last_day} 23:59"), AUTUMN)
    assert before.accepted is None
    late = at("12-01 09:00")
    now = at_now(PLAIN, course.state, late, AUTUMN)
    assert (now.accepted, now.deemed) == (at(received), True)
    course.act(CITIZEN, "12-01 09:00", Withdraw())
    deemed = next(event for event in course.events if event.kind is Kind.ACCEPTED)
    assert (deemed.at, deemed.by) == (at(silence), "system")


def test_the_acceptance_clock_that_silence_ended_was_missed():
    course = opened(PLAIN, "09-28 10:00")
    view = clock(course, "acceptance", "10-11 08:00")
    assert (view.due, view.state, view.escalation) == (day("10-10"), "missed", 0)


def test_decision_clock_of_silent_acceptance_counts_from_receipt():
    course = opened(PLAIN, "09-28 10:00")
    # 29 30 | 8 9 10 | 12-16 | 19-23 | 26-30
    assert clock(course, "decision", "10-11 08:00").due == day("10-30")


def test_a_correction_brings_a_fresh_acceptance_clock():
    course = opened(PLAIN, "09-28 10:00")
    course.act(WINDOW, "09-30 10:00", AskCorrection(("lease",)))
    asked = clock(course, "acceptance", "10-30 09:00")
    assert (asked.started, asked.state) == (day("09-28"), "met")
    course.act(CITIZEN, "10-30 20:00", SupplyCorrection({}, {"lease": "file:01"}))
    fresh = clock(course, "acceptance", "11-03 09:00")
    assert (fresh.started, fresh.due) == (day("10-30"), day("11-06"))
    assert (fresh.state, fresh.remaining) == ("running", 3)
    silent = at_now(PLAIN, course.state, at("11-07 09:00"), AUTUMN)
    assert silent.accepted == at("10-30 20:00")


# 13-16, 19-23, 26-30 October, 2-6 November, 9: twenty days after 12 October.
def test_decision_within_twenty_working_days():
    course = accepted(PLAIN, "10-12 09:00")
    view = clock(course, "decision", "10-14 09:00")
    assert (view.due, view.statutory_due) == (day("11-09"), day("11-09"))
    assert (view.remaining, view.days, view.state) == (18, 20, "running")


@pytest.mark.parametrize(
    ("paused", "resumed", "due"),
    [
        # stood still at the end of Thursday 15, Friday 16 and Monday 19
        ("10-15 09:00", "10-20 09:00", "11-12"),
        # set going again before the day ended: no day lost
        ("10-15 09:00", "10-15 17:00", "11-09"),
        # only the end of Friday was a working day's end
        ("10-16 18:00", "10-19 08:00", "11-10"),
        # a pause inside the weekend costs nothing
        ("10-17 08:00", "10-18 20:00", "11-09"),
    ],
)
def test_a_paused_day_is_not_counted(paused, resumed, due):
    course = accepted(PLAIN, "10-12 09:00")
    course.act(EXAMINER, paused, HEARING)
    course.act(EXAMINER, resumed, HEARD)
    assert clock(course, "decision", "10-21 09:00").due == day(due)


@pytest.mark.parametrize(
    ("now", "due", "remaining"),
    [
        ("10-15 12:00", "11-09", 17),
        ("10-16 12:00", "11-10", 17),
        ("10-19 12:00", "11-11", 17),
        ("10-26 12:00", "11-18", 17),
    ],
)
def test_while_paused_the_days_left_stay_the_same(now, due, remaining):
    course = accepted(PLAIN, "10-12 09:00")
    course.act(EXAMINER, "10-15 09:00", HEARING)
    view = clock(course, "decision", now)
    assert (view.due, view.remaining, view.state) == (day(due), remaining, "paused")


def test_a_special_step_pauses_the_decision_but_not_itself():
    course = accepted(FOOD, "10-12 09:00")
    # 12 13 14 15 16 are lost: the inspection starts with the acceptance
    running = clock(course, "decision", "10-19 09:00")
    assert (running.state, running.due) == ("paused", day("11-13"))
    inspect = clock(course, "step:inspect", "10-19 09:00")
    assert (inspect.due, inspect.state) == (day("10-26"), "running")
    course.act(INSPECTOR, "10-19 15:00", CompleteStep("inspect", Outcome.GRANTED))
    after = clock(course, "decision", "10-20 09:00")
    assert (after.state, after.due) == ("running", day("11-13"))


def test_pauses_that_overlap_are_not_counted_twice():
    course = accepted(FOOD, "10-12 09:00")
    course.act(EXAMINER, "10-13 09:00", HEARING)
    course.act(INSPECTOR, "10-15 15:00", CompleteStep("inspect", Outcome.GRANTED))
    course.act(EXAMINER, "10-19 09:00", HEARD)
    # 13 14 15 16 lost, whichever of the two held the clock
    assert clock(course, "decision", "10-20 09:00").due == day("11-13")


def test_an_extension_adds_to_both_limits():
    course = accepted(LICENCE, "10-12 09:00")
    view = clock(course, "decision", "10-13 09:00")
    assert (view.due, view.statutory_due) == (day("10-13"), day("10-15"))
    course.act(DIRECTOR, "10-13 09:00", Extend(2, "系统升级"))
    view = clock(course, "decision", "10-13 09:00")
    assert (view.due, view.statutory_due, view.days) == (day("10-15"), day("10-19"), 3)


@pytest.mark.parametrize(
    ("now", "state", "remaining", "escalation"),
    [
        ("10-30 09:00", "running", 6, 0),  # 14 of 20 days used
        ("11-02 09:00", "running", 5, 1),  # 15: three quarters
        ("11-09 23:59", "running", 0, 1),  # the last day is still in time
        ("11-10 00:00", "overdue", -1, 2),
        ("11-13 09:00", "overdue", -4, 2),
        ("11-16 09:00", "overdue", -5, 3),
    ],
)
def test_a_clock_warns_then_rises(now, state, remaining, escalation):
    view = clock(accepted(PLAIN, "10-12 09:00"), "decision", now)
    assert (view.state, view.remaining, view.escalation) == (
        state,
        remaining,
        escalation,
    )


def test_overdue_begins_on_the_day_after_even_if_nobody_works():
    course = accepted(LICENCE, "10-15 09:00")
    view = clock(course, "decision", "10-17 09:00")  # due Friday 16, now Saturday
    assert (view.state, view.remaining, view.escalation) == ("overdue", 0, 2)


def test_a_pause_stops_the_counting_of_overdue_days_too():
    course = accepted(PLAIN, "10-12 09:00")
    course.act(EXAMINER, "11-10 09:00", HEARING)
    view = clock(course, "decision", "11-20 09:00")
    # of 10 to 20 November only the 20th counts, on which the pause might end
    assert (view.state, view.due, view.remaining) == ("overdue", day("11-09"), -1)


def test_late_acts_miss_and_timely_ones_meet():
    course = accepted(FOOD, "10-12 09:00")
    papers = CompleteStep("papers", Outcome.GRANTED)
    course.act(DIRECTOR, "10-16 09:00", papers)  # due on the 15th
    course.act(DIRECTOR, "10-26 09:00", CompleteStep("inspect", Outcome.GRANTED))
    missed = clock(course, "step:papers", "11-30 09:00")
    assert (missed.state, missed.remaining, missed.escalation) == ("missed", -1, 0)
    assert clock(course, "step:inspect", "11-30 09:00").state == "met"


def test_without_the_notice_of_a_year_the_date_is_provisional():
    course = accepted(PLAIN, "10-12 09:00")
    known = clocks(PLAIN, course.state, AUTUMN, at("10-13 09:00"))
    assert [view.provisional for view in known] == [False, False]
    nothing = WorkingCalendar()
    unknown = clocks(PLAIN, course.state, nothing, at("10-13 09:00"))
    assert [view.provisional for view in unknown] == [True, True]


def test_a_one_thing_has_no_clock_of_its_own():
    course = opened(SHOP)
    assert clocks(SHOP, course.state, AUTUMN, at("11-30 09:00")) == ()


def test_a_declared_correction_limit_is_the_applicants():
    strict = replace(PLAIN, correction=Clock(4, "local"))
    course = opened(strict, "10-12 09:00")
    assert len(clocks(strict, course.state, AUTUMN, at("10-12 09:00"))) == 1
    course.act(WINDOW, "10-12 10:00", AskCorrection(("lease",)))
    view = clock(course, "correction", "10-15 09:00")
    assert (view.due, view.escalation) == (day("10-16"), 1)
    late = clock(course, "correction", "11-16 09:00")
    assert (late.state, late.escalation) == ("overdue", 1)
    course.act(CITIZEN, "11-16 10:00", SupplyCorrection({}, {"lease": "file:1"}))
    assert clock(course, "correction", "11-16 11:00").state == "missed"
