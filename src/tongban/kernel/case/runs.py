"""From when to when each clock of a case runs, and how long (时限).

A clock counts working days from the day after its event. The decision clock
stands still during a special procedure, begun by the decider or declared as a step
(检验, 听证 …, 行政许可法 art. 45); the clock of a promise while the office has what was
promised before it; all others run through, for they measure that very work. A
procedure has a clock of its own: the days the applicant was told it takes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tongban.kernel.case.countdown import Countdown
from tongban.kernel.case.declaration import (
    CaseType,
    Clock,
    PromiseKind,
)
from tongban.kernel.case.model import Case, Phase, Promised
from tongban.kernel.terms import Text, WorkingCalendar


ACCEPTANCE = "acceptance"
CORRECTION = "correction"
DECISION = "decision"
STEP = "step:"
PROMISE = "promise"
PROMISE_CHECK = "promise-check"
SAMPLE = "sample"
PROCEDURE = "procedure"

PROCEDURE_BASIS = "《行政许可法》第四十五条"


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


def correction_is_late(
    case_type: CaseType, case: Case, calendar: WorkingCalendar, today: date
) -> bool:
    """Whether the applicant's own limit has passed; never where none is declared."""
    clock = case_type.correction
    if clock is None or not case.corrections:
        return False
    asked = calendar.day(case.corrections[-1].asked)
    return today > Countdown(calendar).due(asked, clock.days)


def last_day_to_contest(
    case_type: CaseType, case: Case, calendar: WorkingCalendar
) -> date:
    """The last day of an objection to the decision; ValueError where there is none."""
    if case_type.objection is None or case.decision is None:
        raise ValueError(f"nothing in case {case.number} can be objected to")
    decided = calendar.day(case.decision.at)
    return Countdown(calendar).due(decided, case_type.objection.clock.days)


def promise_binds(case: Case) -> bool:
    """Whether the promise still matters: the case is open, or was granted on it."""
    return case.promise is not None and (case.is_open or case.granted is not None)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a clock: from the day of its event to the day of the awaited act."""

    name: str
    title: Text
    clock: Clock
    start: date
    end: date | None
    countdown: Countdown
    extension: int = 0
    paused: bool = False

    @property
    def days(self) -> int:
        return self.clock.working + self.extension

    @property
    def due(self) -> date:
        return self.countdown.due(self.start, self.days)

    @property
    def statutory_due(self) -> date:
        return self.countdown.due(self.start, self.clock.days + self.extension)


def runs(
    case_type: CaseType, case: Case, calendar: WorkingCalendar, today: date
) -> Iterator[Run]:
    yield from _acceptance(case_type, case, calendar)
    yield from _correction(case_type, case, calendar)
    yield from _steps(case_type, case, calendar)
    yield from _procedures(case, calendar)
    yield from decision(case_type, case, calendar, today)
    yield from promise(case_type, case, calendar, today)
    yield from _promise_check(case_type, case, calendar)
    yield from _sample(case_type, case, calendar)


def _acceptance(
    case_type: CaseType, case: Case, calendar: WorkingCalendar
) -> Iterator[Run]:
    if clock := case_type.acceptance:
        yield Run(
            ACCEPTANCE,
            Text("受理", "Acceptance"),
            clock,
            calendar.day(case.received),
            _acceptance_end(case_type, case, calendar),
            Countdown(calendar),
        )


def _acceptance_end(
    case_type: CaseType, case: Case, calendar: WorkingCalendar
) -> date | None:
    """The act, or the day after the limit where silence took its place."""
    if case.deemed:
        last = last_day_to_object(case_type, case, calendar)
        return last and last + timedelta(days=1)
    asked = case.corrections[-1].asked if case.phase is Phase.CORRECTING else None
    return _day(calendar, case.accepted or asked or case.closed)


def _correction(
    case_type: CaseType, case: Case, calendar: WorkingCalendar
) -> Iterator[Run]:
    if (clock := case_type.correction) and case.corrections:
        notice = case.corrections[-1]
        yield Run(
            CORRECTION,
            Text("补正", "Correction"),
            clock,
            calendar.day(notice.asked),
            _day(calendar, notice.supplied or case.closed),
            Countdown(calendar),
        )


def _steps(case_type: CaseType, case: Case, calendar: WorkingCalendar) -> Iterator[Run]:
    for step in case_type.steps:
        state = case.steps.get(step.name)
        if state and step.clock and not state.dropped:
            yield Run(
                f"{STEP}{step.name}",
                step.title,
                step.clock,
                calendar.day(state.started),
                _day(calendar, state.done),
                Countdown(calendar),
            )


def _procedures(case: Case, calendar: WorkingCalendar) -> Iterator[Run]:
    for pause in case.pauses:
        yield Run(
            PROCEDURE,
            pause.procedure.label,
            Clock(pause.days, PROCEDURE_BASIS),
            calendar.day(pause.since),
            _day(calendar, pause.until),
            Countdown(calendar),
        )


def decision(
    case_type: CaseType, case: Case, calendar: WorkingCalendar, today: date
) -> Iterator[Run]:
    if (clock := case_type.decision) and case.accepted:
        pauses = pauses_of(case_type, case)
        stops = tuple(
            (calendar.day(since), _day(calendar, until) or today)
            for since, until in pauses
        )
        yield Run(
            DECISION,
            Text("作出决定", "Decision"),
            clock,
            calendar.day(case.reviews[-1] if case.reviews else case.accepted),
            _day(calendar, case.closed),
            Countdown(calendar, stops),
            case.extension,
            any(until is None for _, until in pauses),
        )


def pauses_of(
    case_type: CaseType, case: Case
) -> tuple[tuple[datetime, datetime | None], ...]:
    """Stretches in which the decision clock stood still; None: it still does."""
    special = {step.name for step in case_type.steps if step.special}
    return (
        *((pause.since, pause.until) for pause in case.pauses),
        *((s.started, s.done) for name, s in case.steps.items() if name in special),
    )


def promise(
    case_type: CaseType, case: Case, calendar: WorkingCalendar, today: date
) -> Iterator[Run]:
    """The applicant's own limit for what they promised to hand in."""
    declared, made = case_type.promise, case.promise
    if declared is None or made is None or declared.kind is not PromiseKind.LACKING:
        return
    looks = [*made.looks, *([(made.supplied, None)] if made.supplied else [])]
    stops = tuple(
        (calendar.day(since), _day(calendar, until) or today) for since, until in looks
    )
    yield Run(
        PROMISE,
        Text("兑现承诺", "Promise"),
        declared.clock,
        calendar.day(made.made),
        _promise_end(case, made, calendar),
        Countdown(calendar, stops),
        paused=made.supplied is not None,
    )


def _promise_end(case: Case, made: Promised, calendar: WorkingCalendar) -> date | None:
    """When it was kept or broken; or when the case ended and nothing hung on it."""
    ended = made.broken or made.ended
    if ended is None and not promise_binds(case):
        ended = case.closed
    return _day(calendar, ended)


def _promise_check(
    case_type: CaseType, case: Case, calendar: WorkingCalendar
) -> Iterator[Run]:
    """The office's limit to look: at what came in, or at what was granted.

    What comes in is looked at within the limit of acceptance, as any paper is.
    """
    declared, made = case_type.promise, case.promise
    if declared is None or made is None:
        return
    clock: Clock | None = declared.clock
    since, end = case.granted, made.broken or made.ended
    if declared.kind is PromiseKind.LACKING or made.broken is not None:
        clock, since, end = case_type.acceptance, made.supplied, made.ended
    if clock is not None and since is not None:
        yield Run(
            PROMISE_CHECK,
            Text("核查承诺", "Check of the promise"),
            clock,
            calendar.day(since),
            _day(calendar, end),
            Countdown(calendar),
        )


def _sample(
    case_type: CaseType, case: Case, calendar: WorkingCalendar
) -> Iterator[Run]:
    rule, drawn = case_type.rule, case.sample
    if rule is None or rule.sample is None or drawn is None:
        return
    # Where a person decides anew before the look, there is nothing left to look at.
    ended = drawn.reviewed or (case.reviews[-1] if case.reviews else None)
    yield Run(
        SAMPLE,
        Text("抽查复核", "Review of a sample"),
        rule.sample.clock,
        calendar.day(drawn.drawn),
        _day(calendar, ended),
        Countdown(calendar),
    )


def _day(calendar: WorkingCalendar, at: datetime | None) -> date | None:
    return None if at is None else calendar.day(at)
