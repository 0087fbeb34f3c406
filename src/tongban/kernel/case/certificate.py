"""Certificates (电子证照): what a decision yields, and what may become of it.

A type is declared by a pack; a certificate is issued by a case and changed by cases
alone, so that each change has somebody who answers for it. Its state is folded from
its changes like that of a case from its events.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import reduce
from typing import Any

from tongban.kernel.terms import Refused, Subject, SubjectKind, Text


class NotInForce(Refused):
    """A certificate is relied upon that is not in force."""

    code = "certificate.not-in-force"


class NoSuchChange(Refused):
    """A certificate in this state cannot be changed so."""

    code = "certificate.no-such-change"


class Status(StrEnum):
    """What a certificate is worth. ``replaced`` and expiry are both 失效 nationally."""

    VALID = "valid"  # 有效
    SUSPENDED = "suspended"  # 暂扣
    REVOKED = "revoked"  # 撤销: it should never have been granted
    CANCELLED = "cancelled"  # 注销: it is no longer wanted, or its holder is gone
    EXPIRED = "expired"  # 失效: its last day has passed; computed, never stored
    REPLACED = "replaced"  # 失效: a newer version stands in its place
    TRANSFERRED = "transferred"  # 转出: another place keeps it now
    FORFEITED = "forfeited"  # 吊销: taken away as a penalty

    @property
    def national(self) -> str:
        """The two-digit status of the national directory (证照状态)."""
        return NATIONAL[self]

    @property
    def transport(self) -> str:
        """The one-digit status of the transport standard (JT/T 1546)."""
        return "1" if self is Status.VALID else "2"


NATIONAL: Mapping[Status, str] = {
    Status.VALID: "01",
    Status.SUSPENDED: "02",
    Status.REVOKED: "03",
    Status.CANCELLED: "04",
    Status.EXPIRED: "05",
    Status.REPLACED: "05",
    Status.TRANSFERRED: "06",
    Status.FORFEITED: "07",
}

# 持证主体代码类型代码: the credit code of a body, the number of a citizen.
HOLDER_CODE: Mapping[SubjectKind, str] = {
    SubjectKind.PERSON: "111",
    SubjectKind.ENTERPRISE: "001",
    SubjectKind.ORGANIZATION: "001",
}


class Change(StrEnum):
    """What may be done to a certificate after it was issued."""

    SUSPEND = "suspend"
    RESUME = "resume"
    REVOKE = "revoke"
    FORFEIT = "forfeit"
    CANCEL = "cancel"
    REPLACE = "replace"
    TRANSFER = "transfer"


_LIVING = frozenset({Status.VALID, Status.SUSPENDED})
# From which states each change leads where. What was taken away, given up or
# replaced stays so: only a new certificate brings it back.
CHANGES: Mapping[Change, tuple[frozenset[Status], Status]] = {
    Change.SUSPEND: (frozenset({Status.VALID}), Status.SUSPENDED),
    Change.RESUME: (frozenset({Status.SUSPENDED}), Status.VALID),
    Change.REVOKE: (_LIVING, Status.REVOKED),
    Change.FORFEIT: (_LIVING, Status.FORFEITED),
    Change.CANCEL: (_LIVING, Status.CANCELLED),
    Change.REPLACE: (frozenset({Status.VALID}), Status.REPLACED),
    Change.TRANSFER: (frozenset({Status.VALID}), Status.TRANSFERRED),
}


def changed(status: Status, change: Change) -> Status:
    """The state after ``change``; NoSuchChange where the table knows no way."""
    before, after = CHANGES[change]
    if status not in before:
        raise NoSuchChange(
            f"a certificate that is {status} cannot be changed so: {change}",
            why=f"this is done to one that is {' or '.join(sorted(before))}",
            mend="look at the certificate as it is now",
            status=status.value,
            change=change.value,
        )
    return after


def possible(status: Status) -> tuple[Change, ...]:
    """Every change that is open to a certificate in this state."""
    return tuple(change for change, (before, _) in CHANGES.items() if status in before)


def fold(changes: Iterable[Change]) -> Status:
    """The state of a certificate to which ``changes`` happened in this order."""
    return reduce(changed, changes, Status.VALID)


def standing(status: Status, until: date | None, day: date) -> Status:
    """The state on ``day``: beyond its last day a living certificate has expired."""
    over = until is not None and day > until
    return Status.EXPIRED if over and status in _LIVING else status


def not_in_force(numbers: Iterable[str]) -> NotInForce:
    """Why nothing is granted on certificates that were taken away."""
    named = ", ".join(numbers)
    return NotInForce(
        "this rests on a certificate that is not in force",
        why="it was suspended, taken away or has expired",
        mend="wait until it is in force again, or hand in one that is",
        numbers=named,
    )


# ------------------------------------------------------------------ declarations


class Style(StrEnum):
    """How the printed form (照面) of a type looks."""

    LICENCE = "licence"  # 横版证书: hung on a wall
    PERMIT = "permit"  # 竖版许可证
    OPINION = "opinion"  # 文书: a letter with a number
    CARD = "card"  # 卡证


@dataclass(frozen=True, slots=True)
class CertificateField:
    """One thing that a certificate shows, by the standard it follows.

    ``element`` is that of the form's field which fills it; None where no declared
    form does. ``personal`` says whether the element tells something of a person.
    """

    title: Text
    element: str | None = None
    personal: bool = False


@dataclass(frozen=True, slots=True)
class CertificateType:
    """A kind of certificate (证照类型) and who issues it.

    ``type_code`` is the definer's credit code and a serial of three digits;
    ``fields`` are what it shows, filled by the case's data of the same names.
    It holds for ``validity_days`` from its issue and not beyond the day that the
    case's field ``until_field`` names; without either it does not expire.
    ``holder_name`` is the case's field that names the holder (持证主体).
    """

    code: str
    title: Text
    issuer: str
    type_code: str
    fields: Mapping[str, CertificateField]
    validity_days: int | None = None
    until_field: str | None = None
    holder_name: str | None = None
    style: Style = Style.PERMIT

    def valid_until(self, issued: date, data: Mapping[str, Any]) -> date | None:
        """The last day of a certificate issued on ``issued`` for this case's data."""
        ends = []
        if self.validity_days is not None:
            ends.append(issued + timedelta(self.validity_days))
        if self.until_field and data.get(self.until_field):
            ends.append(date.fromisoformat(str(data[self.until_field])))
        return min(ends) if ends else None


class Holder(StrEnum):
    """What ties a look at a certificate to its holder."""

    PRESENT = "present"  # the holder shows a pass code (亮码)
    CASE = "case"  # the holder has an open case at the office
    NUMBER = "number"  # the certificate was handed over: its number is known


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What of certificates one organisation may see, for what and where (用证场景).

    It is to certificates what purpose and grant together are to datasets: ``shows``
    are the fields by type of certificate. ``holder`` is what ties a look to a
    person; ``case_types`` whose open cases it may then name, ``posts`` who looks
    (empty: any post), ``place`` the counter or gate.
    """

    code: str
    title: Text
    organization: str
    basis: str
    holder: Holder
    shows: Mapping[str, frozenset[str]]
    since: date
    until: date | None = None
    posts: frozenset[str] = frozenset()
    place: Text | None = None
    case_types: frozenset[str] = field(default_factory=frozenset)

    def in_force(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


# Names that every credential of a wallet uses itself (RFC 7519 section 4.1, SD-JWT VC
# section 2.2.2.2), or that all certificates have beside their own fields.
RESERVED = frozenset(
    {"number", "holder_name", "holder_id", "holder_id_type", "issued_on", "valid_until"}
    | {"issuing_authority", "issuing_authority_code"}
    | {"iss", "iat", "nbf", "exp", "cnf", "vct", "status", "sub", "aud", "jti"}
    | {"_sd", "_sd_alg"}
)

# What a disclosure may name beside a type's own fields: who holds the certificate.
HOLDER_FIELDS = frozenset({"holder_name", "holder_id"})


def masked_id(holder: Subject) -> str:
    """A holder's number as a bystander may read it: of a person area and last four."""
    if holder.kind is not SubjectKind.PERSON:
        return holder.id
    return f"{holder.id[:6]}{'*' * 8}{holder.id[-4:]}"


def masked_name(holder: SubjectKind, name: str) -> str:
    """A holder's name as a bystander may read it: of a person the first sign alone."""
    return f"{name[:1]}**" if name and holder is SubjectKind.PERSON else name


def holder_code(holder: Subject) -> str:
    """持证主体代码类型代码 of a holder."""
    return HOLDER_CODE[holder.kind]
