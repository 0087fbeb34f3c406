"""Who may see a case: its applicant, the offices that work on it, auditors."""

from collections.abc import Set

from tongban.kernel.case.charges import offices
from tongban.kernel.case.declaration import CaseType, Oversight
from tongban.kernel.case.model import Case
from tongban.kernel.case.refusals import NotYours, Unknown
from tongban.kernel.terms import Actor, Subject
from tongban.store.models import CaseRecord, Draft
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


def permit(case: Case, case_type: CaseType, viewer: Actor) -> None:
    """Return if ``viewer`` may see the case, which is of ``case_type``.

    Its applicant may, the organisation that answers for it or for its one-thing,
    those that sign it together, and auditors; of the competent department above,
    those whose post it is to look after what is left undone. The office of an item
    does not see the one-thing, whose form holds what other offices were told.
    `NotYours` for all others.
    """
    if concerns(case, offices(case_type), viewer) or _leads(case, viewer):
        return
    if _oversees(case_type.oversight, viewer):
        return
    raise NotYours(
        "this case is not yours to see",
        why="it is open to its applicant and the offices that work on it",
        mend="check the number, or sign in with the account it belongs to",
        number=case.number,
    )


def _oversees(above: Oversight | None, viewer: Actor) -> bool:
    if above is None or viewer.organization != above.organization:
        return False
    return bool({above.supervisor, above.leader} & viewer.posts)


def refuse_foreign_matter(number: str, applicant: Subject) -> None:
    """Return if the case or the draft of that number is the applicant's; `Unknown`."""
    own = {"applicant_kind": applicant.kind.value, "applicant_id": applicant.id}
    if not (
        CaseRecord.objects.filter(pk=number, **own).exists()
        or Draft.objects.filter(number=number, **own).exists()
    ):
        raise unknown(number)


def concerns(case: Case, organizations: Set[str], viewer: Actor) -> bool:
    """Whether the case is the viewer's by itself, whatever its items are.

    ``organizations`` answer for it and for its one-thing. Of a one-thing's items an
    office sees its own: what another office was told is not its business.
    """
    return (
        viewer.is_system
        or is_auditor(viewer)
        or viewer.subject == case.applicant
        or viewer.organization in organizations
    )


def _leads(case: Case, viewer: Actor) -> bool:
    """Whether the case is an item of a one-thing that the viewer's office leads."""
    if viewer.organization is None or case.parent is None:
        return False
    own = CaseRecord.objects.filter(organization=viewer.organization)
    return own.filter(pk=case.parent).exists()
