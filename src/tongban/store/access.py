"""Who may see a case: its applicant, the offices that work on it, auditors."""

from tongban.kernel.case.refusals import NotYours, Unknown
from tongban.kernel.terms import Actor
from tongban.store.models import CaseRecord
from tongban.store.models.accounts import AUDITOR


def is_auditor(actor: Actor) -> bool:
    return AUDITOR in actor.posts


def unknown(number: str) -> Unknown:
    return Unknown(
        "there is no such case",
        why="nothing has been opened under this number",
        mend="check the number",
        number=number,
    )


def permit(record: CaseRecord, viewer: Actor) -> None:
    """Return if ``viewer`` may see the case, its parent being loaded with it.

    An office sees the one-thing its item belongs to and the items of its one-thing:
    side by side they must know of one another. `NotYours` for everybody else.
    """
    if _is_close(record, viewer) or _works_on_item(record, viewer):
        return
    raise NotYours(
        "this case is not yours to see",
        why="it is open to its applicant and the offices that work on it",
        mend="check the number, or sign in with the account it belongs to",
        number=record.number,
    )


def _is_close(record: CaseRecord, viewer: Actor) -> bool:
    if viewer.is_system or is_auditor(viewer):
        return True
    if viewer.subject is not None and (
        viewer.subject.kind == record.applicant_kind
        and viewer.subject.id == record.applicant_id
    ):
        return True
    near = {record.organization}
    if record.parent is not None:
        near.add(record.parent.organization)
    return viewer.organization in near


def _works_on_item(record: CaseRecord, viewer: Actor) -> bool:
    """Whether an item of this one-thing, or beside this item, is the viewer's."""
    if viewer.organization is None:
        return False
    family = [record.number, *([record.parent_id] if record.parent_id else [])]
    return CaseRecord.objects.filter(
        parent__in=family, organization=viewer.organization
    ).exists()
