"""What time alone brings about: silence on an application is its acceptance.

Nobody has to remember to run this. It is computed whenever a case is read or
acted upon, and becomes part of the history with the next command.
"""

from datetime import date, datetime, timedelta
from functools import reduce

from tongban.kernel.case.countdown import Countdown
from tongban.kernel.case.declaration import CaseType
from tongban.kernel.case.fold import evolve
from tongban.kernel.case.model import Case, Event, Kind, Phase
from tongban.kernel.case.steps import with_consequences
from tongban.kernel.terms import SYSTEM, WorkingCalendar


ACCEPTED_BY_SILENCE = "accepted"  # Clock.silence, 行政许可法 art. 32


def last_day_to_object(
    case_type: CaseType, case: Case, calendar: WorkingCalendar
) -> date | None:
    """The last day on which a correction may be asked; None where no limit is set.

    The statutory limit counts: a department that promised to be quicker breaks
    its promise, but does not shorten the law.
    """
    clock = case_type.acceptance
    if clock is None:
        return None
    return Countdown(calendar).due(calendar.day(case.received), clock.days)


def lapse(
    case_type: CaseType, case: Case, now: datetime, calendar: WorkingCalendar
) -> tuple[Event, ...]:
    """The events that the passing of time alone has added to ``case`` until ``now``.

    An application on which nobody acted within the acceptance limit is accepted as
    the day after its last day begins, and counts as accepted from its receipt.
    """
    last = last_day_to_object(case_type, case, calendar)
    if not _passes_in_silence(case_type, case) or last is None:
        return ()
    if calendar.day(now) <= last:
        return ()
    at = calendar.start_of(last + timedelta(days=1))
    deemed = Event(Kind.ACCEPTED, at, SYSTEM.account, {"deemed": True})
    return with_consequences(case_type, case, [deemed])


def has_silence(case_type: CaseType) -> bool:
    """Whether the law makes silence on such an application its acceptance."""
    clock = case_type.acceptance
    return clock is not None and clock.silence == ACCEPTED_BY_SILENCE


def _passes_in_silence(case_type: CaseType, case: Case) -> bool:
    return has_silence(case_type) and case.phase is Phase.SUBMITTED


def at_now(
    case_type: CaseType, case: Case, now: datetime, calendar: WorkingCalendar
) -> Case:
    """``case`` as it stands at ``now``: what every reader should show."""
    return reduce(evolve, lapse(case_type, case, now, calendar), case)
