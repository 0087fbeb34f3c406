"""An attempt: who wants to act on which case, when; and whether it is theirs to do.

An official acts in the name of the organisation that answers for the case type,
by the post it names for the act; the head may act in every post's place. A charge
that somebody has claimed or was given is theirs and the head's. Only the applicant
may do what is the applicant's. The system keeps one-things' books and applies
declared rules, nothing else.

Each judge of whose act it is answers with the account in whose place it is done,
empty for one's own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from tongban.kernel.case import charges
from tongban.kernel.case.declaration import CaseKind, CaseType
from tongban.kernel.case.model import Assignment, Case, Outcome
from tongban.kernel.case.refusals import (
    Claimed,
    ConflictOfInterest,
    NotYours,
    UnknownStep,
)
from tongban.kernel.terms import Actor, WorkingCalendar, did_you_mean


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a rule may look at.

    ``target`` is the step, the charge or the outcome it is about; ``behalf`` the
    account in whose place the actor stands, empty for their own.
    """

    case_type: CaseType
    case: Case
    by: Actor
    at: datetime
    calendar: WorkingCalendar
    target: str = ""
    behalf: str = ""

    @property
    def day(self) -> date:
        return self.calendar.day(self.at)

    @property
    def holder(self) -> str:
        """The account whose work this is: the absent one's where one deputises."""
        return self.behalf or self.by.account


def applicant(attempt: Attempt) -> str:
    if attempt.by.subject != attempt.case.applicant:
        raise NotYours(
            "only the applicant may do this",
            why=f"case {attempt.case.number} belongs to somebody else",
            mend="sign in as the applicant, or as somebody who may act for them",
            number=attempt.case.number,
        )
    return ""


def system(attempt: Attempt) -> str:
    if not attempt.by.is_system:
        raise NotYours(
            "nobody does this by hand",
            why="it is written down when another case ends",
            mend="nothing to do",
            number=attempt.case.number,
        )
    return ""


def acceptor(attempt: Attempt) -> str:
    return charge_holder(attempt, charges.ACCEPT)


def decider(attempt: Attempt) -> str:
    return charge_holder(attempt, charges.DECIDE)


def head(attempt: Attempt) -> str:
    return by_post(attempt, attempt.case_type.organization, attempt.case_type.head)


def checker(attempt: Attempt) -> str:
    """Whoever looks whether a promise was kept."""
    return charge_holder(attempt, charges.CHECK)


def reviewer(attempt: Attempt) -> str:
    """Whoever looks at a rule's decision again: the head, or who was given it."""
    return charge_holder(attempt, charges.REVIEW)


def charge_holder(attempt: Attempt, charge: str) -> str:
    """Whoever the charge belongs to: its holder or its post's, or the head."""
    declared = attempt.case_type
    given = attempt.case.assignments.get(charge, Assignment())
    if given.officer is not None and not is_head(attempt):
        return _assigned(attempt, given.officer)
    post = given.post or charges.post_of(declared, charge)
    return by_post(attempt, declared.organization, post, declared.head)


def is_head(attempt: Attempt) -> bool:
    office, post = attempt.case_type.organization, attempt.case_type.head
    return attempt.by.organization == office and bool(
        {post} & {*attempt.by.posts, *_deputised_posts(attempt.by)}
    )


def _deputised_posts(by: Actor) -> Iterable[str]:
    return (post for each in by.deputises for post in each.posts)


def by_post(attempt: Attempt, organization: str, *posts: str | None) -> str:
    """The act of who has one of ``posts`` of ``organization``, or stands in for one."""
    wanted, by = {post for post in posts if post is not None}, attempt.by
    if by.organization == organization:
        in_place_of = [d.account for d in by.deputises if wanted & d.posts]
        if wanted & by.posts or in_place_of:
            unbiased(attempt)
            return "" if wanted & by.posts else in_place_of[0]
    named = ", ".join(sorted(wanted)) or "nobody"
    raise NotYours(
        "this is not for you to do",
        why=f"at {organization} it is done by: {named}",
        mend="leave it to them, or ask to be given the post",
        organization=organization,
        posts=named,
    )


def _assigned(attempt: Attempt, officer: str) -> str:
    by, office = attempt.by, attempt.case_type.organization
    if by.organization == office:
        stands_in = officer in {each.account for each in by.deputises}
        if by.account == officer or stands_in:
            unbiased(attempt)
            return "" if by.account == officer else officer
    raise Claimed(
        "somebody else has this in hand",
        why="what one official has claimed or was given, two do not work on",
        mend="leave it to them, or ask the head to move it",
        number=attempt.case.number,
    )


def unbiased(attempt: Attempt) -> None:
    """Refuse who is tied to a party, or has stepped back: neither has a say (回避)."""
    recused = {each.account for each in attempt.case.recusals}
    if attempt.by.account in attempt.case.excluded:
        raise ConflictOfInterest(
            "this objection is to a decision of your own",
            why="who decided does not look at it again",
            mend="leave it to another official who has the post",
            number=attempt.case.number,
            relation="decided",
        )
    if attempt.by.related or attempt.by.account in recused:
        raise ConflictOfInterest(
            "you have no part in this case",
            why=f"you are tied to a party: {attempt.by.related}"
            if attempt.by.related
            else "you have stepped back from it",
            mend="leave it to another official or the head",
            number=attempt.case.number,
            relation=attempt.by.related or "recused",
        )


def step_owner(attempt: Attempt) -> str:
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
        return charge_holder(attempt, charges.of_step(step.name))
    if not attempt.by.is_system:
        raise NotYours(
            f"step {step.name!r} ends with its own case",
            why=f"it is a case of {step.case_type}, decided where that belongs",
            mend="act on that case",
            step=step.name,
        )
    return ""


def author(attempt: Attempt) -> str:
    """Who ended the step: nobody else's words are theirs to change."""
    behalf = step_owner(attempt)
    state = attempt.case.steps.get(attempt.target)
    if state is not None and state.by not in ("", attempt.by.account):
        raise NotYours(
            "this opinion is somebody else's",
            why="an opinion is amended by who gave it",
            mend="write yours in your own act",
            organization=attempt.case_type.organization,
            posts="",
        )
    return behalf


def judge(attempt: Attempt) -> str:
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
        return decider(attempt)
    grants = attempt.target == Outcome.GRANTED
    asked = attempt.case.person or attempt.case.reviews
    if attempt.case_type.rule is None or asked or not grants:
        raise NotYours(
            "this decision is a person's",
            why="a rule may grant where the case type declares one and the "
            "applicant has not asked for a person; it never refuses",
            mend=f"leave the case to {attempt.case_type.organization}",
            organization=attempt.case_type.organization,
        )
    return ""


def withdrawer(attempt: Attempt) -> str:
    """The applicant; for an item of a withdrawn one-thing the system, in their name."""
    if not (attempt.by.is_system and attempt.case.parent):
        applicant(attempt)
    return ""
