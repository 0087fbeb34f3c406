"""Looks at certificates: under a declared disclosure, each with a receipt.

A disclosure (用证场景) is to certificates what purpose and grant are to datasets.
Whoever looks learns the fields that it names and nothing else, and the holder finds
the look among the uses of their data.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tongban.kernel.case.certificate import (
    HOLDER_FIELDS,
    CertificateField,
    Disclosure,
    Holder,
    Status,
    masked_id,
    masked_name,
)
from tongban.kernel.terms import Actor, Refused, Subject, Text, UserError
from tongban.store import clock
from tongban.store.certificates import Certificate, of
from tongban.store.commit import Batch, batch
from tongban.store.jurisdiction import current
from tongban.store.models import (
    CaseRecord,
    CertificateLook,
    CertificateRecord,
    UseReceipt,
)


# How an item of a receipt names what it is of, so that no dataset is meant.
ITEM = "certificate:"
MOST = 200


class NotDisclosed(Refused):
    """No declaration lets this account look at certificates so."""

    code = "certificate.not-disclosed"


class NothingHere(UserError):
    """No certificate of the types disclosed bears the number."""

    code = "certificate.nothing-here"


class NoOpenCase(Refused):
    """A look names a case in which it may not be made."""

    code = "certificate.no-open-case"


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody was shown of a certificate: ``fields`` are those disclosed.

    ``names`` are all names that the disclosure opens, the holder's among them.
    """

    certificate: Certificate
    status: Status
    fields: Mapping[str, Any]
    names: frozenset[str]

    @property
    def holder_name(self) -> str:
        """Who holds it, where disclosed; else as a bystander may read it."""
        whole, holder = self.certificate.holder_name, self.certificate.holder
        return whole if "holder_name" in self.names else masked_name(holder.kind, whole)

    @property
    def holder_id(self) -> str:
        """The holder's number, where disclosed; else as a bystander may read it."""
        holder = self.certificate.holder
        return holder.id if "holder_id" in self.names else masked_id(holder)


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a certificate, as its holder reads it."""

    at: datetime
    organization: str
    purpose: str
    place: str
    receipt: int


def open_to(by: Actor, holder: Holder | None = None) -> tuple[Disclosure, ...]:
    """The disclosures under which ``by`` may look today, in the pack's order."""
    today = clock.now().date()
    return tuple(
        each
        for each in current().disclosures.values()
        if each.organization == by.organization
        and each.in_force(today)
        and (not each.posts or each.posts & by.posts)
        and holder in (None, each.holder)
    )


def disclosure(code: str, by: Actor, holder: Holder) -> Disclosure:
    """The disclosure ``code`` if ``by`` may look under it so; NotDisclosed."""
    for each in open_to(by, holder):
        if each.code == code:
            return each
    raise NotDisclosed(
        "no declared use of certificates allows this",
        why="a look needs a declared use (用证场景) of one's own organisation and post",
        mend="choose one of those open to you, or have one declared",
        disclosure=code,
    )


def of_holder(code: str, holder: Subject, *, by: Actor, case: str) -> tuple[Shown, ...]:
    """What the holder has of the types disclosed, for an open case of theirs.

    NotDisclosed, NoOpenCase. The receipt is on the disk before this returns.
    """
    declared = disclosure(code, by, Holder.CASE)
    _refuse_case(declared, case, holder, by)
    with batch(by=by) as draft:
        shown = held_by(holder, declared, draft.at.date())
        receipt(draft, declared, holder, shown, case=case)
    return shown


def one(code: str, number: str, *, by: Actor, holder: Holder, case: str = "") -> Shown:
    """One certificate whose number is known, as ``code`` discloses it.

    ``holder`` NUMBER asks for no more than the number; CASE for an open case of its
    holder too. NotDisclosed, NoOpenCase, and NothingHere for one of a type that is
    not disclosed, or that is not there: which of them is not told.
    """
    declared = disclosure(code, by, holder)
    row = CertificateRecord.objects.filter(pk=number).first()
    if row is None or row.type not in declared.shows:
        raise _nothing_here(number)
    found = of(row)
    if holder is Holder.CASE:
        _refuse_case(declared, case, found.holder, by)
    with batch(by=by) as draft:
        shown = _shown(declared, found, draft.at.date())
        receipt(draft, declared, found.holder, [shown], case=case)
    return shown


def refuse_beyond(names: Collection[str]) -> None:
    """Return if ``names``, those that a use does not disclose, are none."""
    if names:
        raise NotDisclosed(
            "this use does not disclose everything that is asked",
            why=f"beyond it: {', '.join(sorted(names))}",
            mend="leave that out, or have a use declared that discloses it",
        )


def held_by(holder: Subject, declared: Disclosure, day: date) -> tuple[Shown, ...]:
    """Every certificate of the holder that ``declared`` shows, the newest first.

    It leaves no receipt: whoever shows this to somebody writes one (`receipt`).
    """
    rows = CertificateRecord.objects.filter(
        holder_kind=holder.kind.value,
        holder_id=holder.id,
        type__in=list(declared.shows),
    ).exclude(status=Status.REPLACED)
    ordered = rows.order_by("-issued_at", "number")[:MOST]
    return tuple(_shown(declared, of(row), day) for row in ordered)


def receipt(
    draft: Batch,
    declared: Disclosure,
    holder: Subject,
    shown: Sequence[Shown],
    *,
    case: str = "",
    items: Collection[str] = (),
) -> UseReceipt:
    """Add the receipt of a look at ``shown`` to what ``draft`` writes.

    ``items`` narrow the fields that were told, by ``type.field``; without, all that
    the disclosure shows of these certificates.
    """
    told = {
        f"{each.certificate.type}.{name}"
        for each in shown
        for name in {*each.fields, *(each.names & HOLDER_FIELDS)}
    }
    named = sorted(ITEM + name for name in (set(items) or told))
    public = {
        "organization": declared.organization,
        "purpose": declared.code,
        "items": named,
        "grants": [declared.code],
        "plan": "",
        "versions": {},
    }
    private = {"case": case, "rows": len(shown)}
    numbers = [each.certificate.number for each in shown]
    whose = {"by": draft.by.account, "subject": str(holder), "certificates": numbers}
    kept = draft.row(
        UseReceipt(
            by=draft.by.account,
            subject_kind=holder.kind.value,
            subject_id=holder.id,
            at=draft.at,
            leaf=draft.leaf("use", public, {**private, **whose}),
            **public,
            **private,
        )
    )
    place = declared.place.zh if declared.place else ""
    for number in numbers:
        draft.row(CertificateLook(receipt=kept, certificate_id=number, place=place))
    return kept


def shown_by(row: UseReceipt, declared: Disclosure) -> tuple[Shown, ...]:
    """What a receipt says was shown, as it is today."""
    day = clock.now().date()
    looks = row.looks.select_related("certificate").order_by("id")
    return tuple(_shown(declared, of(each.certificate), day) for each in looks)


def looks_at(number: str, viewer: Actor) -> tuple[Look, ...]:
    """Who looked at a certificate of the viewer's own, the latest first."""
    if viewer.subject is None:
        return ()
    rows = CertificateLook.objects.filter(
        certificate=number,
        certificate__holder_kind=viewer.subject.kind.value,
        certificate__holder_id=viewer.subject.id,
    )
    newest = rows.select_related("receipt").order_by("-receipt")[:MOST]
    return tuple(
        Look(
            at=clock.local(each.receipt.at),
            organization=each.receipt.organization,
            purpose=each.receipt.purpose,
            place=each.place,
            receipt=each.receipt_id,
        )
        for each in newest
    )


@dataclass(frozen=True, slots=True)
class Told:
    """A type of certificate as a use's items name it: what it and its fields are."""

    title: Text
    items: Mapping[str, CertificateField]


def certificates_told() -> dict[str, Told]:
    """Every type by the name that items of receipts give it, as datasets are read."""
    holder = {
        "holder_name": CertificateField(Text("持证主体", "Holder")),
        "holder_id": CertificateField(Text("持证主体代码", "Holder's code")),
    }
    return {
        ITEM + code: Told(kind.title, {**kind.fields, **holder})
        for code, kind in current().certificates.items()
    }


def _shown(declared: Disclosure, found: Certificate, day: date) -> Shown:
    open_fields = declared.shows[found.type]
    fields = {k: v for k, v in found.fields.items() if k in open_fields}
    return Shown(found, found.on(day), fields, open_fields)


def _refuse_case(declared: Disclosure, number: str, holder: Subject, by: Actor) -> None:
    """Return if ``number`` is an open case of ``holder`` at the looker's office."""
    row = CaseRecord.objects.filter(pk=number).first() if number else None
    ours = (
        row is not None
        and row.closed is None
        and row.organization == by.organization
        and row.type in declared.case_types
        and (row.applicant_kind, row.applicant_id) == (holder.kind.value, holder.id)
    )
    if not ours:
        raise NoOpenCase(
            "there is no such open case of this holder with your office",
            why=f"{declared.code} looks at certificates for open cases of: "
            f"{', '.join(sorted(declared.case_types))}",
            mend="name the case that the look serves",
            case=number,
        )


def _nothing_here(number: str) -> NothingHere:
    return NothingHere(
        "there is nothing to see under this number",
        why="no certificate bears it, or its type is not part of this use",
        mend="compare the number with the certificate",
        number=number,
    )
