"""From one set of declarations to another while a case runs: what changes, what bars.

A case runs under what was declared when it was opened. It moves only by an act that
says so, and only where nothing that has been begun would vanish.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from tongban.kernel.case.declaration import CaseType, Clock
from tongban.kernel.case.fold import evolve
from tongban.kernel.case.lapse import lapse
from tongban.kernel.case.model import Case, Event, Kind
from tongban.kernel.case.refusals import Immovable
from tongban.kernel.case.runs import ACCEPTANCE, CORRECTION, DECISION, STEP
from tongban.kernel.case.steps import running, with_consequences
from tongban.kernel.terms import SYSTEM, Actor, WorkingCalendar


@dataclass(frozen=True, slots=True)
class Difference:
    """What other declarations mean for one case.

    ``clocks`` have the working days before and after, None where there is no such
    limit. ``obstacles`` say why it cannot move; with one of them it does not.
    """

    steps_lost: tuple[str, ...]
    steps_added: tuple[str, ...]
    clocks: tuple[tuple[str, int | None, int | None], ...]
    fields_lost: tuple[str, ...]
    fields_added: tuple[str, ...]
    materials_lost: tuple[str, ...]
    materials_added: tuple[str, ...]
    obstacles: tuple[str, ...]


def difference(case: Case, old: CaseType, new: CaseType | None) -> Difference:
    """From ``old`` to ``new``, None where the type is not declared any more."""
    if new is None:
        return _nowhere(old)
    pairs = tuple(zip(_names(old), _names(new), strict=True))
    lost = [_only(was, becomes) for was, becomes in pairs]
    added = [_only(becomes, was) for was, becomes in pairs]
    return Difference(
        steps_lost=lost[0],
        steps_added=added[0],
        clocks=tuple(_clocks(old, new)),
        fields_lost=lost[1],
        fields_added=added[1],
        materials_lost=lost[2],
        materials_added=added[2],
        obstacles=tuple(_obstacles(case, old, new)),
    )


def _only(these: tuple[str, ...], those: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in these if name not in those)


def _nowhere(old: CaseType) -> Difference:
    gone = f"no case type {old.code!r} is declared any more"
    return Difference((), (), (), (), (), (), (), (gone,))


def _names(kind: CaseType) -> tuple[tuple[str, ...], ...]:
    return (
        tuple(step.name for step in kind.steps),
        tuple(field.name for field in kind.fields),
        tuple(material.name for material in kind.materials),
    )


def _clocks(
    old: CaseType, new: CaseType
) -> Iterator[tuple[str, int | None, int | None]]:
    was, becomes = dict(_limits(old)), dict(_limits(new))
    for name in dict.fromkeys((*was, *becomes)):
        before, after = was.get(name), becomes.get(name)
        if before != after:
            yield name, _working(before), _working(after)


def _working(clock: Clock | None) -> int | None:
    return None if clock is None else clock.working


def _limits(kind: CaseType) -> Iterator[tuple[str, Clock]]:
    for name, clock in (
        (ACCEPTANCE, kind.acceptance),
        (CORRECTION, kind.correction),
        (DECISION, kind.decision),
    ):
        if clock is not None:
            yield name, clock
    for step in kind.steps:
        if step.clock is not None:
            yield f"{STEP}{step.name}", step.clock


def _obstacles(case: Case, old: CaseType, new: CaseType) -> Iterator[str]:
    if old.kind is not new.kind:
        yield f"it would become another kind of work: {new.kind}"
    if old.organization != new.organization:
        yield f"another organisation would answer for it: {new.organization}"
    if case.applicant.kind not in new.applicants:
        yield f"it is not for a {case.applicant.kind} any more"
    steps = {step.name: step for step in new.steps}
    for name in running(case):
        if name not in steps:
            yield f"step {name!r} is at work and would vanish"
    for name in case.steps:
        if name in steps and old.step(name).case_type != steps[name].case_type:
            yield f"step {name!r} would be another matter than it was begun as"
    if case.promise is not None and old.promise != new.promise:
        yield "a promise was made in it that reads otherwise now"


def migrated(
    old: CaseType,
    new: CaseType | None,
    case: Case,
    pack: str,
    *,
    by: Actor,
    at: datetime,
    calendar: WorkingCalendar,
) -> tuple[Event, ...]:
    """The events by which ``case`` runs under ``new``, of the declarations ``pack``.

    Immovable where there is an obstacle, and where a shorter limit would have passed
    in silence long before anybody could know of it.
    """
    found = difference(case, old, new)
    if new is None or found.obstacles:
        raise _immovable(case, found.obstacles)
    data = {"pack": pack, "lost": [n for n in found.steps_lost if n in case.steps]}
    event = Event(Kind.MIGRATED, at, by.account or SYSTEM.account, data)
    if lapse(new, evolve(case, event), at, calendar):
        raise _immovable(case, ("under the new limits time would speak at once",))
    return with_consequences(new, case, [event])


def _immovable(case: Case, obstacles: tuple[str, ...]) -> Immovable:
    return Immovable(
        f"case {case.number} cannot run under the new declarations",
        why="; ".join(obstacles),
        mend="let it end under those it was opened under",
        number=case.number,
        obstacles="; ".join(obstacles),
    )
