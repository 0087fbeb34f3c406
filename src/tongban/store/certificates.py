"""Certificates as the store keeps them, and the materials they satisfy (证照免提交).

What becomes of one after its issue is in `certificate_life`, who may look at it in
`certificate_uses`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from tongban.kernel.case.certificate import Status, standing
from tongban.kernel.case.declaration import CaseType
from tongban.kernel.case.model import Case
from tongban.kernel.terms import Actor, Subject, SubjectKind, UserError
from tongban.store import clock
from tongban.store.access import is_auditor
from tongban.store.commit import Batch, batch
from tongban.store.jurisdiction import current
from tongban.store.models import CaseRecord, CertificateRecord


MATERIAL = "certificate:"  # how a material refers to a certificate


class UnknownCertificate(UserError):
    """No certificate bears that number."""

    code = "certificate.unknown"


@dataclass(frozen=True, slots=True)
class Certificate:
    """One issued certificate; ``leaf`` is the id of the leaf that proves it.

    ``status`` is what its changes made of it; what it is worth on a day, its last
    day considered, tells `on`.
    """

    number: str
    type: str
    holder: Subject
    holder_name: str
    case: str
    fields: Mapping[str, Any]
    issued_at: datetime
    valid_until: date | None
    status: Status
    version: int
    replaces: str | None
    leaf: int

    def on(self, day: date) -> Status:
        return standing(self.status, self.valid_until, day)

    def is_valid(self, day: date) -> bool:
        return self.on(day) is Status.VALID


@dataclass(frozen=True, slots=True)
class Issue:
    """What a new certificate says; with ``replaces`` it is that one's next version."""

    number: str
    type: str
    holder: Subject
    case: str
    fields: Mapping[str, Any]
    issued_at: datetime
    valid_until: date | None = None
    holder_name: str = ""
    version: int = 1
    replaces: str | None = None


def issue(draft: Batch, new: Issue) -> None:
    """Add a certificate and its leaf to what ``draft`` writes.

    The leaf tells type and validity; all else, which leads to a person, is sealed.
    """
    until = new.valid_until
    leaf = draft.leaf(
        "certificate",
        {"type": new.type, "until": until.isoformat() if until else ""},
        {
            "certificate": new.number,
            "case": new.case,
            "holder": str(new.holder),
            "name": new.holder_name,
            "fields": dict(new.fields),
            "replaces": new.replaces or "",
        },
        at=new.issued_at,
    )
    draft.row(
        CertificateRecord(
            number=new.number,
            type=new.type,
            version=new.version,
            replaces_id=new.replaces,
            holder_kind=new.holder.kind.value,
            holder_id=new.holder.id,
            holder_name=new.holder_name,
            case_id=new.case,
            fields=dict(new.fields),
            issued_at=new.issued_at,
            valid_until=until,
            leaf=leaf,
        )
    )


def issue_many(new: Iterable[Issue], *, by: Actor, at: datetime) -> int:
    """Issue certificates of one moment in one durable transaction; how many."""
    count = 0
    with batch(by=by, at=at) as draft:
        for each in new:
            issue(draft, each)
            count += 1
    return count


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
    return of(row)


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
        closed=None,
    ).exists()


def status_of(number: str) -> Certificate | None:
    """The certificate of that number for the public check, or None.

    The page that asks shows type, validity and status: nothing of the holder.
    """
    row = CertificateRecord.objects.filter(pk=number).first()
    return None if row is None else of(row)


def of_holder(actor: Actor) -> tuple[Certificate, ...]:
    """All certificates of the actor's own subject, the newest first."""
    if actor.subject is None:
        return ()
    rows = CertificateRecord.objects.filter(
        holder_kind=actor.subject.kind.value, holder_id=actor.subject.id
    )
    return tuple(of(row) for row in rows.order_by("-issued_at", "-version", "number"))


def certificates_in(cases: Iterable[str]) -> tuple[Certificate, ...]:
    """Certificates that these cases issued, in the order of issue."""
    rows = CertificateRecord.objects.filter(case__in=list(cases))
    return tuple(of(row) for row in rows.order_by("issued_at", "number"))


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
                found[name] = MATERIAL + held
    return found


def _best_valid(parent: Case, kind: str) -> str | None:
    today, holder = clock.now().date(), parent.applicant
    rows = CertificateRecord.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=today),
        holder_kind=holder.kind.value,
        holder_id=holder.id,
        type=kind,
        status=Status.VALID,
    )
    newest = rows.order_by("-issued_at", "-leaf").values_list("number", flat=True)
    # By the numbers that the one-thing was told and not by its items' rows, which
    # are written last in the transaction that asks this.
    items = [state.child for state in parent.steps.values() if state.child]
    return newest.filter(case__in=items).first() or newest.first()


def lost(cases: Iterable[Case], day: date) -> tuple[Certificate, ...]:
    """The certificates that open cases rely on and that were taken from the holder.

    One whose holder has another of its type in force, such as its next version, is
    not lost: the case stands on that one. Nor is one that has merely expired since
    it was handed in; an officer sees that and judges it.
    """
    numbers = {number for case in cases if case.is_open for number in relied_on(case)}
    if not numbers:
        return ()
    away = CertificateRecord.objects.filter(pk__in=numbers).exclude(status=Status.VALID)
    return tuple(of(row) for row in away if not _stands_in(row, day))


def relied_on(case: Case) -> list[str]:
    """The numbers of the certificates among a case's materials."""
    refs = case.materials.values()
    return [ref.removeprefix(MATERIAL) for ref in refs if ref.startswith(MATERIAL)]


def _stands_in(row: CertificateRecord, day: date) -> bool:
    return CertificateRecord.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=day),
        holder_kind=row.holder_kind,
        holder_id=row.holder_id,
        type=row.type,
        status=Status.VALID,
    ).exists()


def of(row: CertificateRecord) -> Certificate:
    """A row as the rest of the product knows it."""
    return Certificate(
        number=row.number,
        type=row.type,
        holder=Subject(SubjectKind(row.holder_kind), row.holder_id),
        holder_name=row.holder_name,
        case=row.case_id,
        fields=row.fields,
        issued_at=clock.local(row.issued_at),
        valid_until=row.valid_until,
        status=Status(row.status),
        version=row.version,
        replaces=row.replaces_id,
        leaf=row.leaf_id,
    )
