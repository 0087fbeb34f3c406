"""Who may see a case: its applicant, the offices that work on it, auditors."""

from tongban.kernel.case.model import Case
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


def permit(case: Case, organization: str, viewer: Actor) -> None:
    """Return if ``viewer`` may see the case that ``organization`` answers for.

    Its applicant may, the organisation that answers for it or for its one-thing,
    and in a one-thing the organisations of its items; auditors. `NotYours` for all
    others. No statement for who is nearest, at most two for the rest.
    """
    if concerns(case, {organization}, viewer) or _is_in_family(case, viewer):
        return
    raise NotYours(
        "this case is not yours to see",
        why="it is open to its applicant and the offices that work on it",
        mend="check the number, or sign in with the account it belongs to",
        number=case.number,
    )


def concerns(case: Case, organizations: set[str], viewer: Actor) -> bool:
    """Whether the case is the viewer's by itself, whatever its items are.

    ``organizations`` answer for it and for its one-thing. So an office that works on
    one item of a one-thing sees the one-thing, and of its items only its own: what
    another office was told is not its business.
    """
    return (
        viewer.is_system
        or is_auditor(viewer)
        or viewer.subject == case.applicant
        or viewer.organization in organizations
    )


def _is_in_family(case: Case, viewer: Actor) -> bool:
    if viewer.organization is None:
        return False
    own = CaseRecord.objects.filter(organization=viewer.organization)
    if case.parent is not None and own.filter(pk=case.parent).exists():
        return True
    return own.filter(parent=case.number).exists()
