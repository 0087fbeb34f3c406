"""Second looks: at a rule's decision that was drawn, and at what is objected to."""

from collections.abc import Iterator

from tongban.kernel.case.attempt import Attempt
from tongban.kernel.case.commands import AnswerObjection, Object, ReviewSample
from tongban.kernel.case.contents import bounded, reasons
from tongban.kernel.case.effects import event
from tongban.kernel.case.model import Decision, Event, Kind, Outcome
from tongban.kernel.case.refusals import NoObjection, NoSample, TooLate, already
from tongban.kernel.case.runs import last_day_to_contest


# -------------------------------------------------------------------- samples


def to_review_sample(attempt: Attempt) -> None:
    """Once, as long as the rule's decision stands."""
    case = attempt.case
    stands = case.decision is not None and case.decision.automatic
    if case.sample is None or not stands:
        raise NoSample(
            "this case is not to be reviewed",
            why="no decision of a rule was drawn here, or a person decides anew",
            mend="nothing to do",
            number=case.number,
        )
    if case.sample.reviewed is not None:
        raise already(case.number, "reviewed")


def reviewed(_attempt: Attempt, command: ReviewSample) -> None:
    bounded(command.reasons)
    if not command.agrees:
        reasons(
            command.reasons,
            "finding a rule's decision wrong",
            "say what is wrong; the applicant is told",
        )


def review(attempt: Attempt, command: ReviewSample) -> Iterator[Event]:
    agrees, said = command.agrees, command.reasons
    yield event(attempt, Kind.SAMPLE_REVIEWED, agrees=agrees, reasons=said)
    if not agrees:
        yield event(attempt, Kind.REOPENED, reasons=said)


# ----------------------------------------------------------------- objections


def to_object(attempt: Attempt) -> None:
    """Once against each decision of a person, or of silence, that grants nothing."""
    case, declared = attempt.case, attempt.case_type.objection
    decision = case.decision
    if declared is None or decision is None or decision.automatic or _grants(decision):
        raise NoObjection(
            "there is no adverse decision of a person to object to",
            why="nobody has decided, all was granted, or a rule decided: then ask for "
            "a person",
            mend="wait for the decision; what the law gives beside it stays open",
            number=case.number,
        )
    if case.contests and case.contests[-1].at >= decision.at:
        raise already(case.number, "objected to")
    last = last_day_to_contest(attempt.case_type, case, attempt.calendar)
    if attempt.day > last:
        raise TooLate(
            "the time to object has passed",
            why=f"it ended {declared.clock.days} working days after the decision",
            mend="apply for reconsideration (行政复议) or go to court in time",
            number=case.number,
            days=declared.clock.days,
        )


def _grants(decision: Decision) -> bool:
    return decision.outcome is Outcome.GRANTED


def objected(_attempt: Attempt, command: Object) -> None:
    reasons(command.grounds, "an objection", "say what is wrong with the decision")


def contest(attempt: Attempt, command: Object) -> Iterator[Event]:
    yield event(
        attempt,
        Kind.OBJECTED,
        case=command.case,
        grounds=command.grounds,
        materials=dict(command.materials),
    )


def to_answer(attempt: Attempt) -> None:
    contests = attempt.case.contests
    if not contests or contests[-1].outcome is not None:
        raise NoObjection(
            "no objection is being looked at",
            why="none was made, or it has been answered",
            mend="nothing to do",
            number=attempt.case.number,
        )


def answer(attempt: Attempt, command: AnswerObjection) -> Iterator[Event]:
    """How it ended; upheld, the case is decided anew by a person."""
    said = command.reasons
    yield event(
        attempt,
        Kind.OBJECTION_ANSWERED,
        case=command.case,
        outcome=command.outcome.value,
        reasons=said,
    )
    if command.outcome is Outcome.GRANTED:
        yield event(attempt, Kind.REOPENED, reasons=said)
