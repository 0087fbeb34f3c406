"""Applications in preparation, each under the number its case will have."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from tongban.kernel.query.model import CaseView
from tongban.kernel.terms import Actor, Subject, SubjectKind, UserError
from tongban.store import clock, numbers
from tongban.store.commit import batch
from tongban.store.models import Draft as Row
from tongban.store.room import no_room_as_refusal


Data = Mapping[str, Any]


class DraftGone(UserError):
    """The draft was sent or thrown away in the meantime."""

    code = "draft.gone"


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody is preparing; ``number`` becomes the case's."""

    number: str
    type: str
    data: Data
    updated: datetime


def load(actor: Actor, type_code: str) -> Draft | None:
    """The actor's draft of that case type, if there is one."""
    row = _rows(actor, type_code).first()
    return None if row is None else _of(row)


def of(actor: Actor) -> tuple[Draft, ...]:
    """All drafts of the actor, the last touched first."""
    rows = Row.objects.filter(account=actor.account).order_by("-updated", "type")
    return tuple(_of(row) for row in rows)


def start(actor: Actor, type_code: str) -> Draft:
    """The actor's only draft of that case type, begun now if there is none.

    Beginning takes the number of the case to be: what is looked up while the form
    is filled in is receipted under it. Nothing else makes a draft.
    """
    while (found := load(actor, type_code)) is None:
        _create(actor, type_code, clock.now())
    return found


def change(
    number: str, how: Callable[[Data], Data], *, by: Actor, type_code: str
) -> Draft:
    """Replace what the draft holds (JSON) by ``how`` of it, as it is at this moment.

    Whoever changes it at the same time waits, so that neither undoes the other.
    DraftGone when it is no longer ``by``'s draft under that number: a draft that was
    sent is not begun anew.
    """
    with no_room_as_refusal(), transaction.atomic():
        rows = _rows(by, type_code).filter(number=number)
        row = rows.select_for_update().first()
        if row is None:
            raise gone(number)
        row.data, row.updated = dict(how(row.data)), clock.now()
        row.save(update_fields=["data", "updated"], force_update=True)
    return _of(row)


def gone(number: str) -> DraftGone:
    """The refusal for a form whose draft is no longer there."""
    return DraftGone(
        "this application is no longer in preparation",
        why="it was sent or thrown away in the meantime",
        mend="look among your cases; if it is not there, begin it again",
        number=number,
    )


def _create(actor: Actor, type_code: str, at: datetime) -> None:
    subject = actor.subject
    row = Row(
        account=actor.account,
        type=type_code,
        number=numbers.take(at),
        applicant_kind=subject.kind.value if subject else "",
        applicant_id=subject.id if subject else "",
        data={},
        updated=at,
    )
    try:
        # The leaf makes it provable that the matter was begun before any use of data
        # named it (docs/adr/0006).
        with batch(by=actor, at=at) as draft:
            sealed = {"case": row.number, "subject": str(subject or "")}
            draft.leaf("application-begun", {"type": type_code}, sealed)
            draft.row(row)
    except IntegrityError:
        # The same person began in two windows: both go on with one draft.
        return


def discard(actor: Actor, type_code: str, number: str) -> None:
    """Throw the draft of that number away; the number stays taken."""
    _rows(actor, type_code).filter(number=number).delete()


def views(wanted: set[str]) -> dict[str, CaseView]:
    """Drafts by number as the query compiler sees a case: open, with one party."""
    return {
        row.number: CaseView(
            number=row.number,
            type=row.type,
            is_open=True,
            parties=frozenset(
                {Subject(SubjectKind(row.applicant_kind), row.applicant_id)}
                if row.applicant_id
                else ()
            ),
            in_preparation=True,
        )
        for row in Row.objects.filter(number__in=wanted)
    }


def _rows(actor: Actor, type_code: str) -> Any:
    return Row.objects.filter(account=actor.account, type=type_code)


def _of(row: Row) -> Draft:
    return Draft(row.number, row.type, row.data, clock.local(row.updated))
