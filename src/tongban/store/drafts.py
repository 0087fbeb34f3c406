"""Applications in preparation, each under the number its case will have."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from tongban.kernel.query.model import CaseView
from tongban.kernel.terms import Actor, Subject, SubjectKind
from tongban.store import clock, numbers
from tongban.store.models import Draft as Row


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody is preparing; ``number`` becomes the case's."""

    number: str
    type: str
    data: Mapping[str, Any]
    updated: datetime


def load(actor: Actor, type_code: str) -> Draft | None:
    """The actor's draft of that case type, if there is one."""
    row = _rows(actor, type_code).first()
    return None if row is None else _of(row)


def of(actor: Actor) -> tuple[Draft, ...]:
    """All drafts of the actor, the last touched first."""
    rows = Row.objects.filter(account=actor.account).order_by("-updated", "type")
    return tuple(_of(row) for row in rows)


def save(actor: Actor, type_code: str, data: Mapping[str, Any]) -> Draft:
    """Keep ``data`` (JSON) as the actor's only draft of that case type.

    The first save takes the number of the case to be: what is looked up while the
    form is filled in is receipted under it.
    """
    at = clock.now()
    if not _rows(actor, type_code).update(data=dict(data), updated=at):
        _create(actor, type_code, data, at)
    row = _rows(actor, type_code).get()
    return _of(row)


def _create(
    actor: Actor, type_code: str, data: Mapping[str, Any], at: datetime
) -> None:
    subject = actor.subject
    row = Row(
        account=actor.account,
        type=type_code,
        number=numbers.take(at),
        applicant_kind=subject.kind.value if subject else "",
        applicant_id=subject.id if subject else "",
        data=dict(data),
        updated=at,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        # The same person began in two windows: both go on with one draft.
        _rows(actor, type_code).update(data=dict(data), updated=at)


def discard(actor: Actor, type_code: str) -> None:
    """Throw the draft away; its number stays taken."""
    _rows(actor, type_code).delete()


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
        )
        for row in Row.objects.filter(number__in=wanted)
    }


def _rows(actor: Actor, type_code: str) -> Any:
    return Row.objects.filter(account=actor.account, type=type_code)


def _of(row: Row) -> Draft:
    return Draft(row.number, row.type, row.data, clock.local(row.updated))
