"""How a matter stands: one lane per department, the person's next act, the log."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tongban.capabilities.services.promising import Kept, kept
from tongban.kernel.case.clocks import (
    ACCEPTANCE,
    CORRECTION,
    DECISION,
    PROMISE,
    clocks,
)
from tongban.kernel.case.decide import next_acts
from tongban.kernel.case.declaration import CaseKind, CaseType, Step
from tongban.kernel.case.item import Material
from tongban.kernel.case.model import (
    Case,
    ClockState,
    ClockView,
    Event,
    Kind,
    Outcome,
    Phase,
    StepState,
)
from tongban.kernel.case.planning import plan
from tongban.kernel.case.remedies import Remedy, remedies
from tongban.kernel.terms import Actor, Text
from tongban.pack.model import Pack
from tongban.store.cases import kind_of


SUPPLY, REVIEW, WITHDRAW = "supply-correction", "ask-review", "withdraw"
OBJECT = "object"


LIVE = (ClockState.RUNNING, ClockState.OVERDUE, ClockState.PAUSED)


class Standing(StrEnum):
    """How one department's part stands, as a citizen would put it."""

    WAITING = "waiting"  # for another part
    RECEIVED = "received"
    CORRECTING = "correcting"  # for the person
    RUNNING = "running"
    PAUSED = "paused"
    GRANTED = "granted"
    PARTIAL = "partial"
    REFUSED = "refused"
    DECLINED = "declined"
    REVOKED = "revoked"  # granted, and taken back
    WITHDRAWN = "withdrawn"
    DROPPED = "dropped"  # fell away with another part


LOOKS = {
    Standing.GRANTED: "done",
    Standing.RUNNING: "now",
    Standing.RECEIVED: "now",
    Standing.PAUSED: "now",
    Standing.PARTIAL: "done",
    Standing.CORRECTING: "late",
    Standing.REFUSED: "late",
    Standing.DECLINED: "late",
    Standing.REVOKED: "late",
}
# Who of an office works on a case, and what officials say among themselves.
UNTOLD = {
    Kind.CLAIMED,
    Kind.RELEASED,
    Kind.REASSIGNED,
    Kind.RECUSED,
    Kind.SIGNED,
    Kind.OPINION_AMENDED,
    Kind.EXTENSION_ASKED,
    Kind.EXTENSION_DECLINED,
}
CHIPS = {
    Standing.GRANTED: "good",
    Standing.PARTIAL: "good",
    Standing.RUNNING: "wait",
    Standing.RECEIVED: "wait",
    Standing.PAUSED: "warn",
    Standing.CORRECTING: "warn",
    Standing.REFUSED: "bad",
    Standing.DECLINED: "bad",
    Standing.REVOKED: "bad",
}


@dataclass(frozen=True, slots=True)
class Lane:
    """One part: a child case, or what is still to become one (``case`` is None).

    ``clock`` is the limit that runs now, or that ended the part; ``waits_for`` names
    what comes before.
    """

    name: str
    title: Text
    organization: Text
    standing: Standing
    case: Case | None
    clock: ClockView | None
    acts: tuple[str, ...]
    waits_for: tuple[Text, ...]
    steps: tuple[tuple[Step, StepState], ...] = ()
    promise: Kept | None = None
    promise_clock: ClockView | None = None
    remedies: tuple[Remedy, ...] = ()

    @property
    def to_supply(self) -> bool:
        """Whether what was promised waits for the person."""
        return self.promise is not None and self.promise.may_supply

    @property
    def may_object(self) -> bool:
        return OBJECT in self.acts

    @property
    def has_notice(self) -> bool:
        """Whether there is a dated paper: of an acceptance or of a decision."""
        case = self.case
        return case is not None and bool(case.accepted or case.decision)

    @property
    def look(self) -> str:
        late = self.clock is not None and self.clock.state is ClockState.OVERDUE
        return "late" if late else LOOKS.get(self.standing, "")

    @property
    def chip(self) -> str:
        return CHIPS.get(self.standing, "")

    @property
    def is_automatic(self) -> bool:
        return self.case is not None and automatic(self.case)

    @property
    def may_ask_review(self) -> bool:
        return REVIEW in self.acts


@dataclass(frozen=True, slots=True)
class Duty:
    """What the person has to do now in one part, and by when."""

    case: Case
    title: Text
    note: str
    missing: tuple[Text, ...]
    clock: ClockView | None


@dataclass(frozen=True, slots=True)
class Progress:
    """The state of a matter for the person whose it is.

    ``expected`` is the day by which all promises together end it; ``running`` says
    whether anything can still happen without the person.
    """

    case: Case
    matter: CaseType
    standing: Standing
    lanes: tuple[Lane, ...]
    duties: tuple[Duty, ...]
    may_withdraw: bool
    expected: date | None
    running: bool

    @property
    def chip(self) -> str:
        return CHIPS.get(self.standing, "")


def progress(
    case: Case, children: Iterable[Case], pack: Pack, viewer: Actor, now: datetime
) -> Progress:
    """How ``case`` and its items stand at ``now`` for ``viewer``."""
    matter = kind_of(case, pack)
    own = next_acts(matter, case, viewer, now, pack.calendar)
    if matter.kind is CaseKind.ONE_THING:
        lanes = _lanes(case, matter, tuple(children), pack, viewer, now)
    else:
        lanes = (_lane(case.number, matter, case, pack, viewer, now),)
    standing = standing_of(case)
    return Progress(
        case=case,
        matter=matter,
        standing=standing,
        lanes=lanes,
        duties=tuple(_duties(lanes, pack)),
        may_withdraw=WITHDRAW in own,
        expected=promised(case.opened, matter, pack) if case.is_open else None,
        running=any(lane.case and lane.case.is_open for lane in lanes),
    )


def standing_of(case: Case) -> Standing:
    if case.outcome is Outcome.GRANTED and case.revoked and not case.granted:
        return Standing.REVOKED
    if case.outcome is not None:
        return Standing(case.outcome.value)
    if case.phase is Phase.CORRECTING:
        return Standing.CORRECTING
    if case.phase is Phase.SUBMITTED:
        return Standing.RECEIVED
    return Standing.PAUSED if case.is_paused else Standing.RUNNING


def _lanes(
    case: Case,
    matter: CaseType,
    children: tuple[Case, ...],
    pack: Pack,
    viewer: Actor,
    now: datetime,
) -> tuple[Lane, ...]:
    by_type = {child.type: child for child in children}
    lanes = []
    for step in matter.steps:
        kind = pack.case_types[step.case_type] if step.case_type else matter
        if child := by_type.get(step.case_type or ""):
            kind = kind_of(child, pack)
            lanes.append(_lane(step.name, kind, child, pack, viewer, now))
            continue
        dropped = step.name in case.steps and case.steps[step.name].dropped
        fallen = dropped or not case.is_open
        lanes.append(
            Lane(
                step.name,
                kind.title,
                _organization(kind, pack),
                Standing.DROPPED if fallen else Standing.WAITING,
                None,
                None,
                (),
                tuple(_titles(matter, step.needs, pack)),
            )
        )
    return tuple(lanes)


def _titles(matter: CaseType, names: Iterable[str], pack: Pack) -> Iterable[Text]:
    for name in sorted(names):
        step = matter.step(name)
        yield pack.case_types[step.case_type].title if step.case_type else step.title


def _lane(
    name: str, kind: CaseType, case: Case, pack: Pack, viewer: Actor, now: datetime
) -> Lane:
    views = clocks(kind, case, pack.calendar, now)
    acts = next_acts(kind, case, viewer, now, pack.calendar)
    running = (v for v in views if v.name == PROMISE and v.state in LIVE)
    return Lane(
        name,
        kind.title,
        _organization(kind, pack),
        standing_of(case),
        case,
        nearest(views, case),
        acts,
        (),
        tuple((kind.step(each), state) for each, state in case.steps.items()),
        kept(case, kind, acts),
        next(running, None),
        remedies(kind, case, pack.calendar),
    )


def _organization(kind: CaseType, pack: Pack) -> Text:
    declared = pack.catalog.organizations[kind.organization]
    return declared.short or declared.title


def nearest(views: Iterable[ClockView], case: Case) -> ClockView | None:
    """The clock to show: the first that runs out; of a closed case, its last one.

    The limits of single steps and later looks are the department's own affair and
    left out; promises and special procedures are told beside.
    """
    main = [v for v in views if v.name in (ACCEPTANCE, CORRECTION, DECISION)]
    running = [view for view in main if view.state in LIVE]
    if running:
        return min(running, key=lambda view: view.due)
    return main[-1] if main and not case.is_open else None


def _duties(lanes: Iterable[Lane], pack: Pack) -> Iterable[Duty]:
    for lane in lanes:
        if lane.case is None or SUPPLY not in lane.acts:
            continue
        notice = lane.case.corrections[-1]
        kind = kind_of(lane.case, pack)
        titles = {part.name: part.title for part in (*kind.parts, *kind.materials)}
        clock = lane.clock if lane.clock and lane.clock.name == CORRECTION else None
        yield Duty(
            lane.case,
            lane.title,
            notice.note,
            tuple(titles[name] for name in notice.missing),
            clock,
        )


def promised(opened: datetime, matter: CaseType, pack: Pack) -> date | None:
    """The day by which a one-thing's promises, one after another, have ended it."""
    if matter.kind is not CaseKind.ONE_THING:
        return None
    days = plan(matter, pack.case_types).promised
    return pack.calendar.add(pack.calendar.day(opened), days)


def automatic(case: Case) -> bool:
    """Whether a rule, not a person, decided ``case``."""
    decision = case.decision
    return decision is not None and decision.automatic and bool(decision.explanation)


def told(
    events: Mapping[str, Iterable[Event]], one_thing: str
) -> list[tuple[str, Event]]:
    """Events of a matter and its items with the case's number, the newest first.

    What a one-thing repeats of its items' own events is left out.
    """
    shown = [
        (number, event)
        for number, happened in events.items()
        for event in happened
        if event.kind not in UNTOLD and not (number == one_thing and _repeats(event))
    ]
    # Oldest first and then turned, so that what came at one moment keeps its order.
    return sorted(shown, key=lambda pair: pair[1].at)[::-1]


def _repeats(event: Event) -> bool:
    if event.kind is Kind.STEP_DONE:
        return event.data.get("child") is not None
    return event.kind is Kind.STEP_STARTED


def granted(lanes: Iterable[Lane]) -> int:
    return sum(lane.standing is Standing.GRANTED for lane in lanes)


def papers_of(case: Case, materials: Iterable[Material]) -> list[tuple[Material, str]]:
    """The papers a case holds, with what each is."""
    by_name = {material.name: material for material in materials}
    return [
        (by_name[name], ref) for name, ref in case.materials.items() if name in by_name
    ]
