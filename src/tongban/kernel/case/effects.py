"""What an allowed command writes: its own event, before it what it ends.

What follows from the event without anybody's act is added by `with_consequences`.
"""

from collections.abc import Iterator
from typing import Any

from tongban.kernel.case.attempt import Attempt
from tongban.kernel.case.commands import (
    Accept,
    AmendOpinion,
    AskCorrection,
    AskExtension,
    AskReview,
    CompleteStep,
    Decide,
    DeclineExtension,
    Draw,
    Extend,
    PauseClock,
    RefuseAcceptance,
    ResumeClock,
    SupplyCorrection,
    Tell,
    Withdraw,
)
from tongban.kernel.case.model import Event, Kind, Outcome
from tongban.kernel.case.steps import drop_running
from tongban.kernel.case.vows import promised


def event(attempt: Attempt, kind: Kind, **data: Any) -> Event:
    """An event of the actor's own making, or in whose place they acted (``for``)."""
    if attempt.behalf:
        data["for"] = attempt.behalf
    return Event(kind, attempt.at, attempt.by.account, data)


def accept(attempt: Attempt, _command: Accept) -> Iterator[Event]:
    yield event(attempt, Kind.ACCEPTED, deemed=False)


def ask_correction(attempt: Attempt, command: AskCorrection) -> Iterator[Event]:
    missing = list(command.missing)
    yield event(attempt, Kind.CORRECTION_ASKED, missing=missing, note=command.note)


def supply_correction(attempt: Attempt, command: SupplyCorrection) -> Iterator[Event]:
    yield event(
        attempt,
        Kind.CORRECTION_SUPPLIED,
        data=dict(command.data),
        materials=dict(command.materials),
    )
    if command.promise is not None:
        yield promised(command.promise, attempt.by, attempt.at)


def refuse_acceptance(attempt: Attempt, command: RefuseAcceptance) -> Iterator[Event]:
    yield event(
        attempt,
        Kind.NOT_ACCEPTED,
        reasons=command.reasons,
        competent=command.competent,
    )


def complete_step(attempt: Attempt, command: CompleteStep) -> Iterator[Event]:
    yield event(
        attempt,
        Kind.STEP_DONE,
        step=command.step,
        outcome=command.outcome.value,
        opinion=command.opinion,
        child=command.child,
    )


def pause_clock(attempt: Attempt, command: PauseClock) -> Iterator[Event]:
    yield event(
        attempt,
        Kind.PAUSED,
        procedure=command.procedure.value,
        reason=command.reason,
        days=command.days,
    )


def resume_clock(attempt: Attempt, command: ResumeClock) -> Iterator[Event]:
    yield event(attempt, Kind.RESUMED, result=command.result)


def ask_extension(attempt: Attempt, command: AskExtension) -> Iterator[Event]:
    yield event(attempt, Kind.EXTENSION_ASKED, days=command.days, reason=command.reason)


def decline_extension(attempt: Attempt, command: DeclineExtension) -> Iterator[Event]:
    yield event(attempt, Kind.EXTENSION_DECLINED, reason=command.reason)


def amend_opinion(attempt: Attempt, command: AmendOpinion) -> Iterator[Event]:
    yield event(
        attempt, Kind.OPINION_AMENDED, step=command.step, opinion=command.opinion
    )


def extend(attempt: Attempt, command: Extend) -> Iterator[Event]:
    yield event(attempt, Kind.EXTENDED, days=command.days, reason=command.reason)


def decide_case(attempt: Attempt, command: Decide) -> Iterator[Event]:
    """The decision; a rule's carries the acceptance of what nobody has accepted."""
    if attempt.case.accepted is None:
        yield event(attempt, Kind.ACCEPTED, deemed=False)
    yield from drop_running(attempt.case, attempt.at, "decided")
    worded = {"wording": command.wording} if command.wording else {}
    yield event(
        attempt,
        Kind.DECIDED,
        **worded,
        outcome=command.outcome.value,
        reasons=command.reasons,
        automatic=attempt.by.is_system,
        explanation=[dict(part) for part in command.explanation],
        **_drawing(command.draw),
    )
    if command.draw is not None and command.draw.drawn:
        yield event(attempt, Kind.SAMPLE_DRAWN)
    if command.outcome is not Outcome.GRANTED:
        yield from take_back(attempt, command.reasons)


def _drawing(draw: Draw | None) -> dict[str, Any]:
    """What makes it checkable whether the decision had to be drawn."""
    if draw is None:
        return {}
    return {"sample": {"per-thousand": draw.per_thousand, "key": draw.key}}


def take_back(attempt: Attempt, reasons: str) -> Iterator[Event]:
    """What was granted falls, where something was."""
    if attempt.case.granted is not None:
        yield event(attempt, Kind.REVOKED, reasons=reasons)


def ask_review(attempt: Attempt, command: AskReview) -> Iterator[Event]:
    yield event(attempt, Kind.REVIEW_ASKED, reason=command.reason)


def withdraw(attempt: Attempt, command: Withdraw) -> Iterator[Event]:
    yield from drop_running(attempt.case, attempt.at, "withdrawn")
    yield event(attempt, Kind.WITHDRAWN, reason=command.reason)
    yield from take_back(attempt, command.reason)


def tell(attempt: Attempt, command: Tell) -> Iterator[Event]:
    told = {"case": command.case, "outcome": command.outcome.value}
    yield event(attempt, Kind.TOLD, **told)
