"""Charges: the pieces of a case that somebody is responsible for.

A charge is the acceptance, one step, the decision, or the look at a promise or at a
decision of a rule, which may come when the case is long closed. It is what an
official claims, a head moves, and several may have to sign together; every act
belongs to one.
"""

from collections.abc import Iterator

from tongban.kernel.case.clocks import STEP
from tongban.kernel.case.declaration import (
    CaseKind,
    CaseType,
    Joint,
    PromiseKind,
    Seat,
)
from tongban.kernel.case.model import Case, Phase, PromiseStanding
from tongban.kernel.case.steps import running


ACCEPT, DECIDE = "accept", "decide"
CHECK, REVIEW = "check-promise", "review-sample"


def of_step(name: str) -> str:
    return f"{STEP}{name}"


def declared(case_type: CaseType) -> tuple[str, ...]:
    """Every charge that a case of this type can have, in the order of the work.

    None in a one-thing: its items have them.
    """
    if case_type.kind is CaseKind.ONE_THING:
        return ()
    own = (of_step(step.name) for step in case_type.steps if step.case_type is None)
    looks = {
        CHECK: case_type.promise is not None,
        REVIEW: case_type.rule is not None and case_type.rule.sample is not None,
    }
    return (ACCEPT, *own, DECIDE, *(look for look, has in looks.items() if has))


def awaited(case_type: CaseType, case: Case) -> tuple[str, ...]:
    """The charges that wait for somebody now; none while the applicant is awaited."""
    if case_type.kind is CaseKind.ONE_THING:
        return ()
    return (*_work(case), *_looks(case_type, case))


def _work(case: Case) -> tuple[str, ...]:
    if case.phase is Phase.SUBMITTED:
        return (ACCEPT,)
    if case.phase is not Phase.ACCEPTED:
        return ()
    return tuple(map(of_step, running(case))) or (DECIDE,)


def _looks(case_type: CaseType, case: Case) -> Iterator[str]:
    """What is to be looked at, in whatever phase the case is."""
    declared, made = case_type.promise, case.promise
    if declared is not None and made is not None and not made.is_settled:
        lacking = declared.kind is PromiseKind.LACKING
        given = lacking or made.standing is PromiseStanding.BROKEN
        if made.supplied if given else case.granted:
            yield CHECK
    stands = case.decision is not None and case.decision.automatic
    if stands and case.sample is not None and case.sample.reviewed is None:
        yield REVIEW


def post_of(case_type: CaseType, charge: str) -> str | None:
    """The post that is declared for ``charge``."""
    if charge.startswith(STEP):
        return case_type.step(charge.removeprefix(STEP)).post
    promise = case_type.promise
    return {
        ACCEPT: case_type.acceptor,
        DECIDE: case_type.decider,
        CHECK: (promise and promise.post) or case_type.acceptor,
        REVIEW: case_type.head,
    }[charge]


def joint_of(case_type: CaseType, charge: str) -> Joint | None:
    """Who has to sign ``charge`` together, if that is declared."""
    if charge.startswith(STEP):
        return case_type.step(charge.removeprefix(STEP)).joint
    return case_type.joint if charge == DECIDE else None


def office_of(case_type: CaseType, seat: Seat) -> str:
    """The organisation of a seat."""
    return seat.organization or case_type.organization


def offices(case_type: CaseType) -> frozenset[str]:
    """Every organisation that has a part in cases of this type."""
    joints = (joint_of(case_type, charge) for charge in declared(case_type))
    seats = (seat for joint in joints if joint for seat in joint.seats)
    return frozenset(
        {case_type.organization, *(office_of(case_type, s) for s in seats)}
    )
