"""What is kept of a case beside its events, so that lists need not fold them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tongban.kernel.case.clocks import (
    ACCEPTANCE,
    DECISION,
    PROMISE_CHECK,
    SAMPLE,
    STEP,
    clocks,
)
from tongban.kernel.case.declaration import CaseType
from tongban.kernel.case.lapse import speaks_after
from tongban.kernel.case.model import Case, ClockState, Phase
from tongban.kernel.case.steps import running
from tongban.kernel.terms import WorkingCalendar


ACCEPT, DECIDE = "accept", "decide"
CHECK_PROMISE, REVIEW_SAMPLE = "check-promise", "review-sample"
_TICKING = (ClockState.RUNNING, ClockState.PAUSED, ClockState.OVERDUE)


@dataclass(frozen=True, slots=True)
class Duty:
    """An act that a case waits for: whose, by when, and to whom it rises.

    ``due`` is None while the clock stands still: its limit moves with every day.
    """

    act: str
    post: str
    head: str
    due: date | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A case as lists show it: its columns and what it waits for."""

    columns: dict[str, Any]
    duties: tuple[Duty, ...]


def standing(
    case_type: CaseType, case: Case, calendar: WorkingCalendar, now: datetime
) -> Standing:
    """Where ``case`` stands at ``now``, with nothing but its events known."""
    views = clocks(case_type, case, calendar, now)
    # A stored day would pass while the clock stands still, and read as overdue.
    due = {
        view.name: None if view.state is ClockState.PAUSED else view.due
        for view in views
        if view.state in _TICKING
    }
    limits = [day for day in due.values() if day is not None]
    columns = {
        "phase": case.phase.value,
        "due": min(limits, default=None) if case.is_open else None,
        "closed": case.closed,
        "outcome": case.outcome.value if case.outcome else "",
        "version": case.version,
        "pack": case.pack,
        "lapses": speaks_after(case_type, case, calendar, now),
    }
    return Standing(columns, tuple(_duties(case_type, case, due)))


def _afterwards(case_type: CaseType) -> list[tuple[str, str | None, str]]:
    """What may be awaited in any phase, and where its clock runs, is."""
    promise = case_type.promise
    checker = (promise and promise.post) or case_type.acceptor or case_type.head
    return [
        (CHECK_PROMISE, checker, PROMISE_CHECK),
        (REVIEW_SAMPLE, case_type.head, SAMPLE),
    ]


def _duties(case_type: CaseType, case: Case, due: dict[str, date | None]) -> list[Duty]:
    head = case_type.head or ""
    if case.phase is Phase.SUBMITTED:
        awaited = [(ACCEPT, case_type.acceptor, ACCEPTANCE)]
    elif case.phase is Phase.ACCEPTED:
        awaited = [
            (f"{STEP}{name}", case_type.step(name).post, f"{STEP}{name}")
            for name in running(case)
        ] or [(DECIDE, case_type.decider, DECISION)]
    else:
        awaited = []
    awaited += _afterwards(case_type)
    return [
        Duty(act, post, head, due[clock])
        for act, post, clock in awaited
        if post is not None and clock in due
    ]
