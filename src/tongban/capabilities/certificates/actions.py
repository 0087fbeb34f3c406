"""What the handlers of the certificates do when a case of theirs is granted.

``on-granted: [certificates.issue]`` issues the type that the case type names. The
other handlers change the certificate that the case's form names.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from tongban.kernel.case import identifier
from tongban.kernel.case.certificate import CertificateType, Change, Status, possible
from tongban.kernel.case.declaration import CaseType
from tongban.kernel.case.model import Case, Event, Kind
from tongban.kernel.terms import Actor, Subject, SubjectKind, UserError
from tongban.store import cases, certificate_life, certificates
from tongban.store.certificate_life import ABOUT
from tongban.store.certificates import Certificate
from tongban.store.commit import Batch
from tongban.store.handlers import handler
from tongban.store.jurisdiction import current


REASON = "reason"
# Which case type brings about which change, by the names of the national pack.
CASE_TYPES: Mapping[Change, str] = {
    Change.SUSPEND: "certificate.suspension",
    Change.RESUME: "certificate.resumption",
    Change.REVOKE: "certificate.revocation",
    Change.FORFEIT: "certificate.forfeiture",
    Change.CANCEL: "certificate.cancellation",
    Change.REPLACE: "certificate.reissue",
    Change.TRANSFER: "certificate.transfer",
}


class NoSuchCase(UserError):
    """The jurisdiction declares no case that changes certificates so."""

    code = "certificate.no-such-case"


@handler("certificates.issue")
def issue(
    case_type: CaseType,
    case: Case,
    events: Sequence[Event],  # noqa: ARG001
    *,
    by: Actor,  # noqa: ARG001
    at: datetime,
    draft: Batch,
) -> None:
    """Issue the certificate type that the case type names, in the same transaction.

    The case's number is the serial: a case yields one certificate, so asked twice
    it would fail on the unique number rather than issue twice. A case that is granted
    anew after its certificate was taken back yields the next version.
    """
    made = wanted(case_type, case, at)
    while (earlier := certificates.status_of(made.number)) and not _in_force(earlier):
        made = replace(made, number=identifier.next_version(made.number))
    certificates.issue(draft, made)


def _in_force(earlier: certificates.Certificate) -> bool:
    return earlier.status in (Status.VALID, Status.SUSPENDED)


def wanted(case_type: CaseType, case: Case, at: datetime) -> certificates.Issue:
    """The certificate that a granted case yields, as `certificates.issue` takes it."""
    pack = current()
    kind = pack.certificates[case_type.certificate or ""]
    issuer = pack.catalog.organizations[kind.issuer]
    return certificates.Issue(
        number=identifier.identifier(kind.type_code, issuer.uscc, case.number),
        type=kind.code,
        holder=case.applicant,
        holder_name=str(case.data.get(kind.holder_name or "", "")),
        case=case.number,
        fields=fields_of(kind, case),
        issued_at=at,
        valid_until=kind.valid_until(at.date(), case.data),
    )


LAPSED = "承诺逾期未兑现"  # what time alone took back has no words of anybody's


@handler("certificates.take-back")
def take_back(
    case_type: CaseType,
    case: Case,
    events: Sequence[Event],
    *,
    by: Actor,  # noqa: ARG001
    at: datetime,  # noqa: ARG001
    draft: Batch,
) -> None:
    """Revoke what the case issued: the promise it rested on was broken, or the case
    was decided anew and otherwise. A later version falls with it, and so does one
    that is suspended; what has ended otherwise stays as it is.
    """
    reasons = [e.data["reasons"] for e in events if e.kind is Kind.REVOKED]
    certificate_life.take_back(
        draft, case_type=case_type, case=case, reason=reasons[-1] or LAPSED
    )


def fields_of(kind: CertificateType, case: Case) -> Mapping[str, str]:
    """What the certificate shows: the case's data of the declared names."""
    return {name: str(case.data[name]) for name in kind.fields if name in case.data}


@handler("certificates.reissue")
def reissue(
    case_type: CaseType,
    case: Case,
    events: Sequence[Event],  # noqa: ARG001
    *,
    by: Actor,  # noqa: ARG001
    at: datetime,
    draft: Batch,
) -> None:
    """Issue the next version, with what the case's form says anew (换证、补证).

    The old version is in force until this moment, and no longer.
    """
    old = certificate_life.held(case.data[ABOUT])
    kind = current().certificates[old.type]
    new = certificates.Issue(
        number=identifier.next_version(old.number),
        type=old.type,
        holder=old.holder,
        holder_name=str(case.data.get(kind.holder_name or "", old.holder_name)),
        case=case.number,
        fields={**old.fields, **fields_of(kind, case)},
        issued_at=at,
        valid_until=kind.valid_until(at.date(), case.data) or old.valid_until,
        version=old.version + 1,
        replaces=old.number,
    )
    certificate_life.reissue(
        draft, new, case_type=case_type, case=case, reason=_reason(case)
    )


def _changing(change: Change) -> Callable[..., None]:
    def act(
        case_type: CaseType,
        case: Case,
        events: Sequence[Event],  # noqa: ARG001
        *,
        by: Actor,  # noqa: ARG001
        at: datetime,  # noqa: ARG001
        draft: Batch,
    ) -> None:
        certificate_life.change(
            draft,
            case.data[ABOUT],
            change,
            case_type=case_type,
            case=case,
            reason=_reason(case),
        )

    return act


for _change, _name in {
    Change.SUSPEND: "certificates.suspend",
    Change.RESUME: "certificates.resume",
    Change.REVOKE: "certificates.revoke",
    Change.FORFEIT: "certificates.forfeit",
    Change.CANCEL: "certificates.cancel",
    Change.TRANSFER: "certificates.transfer",
}.items():
    handler(_name)(_changing(_change))


def _reason(case: Case) -> str:
    return str(case.data.get(REASON, ""))


# ------------------------------------------------------------------ asking for it


def open_changes(held: Certificate, by: Actor) -> tuple[Change, ...]:
    """What ``by`` may ask for: the office that issued it, and its holder what the
    case types are open to.
    """
    pack = current()
    if by.subject is None or (
        by.subject != held.holder
        and by.organization != pack.certificates[held.type].issuer
    ):
        return ()
    known = pack.case_types
    return tuple(
        each
        for each in possible(held.status)
        if CASE_TYPES[each] in known
        and by.subject.kind in known[CASE_TYPES[each]].applicants
    )


def ask(
    change: Change,
    number: str,
    *,
    by: Actor,
    answers: Mapping[str, str],
    key: str,
) -> Case:
    """Open the case that, once granted, changes a certificate.

    An official asks in the name of the office that issued it, a holder in their own
    name where the case type lets them. ``answers`` carry reason and legal basis, by
    the fields of the case type. NoSuchCase, and what opening a case raises.
    """
    code = CASE_TYPES[change]
    if code not in current().case_types:
        raise NoSuchCase(
            "this cannot be done here",
            why=f"the jurisdiction declares no case type {code}",
            mend="have it declared",
            type=code,
        )
    applicant = by.subject or Subject(SubjectKind.ORGANIZATION, by.organization or "")
    return cases.open_case(
        code,
        by=by,
        key=key,
        applicant=applicant,
        data={**answers, ABOUT: number},
        materials={},
    )
