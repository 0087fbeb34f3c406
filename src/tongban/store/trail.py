"""Who used my data (用数留痕): every use that concerned a subject, and its proof."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongban.kernel.terms import SYSTEM, Actor, Refused, Subject
from tongban.store import clock, history, tree
from tongban.store.access import is_auditor
from tongban.store.models import (
    CaseEvent,
    CaseRecord,
    CertificateChange,
    CertificateRecord,
    RuleVerdict,
    UseReceipt,
)
from tongban.store.pages import ROWS, Page, number_of


# Whatever names a case and has a leaf.
TOLD = (CaseEvent, UseReceipt, RuleVerdict, CertificateRecord, CertificateChange)


class NotYourUse(Refused):
    """A receipt about somebody else, or none at all: which of them is not told."""

    code = "trail.not-yours"


@dataclass(frozen=True, slots=True)
class UseRecord:
    """One use of data about a subject, as its receipt keeps it.

    ``items`` are ``dataset.item`` names; ``index`` is its place in the log, None
    until the tree has taken it in; ``case_type`` is empty for a draft's use.
    """

    id: int
    at: datetime
    by_system: bool
    organization: str
    purpose: str
    case: str
    case_type: str
    items: tuple[str, ...]
    grants: tuple[str, ...]
    rows: int
    versions: Mapping[str, str]
    index: int | None

    @property
    def receipt_id(self) -> str:
        return str(self.id)


def uses_of(
    who: Actor | Subject,
    *,
    page: str | int | None = None,
    organization: str | None = None,
    case: str | None = None,
) -> Page[UseRecord]:
    """The uses of the data of ``who``, the latest first; two statements."""
    number = number_of(page)
    rows = _about(who).select_related("leaf").order_by("-id")
    query = {}
    for name, wanted in (("organization", organization), ("case", case)):
        if wanted:
            query[name] = wanted
            rows = rows.filter(**{name: wanted})
    start = (number - 1) * ROWS
    found = list(rows[start : start + ROWS + 1])
    types = _types(found[:ROWS])
    records = tuple(_record(row, types) for row in found[:ROWS])
    more = str(number + 1) if len(found) > ROWS else None
    return Page(records, number, more, query)


def consumers_of(subject: Subject, item: str) -> list[UseRecord]:
    """The uses that saw an item (``dataset.item``) of a subject, the first first.

    For whoever corrects a wrong value: these decided on it or showed it.
    """
    rows = [
        row
        for row in _about(subject).select_related("leaf").order_by("id")
        if item in row.items
    ]
    types = _types(rows)
    return [_record(row, types) for row in rows]


def organizations_of(who: Actor | Subject) -> list[str]:
    """The organisations that ever used data of ``who``."""
    named = _about(who).order_by("organization").values_list("organization", flat=True)
    return list(named.distinct())


def _about(who: Actor | Subject) -> Any:
    subject = who.subject if isinstance(who, Actor) else who
    if subject is None:
        return UseReceipt.objects.none()
    return UseReceipt.objects.filter(
        subject_kind=subject.kind.value, subject_id=subject.id
    )


def _types(rows: Iterable[UseReceipt]) -> dict[str, str]:
    named = {row.case for row in rows if row.case}
    known = CaseRecord.objects.filter(pk__in=named) if named else ()
    return {case.number: case.type for case in known}


def _record(row: UseReceipt, types: Mapping[str, str]) -> UseRecord:
    return UseRecord(
        id=row.pk,
        at=clock.local(row.at),
        by_system=row.by == SYSTEM.account,
        organization=row.organization,
        purpose=row.purpose,
        case=row.case,
        case_type=types.get(row.case, ""),
        items=tuple(row.items),
        grants=tuple(row.grants),
        rows=row.rows,
        versions=row.versions,
        index=row.leaf.index,
    )


def bundle(receipts: Iterable[int | str], *, by: Actor) -> dict[str, Any]:
    """The proof bundle of these receipts, opened for whom they concern (or auditors).

    NotYourUse when one of them is not about ``by``.
    """
    wanted = {int(receipt) for receipt in receipts}
    own = UseReceipt.objects if is_auditor(by) or by.is_system else _about(by)
    leaves = list(own.filter(pk__in=wanted).values_list("leaf_id", flat=True))
    if not wanted or len(leaves) < len(wanted):
        raise NotYourUse(
            "this use is not yours to prove",
            why="a use is shown to the person it concerned",
            mend="choose among the uses on your own page",
        )
    return tree.proof(leaves)


def bundle_for_case(number: str, *, by: Actor) -> dict[str, Any]:
    """The proof bundle of all that happened in a case and, in a one-thing, its items:

    events, uses of data, findings of rules, certificates. For whoever may see the
    case, with those of its items that they may see.
    """
    found = history.seen_by(number, by)
    items = history.items_seen_by(found, by)
    family = [number, *(item.case.number for item in items)]
    first, *others = (
        table.objects.filter(case__in=family).values_list("leaf_id", flat=True)
        for table in TOLD
    )
    return tree.proof(first.union(*others))
