"""The graph of steps: what runs, what may start, what falls, and how a sum ends."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import reduce

from tongban.kernel.case.declaration import CaseKind, CaseType
from tongban.kernel.case.fold import evolve
from tongban.kernel.case.model import (
    Case,
    Event,
    Kind,
    Outcome,
    Phase,
    PromiseStanding,
)
from tongban.kernel.terms import SYSTEM


def running(case: Case) -> tuple[str, ...]:
    """Names of the steps at work, in the order they started."""
    return tuple(name for name, state in case.steps.items() if state.is_running)


def failed(case: Case) -> tuple[str, ...]:
    """Names of the steps that ended without success, dropped ones included."""
    return tuple(
        name
        for name, state in case.steps.items()
        if not state.is_running and not state.succeeded
    )


def is_broken(case: Case) -> bool:
    """Whether its applicant broke a promise and has not made it good."""
    return case.promise is not None and case.promise.standing is PromiseStanding.BROKEN


def spared(case_type: CaseType, case: Case) -> frozenset[str]:
    """The steps for which the applicant's word stands (告知承诺)."""
    if case_type.promise is None or case.promise is None or is_broken(case):
        return frozenset()
    return case_type.promise.spares


def all_succeeded(case_type: CaseType, case: Case) -> bool:
    without = spared(case_type, case)
    return all(
        _succeeded(case, step.name) or step.name in without for step in case_type.steps
    )


def _succeeded(case: Case, name: str) -> bool:
    return name in case.steps and case.steps[name].succeeded


def drop_running(case: Case, at: datetime, because: str) -> tuple[Event, ...]:
    """Events by which all work at hand ends without an outcome."""
    return tuple(_dropped(name, at, because) for name in running(case))


def _dropped(name: str, at: datetime, because: str) -> Event:
    data = {"step": name, "because": because}
    return Event(Kind.STEP_DROPPED, at, SYSTEM.account, data)


def with_consequences(
    case_type: CaseType, case: Case | None, events: Iterable[Event]
) -> tuple[Event, ...]:
    """``events`` and what they bring about at once, without anybody's act.

    Steps that can no longer have what they need are dropped, steps that now have
    it start, and a one-thing with nothing left to wait for closes with the sum
    of its items.
    """
    made = list(events)
    after = reduce(evolve, made, case)
    if after is None or after.phase is not Phase.ACCEPTED:
        return tuple(made)
    at = made[-1].at
    for follow in (_fallen, _ready, _summed):
        more = tuple(follow(case_type, after, at))
        made += more
        after = reduce(evolve, more, after)
    return tuple(made)


def _fallen(case_type: CaseType, case: Case, at: datetime) -> Iterator[Event]:
    """Drops of the steps that need a fallen one, and of those that need these."""
    fallen = set(failed(case))
    waiting = [s for s in case_type.steps if s.name not in case.steps]
    while lost := [(s, min(s.needs & fallen)) for s in waiting if s.needs & fallen]:
        for step, need in lost:
            yield _dropped(step.name, at, f"needs:{need}")
            fallen.add(step.name)
            waiting.remove(step)


def _ready(case_type: CaseType, case: Case, at: datetime) -> Iterator[Event]:
    without = spared(case_type, case)
    for step in case_type.steps:
        if step.name in case.steps or step.name in without:
            continue
        if all(_succeeded(case, need) or need in without for need in step.needs):
            data = {"step": step.name}
            yield Event(Kind.STEP_STARTED, at, SYSTEM.account, data)


def _summed(case_type: CaseType, case: Case, at: datetime) -> Iterator[Event]:
    begun = case_type.kind is CaseKind.ONE_THING and bool(case.steps)
    if begun and not running(case):
        data = {
            "outcome": _sum(case).value,
            "reasons": "",
            "automatic": True,
            "explanation": [
                {"step": name, "outcome": state.outcome and state.outcome.value}
                for name, state in case.steps.items()
            ],
        }
        yield Event(Kind.DECIDED, at, SYSTEM.account, data)


def _sum(case: Case) -> Outcome:
    """All granted, some granted, none granted; withdrawn if nobody refused any."""
    outcomes = {state.outcome for state in case.steps.values()}
    if outcomes == {Outcome.GRANTED}:
        return Outcome.GRANTED
    if outcomes & {Outcome.GRANTED, Outcome.PARTIAL}:
        return Outcome.PARTIAL
    if outcomes & {Outcome.REFUSED, Outcome.DECLINED}:
        return Outcome.REFUSED
    return Outcome.WITHDRAWN
