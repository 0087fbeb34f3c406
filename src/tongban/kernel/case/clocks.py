"""The clocks of a case (时限) as they stand on a day: computed, never stored.

A clock counts working days from the day after its event. The decision clock
stands still during a special procedure, begun by the decider or declared as a step
(检验, 听证 …, 行政许可法 art. 45); all others run through, for they measure that very
work. A procedure has a clock of its own: the days the applicant was told it takes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tongban.kernel.case.countdown import Countdown
from tongban.kernel.case.declaration import CaseType, Clock
from tongban.kernel.case.lapse import at_now, last_day_to_object
from tongban.kernel.case.model import Case, ClockState, ClockView, Phase
from tongban.kernel.terms import Text, WorkingCalendar


ACCEPTANCE = "acceptance"
CORRECTION = "correction"
DECISION = "decision"
PROCEDURE = "procedure"
STEP = "step:"

PROCEDURE_BASIS = "《行政许可法》第四十五条"

SUPERIOR_AFTER = 5  # working days overdue at which the competent department is told
WARNED, WITH_HEAD, WITH_SUPERIOR = 1, 2, 3  # ClockView.escalation


@dataclass(frozen=True, slots=True)
class _Run:
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


def clocks(
    case_type: CaseType, case: Case, calendar: WorkingCalendar, now: datetime
) -> tuple[ClockView, ...]:
    """Every clock the case has had or has, in the order they began to matter.

    Acceptance, correction if its limit is declared, each step with a clock that
    was not dropped, each special procedure, decision. After a review the decision
    clock is the new one. A paused clock's due day supposes that the pause ends today.
    A limit has passed when its day has (OVERDUE), also on days off: ``remaining``
    counts working days alone and is 0 until the first of them after the limit.
    """
    case = at_now(case_type, case, now, calendar)
    today = calendar.day(now)
    return tuple(_view(run, today) for run in _runs(case_type, case, calendar, today))


def due_day(
    case_type: CaseType, case: Case, calendar: WorkingCalendar, now: datetime
) -> date:
    """The day by which the decision is due; ValueError where no such clock runs."""
    (run,) = _decision(case_type, case, calendar, calendar.day(now))
    return run.due


def days_spent(
    case_type: CaseType, case: Case, calendar: WorkingCalendar, until: datetime
) -> int:
    """Working days from the receipt of the papers to ``until``.

    Those of special procedures are left out (行政许可法 art. 45).
    """
    stops = tuple(
        (calendar.day(since), calendar.day(end or until))
        for since, end in _pauses(case_type, case)
    )
    received = calendar.day(case.received)
    return max(Countdown(calendar, stops).count(received, calendar.day(until)), 0)


def _runs(
    case_type: CaseType, case: Case, calendar: WorkingCalendar, today: date
) -> Iterator[_Run]:
    yield from _acceptance(case_type, case, calendar)
    yield from _correction(case_type, case, calendar)
    yield from _steps(case_type, case, calendar)
    yield from _procedures(case, calendar)
    yield from _decision(case_type, case, calendar, today)


def _acceptance(
    case_type: CaseType, case: Case, calendar: WorkingCalendar
) -> Iterator[_Run]:
    if clock := case_type.acceptance:
        yield _Run(
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
) -> Iterator[_Run]:
    if (clock := case_type.correction) and case.corrections:
        notice = case.corrections[-1]
        yield _Run(
            CORRECTION,
            Text("补正", "Correction"),
            clock,
            calendar.day(notice.asked),
            _day(calendar, notice.supplied or case.closed),
            Countdown(calendar),
        )


def _steps(
    case_type: CaseType, case: Case, calendar: WorkingCalendar
) -> Iterator[_Run]:
    for step in case_type.steps:
        state = case.steps.get(step.name)
        if state and step.clock and not state.dropped:
            yield _Run(
                f"{STEP}{step.name}",
                step.title,
                step.clock,
                calendar.day(state.started),
                _day(calendar, state.done),
                Countdown(calendar),
            )


def _procedures(case: Case, calendar: WorkingCalendar) -> Iterator[_Run]:
    for pause in case.pauses:
        yield _Run(
            PROCEDURE,
            pause.procedure.label,
            Clock(pause.days, PROCEDURE_BASIS),
            calendar.day(pause.since),
            _day(calendar, pause.until),
            Countdown(calendar),
        )


def _decision(
    case_type: CaseType, case: Case, calendar: WorkingCalendar, today: date
) -> Iterator[_Run]:
    if (clock := case_type.decision) and case.accepted:
        pauses = _pauses(case_type, case)
        stops = tuple(
            (calendar.day(since), _day(calendar, until) or today)
            for since, until in pauses
        )
        yield _Run(
            DECISION,
            Text("作出决定", "Decision"),
            clock,
            calendar.day(case.reviews[-1] if case.reviews else case.accepted),
            _day(calendar, case.closed),
            Countdown(calendar, stops),
            case.extension,
            any(until is None for _, until in pauses),
        )


def _pauses(
    case_type: CaseType, case: Case
) -> tuple[tuple[datetime, datetime | None], ...]:
    """Stretches in which the decision clock stood still; None: it still does."""
    special = {step.name for step in case_type.steps if step.special}
    return (
        *((pause.since, pause.until) for pause in case.pauses),
        *((s.started, s.done) for name, s in case.steps.items() if name in special),
    )


def _day(calendar: WorkingCalendar, at: datetime | None) -> date | None:
    return None if at is None else calendar.day(at)


def _view(run: _Run, today: date) -> ClockView:
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


def _state(run: _Run, late: bool) -> ClockState:
    if run.end is not None:
        return ClockState.MISSED if late else ClockState.MET
    if late:
        return ClockState.OVERDUE
    return ClockState.PAUSED if run.paused else ClockState.RUNNING


def _escalation(run: _Run, remaining: int, late: bool) -> int:
    """How high it has risen; 0 once the act has come, however late.

    The correction clock is the applicant's own: nobody is above them to be told,
    so it warns and no more.
    """
    if run.end is not None:
        return 0
    if late and run.name != CORRECTION:
        return WITH_SUPERIOR if remaining <= -SUPERIOR_AFTER else WITH_HEAD
    used = run.days - remaining
    return WARNED if used * 4 >= run.days * 3 else 0
