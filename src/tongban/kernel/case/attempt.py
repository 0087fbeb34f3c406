"""An attempt: who wants to act on which case, when; and whether it is theirs to do.

An official acts in the name of the organisation that answers for the case type,
by the post it names for the act; the head may act in every post's place. Only
the applicant may do what is the applicant's. The system keeps one-things' books
and applies declared rules, nothing else.
"""

from dataclasses import dataclass
from datetime import date, datetime

from tongban.kernel.case.declaration import CaseKind, CaseType
from tongban.kernel.case.model import Case, Outcome
from tongban.kernel.case.refusals import NotYours, UnknownStep
from tongban.kernel.terms import Actor, WorkingCalendar, did_you_mean


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a rule may look at. ``target`` is the step or the outcome it is about."""

    case_type: CaseType
    case: Case
    by: Actor
    at: datetime
    calendar: WorkingCalendar
    target: str = ""

    @property
    def day(self) -> date:
        return self.calendar.day(self.at)


def applicant(attempt: Attempt) -> None:
    if attempt.by.subject != attempt.case.applicant:
        raise NotYours(
            "only the applicant may do this",
            why=f"case {attempt.case.number} belongs to somebody else",
            mend="sign in as the applicant, or as somebody who may act for them",
            number=attempt.case.number,
        )


def system(attempt: Attempt) -> None:
    if not attempt.by.is_system:
        raise NotYours(
            "nobody does this by hand",
            why="it is written down when another case ends",
            mend="nothing to do",
            number=attempt.case.number,
        )


def acceptor(attempt: Attempt) -> None:
    _officer(attempt, attempt.case_type.acceptor)


def decider(attempt: Attempt) -> None:
    _officer(attempt, attempt.case_type.decider)


def head(attempt: Attempt) -> None:
    _officer(attempt, None)


def _officer(attempt: Attempt, post: str | None) -> None:
    declared, by = attempt.case_type, attempt.by
    posts = {name for name in (post, declared.head) if name is not None}
    if by.organization == declared.organization and posts & by.posts:
        return
    named = ", ".join(sorted(posts)) or "nobody"
    raise NotYours(
        "this is not for you to do",
        why=f"at {declared.organization} it is done by: {named}",
        mend="leave it to them, or ask to be given the post",
        organization=declared.organization,
        posts=named,
    )


def step_owner(attempt: Attempt) -> None:
    """The step's post; for a step that is a child case, the system reports its end."""
    declared = {step.name: step for step in attempt.case_type.steps}
    step = declared.get(attempt.target)
    if step is None:
        raise UnknownStep(
            f"{attempt.case_type.code} has no step {attempt.target!r}",
            why="only declared steps can be ended",
            mend=did_you_mean(attempt.target, declared),
            step=attempt.target,
        )
    if step.case_type is None:
        _officer(attempt, step.post)
    elif not attempt.by.is_system:
        raise NotYours(
            f"step {step.name!r} ends with its own case",
            why=f"it is a case of {step.case_type}, decided where that belongs",
            mend="act on that case",
            step=step.name,
        )


def judge(attempt: Attempt) -> None:
    """Who decides: the decider, or the declared rule, which can only grant.

    A machine alone never refuses, and where the applicant has asked for a person
    it does not decide at all (个人信息保护法 art. 24).
    """
    if attempt.case_type.kind is CaseKind.ONE_THING:
        raise NotYours(
            "nobody decides a one-thing",
            why="its outcome is the sum of its items' decisions",
            mend="decide the items",
        )
    if not attempt.by.is_system:
        decider(attempt)
        return
    grants = attempt.target == Outcome.GRANTED
    if attempt.case_type.rule is None or attempt.case.reviews or not grants:
        raise NotYours(
            "this decision is a person's",
            why="a rule may grant where the case type declares one and the "
            "applicant has not asked for a person; it never refuses",
            mend=f"leave the case to {attempt.case_type.organization}",
            organization=attempt.case_type.organization,
        )


def withdrawer(attempt: Attempt) -> None:
    """The applicant; for an item of a withdrawn one-thing the system, in their name."""
    if not (attempt.by.is_system and attempt.case.parent):
        applicant(attempt)
