"""The clocks of a case (时限) as they stand on a day: computed, never stored.

From when to when each runs is in `runs`.
"""

from datetime import date, datetime

from tongban.kernel.case.countdown import Countdown
from tongban.kernel.case.declaration import CaseType
from tongban.kernel.case.lapse import at_now
from tongban.kernel.case.model import Case, ClockState, ClockView
from tongban.kernel.case.runs import (
    ACCEPTANCE,
    CORRECTION,
    DECISION,
    PROCEDURE,
    PROMISE,
    PROMISE_CHECK,
    SAMPLE,
    STEP,
    Run,
    decision,
    pauses_of,
    runs,
)
from tongban.kernel.terms import WorkingCalendar


__all__ = [
    "ACCEPTANCE",
    "CORRECTION",
    "DECISION",
    "PROCEDURE",
    "PROMISE",
    "PROMISE_CHECK",
    "SAMPLE",
    "STEP",
    "clocks",
    "days_spent",
    "due_day",
]

APPLICANTS = (CORRECTION, PROMISE)  # clocks that run for the applicant

SUPERIOR_AFTER = 5  # working days overdue at which the competent department is told
WARNED, WITH_HEAD, WITH_SUPERIOR = 1, 2, 3  # ClockView.escalation


def clocks(
    case_type: CaseType, case: Case, calendar: WorkingCalendar, now: datetime
) -> tuple[ClockView, ...]:
    """Every clock the case has had or has, in the order they began to matter.

    Acceptance, correction if its limit is declared, each step with a clock that
    was not dropped, each special procedure, decision, a promise, the look at it, the
    look at a sample. After a review the decision clock is the new one. A paused
    clock's due day supposes that the pause ends today. A limit has passed when its
    day has (OVERDUE), also on days off: ``remaining`` counts working days alone and
    is 0 until the first of them after the limit.
    """
    case = at_now(case_type, case, now, calendar)
    today = calendar.day(now)
    return tuple(_view(run, today) for run in runs(case_type, case, calendar, today))


def due_day(
    case_type: CaseType, case: Case, calendar: WorkingCalendar, now: datetime
) -> date:
    """The day by which the decision is due; ValueError where no such clock runs."""
    (run,) = decision(case_type, case, calendar, calendar.day(now))
    return run.due


def days_spent(
    case_type: CaseType, case: Case, calendar: WorkingCalendar, until: datetime
) -> int:
    """Working days from the receipt of the papers to ``until``.

    Those of special procedures are left out (行政许可法 art. 45).
    """
    stops = tuple(
        (calendar.day(since), calendar.day(end or until))
        for since, end in pauses_of(case_type, case)
    )
    received = calendar.day(case.received)
    return max(Countdown(calendar, stops).count(received, calendar.day(until)), 0)


def _view(run: Run, today: date) -> ClockView:
    due, statutory = run.due, run.statutory_due
    until = run.end or today
    remaining = run.countdown.count(until, due)
    return ClockView(
        name=run.name,
        title=run.title,
        basis=run.clock.basis,
        started=run.start,
        days=run.days,
        due=due,
        statutory_due=statutory,
        state=_state(run, until > due),
        remaining=remaining,
        escalation=_escalation(run, remaining, until > due),
        provisional=any(
            run.countdown.calendar.is_provisional(day)
            for day in (run.start, due, statutory)
        ),
    )


def _state(run: Run, late: bool) -> ClockState:
    if run.end is not None:
        return ClockState.MISSED if late else ClockState.MET
    if late:
        return ClockState.OVERDUE
    return ClockState.PAUSED if run.paused else ClockState.RUNNING


def _escalation(run: Run, remaining: int, late: bool) -> int:
    """How high it has risen; 0 once the act has come, however late.

    Corrections and promises are the applicant's own: nobody is above them to be
    told, so their clocks warn and no more.
    """
    if run.end is not None:
        return 0
    if late and run.name not in APPLICANTS:
        return WITH_SUPERIOR if remaining <= -SUPERIOR_AFTER else WITH_HEAD
    used = run.days - remaining
    return WARNED if used * 4 >= run.days * 3 else 0
