"""Lists of cases: an official's inbox, an applicant's own."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from tongban.kernel.case.model import Kind
from tongban.kernel.terms import Actor, Subject, SubjectKind
from tongban.store import clock
from tongban.store.jurisdiction import current
from tongban.store.models import CaseDuty, CaseEvent, CaseRecord
from tongban.store.pages import Page, page_of


OPEN, OVERDUE, CLOSED = "open", "overdue", "closed"


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case in a list, read from the projection alone.

    ``due`` is the limit of what is awaited and ``remaining`` the working days to
    it (negative: overdue), both None where no clock runs. ``late`` says whether the
    limit has passed; on days off after it ``remaining`` is still 0. ``act`` names
    what the reader is awaited for: ``accept``, ``decide`` or ``step:<name>``, else
    empty.
    """

    number: str
    type: str
    applicant: Subject
    organization: str
    phase: str
    due: date | None
    remaining: int | None
    opened: datetime
    closed: datetime | None
    outcome: str
    version: int
    parent: str | None
    act: str = ""
    late: bool = False


def inbox(
    actor: Actor,
    *,
    page: str | int | None = None,
    filters: Mapping[str, str] | None = None,
) -> Page[CaseRow]:
    """What waits for the actor's posts, the nearest limit first; two statements.

    Last comes what has no limit, because its clock stands still.

    ``filters["view"]``: ``open`` (default), ``overdue`` (limit passed) or
    ``closed`` (cases the organisation has ended, the newest first). The head of an
    organisation finds here what has become overdue in any of its posts.
    """
    query = {"view": OPEN, **(filters or {})}
    organization = actor.organization or ""
    if query["view"] == CLOSED:
        ended = CaseRecord.objects.filter(organization=organization, phase=CLOSED)
        return page_of(ended.order_by("-opened", "pk"), page, _case_row, query)
    today = clock.now().date()
    duties = CaseDuty.objects.filter(organization=organization).filter(
        Q(post__in=actor.posts) | Q(head__in=actor.posts, due__lt=today)
    )
    if query["view"] == OVERDUE:
        duties = duties.filter(due__lt=today)
    duties = duties.select_related("case").order_by(F("due").asc(nulls_last=True), "pk")
    return page_of(duties, page, _duty_row, query)


def mine(actor: Actor, *, page: str | int | None = None) -> Page[CaseRow]:
    """The actor's own cases, the newest first; items are found in their one-thing."""
    if actor.subject is None:
        return Page(())
    own: QuerySet[Any] = CaseRecord.objects.filter(
        applicant_kind=actor.subject.kind.value,
        applicant_id=actor.subject.id,
        parent=None,
    )
    return page_of(own.order_by("-opened", "pk"), page, _case_row)


@dataclass(frozen=True, slots=True)
class Opened:
    """A case as it was opened, and how it ended; without ``outcome`` it is open."""

    number: str
    data: Mapping[str, Any]
    outcome: str
    due: date | None


def opened(type_code: str, viewer: Actor) -> Iterator[Opened]:
    """Every case of a type that the viewer's organisation answers for, the first
    opened first, in one statement.
    """
    events = CaseEvent.objects.filter(
        kind=Kind.OPENED.value,
        case__type=type_code,
        case__organization=viewer.organization or "",
    )
    rows = events.order_by("pk").values_list(
        "case_id", "data", "case__outcome", "case__due"
    )
    for number, data, outcome, due in rows.iterator():
        yield Opened(number, data["data"], outcome, due)


# ----------------------------------------------------------------- other pages

Elsewhere = Callable[[str, str], str | None]
_elsewhere: list[Elsewhere] = []


def work_elsewhere(address: Elsewhere) -> None:
    """Let a capability name the page on which it has cases worked on.

    ``address`` is given a case type and a number; None where that is the desk.
    """
    _elsewhere.append(address)


def worked_on_at(type_code: str, number: str) -> str | None:
    """The page on which a case is worked on, where it is another than the desk's."""
    found = (address(type_code, number) for address in _elsewhere)
    return next(filter(None, found), None)


def _duty_row(duty: CaseDuty) -> CaseRow:
    return _row(duty.case, duty.due, duty.act)


def _case_row(record: CaseRecord) -> CaseRow:
    return _row(record, record.due)


def _row(record: CaseRecord, limit: date | None, act: str = "") -> CaseRow:
    today = clock.now().date()
    return CaseRow(
        number=record.number,
        type=record.type,
        applicant=Subject(SubjectKind(record.applicant_kind), record.applicant_id),
        organization=record.organization,
        phase=record.phase,
        due=limit,
        remaining=current().calendar.count(today, limit) if limit else None,
        opened=clock.local(record.opened),
        closed=clock.local(record.closed) if record.closed else None,
        outcome=record.outcome,
        version=record.version,
        parent=record.parent_id,
        act=act,
        late=limit is not None and limit < today,
    )
