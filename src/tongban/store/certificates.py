"""Certificates as the store keeps them, and the materials they satisfy (证照免提交)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from tongban.kernel.case.declaration import CaseType
from tongban.kernel.case.model import Case
from tongban.kernel.terms import Actor, Subject, SubjectKind, UserError
from tongban.store import clock
from tongban.store.access import is_auditor
from tongban.store.commit import Batch
from tongban.store.jurisdiction import current
from tongban.store.models import CaseRecord, CertificateRecord


class UnknownCertificate(UserError):
    """No certificate bears that number."""

    code = "certificate.unknown"


@dataclass(frozen=True, slots=True)
class Certificate:
    """One issued certificate; ``leaf`` is the id of the leaf that proves it."""

    number: str
    type: str
    holder: Subject
    case: str
    fields: Mapping[str, Any]
    issued_at: datetime
    valid_until: date | None
    status: str
    leaf: int

    def is_valid(self, day: date) -> bool:
        return self.status == CertificateRecord.Status.VALID and (
            self.valid_until is None or day <= self.valid_until
        )


def issue(
    draft: Batch,
    *,
    number: str,
    type: str,  # noqa: A002
    holder: Subject,
    case: str,
    fields: Mapping[str, Any],
    issued_at: datetime,
    valid_until: date | None = None,
) -> None:
    """Add a certificate and its leaf to what ``draft`` writes.

    The leaf tells type and validity; number, case, holder and fields are sealed.
    """
    leaf = draft.leaf(
        "certificate",
        {"type": type, "until": valid_until.isoformat() if valid_until else ""},
        {
            "certificate": number,
            "case": case,
            "holder": str(holder),
            "fields": dict(fields),
        },
        at=issued_at,
    )
    draft.row(
        CertificateRecord(
            number=number,
            type=type,
            holder_kind=holder.kind.value,
            holder_id=holder.id,
            case_id=case,
            fields=dict(fields),
            issued_at=issued_at,
            valid_until=valid_until,
            leaf=leaf,
        )
    )


def revoke(draft: Batch, number: str, *, reason: str, case: str) -> None:
    """Take a certificate back, with a leaf that says so; once, whoever asks again."""
    draft.begin()
    valid = CertificateRecord.objects.filter(
        pk=number, status=CertificateRecord.Status.VALID
    )
    if valid.update(status=CertificateRecord.Status.REVOKED):
        private = {"certificate": number, "case": case, "reason": reason}
        draft.leaf("certificate-revoked", {}, private)


def one(number: str, viewer: Actor) -> Certificate:
    """One certificate, or UnknownCertificate for who may not see it.

    Its holder, the office that issued it, offices with a case of the same holder
    that asks for certificates of its type, and auditors may. Whether it exists is
    nobody else's business.
    """
    row = CertificateRecord.objects.select_related("case").filter(pk=number).first()
    if row is None or not _may_see(row, viewer):
        raise UnknownCertificate(
            "there is no such certificate",
            why="none bears this number, or it is not open to this account",
            mend="check the number, or sign in as its holder",
            number=number,
        )
    return _of(row)


def _may_see(row: CertificateRecord, viewer: Actor) -> bool:
    holder = Subject(SubjectKind(row.holder_kind), row.holder_id)
    if viewer.is_system or is_auditor(viewer) or viewer.subject == holder:
        return True
    if viewer.organization is None:
        return False
    if viewer.organization == row.case.organization:
        return True
    asking = {
        code
        for code, kind in current().case_types.items()
        if any(material.certificate == row.type for material in kind.materials)
    }
    return CaseRecord.objects.filter(
        organization=viewer.organization,
        type__in=asking,
        applicant_kind=row.holder_kind,
        applicant_id=row.holder_id,
    ).exists()


def status_of(number: str) -> Certificate | None:
    """The certificate of that number for the public check, or None.

    The page that asks shows type, validity and status: nothing of the holder.
    """
    row = CertificateRecord.objects.filter(pk=number).first()
    return None if row is None else _of(row)


def of_holder(actor: Actor) -> tuple[Certificate, ...]:
    """All certificates of the actor's own subject, the newest first."""
    if actor.subject is None:
        return ()
    rows = CertificateRecord.objects.filter(
        holder_kind=actor.subject.kind.value, holder_id=actor.subject.id
    )
    return tuple(_of(row) for row in rows.order_by("-issued_at", "number"))


def certificates_in(cases: Iterable[str]) -> tuple[Certificate, ...]:
    """Certificates that these cases issued, in the order of issue."""
    rows = CertificateRecord.objects.filter(case__in=list(cases))
    return tuple(_of(row) for row in rows.order_by("issued_at", "number"))


def found_for(case_type: CaseType, parent: Case) -> dict[str, str]:
    """The materials that an item of ``parent`` finds without anybody's upload.

    What was handed in with the one-thing, and certificates that the holder has: of
    the type that the material names the one issued by an earlier item, else the
    newest valid one.
    """
    asked = {material.name: material for material in case_type.materials}
    found = {name: ref for name, ref in parent.materials.items() if name in asked}
    for name, material in asked.items():
        if material.certificate and name not in found:
            held = _best_valid(parent, material.certificate)
            if held:
                found[name] = f"certificate:{held}"
    return found


def _best_valid(parent: Case, kind: str) -> str | None:
    today, holder = clock.now().date(), parent.applicant
    rows = CertificateRecord.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=today),
        holder_kind=holder.kind.value,
        holder_id=holder.id,
        type=kind,
        status=CertificateRecord.Status.VALID,
    )
    newest = rows.order_by("-issued_at", "-leaf").values_list("number", flat=True)
    # By the numbers that the one-thing was told and not by its items' rows, which
    # are written last in the transaction that asks this.
    items = [state.child for state in parent.steps.values() if state.child]
    return newest.filter(case__in=items).first() or newest.first()


def _of(row: CertificateRecord) -> Certificate:
    return Certificate(
        number=row.number,
        type=row.type,
        holder=Subject(SubjectKind(row.holder_kind), row.holder_id),
        case=row.case_id,
        fields=row.fields,
        issued_at=clock.local(row.issued_at),
        valid_until=row.valid_until,
        status=row.status,
        leaf=row.leaf_id,
    )
