"""What one act moves: the case, the one-thing above it, the items below it.

Everything here happens in memory and the kernel decides each step. A flow is run
twice with the same outcome: first to learn what it needs (a rule's verdict, which
asks departments; numbers for new cases), then inside the transaction that writes.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from typing import Any

from tongban.kernel.case.certificate import not_in_force
from tongban.kernel.case.charges import DECIDE
from tongban.kernel.case.commands import (
    AnswerObjection,
    Command,
    CompleteStep,
    Decide,
    Draw,
    Open,
    Tell,
    Withdraw,
)
from tongban.kernel.case.decide import decide
from tongban.kernel.case.declaration import CaseType
from tongban.kernel.case.fold import evolve
from tongban.kernel.case.lapse import lapse
from tongban.kernel.case.migrating import migrated
from tongban.kernel.case.model import Case, Event, Kind, Outcome
from tongban.kernel.terms import SYSTEM, Actor, WorkingCalendar
from tongban.store import clock, history
from tongban.store.history import Known
from tongban.store.jurisdiction import current


Explanation = Sequence[Mapping[str, Any]]
WITH_ONE_THING = "with the one-thing"
ENDS = (Kind.DECIDED, Kind.NOT_ACCEPTED, Kind.WITHDRAWN)


@dataclass(slots=True)
class Moving:
    """One case within a flow; ``before`` is None for one that the flow opens.

    ``was`` is the type it was of before, where the flow moved it to another.
    """

    case_type: CaseType
    before: Case | None
    case: Case
    events: list[Event] = field(default_factory=list)
    was: CaseType | None = None
    held: bool = False  # something was in force before what happened last


def _no_papers(_case_type: CaseType, _parent: Case) -> Mapping[str, str]:
    return {}


def _all_hold(_case: Case) -> Sequence[str]:
    return ()


def _nothing(*_told: Any) -> None:
    """For a flow that only wants to know what would happen."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a flow asks of the world while it runs, and tells it.

    ``verdict`` gives the truth of each condition of a rule, or None when it cannot
    be had; ``number`` names the new case of a step; ``papers`` are the materials
    that a new item finds, ``lost`` the numbers of certificates that a case relies on
    and that are no longer in force. ``happened`` is told of all events in their
    order, before ``granted`` is told of a case that was granted; ``unmet`` of a rule
    that leaves the case to a person; ``revoked`` of what was granted and falls.
    ``draw`` says whether a rule's decision is looked at again.
    """

    verdict: Callable[[CaseType, Case], Explanation | None]
    number: Callable[[str, str], str]
    papers: Callable[[CaseType, Case], Mapping[str, str]] = _no_papers
    granted: Callable[[CaseType, Case, Sequence[Event]], None] = _nothing
    lost: Callable[[Case], Sequence[str]] = _all_hold
    happened: Callable[["Moving", Sequence[Event]], None] = _nothing
    unmet: Callable[[Case, Explanation], None] = _nothing
    revoked: Callable[[CaseType, Case, Sequence[Event]], None] = _nothing
    draw: Callable[[CaseType, str], Draw | None] = _nothing


@dataclass(slots=True)
class Flow:
    """Cases as they move at one moment; ``moved`` are those with new events."""

    at: datetime
    calendar: WorkingCalendar
    around: Surroundings
    known: dict[str, Moving] = field(default_factory=dict)

    @property
    def moved(self) -> list[Moving]:
        return [each for each in self.known.values() if each.events]

    def meet(self, found: Known) -> Moving:
        """Let the flow know a stored case."""
        moving = Moving(found.case_type, found.case, found.case)
        return self.known.setdefault(found.case.number, moving)

    def remember(self, moving: Moving) -> None:
        """Let the flow know a stored case as another flow found it."""
        if moving.before is not None:
            found = moving.was or moving.case_type
            again = Moving(found, moving.before, moving.before)
            self.known[moving.before.number] = again

    def open(self, case_type: CaseType, command: Open, by: Actor) -> None:
        events = decide(
            case_type, None, command, by=by, at=self.at, calendar=self.calendar
        )
        case = reduce(evolve, events, None)
        assert case is not None
        moving = self.known[case.number] = Moving(case_type, None, case)
        self._happened(moving, case, events)

    def act(
        self, number: str, command: Command, by: Actor, seen: int | None = None
    ) -> None:
        """Carry out ``command``; raises what the kernel raises."""
        moving = self._moving(number)
        events = decide(
            moving.case_type,
            moving.case,
            command,
            by=by,
            at=self.at,
            calendar=self.calendar,
            seen=seen,
        )
        if isinstance(command, Decide) and command.outcome is Outcome.GRANTED:
            self._stands(moving.case)
        self._add(moving, events)

    def _stands(self, case: Case) -> None:
        """Nothing is granted on a certificate that was taken away; `NotInForce`."""
        if lost := self.around.lost(case):
            raise not_in_force(lost)

    def settle(self, number: str) -> None:
        """Write down what time alone has brought about."""
        moving = self._moving(number)
        self._add(moving, lapse(moving.case_type, moving.case, self.at, self.calendar))

    def migrate(self, number: str, case_type: CaseType | None, pack: str) -> None:
        """Let a case run under other declarations; raises Immovable."""
        self.settle(number)
        moving = self._moving(number)
        events = migrated(
            moving.case_type,
            case_type,
            moving.case,
            pack,
            by=SYSTEM,
            at=self.at,
            calendar=self.calendar,
        )
        assert case_type is not None
        moving.was, moving.case_type = moving.case_type, case_type
        self._add(moving, events)

    def _moving(self, number: str) -> Moving:
        known = self.known.get(number)
        return known if known is not None else self.meet(history.load(number))

    def _add(self, moving: Moving, events: Sequence[Event]) -> None:
        self._happened(moving, reduce(evolve, events, moving.case), events)

    def _happened(self, moving: Moving, case: Case, events: Sequence[Event]) -> None:
        moving.events += events
        moving.held = bool(moving.case.granted) and moving.case is not case
        moving.case = case
        self.around.happened(moving, events)
        self._follow(case.number, events)

    def _follow(self, number: str, events: Sequence[Event]) -> None:
        """What ``events`` of one case bring about in others."""
        moving = self.known[number]
        for event in events:
            if event.kind is Kind.STEP_STARTED:
                self._start(moving, event.data["step"])
            elif event.kind in (Kind.OPENED, Kind.CORRECTION_SUPPLIED):
                self._judge(moving)
            elif event.kind in ENDS:
                self._end(moving, events)
            elif event.kind is Kind.REVOKED:
                self.around.revoked(moving.case_type, moving.case, events)
            elif event.kind is Kind.OBJECTED:
                self._contest(moving, event)

    def _start(self, moving: Moving, step: str) -> None:
        """Open the item that a step of a one-thing is."""
        code = moving.case_type.step(step).case_type
        if code is None:
            return
        parent = moving.case
        # The law of the day on which it was applied for, not of the day of its turn.
        applied = clock.local(parent.opened).date()
        child = history.type_for(code, parent.data, applied, parent.pack)
        command = Open(
            number=self.around.number(parent.number, step),
            applicant=parent.applicant,
            data=_shared(parent.data, child),
            materials=self.around.papers(child, parent),
            channel=parent.channel,
            parent=parent.number,
            sources=_shared(parent.sources, child),
            person=parent.person,
            promises=tuple(vow for vow in parent.vows if vow.item == code),
            # A family lives under one law: its steps name its items.
            pack=parent.pack,
        )
        self.open(child, command, SYSTEM)

    def _contest(self, moving: Moving, event: Event) -> None:
        """Open the objection to a decision, with whoever answered for it."""
        first, declared = moving.case, moving.case_type
        assert declared.objection is not None
        assert first.decision is not None
        signed = {s.by for s in first.signatures.get(DECIDE, ())}
        data = {
            "contested_case": first.number,
            "organization": declared.organization,
            "grounds": event.data["grounds"],
        }
        command = Open(
            number=event.data["case"],
            applicant=first.applicant,
            data=data,
            materials=event.data["materials"],
            channel=first.channel,
            about=first.number,
            excluded=frozenset({first.decision.by, *signed}) - {SYSTEM.account},
            pack=current().digest,
        )
        code = declared.objection.case_type
        self.open(history.type_for(code, data, self.at.date()), command, SYSTEM)

    def _judge(self, moving: Moving) -> None:
        """Let a declared rule decide; where it cannot grant, a person will look."""
        case = moving.case
        asked = case.person or case.reviews
        if moving.case_type.rule is None or asked or not case.is_open:
            return
        if self.around.lost(case):
            return
        explanation = self.around.verdict(moving.case_type, case)
        if explanation and all(each["truth"] is True for each in explanation):
            drawn = self.around.draw(moving.case_type, case.number)
            command = Decide(Outcome.GRANTED, "", tuple(explanation), drawn)
            self.act(case.number, command, SYSTEM)
        elif explanation:
            self.around.unmet(case, explanation)

    def _end(self, moving: Moving, events: Sequence[Event]) -> None:
        case = moving.case
        if case.outcome is Outcome.GRANTED and not moving.held:
            self.around.granted(moving.case_type, case, events)
        if case.outcome is Outcome.WITHDRAWN:
            self._withdraw_items(moving)
        if case.parent is not None and case.outcome is not None:
            self._report(case.parent, case)
        if case.about is not None and moving.case_type.contests:
            self._answer(case.about, case)
        elif case.about is not None:
            self._tell(case.about, case)

    def _answer(self, first: str, objection: Case) -> None:
        """Tell the decision objected to what came of that."""
        assert objection.outcome is not None
        reasons = objection.decision.reasons if objection.decision else ""
        answer = AnswerObjection(objection.number, objection.outcome, reasons)
        self.act(first, answer, SYSTEM)

    def _withdraw_items(self, moving: Moving) -> None:
        if not any(step.case_type for step in moving.case_type.steps):
            return
        for found in history.items_of(moving.case.number):
            child = self.meet(found)
            if child.case.is_open:
                self.act(child.case.number, Withdraw(WITH_ONE_THING), SYSTEM)

    def _report(self, number: str, child: Case) -> None:
        """Tell the one-thing how its item ended, if it still waits for that."""
        parent = self._moving(number)
        assert child.outcome is not None
        for step in _running(parent):
            if parent.case_type.step(step).case_type == child.type:
                command = CompleteStep(step, child.outcome, child=child.number)
                self.act(number, command, SYSTEM)
                return

    def _tell(self, number: str, ended: Case) -> None:
        """Tell the matter that a case was about, and its items whom that concerns."""
        assert ended.outcome is not None
        known = self.known.get(number)
        found = known or (stored := history.find(number)) and self.meet(stored)
        if not found or found.case.applicant != ended.applicant:
            return  # never sent
        family = [found, *(self.meet(each) for each in history.items_of(number))]
        for moving in family:
            if moving.case.is_open and _rests_on(moving.case, ended.number):
                command = Tell(ended.number, ended.outcome)
                self.act(moving.case.number, command, SYSTEM)


def _rests_on(case: Case, number: str) -> bool:
    """Whether a value of the case is contested in the case of that number."""
    return any(source.get("correction") == number for source in case.sources.values())


def _shared(values: Mapping[str, Any], child: CaseType) -> dict[str, Any]:
    """What of a one-thing's values its item may know, and no more."""
    return {name: value for name, value in values.items() if name in child.uses}


def _running(moving: Moving) -> Iterator[str]:
    if moving.case.is_open:
        for name, state in moving.case.steps.items():
            if state.is_running:
                yield name
