"""The words of accountable work: case type, step, clock, command, event, case.

A case type is a declaration in a pack. A case is its events: the state in
`Case` is folded from them and never stored as the truth.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from tongban.kernel.terms import Subject, SubjectKind, Text


# ---------------------------------------------------------------- declarations


@dataclass(frozen=True, slots=True)
class Clock:
    """A limit in working days (工作日) with its legal basis.

    ``promised`` is the department's own shorter limit (承诺时限); ``extension`` how
    many days it may add once, with reasons; ``silence`` what the law makes of a
    limit that passes unused (``accepted``, 行政许可法 art. 32) or nothing.
    """

    days: int
    basis: str
    promised: int | None = None
    extension: int = 0
    silence: str | None = None

    @property
    def working(self) -> int:
        """The limit that is counted down: the promise where there is one."""
        return self.days if self.promised is None else self.promised


@dataclass(frozen=True, slots=True)
class Step:
    """One piece of work between acceptance and decision (环节).

    ``needs`` names the steps that must have succeeded before; what needs nothing
    unfinished runs in parallel. A step is either work of a ``post`` with its own
    ``clock``, or, in a one-thing, a child case of ``case_type``. A ``special``
    step (检验, 检测, 检疫, 鉴定, 听证, 专家评审) stops the decision clock while it runs
    (行政许可法 art. 45).
    """

    name: str
    title: Text
    needs: frozenset[str] = frozenset()
    post: str | None = None
    clock: Clock | None = None
    special: bool = False
    case_type: str | None = None


@dataclass(frozen=True, slots=True)
class Prefill:
    """Where a field's known value comes from: an item of a dataset, by SQL where.

    ``latest`` names the item by which the newest row wins when there are several.
    """

    dataset: str
    item: str
    where: str | None = None
    latest: str | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form: its standard, whether it must be given, what fills it."""

    name: str
    title: Text
    element: str
    section: str
    required: bool = True
    prefill: Prefill | None = None
    hint: Text | None = None
    choices: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Material:
    """One paper a case needs (材料).

    ``certificate`` names a certificate type that satisfies it without upload;
    otherwise a file of one of ``media`` types up to ``limit`` bytes is asked for.
    """

    name: str
    title: Text
    required: bool = True
    certificate: str | None = None
    media: tuple[str, ...] = ("application/pdf", "image/png", "image/jpeg")
    limit: int = 10 * 1024 * 1024
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of an instant decision: SQL that must be true, and its article."""

    title: Text
    when: str
    basis: str


@dataclass(frozen=True, slots=True)
class Rule:
    """An instant decision (秒批): granted when every condition is true.

    A condition that is false or unknown never refuses by itself: the case goes
    to a person (个人信息保护法 art. 24).
    """

    purpose: str
    conditions: tuple[Condition, ...]


class CaseKind(StrEnum):
    """What sort of work a case type is."""

    ITEM = "item"  # 政务服务事项
    ONE_THING = "one-thing"  # 一件事
    APPLICATION = "application"  # 数据共享申请 and the like, between departments


@dataclass(frozen=True, slots=True)
class Guide:
    """What a citizen must know before starting (办事指南, 实施清单 fields)."""

    item_type: str  # 01 行政许可 … 20 公共服务
    fee: Text
    result: Text
    place: Text
    contact: Text
    complaint: Text
    visits: int = 0  # 到办事现场次数
    aliases: tuple[Text, ...] = ()  # what people type when they look for it
    life_event: Text | None = None  # group in the list of services


@dataclass(frozen=True, slots=True)
class CaseType:
    """A kind of accountable work as a jurisdiction declares it.

    ``organization`` answers for it; ``acceptance`` and ``decision`` are its two
    statutory clocks with the posts that act; a one-thing has neither but steps
    that are child cases. ``on_granted`` names handlers of capabilities.
    ``purpose`` is the purpose under which its form is prefilled.

    ``sections`` are the titles of the form's sections by code. ``uses`` names what
    of a one-thing's data reaches this case as its child, and no more; these fields
    are among ``fields``. ``alone`` says whether it may also be applied for by
    itself.
    """

    code: str
    title: Text
    kind: CaseKind
    organization: str
    basis: str
    applicants: frozenset[SubjectKind]
    steps: tuple[Step, ...]
    fields: tuple[Field, ...] = ()
    materials: tuple[Material, ...] = ()
    acceptance: Clock | None = None
    decision: Clock | None = None
    acceptor: str | None = None  # post
    decider: str | None = None  # post
    head: str | None = None  # post that an overdue case rises to
    rule: Rule | None = None
    purpose: str | None = None
    power: str | None = None
    certificate: str | None = None  # certificate type issued when granted
    on_granted: tuple[str, ...] = ()
    guide: Guide | None = None
    correction: Clock | None = None  # the applicant's limit, where one is declared
    sections: Mapping[str, Text] = field(default_factory=dict)
    uses: frozenset[str] = frozenset()
    alone: bool = True

    def step(self, name: str) -> Step:
        """The step called ``name``; KeyError is a defect of the caller."""
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(name)


# ----------------------------------------------------------------- what happens


class Kind(StrEnum):
    """Kinds of event. The comment names the keys of ``Event.data``."""

    OPENED = "opened"  # number type applicant data materials channel parent sources
    CORRECTION_ASKED = "correction-asked"  # missing[str] note
    CORRECTION_SUPPLIED = "correction-supplied"  # data materials
    ACCEPTED = "accepted"  # deemed: bool
    STEP_STARTED = "step-started"  # step
    STEP_DONE = "step-done"  # step outcome opinion child?
    STEP_DROPPED = "step-dropped"  # step because: needs:<step>, decided, withdrawn
    PAUSED = "paused"  # reason
    RESUMED = "resumed"
    EXTENDED = "extended"  # days reason
    DECIDED = "decided"  # outcome reasons automatic explanation
    REVIEW_ASKED = "review-asked"  # reason: a person shall look again (转人工)
    WITHDRAWN = "withdrawn"  # reason


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a case; ``data`` is JSON (no floats)."""

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

    @property
    def is_running(self) -> bool:
        return self.done is None

    @property
    def succeeded(self) -> bool:
        return self.outcome is Outcome.GRANTED


@dataclass(frozen=True, slots=True)
class Decision:
    """How the case was decided, by whom or by which rule, and why."""

    outcome: Outcome
    reasons: str
    automatic: bool
    at: datetime
    by: str
    explanation: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Correction:
    """A one-time notice of what is missing (一次性告知补正)."""

    missing: tuple[str, ...]
    note: str
    asked: datetime
    supplied: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch in which the decision clock stood still."""

    reason: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """The state of a case, folded from its events."""

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
    accepted: datetime | None = None
    deemed: bool = False
    steps: Mapping[str, StepState] = field(default_factory=dict)
    corrections: tuple[Correction, ...] = ()
    pauses: tuple[Pause, ...] = ()
    extension: int = 0
    decision: Decision | None = None
    reviews: tuple[datetime, ...] = ()
    closed: datetime | None = None
    outcome: Outcome | None = None
    version: int = 0  # events so far; a command names the version it saw

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

    name: str  # "acceptance", "correction", "decision", or "step:<name>"
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
