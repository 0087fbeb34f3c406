"""What an allowed command writes: its own event, before it what it ends.

What follows from the event without anybody's act is added by `with_consequences`.
"""

from collections.abc import Iterator
from typing import Any

from tongban.kernel.case.attempt import Attempt
from tongban.kernel.case.commands import (
    Accept,
    AskCorrection,
    AskReview,
    CompleteStep,
    Decide,
    Extend,
    PauseClock,
    ResumeClock,
    SupplyCorrection,
    Tell,
    Withdraw,
)
from tongban.kernel.case.model import Event, Kind
from tongban.kernel.case.steps import drop_running


def _event(attempt: Attempt, kind: Kind, **data: Any) -> Event:
    return Event(kind, attempt.at, attempt.by.account, data)


def accept(attempt: Attempt, _command: Accept) -> Iterator[Event]:
    yield _event(attempt, Kind.ACCEPTED, deemed=False)


def ask_correction(attempt: Attempt, command: AskCorrection) -> Iterator[Event]:
    missing = list(command.missing)
    yield _event(attempt, Kind.CORRECTION_ASKED, missing=missing, note=command.note)


def supply_correction(attempt: Attempt, command: SupplyCorrection) -> Iterator[Event]:
    yield _event(
        attempt,
        Kind.CORRECTION_SUPPLIED,
        data=dict(command.data),
        materials=dict(command.materials),
    )


def complete_step(attempt: Attempt, command: CompleteStep) -> Iterator[Event]:
    yield _event(
        attempt,
        Kind.STEP_DONE,
        step=command.step,
        outcome=command.outcome.value,
        opinion=command.opinion,
        child=command.child,
    )


def pause_clock(attempt: Attempt, command: PauseClock) -> Iterator[Event]:
    yield _event(attempt, Kind.PAUSED, reason=command.reason)


def resume_clock(attempt: Attempt, _command: ResumeClock) -> Iterator[Event]:
    yield _event(attempt, Kind.RESUMED)


def extend(attempt: Attempt, command: Extend) -> Iterator[Event]:
    yield _event(attempt, Kind.EXTENDED, days=command.days, reason=command.reason)


def decide_case(attempt: Attempt, command: Decide) -> Iterator[Event]:
    """The decision; a rule's carries the acceptance of what nobody has accepted."""
    if attempt.case.accepted is None:
        yield _event(attempt, Kind.ACCEPTED, deemed=False)
    yield from drop_running(attempt.case, attempt.at, "decided")
    yield _event(
        attempt,
        Kind.DECIDED,
        outcome=command.outcome.value,
        reasons=command.reasons,
        automatic=attempt.by.is_system,
        explanation=[dict(part) for part in command.explanation],
    )


def ask_review(attempt: Attempt, command: AskReview) -> Iterator[Event]:
    yield _event(attempt, Kind.REVIEW_ASKED, reason=command.reason)


def withdraw(attempt: Attempt, command: Withdraw) -> Iterator[Event]:
    yield from drop_running(attempt.case, attempt.at, "withdrawn")
    yield _event(attempt, Kind.WITHDRAWN, reason=command.reason)


def tell(attempt: Attempt, command: Tell) -> Iterator[Event]:
    told = {"case": command.case, "outcome": command.outcome.value}
    yield _event(attempt, Kind.TOLD, **told)
