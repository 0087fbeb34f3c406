"""How a flow becomes rows and leaves: the projection, the events, their proof."""

from collections.abc import Sequence

from tongban.kernel.case.duties import Duty
from tongban.kernel.case.model import Case, Event
from tongban.kernel.terms import WorkingCalendar
from tongban.store import folded, promises, statements
from tongban.store.commit import Batch
from tongban.store.flow import Explanation, Moving
from tongban.store.models import (
    CaseDuty,
    CaseEvent,
    CaseRecord,
    RecusalRecord,
    RuleVerdict,
)
from tongban.store.projection import duty_columns, standing


class Overtaken(Exception):
    """Another command moved one of the cases first: begin again from the new state."""


def hold(stored: Sequence[Moving]) -> None:
    """Lock these cases as the plan saw them, in the order of their numbers.

    `Overtaken` when one has moved on. The order lets two commands in one family
    wait for one another instead of blocking each other; a case alone needs no lock
    but that of its own update.
    """
    seen = {m.before.number: m.before.version for m in stored if m.before is not None}
    if len(seen) < 2:
        return
    rows = CaseRecord.objects.filter(pk__in=seen).order_by("pk")
    held = rows.select_for_update(of=("self",)).values_list("pk", "version")
    if dict(held) != seen:
        raise Overtaken


def record(draft: Batch, moving: Moving, events: Sequence[Event]) -> None:
    """Add the events that just happened to ``moving``, each with its leaf."""
    after = moving.case.version
    before = after - len(events)
    rows = [_event(draft, moving, *each) for each in enumerate(events, before + 1)]
    if folded.due(before, after):
        rows[-1].state = folded.kept(moving.case)
    for row, event in zip(rows, events, strict=True):
        draft.row(row)
        promises.note(draft, moving.case_type, moving.case, event)


def record_verdict(draft: Batch, case: Case, explanation: Explanation) -> None:
    """Add what a rule found when it could not grant, with its leaf."""
    found = [dict(part) for part in explanation]
    private = {"case": case.number, "seq": case.version, "explanation": found}
    draft.row(
        RuleVerdict(
            case_id=case.number,
            seq=case.version,
            at=draft.at,
            explanation=found,
            leaf=draft.leaf("rule-verdict", {"type": case.type}, private),
        )
    )


def write(draft: Batch, moved: Sequence[Moving], calendar: WorkingCalendar) -> None:
    """Let the projection follow: the rows of cases and of what they wait for."""
    for moving in moved:
        if moving.before is None:
            _begin(moving, calendar, draft)
        else:
            _advance(moving, calendar, draft)


def _advance(moving: Moving, calendar: WorkingCalendar, draft: Batch) -> None:
    assert moving.before is not None
    before = moving.was or moving.case_type
    # As it was written, which is not as it would be today: time may have spoken since.
    written = moving.before.moved or draft.at
    was = standing(before, moving.before, calendar, written)
    now = standing(moving.case_type, moving.case, calendar, draft.at)
    number, version = moving.case.number, moving.before.version
    if not statements.update(CaseRecord, now.columns, number=number, version=version):
        raise Overtaken
    if now.duties != was.duties:
        statements.delete(CaseDuty, case=number)
        _wait(draft, moving, now.duties)
    for gone in moving.case.recusals[len(moving.before.recusals) :]:
        draft.row(RecusalRecord(case_id=number, account=gone.account))


def _begin(moving: Moving, calendar: WorkingCalendar, draft: Batch) -> None:
    case = moving.case
    now = standing(moving.case_type, case, calendar, draft.at)
    draft.row(
        CaseRecord(
            number=case.number,
            type=case.type,
            parent_id=case.parent,
            applicant_kind=case.applicant.kind.value,
            applicant_id=case.applicant.id,
            organization=moving.case_type.organization,
            opened=case.opened,
            **now.columns,
        )
    )
    _wait(draft, moving, now.duties)


def _wait(draft: Batch, moving: Moving, duties: Sequence[Duty]) -> None:
    for duty in duties:
        draft.row(
            CaseDuty(case_id=moving.case.number, **duty_columns(moving.case_type, duty))
        )


def _event(draft: Batch, moving: Moving, seq: int, event: Event) -> CaseEvent:
    # The number leads to a person, so it is sealed like the rest of what is theirs.
    public = {
        "event": event.kind.value,
        "type": moving.case.type,
        "organization": moving.case_type.organization,
    }
    data = dict(event.data)
    private = {"case": moving.case.number, "seq": seq, "by": event.by, "data": data}
    return CaseEvent(
        case_id=moving.case.number,
        seq=seq,
        kind=event.kind.value,
        at=event.at,
        by=event.by,
        data=data,
        leaf=draft.leaf("case-event", public, private, at=event.at),
    )
