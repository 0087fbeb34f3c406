"""Signing together (会签): several persons, each from a seat, agree on one charge.

Whoever ends the step or makes the decision counts as signing with that very act, if
a seat is theirs. Agreed is what the quorum agrees to; refused what the quorum has
looked into and can no longer agree to. So a charge that everybody signed is settled.
"""

from collections.abc import Iterator

from tongban.kernel.case import charges, guards
from tongban.kernel.case.attempt import Attempt, by_post
from tongban.kernel.case.commands import CompleteStep, Sign
from tongban.kernel.case.contents import bounded, reasons, step_outcome
from tongban.kernel.case.contents import step_end as step_end_words
from tongban.kernel.case.declaration import Joint
from tongban.kernel.case.effects import event
from tongban.kernel.case.model import Event, Kind, Outcome
from tongban.kernel.case.refusals import Already, NotReady, NotSigned, NotYours


def signer(attempt: Attempt) -> str:
    """Who has a free seat, or one they signed from before."""
    joint = _joint(attempt)
    return _place(attempt, attempt.target, joint)[1]


def to_sign(attempt: Attempt) -> None:
    guards.open_case(attempt)
    case, charge = attempt.case, attempt.target
    paused = charge == charges.DECIDE and case.is_paused
    if paused or charge not in charges.awaited(attempt.case_type, case):
        raise NotReady(
            "there is nothing to sign yet, or no more",
            why="one signs while the step runs, or once all steps are through",
            mend="look at the case as it is now",
            number=case.number,
        )
    if attempt.by.account in {s.by for s in case.signatures.get(charge, ())}:
        raise _signed(attempt)


def opinion(_attempt: Attempt, command: Sign) -> None:
    step_outcome(command.outcome)
    bounded(command.opinion)
    if command.outcome is Outcome.REFUSED:
        reasons(command.opinion, "a signature against", "write the opinion")


def sign(attempt: Attempt, command: Sign) -> Iterator[Event]:
    seat, _ = _place(attempt, command.charge, _joint(attempt))
    yield event(
        attempt,
        Kind.SIGNED,
        charge=command.charge,
        seat=seat,
        outcome=command.outcome.value,
        opinion=command.opinion,
    )


def require(attempt: Attempt, charge: str, *outcomes: Outcome) -> None:
    """Return if ``charge`` may end by this actor with one of ``outcomes``."""
    joint = charges.joint_of(attempt.case_type, charge)
    if joint is None or any(_settled(attempt, charge, joint, o) for o in outcomes):
        return
    signed = len(attempt.case.signatures.get(charge, ()))
    raise NotSigned(
        "those who sign this together have not agreed on it yet",
        why=f"{signed} of {len(joint.seats)} have signed, {joint.needed} have to agree",
        mend="wait for their signatures",
        number=attempt.case.number,
        signed=signed,
        seats=len(joint.seats),
        needed=joint.needed,
    )


def to_complete_step(attempt: Attempt) -> None:
    guards.to_complete_step(attempt)
    if not attempt.by.is_system:
        charge = charges.of_step(attempt.target)
        require(attempt, charge, Outcome.GRANTED, Outcome.REFUSED)


def step_end(attempt: Attempt, command: CompleteStep) -> None:
    step_end_words(attempt, command)
    if not attempt.by.is_system:
        require(attempt, charges.of_step(command.step), command.outcome)


def to_decide(attempt: Attempt) -> None:
    """A rule stands in for all who would have signed."""
    guards.to_decide(attempt)
    if not attempt.by.is_system:
        require(attempt, charges.DECIDE, Outcome(attempt.target))


def _settled(attempt: Attempt, charge: str, joint: Joint, outcome: Outcome) -> bool:
    signatures = attempt.case.signatures.get(charge, ())
    votes = {signature.by: signature.outcome for signature in signatures}
    if _has_place(attempt, charge, joint):
        votes[attempt.by.account] = outcome
    agreed = sum(vote is Outcome.GRANTED for vote in votes.values())
    if outcome is Outcome.GRANTED:
        return agreed >= joint.needed
    beyond = len(votes) - agreed > len(joint.seats) - joint.needed
    return len(votes) >= joint.needed and beyond


def _has_place(attempt: Attempt, charge: str, joint: Joint) -> bool:
    try:
        _place(attempt, charge, joint)
    except (NotYours, Already):
        return False
    return True


def _place(attempt: Attempt, charge: str, joint: Joint) -> tuple[int, str]:
    """The actor's seat, and in whose place they sit there.

    Who signed once keeps that seat, however many posts they have: a person is one.
    """
    declared, head = attempt.case_type, attempt.case_type.head
    taken = {s.seat: s.by for s in attempt.case.signatures.get(charge, ())}
    mine = [seat for seat, by in taken.items() if by == attempt.by.account]
    refused: NotYours | None = None
    for number in mine or [n for n in range(len(joint.seats)) if n not in taken]:
        seat = joint.seats[number]
        office = charges.office_of(declared, seat)
        try:
            return number, by_post(attempt, office, seat.post, head)
        except NotYours as problem:
            refused = problem
    raise refused or _signed(attempt)


def _signed(attempt: Attempt) -> Already:
    return Already(
        "this is signed already",
        why="each seat is signed from once, and each person has one",
        mend="nothing to do: look at the case as it is now",
        number=attempt.case.number,
        done="signed",
    )


def _joint(attempt: Attempt) -> Joint:
    known = attempt.target in charges.declared(attempt.case_type)
    joint = charges.joint_of(attempt.case_type, attempt.target) if known else None
    if joint is None:
        raise NotYours(
            "nobody signs this together",
            why=f"{attempt.case_type.code} declares no joint signature for it",
            mend="leave it to its post",
            organization=attempt.case_type.organization,
            posts="",
        )
    return joint
