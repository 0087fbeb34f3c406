"""Who works on a charge: claimed and released, moved by the head, stepped back from.

None of these acts can make a case leave every inbox: a charge has a post under any
of them, the head has every charge of the organisation, and the competent department
whatever rises to it. Nor does any of them count as work on the case (`Kind.is_desk`),
so that nobody keeps a case from rising by passing it round.
"""

from collections.abc import Iterator

from tongban.kernel.case import attempt as authority
from tongban.kernel.case import charges
from tongban.kernel.case.attempt import Attempt
from tongban.kernel.case.commands import Claim, Reassign, Recuse, Release, Urge
from tongban.kernel.case.contents import reasons
from tongban.kernel.case.effects import event
from tongban.kernel.case.guards import open_case
from tongban.kernel.case.model import Event, Kind
from tongban.kernel.case.refusals import Already, NotReady, NotYours, Undeclared
from tongban.kernel.terms import did_you_mean


def holder(attempt: Attempt) -> str:
    _known(attempt)
    return authority.charge_holder(attempt, attempt.target)


def mover(attempt: Attempt) -> str:
    """The head of the organisation, or who looks after it from above."""
    _known(attempt)
    try:
        return authority.head(attempt)
    except NotYours:
        return superior(attempt)


def superior(attempt: Attempt) -> str:
    """The competent department: its supervisor or its leader."""
    above = attempt.case_type.oversight
    if above is None:
        return authority.by_post(attempt, attempt.case_type.organization)
    posts = (above.supervisor, above.leader)
    return authority.by_post(attempt, above.organization, *posts)


def officer(attempt: Attempt) -> str:
    """Any official who has a part in the case, tied to a party or not."""
    by, declared = attempt.by, attempt.case_type
    posts = {charges.post_of(declared, charge) for charge in _all(attempt)}
    posts |= {declared.head} if posts else set()
    own = by.organization == declared.organization and posts & by.posts
    given = {each.officer for each in attempt.case.assignments.values()}
    if own or by.account in given or _has_seat(attempt):
        return ""
    raise NotYours(
        "you have no part in this case to step back from",
        why="it is worked on by other posts",
        mend="leave it to them",
        organization=declared.organization,
        posts="",
    )


def _has_seat(attempt: Attempt) -> bool:
    declared, by = attempt.case_type, attempt.by
    joints = (charges.joint_of(declared, c) for c in charges.declared(declared))
    return any(
        by.organization == charges.office_of(declared, seat) and seat.post in by.posts
        for joint in joints
        if joint
        for seat in joint.seats
    )


def to_claim(attempt: Attempt) -> None:
    _awaited(attempt)
    if _has(attempt) == attempt.holder:
        raise _already(attempt, "claimed")


def to_release(attempt: Attempt) -> None:
    _awaited(attempt)
    if _has(attempt) is None:
        raise NotReady(
            "nobody has claimed this",
            why="only what was claimed can be released",
            mend="nothing to do",
            number=attempt.case.number,
        )


def to_reassign(attempt: Attempt) -> None:
    _awaited(attempt)


def to_recuse(attempt: Attempt) -> None:
    open_case(attempt)
    if attempt.by.account in {each.account for each in attempt.case.recusals}:
        raise _already(attempt, "left by you")


def to_urge(attempt: Attempt) -> None:
    open_case(attempt)


def destination(attempt: Attempt, command: Reassign) -> None:
    """A post that has work in this case type, or one officer, with the reason."""
    reasons(command.reason, "a reassignment", "say why it moves")
    posts = {charges.post_of(attempt.case_type, c) for c in _all(attempt)}
    known = {post for post in (*posts, attempt.case_type.head) if post is not None}
    if not (command.post or command.officer) or (command.post not in {"", *known}):
        raise Undeclared(
            "a charge goes to a post of this work or to one official",
            why="somebody has to be there to act",
            mend=did_you_mean(command.post, known),
            name=command.post,
        )


def grounds(_attempt: Attempt, command: Recuse) -> None:
    reasons(command.reason, "stepping back", "say why you should have no part in it")


def note(_attempt: Attempt, command: Urge) -> None:
    reasons(command.note, "pressing for a case", "say what has to be done by when")


def claim(attempt: Attempt, command: Claim) -> Iterator[Event]:
    yield event(attempt, Kind.CLAIMED, charge=command.charge)


def release(attempt: Attempt, command: Release) -> Iterator[Event]:
    yield event(attempt, Kind.RELEASED, charge=command.charge)


def reassign(attempt: Attempt, command: Reassign) -> Iterator[Event]:
    yield event(
        attempt,
        Kind.REASSIGNED,
        charge=command.charge,
        post=command.post,
        officer=command.officer,
        reason=command.reason,
    )


def recuse(attempt: Attempt, command: Recuse) -> Iterator[Event]:
    yield event(
        attempt,
        Kind.RECUSED,
        account=attempt.by.account,
        reason=command.reason,
        head=attempt.case_type.head in attempt.by.posts,
    )


def urge(attempt: Attempt, command: Urge) -> Iterator[Event]:
    yield event(attempt, Kind.URGED, note=command.note)


def _all(attempt: Attempt) -> tuple[str, ...]:
    return charges.declared(attempt.case_type)


def _known(attempt: Attempt) -> None:
    known = _all(attempt)
    if attempt.target not in known:
        raise Undeclared(
            f"{attempt.case_type.code} has no charge {attempt.target!r}",
            why="charges are the acceptance, the steps and the decision",
            mend=did_you_mean(attempt.target, known),
            name=attempt.target,
        )


def _awaited(attempt: Attempt) -> None:
    if attempt.target not in charges.awaited(attempt.case_type, attempt.case):
        open_case(attempt)
        raise NotReady(
            "this is not what the case waits for",
            why="only what waits for somebody can be claimed or moved",
            mend="look at the case as it is now",
            number=attempt.case.number,
        )


def _has(attempt: Attempt) -> str | None:
    given = attempt.case.assignments.get(attempt.target)
    return given.officer if given else None


def _already(attempt: Attempt, done: str) -> Already:
    return Already(
        f"case {attempt.case.number} was {done} already",
        why="it is done once",
        mend="nothing to do: look at the case as it is now",
        number=attempt.case.number,
        done=done,
    )
