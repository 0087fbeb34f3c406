"""How long a one-thing takes when its items run side by side (并联办理)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from tongban.kernel.case.declaration import CaseKind, CaseType, Clock, Step
from tongban.kernel.terms import UserError, did_you_mean


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step on the plan, in working days after the start.

    It can start when ``start`` days are over and end by day ``finish``; it is
    promised within ``promised`` days and must by law end within ``statutory``.
    """

    name: str
    start: int
    finish: int
    promised: int
    statutory: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Earliest times of all steps, in the order of the declaration.

    ``critical`` names the steps that decide how long the whole takes, first to
    last; ``promised`` and ``statutory`` are the working days of the whole, by the
    departments' promises and by law.
    """

    steps: tuple[PlannedStep, ...]
    critical: tuple[str, ...]
    promised: int
    statutory: int


class Unplannable(UserError):
    """The steps go round in a circle, or name a case type that is not there."""

    code = "case.unplannable"


def plan(case_type: CaseType, types: Mapping[str, CaseType]) -> Plan:
    """When each step of ``case_type`` can start and finish at the earliest.

    ``types`` are the declared case types by code. A child case takes its promised
    limits of acceptance and decision, one decided by a rule no time at all; by law
    it may take both statutory limits. Raises `Unplannable`.
    """
    return _plan(case_type, types, ())


def _plan(
    case_type: CaseType, types: Mapping[str, CaseType], within: tuple[str, ...]
) -> Plan:
    path = (*within, case_type.code)
    if case_type.code in within:
        raise _circle("case types", path)
    spans = {step.name: _span(step, types, path) for step in case_type.steps}
    order = _order(case_type)
    promised = _finishes(order, {name: span[0] for name, span in spans.items()})
    statutory = _finishes(order, {name: span[1] for name, span in spans.items()})
    return Plan(
        steps=tuple(
            PlannedStep(name, promised[name] - quick, promised[name], quick, slow)
            for name, (quick, slow) in spans.items()
        ),
        critical=_critical(case_type, promised),
        promised=max(promised.values(), default=0),
        statutory=max(statutory.values(), default=0),
    )


def _order(case_type: CaseType) -> dict[str, frozenset[str]]:
    """Each step with its needs, the needs before it."""
    needs = {step.name: step.needs for step in case_type.steps}
    try:
        order = tuple(TopologicalSorter(needs).static_order())
    except CycleError as error:
        raise _circle("steps", tuple(error.args[1])) from error
    return {name: needs[name] for name in order}


def _circle(what: str, names: tuple[str, ...]) -> Unplannable:
    return Unplannable(
        f"{what} go round in a circle: {' → '.join(names)}",
        why="none of them could ever start",
        mend="take one of these needs away",
        circle=names,
    )


def _finishes(
    order: Mapping[str, frozenset[str]], days: Mapping[str, int]
) -> dict[str, int]:
    finishes: dict[str, int] = {}
    for name, needs in order.items():
        start = max((finishes[need] for need in needs), default=0)
        finishes[name] = start + days[name]
    return finishes


def _critical(case_type: CaseType, finishes: Mapping[str, int]) -> tuple[str, ...]:
    """From the step that ends last back along what it waited for."""
    declared = [step.name for step in case_type.steps]
    needed = frozenset[str]().union(*(step.needs for step in case_type.steps))
    path: list[str] = []
    choices = [name for name in declared if name not in needed]
    while choices:
        last = max(choices, key=finishes.__getitem__)
        path.append(last)
        choices = [n for n in declared if n in case_type.step(last).needs]
    return tuple(reversed(path))


def _span(
    step: Step, types: Mapping[str, CaseType], path: tuple[str, ...]
) -> tuple[int, int]:
    """Promised and statutory working days of one step."""
    if step.case_type is None:
        return _days(step.clock, _working), _days(step.clock, _statutory)
    child = types.get(step.case_type)
    if child is None:
        raise Unplannable(
            f"step {step.name!r} is a case of unknown type {step.case_type!r}",
            why="without it nobody knows how long the step takes",
            mend=did_you_mean(step.case_type, types),
            step=step.name,
        )
    if child.kind is CaseKind.ONE_THING:
        inner = _plan(child, types, path)
        return inner.promised, inner.statutory
    limits = (child.acceptance, child.decision)
    promised = 0 if child.rule else sum(_days(clock, _working) for clock in limits)
    return promised, sum(_days(clock, _statutory) for clock in limits)


def _working(clock: Clock) -> int:
    return clock.working


def _statutory(clock: Clock) -> int:
    return clock.days


def _days(clock: Clock | None, of: Callable[[Clock], int]) -> int:
    return of(clock) if clock else 0
