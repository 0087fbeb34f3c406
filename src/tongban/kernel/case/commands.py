"""What people and the system may wish of a case; `decide` says whether they may."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

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
    reason: str


@dataclass(frozen=True, slots=True)
class ResumeClock:
    pass


@dataclass(frozen=True, slots=True)
class Extend:
    days: int
    reason: str


@dataclass(frozen=True, slots=True)
class Decide:
    outcome: Outcome
    reasons: str
    explanation: tuple[Mapping[str, Any], ...] = ()


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
    | Extend
    | Decide
    | AskReview
    | Withdraw
    | Tell
)
