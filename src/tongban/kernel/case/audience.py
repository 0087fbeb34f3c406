"""Whom a clock concerns as it runs out."""

from dataclasses import dataclass

from tongban.kernel.case.clocks import (
    ACCEPTANCE,
    APPLICANTS,
    DECISION,
    PROMISE_CHECK,
    SAMPLE,
    STEP,
    WARNED,
    WITH_HEAD,
    WITH_SUPERIOR,
)
from tongban.kernel.case.declaration import CaseType
from tongban.kernel.case.model import ClockView


@dataclass(frozen=True, slots=True)
class Addressee:
    """A post of an organisation; without a post, the organisation itself."""

    organization: str
    post: str | None = None


def escalated_to(
    case_type: CaseType, view: ClockView, competent: str | None = None
) -> tuple[Addressee, ...]:
    """Whom the state of ``view`` is to be told, the nearest first.

    Warned: the post that has to act. Overdue: its head too. Overdue by five
    working days: the organisation ``competent`` for it (主管部门) as well, where
    the jurisdiction names one. Nobody for a clock that is in good time, and
    nobody for a correction or a promise: these are awaited from the applicant.
    """
    told: list[Addressee] = []
    if view.name in APPLICANTS:
        return ()
    here = case_type.organization
    post, head = _post(case_type, view.name), case_type.head
    if view.escalation >= WARNED and post is not None:
        told.append(Addressee(here, post))
    if view.escalation >= WITH_HEAD and head is not None:
        told.append(Addressee(here, head))
    if view.escalation >= WITH_SUPERIOR and competent is not None:
        told.append(Addressee(competent))
    return tuple(dict.fromkeys(told))


def _post(case_type: CaseType, clock: str) -> str | None:
    if clock.startswith(STEP):
        return case_type.step(clock.removeprefix(STEP)).post
    promise = case_type.promise
    return {
        ACCEPTANCE: case_type.acceptor,
        DECISION: case_type.decider,
        PROMISE_CHECK: (promise and promise.post) or case_type.acceptor,
        SAMPLE: case_type.head,
    }[clock]
