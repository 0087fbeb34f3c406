"""What becomes of a certificate after its issue: each change by a case, with its leaf.

Nobody changes a certificate by hand. A case of the office that issued it is granted,
and a handler that its type names comes here, inside the transaction of the decision.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tongban.kernel.case import certificate as kernel
from tongban.kernel.case.certificate import Change
from tongban.kernel.case.declaration import CaseType
from tongban.kernel.case.model import Case
from tongban.kernel.terms import Refused, SubjectKind
from tongban.store import certificates, clock
from tongban.store.certificates import Certificate, Issue, UnknownCertificate
from tongban.store.commit import Batch
from tongban.store.jurisdiction import current
from tongban.store.models import CertificateChange, CertificateRecord
from tongban.store.write import Overtaken


# The field by which the form of a case names the certificate that it is about.
ABOUT = "certificate"


class NotIssuer(Refused):
    """An office would change a certificate that another one issued."""

    code = "certificate.not-issuer"


class NotAbout(Refused):
    """A case would change a certificate that it has nothing to do with."""

    code = "certificate.not-about"


@dataclass(frozen=True, slots=True)
class Changed:
    """One change of a certificate, as its holder and its office read it."""

    change: Change
    at: datetime
    by: str
    reason: str
    case: str


def suspend(
    draft: Batch, number: str, *, case_type: CaseType, case: Case, reason: str
) -> None:
    """暂扣: not in force until it is given back (`resume`)."""
    change(draft, number, Change.SUSPEND, case_type=case_type, case=case, reason=reason)


def resume(
    draft: Batch, number: str, *, case_type: CaseType, case: Case, reason: str
) -> None:
    """A suspended certificate is in force again."""
    change(draft, number, Change.RESUME, case_type=case_type, case=case, reason=reason)


def revoke(
    draft: Batch, number: str, *, case_type: CaseType, case: Case, reason: str
) -> None:
    """撤销: it should not have been granted (行政许可法 art. 69)."""
    change(draft, number, Change.REVOKE, case_type=case_type, case=case, reason=reason)


def forfeit(
    draft: Batch, number: str, *, case_type: CaseType, case: Case, reason: str
) -> None:
    """吊销: taken away as a penalty (行政处罚法 art. 9)."""
    change(draft, number, Change.FORFEIT, case_type=case_type, case=case, reason=reason)


def cancel(
    draft: Batch, number: str, *, case_type: CaseType, case: Case, reason: str
) -> None:
    """注销: it ends without fault (行政许可法 art. 70)."""
    change(draft, number, Change.CANCEL, case_type=case_type, case=case, reason=reason)


def take_back(draft: Batch, *, case_type: CaseType, case: Case, reason: str) -> None:
    """Revoke what a case issued, in its newest version, where it is still living.

    For a case whose own decision falls (a promise broken, a decision made anew);
    done again, it changes nothing.
    """
    draft.begin()
    for row in CertificateRecord.objects.filter(case=case.number):
        newest = _newest(row)
        if Change.REVOKE in kernel.possible(kernel.Status(newest.status)):
            number = newest.number
            revoke(draft, number, case_type=case_type, case=case, reason=reason)


def _newest(row: CertificateRecord) -> CertificateRecord:
    while (after := CertificateRecord.objects.filter(replaces=row).first()) is not None:
        row = after
    return row


def reissue(
    draft: Batch, new: Issue, *, case_type: CaseType, case: Case, reason: str
) -> None:
    """``new`` stands from now on in the place of the certificate that it replaces."""
    assert new.replaces is not None
    change(
        draft,
        new.replaces,
        Change.REPLACE,
        case_type=case_type,
        case=case,
        reason=reason,
    )
    certificates.issue(draft, new)


def change(
    draft: Batch,
    number: str,
    change: Change,
    *,
    case_type: CaseType,
    case: Case,
    reason: str,
) -> None:
    """Let ``case``, just decided, change a certificate; row and leaf join ``draft``.

    The case's office must have issued it (NotIssuer), and the case be about it: an
    office's form names it, or its applicant holds it (NotAbout).
    UnknownCertificate, and NoSuchChange for one whose state knows no such way.
    """
    _refuse_foreign(held(number), case)
    _change(draft, number, change, case_type, case.number, reason)


def held(number: str) -> Certificate:
    """The certificate that a change is about; UnknownCertificate."""
    return certificates.of(_row(number))


def history(numbers: Iterable[str]) -> Mapping[str, tuple[Changed, ...]]:
    """What happened to certificates, the first first; for whoever may see them."""
    found: dict[str, list[Changed]] = {number: [] for number in numbers}
    rows = CertificateChange.objects.filter(certificate__in=list(found)).order_by("seq")
    for row in rows:
        found[row.certificate_id].append(
            Changed(
                Change(row.change),
                clock.local(row.at),
                row.by,
                row.reason,
                row.case_id,
            )
        )
    return {number: tuple(changes) for number, changes in found.items()}


def _row(number: str) -> CertificateRecord:
    row = CertificateRecord.objects.filter(pk=number).first()
    if row is None:
        raise UnknownCertificate(
            "there is no such certificate",
            why="none bears this number",
            mend="compare the number with the certificate",
            number=number,
        )
    return row


def _refuse_foreign(certificate: Certificate, case: Case) -> None:
    by_office = case.applicant.kind is SubjectKind.ORGANIZATION
    named = by_office and case.data.get(ABOUT) == certificate.number
    if not (named or case.applicant == certificate.holder):
        raise NotAbout(
            "this case has nothing to do with that certificate",
            why="neither does an office's form name it, nor does its applicant hold it",
            mend="open a case about the certificate",
            number=certificate.number,
        )


def _change(
    draft: Batch,
    number: str,
    change: Change,
    case_type: CaseType,
    case: str,
    reason: str,
) -> None:
    draft.begin()
    row = _row(number)
    if current().certificates[row.type].issuer != case_type.organization:
        raise NotIssuer(
            "another office issued this certificate",
            why="who issued it alone may suspend it, take it away or replace it",
            mend="hand the matter over to the office that issued it",
            number=number,
        )
    status = kernel.changed(kernel.Status(row.status), change)
    seq = CertificateChange.objects.filter(certificate=number).count() + 1
    public = {"type": row.type, "change": change.value}
    private = {
        "certificate": number,
        "seq": seq,
        "by": draft.by.account,
        "reason": reason,
        "case": case,
    }
    draft.row(
        CertificateChange(
            certificate_id=number,
            seq=seq,
            change=change.value,
            at=draft.at,
            by=draft.by.account,
            reason=reason,
            case_id=case,
            leaf=draft.leaf("certificate-change", public, private),
        )
    )
    same = CertificateRecord.objects.filter(pk=number, status=row.status)
    if same.update(status=status.value) != 1:
        raise Overtaken
