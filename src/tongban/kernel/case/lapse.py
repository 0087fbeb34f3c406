"""What time alone brings about: silence accepts, decides, and breaks a promise.

Nobody has to remember to run this. It is computed whenever a case is read or
acted upon, and becomes part of the history with the next command.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from typing import Any

from tongban.kernel.case.declaration import CaseType
from tongban.kernel.case.fold import evolve
from tongban.kernel.case.model import (
    Case,
    Event,
    Kind,
    Outcome,
    Phase,
    PromiseStanding,
)
from tongban.kernel.case.runs import (
    decision,
    last_day_to_object,
    promise,
    promise_binds,
)
from tongban.kernel.case.steps import drop_running, with_consequences
from tongban.kernel.terms import SYSTEM, WorkingCalendar


ACCEPTED_BY_SILENCE = "accepted"  # Clock.silence, 行政许可法 art. 32
DECIDED_BY_SILENCE = (Outcome.GRANTED.value, Outcome.REFUSED.value)  # art. 50


@dataclass(frozen=True, slots=True)
class Silence:
    """A limit after which time speaks: its days, and what it says on the next one."""

    start: date
    last: date
    says: Callable[[CaseType, Case, datetime], Iterable[Event]]

    def is_certain(self, calendar: WorkingCalendar) -> bool:
        """Whether no holiday notice still to come can move the last day."""
        return not any(map(calendar.is_provisional, (self.start, self.last)))


def lapse(
    case_type: CaseType, case: Case, now: datetime, calendar: WorkingCalendar
) -> tuple[Event, ...]:
    """The events that the passing of time alone has added to ``case`` until ``now``.

    Each happens as the day after the last day of its limit begins. An application
    on which nobody acted within the acceptance limit is accepted, and counts as
    accepted from its receipt; where the law says what a decision that did not come
    means, it is decided so; a paper that was promised and did not come breaks the
    promise. What rests on a provisional day waits for the notice of that year.
    """
    made: list[Event] = []
    today = calendar.day(now)
    while passed := [
        each
        for each in silences(case_type, case, calendar, now)
        if each.last < today and each.is_certain(calendar)
    ]:
        first = min(passed, key=lambda each: each.last)
        at = calendar.start_of(first.last + timedelta(days=1))
        # A limit may end before what starts it was written: accepted by silence, a
        # case counts as accepted from its receipt.
        at = max(at, case.moved or at)
        events = with_consequences(case_type, case, first.says(case_type, case, at))
        made += events
        case = reduce(evolve, events, case)
    return tuple(made)


def silences(
    case_type: CaseType, case: Case, calendar: WorkingCalendar, now: datetime
) -> Iterator[Silence]:
    """The limits of ``case`` whose passing means something by itself."""
    today = calendar.day(now)
    last = last_day_to_object(case_type, case, calendar)
    if last is not None and has_silence(case_type) and case.phase is Phase.SUBMITTED:
        yield Silence(calendar.day(case.received), last, _accepted)
    clock = case_type.decision
    speaks = clock is not None and clock.silence in DECIDED_BY_SILENCE
    if speaks and case.phase is Phase.ACCEPTED:
        for run in decision(case_type, case, calendar, today):
            if not run.paused:
                yield Silence(run.start, run.statutory_due, _decided)
    if _waits_for_promised(case):
        for run in promise(case_type, case, calendar, today):
            yield Silence(run.start, run.due, _broken)


def speaks_after(
    case_type: CaseType, case: Case, calendar: WorkingCalendar, now: datetime
) -> date | None:
    """The last day of the first limit whose passing means something, if any runs."""
    days = [each.last for each in silences(case_type, case, calendar, now)]
    return min(days, default=None)


def _waits_for_promised(case: Case) -> bool:
    made = case.promise
    return (
        made is not None
        and made.standing is PromiseStanding.RUNNING
        and made.supplied is None
        and promise_binds(case)
    )


def has_silence(case_type: CaseType) -> bool:
    """Whether the law makes silence on such an application its acceptance."""
    clock = case_type.acceptance
    return clock is not None and clock.silence == ACCEPTED_BY_SILENCE


def _accepted(_case_type: CaseType, _case: Case, at: datetime) -> Iterator[Event]:
    yield Event(Kind.ACCEPTED, at, SYSTEM.account, {"deemed": True})


def _decided(case_type: CaseType, case: Case, at: datetime) -> Iterator[Event]:
    """What the law makes of a decision that did not come in time."""
    clock = case_type.decision
    assert clock is not None
    assert clock.silence is not None
    outcome = Outcome(clock.silence)
    yield from drop_running(case, at, "decided")
    data: dict[str, Any] = {
        "outcome": outcome.value,
        "reasons": "",
        "automatic": False,
        "explanation": [],
        "deemed": True,
    }
    yield Event(Kind.DECIDED, at, SYSTEM.account, data)
    if outcome is not Outcome.GRANTED:
        yield from _taken_back(case, at)


def _broken(_case_type: CaseType, case: Case, at: datetime) -> Iterator[Event]:
    data = {"reasons": "", "lapsed": True}
    yield Event(Kind.PROMISE_BROKEN, at, SYSTEM.account, data)
    yield from _taken_back(case, at)


def _taken_back(case: Case, at: datetime) -> Iterator[Event]:
    if case.granted is not None:
        yield Event(Kind.REVOKED, at, SYSTEM.account, {"reasons": ""})


def at_now(
    case_type: CaseType, case: Case, now: datetime, calendar: WorkingCalendar
) -> Case:
    """``case`` as it stands at ``now``: what every reader should show."""
    return reduce(evolve, lapse(case_type, case, now, calendar), case)
