"""What people and the system may wish of a case; `decide` says whether they may."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tongban.kernel.case.declaration import Procedure
from tongban.kernel.case.model import Outcome
from tongban.kernel.terms import Subject


@dataclass(frozen=True, slots=True)
class Open:
    """The application. ``sources`` tells of each prefilled field whose value it is.

    ``about`` is the matter in whose course it arose: a case of the same applicant, or
    a number that their application in preparation bears. ``signed`` is the declaration
    under which it was sent (kernel.case.signing).
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


@dataclass(frozen=True, slots=True)
class AskCorrection:
    missing: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class SupplyCorrection:
    data: Mapping[str, Any]
    materials: Mapping[str, str]


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
    wording: str = ""


@dataclass(frozen=True, slots=True)
class AskReview:
    """The applicant's right to a person after an automatic decision."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Withdraw:
    reason: str = ""


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
    | Tell
)
