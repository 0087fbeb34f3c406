"""The one door to a case: what a command brings about, or why it is refused."""

from datetime import datetime
from functools import reduce
from typing import Any

from tongban.kernel.case.attempt import Attempt
from tongban.kernel.case.commands import Command, Open
from tongban.kernel.case.declaration import CaseType
from tongban.kernel.case.fold import evolve
from tongban.kernel.case.lapse import lapse
from tongban.kernel.case.model import Case, Event
from tongban.kernel.case.opening import NAME as OPEN
from tongban.kernel.case.opening import may_open, opened, permit_day, permit_opening
from tongban.kernel.case.refusals import Already, CaseRefused, Stale, Unknown
from tongban.kernel.case.steps import with_consequences
from tongban.kernel.case.transitions import TRANSITIONS, Transition
from tongban.kernel.terms import Actor, WorkingCalendar


def decide(
    case_type: CaseType,
    case: Case | None,
    command: Command,
    *,
    by: Actor,
    at: datetime,
    calendar: WorkingCalendar,
    seen: int | None = None,
) -> tuple[Event, ...]:
    """The events that ``command``, given by ``by`` at ``at``, adds to ``case``.

    First come those that time alone has brought about (`lapse`), then the
    command's own, then what follows from it. ``case`` is None before the opening.
    ``seen`` is the version that the actor looked at, if one was shown to them.

    Raises a `UserError` of `tongban.kernel.case.refusals`. Whose act it is comes
    first, so that nobody learns about a case by trying; then whether its time has
    come, then the words of the command, last whether the page was stale.
    """
    if isinstance(command, Open):
        return _open(case_type, case, command, by, at, calendar)
    if case is None:
        raise Unknown(
            "there is no such case",
            why="nothing has been opened under this number",
            mend="check the number",
        )
    lapsed = lapse(case_type, case, at, calendar)
    now = reduce(evolve, lapsed, case)
    transition = TRANSITIONS[type(command)]
    attempt = Attempt(case_type, now, by, at, calendar, transition.target(command))
    attempt = transition.permit(attempt)
    transition.carries(attempt, command)
    # Time is nobody's act: who saw the case before silence accepted it has
    # missed nothing that anybody did.
    if seen not in (None, case.version, now.version):
        raise Stale(
            f"case {case.number} has moved on",
            why="somebody acted on it after this page was shown",
            mend="look at it as it is now and decide again",
            number=case.number,
            seen=seen,
            version=now.version,
        )
    own = transition.does(attempt, command)
    return (*lapsed, *with_consequences(case_type, now, own))


def _open(
    case_type: CaseType,
    case: Case | None,
    command: Open,
    by: Actor,
    at: datetime,
    calendar: WorkingCalendar,
) -> tuple[Event, ...]:
    permit_opening(case_type, command, by)
    permit_day(case_type, by, calendar.day(at))
    if case is not None:
        raise Already(
            f"case {case.number} was opened already",
            why="a number is given once",
            mend="nothing to do: look at the case as it is now",
            number=case.number,
            done="opened",
        )
    return with_consequences(case_type, None, opened(case_type, command, by, at))


def next_acts(
    case_type: CaseType,
    case: Case | None,
    by: Actor,
    now: datetime,
    calendar: WorkingCalendar,
) -> tuple[str, ...]:
    """What ``by`` may do at ``now``, for buttons: in the order of the table.

    Names are those of the table, ``open`` for a case yet to be; acts on a step or
    towards an outcome carry it: ``complete-step:inspect``, ``decide:refused``. An
    act named here is refused only for the words of the command (`contents`), one
    not named is always refused.
    """
    if case is None:
        return (OPEN,) if may_open(case_type, by) else ()
    case = reduce(evolve, lapse(case_type, case, now, calendar), case)
    return tuple(
        transition.label(target)
        for transition in TRANSITIONS.values()
        for target in transition.targets(case_type)
        if _permits(transition, Attempt(case_type, case, by, now, calendar, target))
    )


def _permits(transition: Transition[Any], attempt: Attempt) -> bool:
    try:
        transition.permit(attempt)
    except CaseRefused:
        return False
    return True
