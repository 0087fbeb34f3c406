"""What people and the system may wish of a case; `decide` says whether they may."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tongban.kernel.case.declaration import Procedure
from tongban.kernel.case.model import Outcome, Vow
from tongban.kernel.terms import Subject


@dataclass(frozen=True, slots=True)
class Open:
    """The application. ``sources`` tells of each prefilled field whose value it is.

    ``about`` is the matter in whose course it arose: a case of the same applicant, or
    a number that their application in preparation bears. ``signed`` is the declaration
    under which it was sent (kernel.case.signing). ``person`` asks that no rule decide.
    ``excluded`` and ``pack`` are as in `Case`. ``barred`` are the cases whose broken
    promises keep the applicant from promising, as whoever keeps the cases knows them:
    no applicant says that.
    """

    number: str
    applicant: Subject
    data: Mapping[str, Any]
    materials: Mapping[str, str]
    channel: str = "web"
    parent: str | None = None
    sources: Mapping[str, Any] = field(default_factory=dict)
    about: str | None = None
    signed: Mapping[str, str] = field(default_factory=dict)
    person: bool = False
    promises: tuple[Vow, ...] = ()
    barred: tuple[str, ...] = ()
    excluded: frozenset[str] = frozenset()
    pack: str = ""


@dataclass(frozen=True, slots=True)
class AskCorrection:
    missing: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class SupplyCorrection:
    """What the notice named; papers may be promised instead where that is declared."""

    data: Mapping[str, Any]
    materials: Mapping[str, str]
    promise: Vow | None = None
    barred: tuple[str, ...] = ()  # as in `Open`


@dataclass(frozen=True, slots=True)
class RefuseAcceptance:
    """不予受理: no permit is needed, another organ is competent, or nothing came.

    ``competent`` names that organ, for the applicant to go to (行政许可法 art. 32).
    """

    reasons: str
    competent: str = ""


@dataclass(frozen=True, slots=True)
class Accept:
    pass


@dataclass(frozen=True, slots=True)
class CompleteStep:
    """An officer ends a step, or the system reports a child case's outcome."""

    step: str
    outcome: Outcome
    opinion: str = ""
    child: str | None = None


@dataclass(frozen=True, slots=True)
class PauseClock:
    """A special procedure begins, which the applicant is told with its length.

    ``days`` is how many working days it is expected to take, ``reason`` why it is
    needed and on what basis.
    """

    procedure: Procedure
    reason: str
    days: int


@dataclass(frozen=True, slots=True)
class ResumeClock:
    """The special procedure is over; ``result`` is what came of it."""

    result: str


@dataclass(frozen=True, slots=True)
class AskExtension:
    """The decider asks the head for a longer limit."""

    days: int
    reason: str


@dataclass(frozen=True, slots=True)
class Draw:
    """Whether a rule's decision is drawn for a person's look, and how that is proved.

    ``key`` is the public commitment to the secret by which it was drawn.
    """

    per_thousand: int
    key: str
    drawn: bool


@dataclass(frozen=True, slots=True)
class Extend:
    """The head makes the limit longer, asked or of their own accord."""

    days: int
    reason: str


@dataclass(frozen=True, slots=True)
class DeclineExtension:
    reason: str


@dataclass(frozen=True, slots=True)
class Sign:
    """One of those who sign a charge together (会签) says what they think of it."""

    charge: str
    outcome: Outcome
    opinion: str = ""


@dataclass(frozen=True, slots=True)
class AmendOpinion:
    """Who ended a step writes the opinion anew; the old one stays readable."""

    step: str
    opinion: str


@dataclass(frozen=True, slots=True)
class Claim:
    """An official takes a charge (认领), so that two do not work on one."""

    charge: str


@dataclass(frozen=True, slots=True)
class Release:
    charge: str


@dataclass(frozen=True, slots=True)
class Reassign:
    """A charge goes to another ``post``, or to one ``officer`` by account."""

    charge: str
    reason: str
    post: str = ""
    officer: str = ""


@dataclass(frozen=True, slots=True)
class Recuse:
    """An official asks to have no part in the case (回避)."""

    reason: str


@dataclass(frozen=True, slots=True)
class Urge:
    """The competent department presses for a case that has risen to it (督办)."""

    note: str


@dataclass(frozen=True, slots=True)
class Decide:
    """``wording`` names the declared text that the reasons began as, if any."""

    outcome: Outcome
    reasons: str
    explanation: tuple[Mapping[str, Any], ...] = ()
    draw: Draw | None = None
    wording: str = ""


@dataclass(frozen=True, slots=True)
class AskReview:
    """The applicant's right to a person after an automatic decision."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Withdraw:
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SupplyPromised:
    """The applicant gives what was promised, or shows that it has been mended."""

    materials: Mapping[str, str]
    note: str = ""


@dataclass(frozen=True, slots=True)
class KeepPromise:
    """The office finds the promise kept; or, of a broken one, made good."""

    note: str = ""


@dataclass(frozen=True, slots=True)
class ReturnPromised:
    """What came in is not what was promised: the applicant may give it again."""

    reason: str


@dataclass(frozen=True, slots=True)
class BreakPromise:
    """The office finds the promise broken."""

    reasons: str


@dataclass(frozen=True, slots=True)
class ReviewSample:
    """A person looked at a rule's decision again: right, or to be decided anew."""

    agrees: bool
    reasons: str = ""


@dataclass(frozen=True, slots=True)
class Object:
    """The applicant contests a person's decision; ``case`` numbers the objection."""

    case: str
    grounds: str
    materials: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AnswerObjection:
    """The system reports how the objection ``case`` ended."""

    case: str
    outcome: Outcome
    reasons: str


@dataclass(frozen=True, slots=True)
class Tell:
    """The system reports how a case ended that was opened about this one."""

    case: str
    outcome: Outcome


Command = (
    Open
    | AskCorrection
    | SupplyCorrection
    | Accept
    | RefuseAcceptance
    | CompleteStep
    | PauseClock
    | ResumeClock
    | AskExtension
    | Extend
    | DeclineExtension
    | Sign
    | AmendOpinion
    | Claim
    | Release
    | Reassign
    | Recuse
    | Urge
    | Decide
    | AskReview
    | Withdraw
    | SupplyPromised
    | KeepPromise
    | ReturnPromised
    | BreakPromise
    | ReviewSample
    | Object
    | AnswerObjection
    | Tell
)
