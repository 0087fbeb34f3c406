"""Broken promises and drawn samples as records of their own, and whom they bar."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tongban.kernel.case.declaration import CaseType
from tongban.kernel.case.model import Case, Event, Kind
from tongban.kernel.terms import Subject
from tongban.store import clock
from tongban.store.commit import Batch
from tongban.store.models import BrokenPromise, CaseRecord, SampleRecord


@dataclass(frozen=True, slots=True)
class Barring:
    """A promise that was broken and not made good: why none may be made now."""

    case: str
    type: str
    broken: datetime
    reasons: str
    lapsed: bool


def barring(subject: Subject) -> tuple[Barring, ...]:
    """What keeps ``subject`` from promising, the oldest first; one statement."""
    rows = BrokenPromise.objects.filter(
        applicant_kind=subject.kind.value, applicant_id=subject.id, repaired=None
    )
    return tuple(
        Barring(row.case_id, row.type, clock.local(row.broken), row.reasons, row.lapsed)
        for row in rows.order_by("broken", "pk")
    )


def may_have_lapsed(subject: Subject) -> list[str]:
    """Cases of ``subject`` in which time may have spoken that nobody wrote down yet."""
    rows = CaseRecord.objects.filter(
        applicant_kind=subject.kind.value,
        applicant_id=subject.id,
        lapses__lt=clock.now().date(),
    )
    return list(rows.order_by("lapses").values_list("pk", flat=True))


# ------------------------------------------------------------------ what happened


def note(draft: Batch, case_type: CaseType, case: Case, event: Event) -> None:
    """Let the records of promises and samples follow an event."""
    if event.kind in _NOTED:
        _NOTED[event.kind](draft, case_type, case, event)


def _broken(draft: Batch, case_type: CaseType, case: Case, event: Event) -> None:
    assert case_type.promise is not None
    draft.row(
        BrokenPromise(
            case_id=case.number,
            type=case.type,
            organization=case_type.organization,
            applicant_kind=case.applicant.kind.value,
            applicant_id=case.applicant.id,
            kind=case_type.promise.kind.value,
            broken=event.at,
            lapsed=event.data["lapsed"],
            reasons=event.data["reasons"],
        )
    )


def _repaired(draft: Batch, _type: CaseType, case: Case, event: Event) -> None:
    draft.flush()  # it may have lapsed in this very batch
    BrokenPromise.objects.filter(pk=case.number).update(repaired=event.at)


def _drawn(draft: Batch, case_type: CaseType, case: Case, event: Event) -> None:
    draft.row(
        SampleRecord(
            case_id=case.number,
            type=case.type,
            organization=case_type.organization,
            drawn=event.at,
        )
    )


def _reviewed(draft: Batch, _type: CaseType, case: Case, event: Event) -> None:
    draft.begin()
    SampleRecord.objects.filter(pk=case.number).update(
        reviewed=event.at, agrees=event.data["agrees"]
    )


_NOTED: Mapping[Kind, Callable[[Batch, CaseType, Case, Event], None]] = {
    Kind.PROMISE_BROKEN: _broken,
    Kind.PROMISE_REPAIRED: _repaired,
    Kind.SAMPLE_DRAWN: _drawn,
    Kind.SAMPLE_REVIEWED: _reviewed,
}
