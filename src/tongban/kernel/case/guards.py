"""When the state of a case allows an act: one guard for each sort of act.

A guard returns for an act that may be done now and raises for one that may not.
What was done already is told apart from what can no longer be done and from what
has to wait, because the reader mends each of them differently.
"""

from datetime import timedelta

from tongban.kernel.case.attempt import Attempt
from tongban.kernel.case.clocks import due_day
from tongban.kernel.case.declaration import CaseKind
from tongban.kernel.case.model import Outcome, Phase
from tongban.kernel.case.refusals import (
    Already,
    Closed,
    NoClock,
    NoExtension,
    NoReview,
    NotReady,
    StepDropped,
    TooLate,
    WrongOutcome,
    already,
)
from tongban.kernel.case.runs import correction_is_late, last_day_to_object
from tongban.kernel.case.steps import all_succeeded, failed, is_broken


# Calendar days in which an applicant may have a rule's decision looked at by a
# person. The right has no limit of its own in 个人信息保护法 art. 24; this default
# is the time to apply for reconsideration, 60 days in 行政复议法 art. 20, so that
# nobody loses the one remedy by waiting for the other.
REVIEW_DAYS = 60


def open_case(attempt: Attempt) -> None:
    case = attempt.case
    if not case.is_open:
        raise Closed(
            f"case {case.number} is closed",
            why=f"it ended with: {case.outcome}",
            mend="open a new case if something is still wanted",
            number=case.number,
            outcome=str(case.outcome),
        )


def to_accept(attempt: Attempt) -> None:
    open_case(attempt)
    if attempt.case.phase is Phase.CORRECTING:
        raise _waits_for_applicant(attempt)
    if attempt.case.accepted is not None:
        raise _done(attempt, "accepted")


def to_refuse_acceptance(attempt: Attempt) -> None:
    """While it is not accepted; of one that waits for its applicant, once that is late.

    (行政许可法 art. 32: what needs no permit, and what is another organ's.)
    """
    open_case(attempt)
    if attempt.case.accepted is not None:
        raise _done(attempt, "accepted")
    if attempt.case.phase is Phase.CORRECTING and not correction_is_late(
        attempt.case_type, attempt.case, attempt.calendar, attempt.day
    ):
        raise _waits_for_applicant(attempt)


def to_ask_correction(attempt: Attempt) -> None:
    """Once, and within the limit: all that is missing is told at one time.

    (一次性告知, 行政许可法 art. 32.)
    """
    open_case(attempt)
    case = attempt.case
    if case.corrections:
        raise _done(attempt, "asked for a correction")
    last = last_day_to_object(attempt.case_type, case, attempt.calendar)
    if case.accepted is not None or last is None or attempt.day > last:
        raise TooLate(
            "a correction can no longer be asked",
            why="the case is accepted, or the limit for the notice has passed",
            mend="decide on what was handed in, or ask the applicant informally",
            number=case.number,
        )


def to_supply(attempt: Attempt) -> None:
    open_case(attempt)
    if attempt.case.phase is Phase.CORRECTING:
        return
    if attempt.case.corrections:
        raise _done(attempt, "corrected")
    raise NotReady(
        "nobody has asked for a correction",
        why="what was handed in is being looked at",
        mend="wait for a notice, or withdraw and apply again",
        number=attempt.case.number,
    )


def to_complete_step(attempt: Attempt) -> None:
    state = attempt.case.steps.get(attempt.target)
    if state is not None and state.dropped:
        raise StepDropped(
            f"step {attempt.target!r} has fallen away",
            why=state.opinion,
            mend="nothing is left to do here",
            step=attempt.target,
            because=state.opinion,
        )
    if state is not None and not state.is_running:
        raise _done(attempt, f"through step {attempt.target!r}")
    open_case(attempt)
    if state is None:
        waits = sorted(attempt.case_type.step(attempt.target).needs)
        raise NotReady(
            f"step {attempt.target!r} has not begun",
            why=f"it needs: {', '.join(waits) or 'acceptance'}",
            mend="wait until they are done",
            step=attempt.target,
            needs=waits,
        )


def to_amend_opinion(attempt: Attempt) -> None:
    """By who ended the step, while nobody has decided on the strength of it."""
    open_case(attempt)
    state = attempt.case.steps.get(attempt.target)
    if state is None or state.is_running or state.dropped:
        raise NotReady(
            f"step {attempt.target!r} has no opinion yet",
            why="an opinion is written when a step ends",
            mend="end the step first",
            step=attempt.target,
            needs=[],
        )


def to_pause(attempt: Attempt) -> None:
    _with_decision_clock(attempt)
    if attempt.case.is_paused:
        raise _done(attempt, "paused")


def to_resume(attempt: Attempt) -> None:
    _with_decision_clock(attempt)
    if attempt.case.is_paused:
        return
    if attempt.case.pauses:
        raise _done(attempt, "resumed")
    raise NotReady(
        "the clock is not paused",
        why="only what was paused can go on; a special step ends its pause itself",
        mend="nothing to do",
        number=attempt.case.number,
    )


def to_ask_extension(attempt: Attempt) -> None:
    to_extend(attempt)
    if attempt.case.request is not None:
        raise _done(attempt, "asked to be extended")
    if attempt.case_type.head is None:
        raise NoExtension(
            "nobody can grant this",
            why=f"{attempt.case_type.code} declares no head",
            mend="decide in time",
            most=0,
        )


def to_decline_extension(attempt: Attempt) -> None:
    open_case(attempt)
    if attempt.case.request is None:
        raise NotReady(
            "nobody asks for a longer limit",
            why="only what was asked for can be declined",
            mend="nothing to do",
            number=attempt.case.number,
        )


def to_extend(attempt: Attempt) -> None:
    clock = attempt.case_type.decision
    if clock is None or clock.extension == 0:
        raise NoExtension(
            "this limit cannot be made longer",
            why=f"{attempt.case_type.code} declares no extension",
            mend="decide in time",
            most=0,
        )
    _with_decision_clock(attempt)
    if attempt.case.extension:
        raise _done(attempt, "extended")
    if attempt.day > due_day(
        attempt.case_type, attempt.case, attempt.calendar, attempt.at
    ):
        raise TooLate(
            "the limit has already passed",
            why="a limit is made longer before it ends, not after",
            mend="decide now; the case is overdue",
            number=attempt.case.number,
        )


def to_decide(attempt: Attempt) -> None:
    case = attempt.case
    if case.decision is not None:
        raise _done(attempt, "decided")
    open_case(attempt)
    if attempt.target not in (Outcome.GRANTED, Outcome.REFUSED):
        raise WrongOutcome(
            f"a case cannot be decided as {attempt.target!r}",
            why="it is granted or refused; only a one-thing is partly granted",
            mend="choose one of the two",
            outcome=attempt.target,
        )
    if case.phase is Phase.CORRECTING:
        raise _waits_for_applicant(attempt)
    if attempt.target == Outcome.GRANTED:
        _no_promise_is_broken(attempt)
    if attempt.by.is_system:
        _rule_comes_first(attempt)
        return
    if case.is_paused:
        raise NotReady(
            "a special procedure is under way",
            why="its result is what the decision waits for",
            mend="end it with its result first",
            number=case.number,
        )
    _steps_are_through(attempt)


def _no_promise_is_broken(attempt: Attempt) -> None:
    if is_broken(attempt.case):
        raise NotReady(
            "the applicant's promise is broken",
            why="what it stood for is still missing",
            mend="refuse with reasons, or wait until the applicant makes it good",
            number=attempt.case.number,
        )


def _rule_comes_first(attempt: Attempt) -> None:
    """A rule stands in for people's steps, so it speaks before any of them has.

    It also stands in for the acceptance: an application that it grants was
    complete. Once a person has ended a step or paused the case for a special
    procedure, a person decides.
    """
    case = attempt.case
    if case.is_paused or any(not s.is_running for s in case.steps.values()):
        raise NotReady(
            "a person is already working on this case",
            why="a rule decides before anybody has, or not at all",
            mend="leave it to them",
            number=case.number,
        )


def _steps_are_through(attempt: Attempt) -> None:
    case = attempt.case
    if case.accepted is None:
        raise NotReady(
            "the case is not accepted yet",
            why="acceptance comes before the decision",
            mend="accept it first",
            number=case.number,
        )
    through = all_succeeded(attempt.case_type, case)
    reason_to_refuse = failed(case) or is_broken(case)
    refusable = attempt.target == Outcome.REFUSED and reason_to_refuse
    if not (through or refusable):
        raise NotReady(
            "not all steps have been done with success",
            why="a decision rests on all of them; only a refusal may come early, "
            "once one has failed",
            mend="end the steps first",
            number=case.number,
            failed=failed(case),
        )


def to_ask_review(attempt: Attempt) -> None:
    """Once, on a rule's decision, while the applicant still has the remedy."""
    case = attempt.case
    if case.reviews:
        raise _done(attempt, "asked for a person's review")
    one_thing = attempt.case_type.kind is CaseKind.ONE_THING
    if case.decision is None or not case.decision.automatic or one_thing:
        raise NoReview(
            "there is no rule's decision to review",
            why="a person decided, or will; a one-thing is reviewed item by item",
            mend="object to a person's decision, or apply for reconsideration "
            "(行政复议)",
            number=case.number,
        )
    decided = attempt.calendar.day(case.decision.at)
    if attempt.day > decided + timedelta(days=REVIEW_DAYS):
        raise TooLate(
            "the time to ask for a review has passed",
            why=f"it ended {REVIEW_DAYS} days after the decision",
            mend="open a new case if something is still wanted",
            number=case.number,
            days=REVIEW_DAYS,
        )


def to_withdraw(attempt: Attempt) -> None:
    if attempt.case.outcome is Outcome.WITHDRAWN:
        raise _done(attempt, "withdrawn")
    open_case(attempt)


def _with_decision_clock(attempt: Attempt) -> None:
    open_case(attempt)
    if attempt.case_type.decision is None:
        raise NoClock(
            "this case has no decision clock",
            why=f"{attempt.case_type.code} declares none",
            mend="nothing to do",
            number=attempt.case.number,
        )
    if attempt.case.accepted is None:
        raise NotReady(
            "the decision clock has not started",
            why="it starts with the acceptance",
            mend="accept the case first",
            number=attempt.case.number,
        )


def _done(attempt: Attempt, participle: str) -> Already:
    return already(attempt.case.number, participle)


def _waits_for_applicant(attempt: Attempt) -> NotReady:
    return NotReady(
        "the applicant has been asked for a correction",
        why="until it comes in, the case rests",
        mend="wait for the applicant",
        number=attempt.case.number,
    )
