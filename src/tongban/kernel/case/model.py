"""The words of accountable work as it happens: event, phase, outcome, case.

A case is its events: the state in `Case` is folded from them and never stored as
the truth. What a jurisdiction declares of it is in `declaration`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from tongban.kernel.case.declaration import Procedure
from tongban.kernel.terms import Subject, Text


class Kind(StrEnum):
    """Kinds of event. The comment names the keys of ``Event.data``."""

    # number type applicant data materials channel parent sources, and where it is so
    # about signed pack person excluded promises
    OPENED = "opened"
    CORRECTION_ASKED = "correction-asked"  # missing[str] note
    CORRECTION_SUPPLIED = "correction-supplied"  # data materials
    ACCEPTED = "accepted"  # deemed: bool
    STEP_STARTED = "step-started"  # step
    STEP_DONE = "step-done"  # step outcome opinion child?
    STEP_DROPPED = "step-dropped"  # step because: needs:<step>, decided, withdrawn
    PAUSED = "paused"  # procedure reason days
    RESUMED = "resumed"  # result
    EXTENDED = "extended"  # days reason
    NOT_ACCEPTED = "not-accepted"  # reasons competent (不予受理)
    DECIDED = "decided"  # outcome reasons automatic explanation deemed? sample?
    REVIEW_ASKED = "review-asked"  # reason: a person shall look again (转人工)
    WITHDRAWN = "withdrawn"  # reason
    REVOKED = "revoked"  # reasons: what had been granted is taken back
    PROMISED = "promised"  # materials digest
    PROMISED_SUPPLIED = "promised-supplied"  # materials note
    PROMISED_RETURNED = "promised-returned"  # reason
    PROMISE_KEPT = "promise-kept"  # note
    PROMISE_BROKEN = "promise-broken"  # reasons lapsed: bool
    PROMISE_REPAIRED = "promise-repaired"  # note
    SAMPLE_DRAWN = "sample-drawn"  # a person looks at a rule's decision again
    SAMPLE_REVIEWED = "sample-reviewed"  # agrees: bool reasons
    OBJECTED = "objected"  # case grounds materials
    OBJECTION_ANSWERED = "objection-answered"  # case outcome reasons
    REOPENED = "reopened"  # reasons: it is decided anew, by a person
    MIGRATED = "migrated"  # pack lost: declarations from now on, steps they lack
    EXTENSION_ASKED = "extension-asked"  # days reason
    EXTENSION_DECLINED = "extension-declined"  # reason
    SIGNED = "signed"  # charge seat outcome opinion
    OPINION_AMENDED = "opinion-amended"  # step opinion
    CLAIMED = "claimed"  # charge
    RELEASED = "released"  # charge
    REASSIGNED = "reassigned"  # charge post officer reason
    RECUSED = "recused"  # account reason head: bool
    URGED = "urged"  # note
    TOLD = "told"  # case outcome: how a case that is about this one ended

    @property
    def is_desk(self) -> bool:
        """Whether it says who works on a case, and not that anybody has worked."""
        return self in _DESK


_DESK = {Kind.CLAIMED, Kind.RELEASED, Kind.REASSIGNED, Kind.RECUSED, Kind.URGED}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a case; ``data`` is JSON (no floats).

    An act of a deputy has ``for`` in its data: the account in whose place it was.
    """

    kind: Kind
    at: datetime
    by: str
    data: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise TypeError("the time of an event needs a time zone: no day without it")


class Phase(StrEnum):
    """Where a case stands."""

    SUBMITTED = "submitted"  # 待受理
    CORRECTING = "correcting"  # 待补正
    ACCEPTED = "accepted"  # 办理中
    CLOSED = "closed"  # 办结


class Outcome(StrEnum):
    """How a case, or a step, ended."""

    GRANTED = "granted"
    REFUSED = "refused"
    PARTIAL = "partial"  # a one-thing of which some items were granted
    DECLINED = "declined"  # not accepted at all (不予受理)
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class StepState:
    """One step of a running case.

    A dropped step has no outcome; ``done`` is when it was dropped, ``opinion`` why,
    and ``started`` equals ``done`` where it had never begun.
    """

    started: datetime
    done: datetime | None = None
    outcome: Outcome | None = None
    opinion: str = ""
    by: str = ""
    dropped: bool = False
    child: str | None = None  # number of the child case that was this step
    earlier: tuple[str, ...] = ()  # opinions that were amended since, the first first

    @property
    def is_running(self) -> bool:
        return self.done is None

    @property
    def succeeded(self) -> bool:
        return self.outcome is Outcome.GRANTED


@dataclass(frozen=True, slots=True)
class Decision:
    """How the case was decided, by whom or by which rule, and why.

    ``deemed``: nobody decided in time, and the law says what that means.
    """

    outcome: Outcome
    reasons: str
    automatic: bool
    at: datetime
    by: str
    explanation: tuple[Mapping[str, Any], ...] = ()
    deemed: bool = False
    wording: str = ""  # the declared text that the reasons began as


@dataclass(frozen=True, slots=True)
class Correction:
    """A one-time notice of what is missing (一次性告知补正)."""

    missing: tuple[str, ...]
    note: str
    asked: datetime
    supplied: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """A special procedure (特别程序) during which the decision clock stood still.

    ``days`` is how many working days it is expected to take, as the applicant was
    told; ``result`` what came of it.
    """

    procedure: Procedure
    reason: str
    days: int
    since: datetime
    until: datetime | None = None
    result: str = ""


@dataclass(frozen=True, slots=True)
class ExtensionRequest:
    """The decider's wish for a longer limit, which only the head can grant."""

    days: int
    reason: str
    by: str
    asked: datetime


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who has a charge instead of its declared post's holders at large.

    ``post`` is another post of the organisation, ``officer`` one account that has
    claimed the charge (认领) or was given it by the head.
    """

    post: str | None = None
    officer: str | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """What one person said of a charge from one seat of those who sign together."""

    seat: int
    by: str
    outcome: Outcome
    opinion: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Recusal:
    """That an official has no part in the case (回避); ``head``: and is its head."""

    account: str
    at: datetime
    head: bool = False


@dataclass(frozen=True, slots=True)
class Vow:
    """A promise as its applicant signs it.

    ``item`` is the case type it is made for, ``materials`` what is to follow, and
    ``signed`` the digest of the text that was read (`Promise.digest`).
    """

    item: str
    signed: str
    materials: tuple[str, ...] = ()


class PromiseStanding(StrEnum):
    RUNNING = "running"
    KEPT = "kept"
    BROKEN = "broken"
    REPAIRED = "repaired"


@dataclass(frozen=True, slots=True)
class Promised:
    """A promise that was made in a case.

    ``supplied`` is when what now waits for the office's look came in; ``looks`` are
    the stretches in which it waited before, and was given back. ``lapsed``: broken
    by time alone.
    """

    materials: tuple[str, ...]
    digest: str
    made: datetime
    standing: PromiseStanding = PromiseStanding.RUNNING
    supplied: datetime | None = None
    looks: tuple[tuple[datetime, datetime], ...] = ()
    note: str = ""
    broken: datetime | None = None
    reasons: str = ""
    lapsed: bool = False
    ended: datetime | None = None  # kept or repaired

    @property
    def is_settled(self) -> bool:
        return self.ended is not None


@dataclass(frozen=True, slots=True)
class Sampled:
    """A rule's decision that was drawn for a person's look, and what they found."""

    drawn: datetime
    reviewed: datetime | None = None
    agrees: bool | None = None
    reasons: str = ""


@dataclass(frozen=True, slots=True)
class Contest:
    """An objection that was made to a decision: its case, and how it ended."""

    case: str
    at: datetime
    outcome: Outcome | None = None
    reasons: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """The state of a case, folded from its events.

    ``granted`` is since when what it was granted is in force, also while it is
    decided anew; ``person``: its applicant asked for a person from the start.
    ``about`` is the case that an objection contests, and ``excluded`` who may not
    work on it. ``vows`` are the promises made for the items of a one-thing, and
    ``pack`` the declarations it runs under.
    """

    number: str
    type: str
    applicant: Subject
    opened: datetime
    phase: Phase
    data: Mapping[str, Any]
    materials: Mapping[str, str]  # name → "file:<sha256>" or "certificate:<number>"
    channel: str
    parent: str | None = None
    sources: Mapping[str, Any] = field(default_factory=dict)  # field → whose value
    about: str | None = None  # number of the matter in whose course it was opened
    signed: Mapping[str, str] = field(default_factory=dict)  # see kernel.case.signing
    accepted: datetime | None = None
    deemed: bool = False
    steps: Mapping[str, StepState] = field(default_factory=dict)
    corrections: tuple[Correction, ...] = ()
    pauses: tuple[Pause, ...] = ()
    extension: int = 0
    decision: Decision | None = None
    reviews: tuple[datetime, ...] = ()  # since when it is decided anew, by a person
    granted: datetime | None = None
    revoked: datetime | None = None
    person: bool = False
    promise: Promised | None = None
    vows: tuple[Vow, ...] = ()
    sample: Sampled | None = None
    contests: tuple[Contest, ...] = ()
    excluded: frozenset[str] = frozenset()
    pack: str = ""
    moved: datetime | None = None  # when something last happened
    closed: datetime | None = None
    outcome: Outcome | None = None
    request: ExtensionRequest | None = None  # that waits for the head
    assignments: Mapping[str, Assignment] = field(default_factory=dict)  # by charge
    signatures: Mapping[str, tuple[Signature, ...]] = field(default_factory=dict)
    recusals: tuple[Recusal, ...] = ()
    touched: datetime | None = None  # when last somebody did something in it
    told: Mapping[str, Outcome] = field(default_factory=dict)  # case → how it ended
    version: int = 0  # events so far; a command names the version it saw
    type_version: int = 1  # that of the declaration it is worked by to its end

    @property
    def is_open(self) -> bool:
        return self.phase is not Phase.CLOSED

    @property
    def received(self) -> datetime:
        """When the material last came in: at opening, or with the correction."""
        supplied = self.corrections[-1].supplied if self.corrections else None
        return supplied or self.opened

    @property
    def is_paused(self) -> bool:
        """Whether the decider has stopped the clock (a special step does it alone)."""
        return bool(self.pauses) and self.pauses[-1].until is None

    @property
    def idle_since(self) -> datetime:
        """When something last happened that was work on it, or the applicant's."""
        return self.touched or self.opened


class ClockState(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    OVERDUE = "overdue"
    MET = "met"  # the act came in time
    MISSED = "missed"  # the act came late


@dataclass(frozen=True, slots=True)
class ClockView:
    """One clock of a case on one day.

    ``remaining`` counts working days to ``due`` (negative: overdue by so many);
    ``escalation``: 0 with the officer, 1 warned (three quarters used), 2 risen
    to the head of the organisation (overdue), 3 risen to the competent
    department (overdue by 5 working days or more). ``provisional``: the
    holiday notice of that year is not out yet.
    """

    # One of the names in `runs`: "step:<name>" for a step, "promise" for what the
    # applicant keeps, "promise-check" and "sample" for what the office looks at.
    name: str
    title: Text
    basis: str
    started: date
    days: int
    due: date
    statutory_due: date
    state: ClockState
    remaining: int
    escalation: int
    provisional: bool
