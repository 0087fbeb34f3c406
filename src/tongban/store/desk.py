"""Lists of cases: an official's inbox, an applicant's own."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import F, Q, QuerySet

from tongban.kernel.case.charges import offices as offices_of
from tongban.kernel.case.declaration import CaseType
from tongban.kernel.case.model import Kind
from tongban.kernel.case.roster import Roster
from tongban.kernel.catalog.model import Organization
from tongban.kernel.terms import Actor, Subject, SubjectKind
from tongban.store import clock, staff
from tongban.store.jurisdiction import current, declared
from tongban.store.models import CaseDuty, CaseEvent, CaseRecord
from tongban.store.pages import Page, page_of


OPEN, OVERDUE, CLOSED = "open", "overdue", "closed"
UNCLAIMED, MINE = "unclaimed", "mine"


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case in a list, read from the projection alone.

    ``kind`` is its type in the declarations it runs under. ``due`` is the limit of
    what is awaited and ``remaining`` the working days to
    it (negative: overdue), both None where no clock runs. ``late`` says whether the
    limit has passed; on days off after it ``remaining`` is still 0. ``act`` names
    what is awaited (kernel.case.duties), else it is empty; of the organisation
    ``office``, of the one account ``officer`` where somebody has it in hand.
    """

    number: str
    type: str
    kind: CaseType = field(compare=False)
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
    officer: str = ""
    office: str = ""


def inbox(
    actor: Actor,
    *,
    page: str | int | None = None,
    filters: Mapping[str, str] | None = None,
    known: staff.Facts | None = None,
    there: Roster | None = None,
) -> Page[CaseRow]:
    """What waits for the actor's posts, the nearest limit first.

    Last comes what has no limit, because its clock stands still. Three statements,
    for a head four: who is away, and who is there at all, decide what is shown.

    ``filters["view"]``: ``open`` (default), ``overdue`` (limit passed), ``unclaimed``
    (that nobody has in hand), ``mine`` (that the actor has) or ``closed`` (cases the
    organisation has ended, the newest first); ``filters["type"]`` a case type. The
    head of an organisation finds here what has risen from its posts, and what nobody
    is there to do. What an absent colleague has to do is before their deputy.
    ``known`` and ``there`` each spare a statement where the actor's facts, or who is
    at work in their organisation, were read already.
    """
    query = {"view": OPEN, **(filters or {})}
    organization, kind = actor.organization or "", query.get("type")
    if query["view"] == CLOSED:
        ended = CaseRecord.objects.filter(organization=organization, phase=CLOSED)
        if kind:
            ended = ended.filter(type=kind)
        return page_of(ended.order_by("-opened", "pk"), page, _case_row, query)
    known = known or staff.facts(actor)
    accounts = {actor.account, *(each.account for each in known.actor.deputises)}
    duties = CaseDuty.objects.filter(organization=organization)
    duties = duties.filter(_own(known.actor, accounts) | _risen(known.actor, there))
    if kind:
        duties = duties.filter(type=kind)
    if query["view"] == OVERDUE:
        duties = duties.filter(due__lt=clock.now().date())
    elif query["view"] == UNCLAIMED:
        duties = duties.filter(officer="")
    elif query["view"] == MINE:
        duties = duties.filter(officer__in=accounts)
    if known.recused:
        duties = duties.exclude(case__in=known.recused)
    duties = duties.select_related("case").order_by(F("due").asc(nulls_last=True), "pk")
    return page_of(duties, page, _duty_row, query)


def _posts(actor: Actor) -> frozenset[str]:
    return actor.posts.union(*(each.posts for each in actor.deputises))


def _own(actor: Actor, accounts: Collection[str]) -> Q:
    """What the actor's posts are to do and nobody has taken, or the actor has."""
    return Q(post__in=_posts(actor), officer="") | Q(officer__in=accounts)


def _risen(actor: Actor, there: Roster | None) -> Q:
    """What is before the actor as a head: risen, or done by nobody who is there."""
    heads = _posts(actor) & {t.head for t in current().case_types.values() if t.head}
    if not heads or actor.organization is None:
        return Q(pk__in=())
    there = there or staff.roster([actor.organization])
    lost = _lost(actor.organization, there)
    return Q(head__in=heads) & (Q(head_from__lte=clock.now().date()) | lost)


def _lost(organization: str, there: Roster) -> Q:
    """Duties of an organisation that nobody at work has (kernel.case.roster)."""
    posts = {post for office, post in there.manned() if office == organization}
    of_nobody = ~Q(post__in=posts) & Q(officer="")
    return of_nobody | ~Q(officer__in={"", *there.present()})


def risen(
    actor: Actor,
    *,
    page: str | int | None = None,
    filters: Mapping[str, str] | None = None,
) -> Page[CaseRow]:
    """What has risen to the competent department (主管部门), the longest ago first.

    To its supervisor what is overdue by five working days, what nothing has happened
    on for the declared share of its limit twice over, and what not even the head of
    its organisation is there to do; to its leader what has risen further still.
    """
    query = dict(filters or {})
    own = current().catalog.organizations.get(actor.organization or "")
    posts = _posts(staff.facts(actor).actor)
    if own is None or not posts & {own.supervisor, own.leader}:
        return Page(())
    today, days = clock.now().date(), Q()
    if own.leader in posts:
        days |= Q(leader_from__lte=today)
    if own.supervisor in posts:
        days |= Q(superior_from__lte=today)
    rows = CaseDuty.objects.filter(superior=own.code)
    rows = rows.filter(days | _headless(own, posts))
    for name in ("organization", "type"):
        if query.get(name):
            rows = rows.filter(**{name: query[name]})
    ordered = rows.select_related("case").order_by("superior_from", "pk")
    return page_of(ordered, page, _duty_row, query)


def _headless(own: Organization, posts: Collection[str]) -> Q:
    """Duties that nobody has, of organisations whose head is not there either.

    They are before the supervisor, and before the leader when there is none.
    """
    manned_above = (own.code, own.supervisor) in staff.roster([own.code]).manned()
    if own.supervisor not in posts and manned_above:
        return Q(pk__in=())
    kinds = [t for t in current().case_types.values() if t.oversight]
    heads = {t.head for t in kinds if t.head}
    manned = staff.roster_of_posts(heads).manned()
    offices = {o for t in kinds for o in offices_of(t)}
    orphans = {o for o in offices if not any((o, head) in manned for head in heads)}
    there = staff.roster(orphans)
    lost = [Q(organization=o) & _lost(o, there) for o in sorted(orphans)]
    return reduce(or_, lost, Q(pk__in=()))


def is_overseer(actor: Actor) -> bool:
    """Whether what is left undone elsewhere rises to the actor's posts."""
    own = current().catalog.organizations.get(actor.organization or "")
    return own is not None and bool({own.supervisor, own.leader} & actor.posts)


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
    row = _row(duty.case, duty.due, duty.act)
    return replace(row, officer=duty.officer, office=duty.organization)


def _case_row(record: CaseRecord) -> CaseRow:
    return _row(record, record.due)


def _row(record: CaseRecord, limit: date | None, act: str = "") -> CaseRow:
    today = clock.now().date()
    return CaseRow(
        number=record.number,
        type=record.type,
        kind=declared(record.type, record.pack),
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
