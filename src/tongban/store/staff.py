"""Officials at work: who is away, who stands in, who is tied to whom.

What an official may do for another, and what ties bar them, is read anew with every
act: an absence that ends, a relation that is declared, count from the next look on.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import OuterRef, Q, Subquery, TextField
from django.db.models.functions import Cast

from tongban.kernel.case.roster import Officer, Roster
from tongban.kernel.terms import Actor, Deputising, Refused, Subject, SubjectKind, Text
from tongban.store import clock
from tongban.store.commit import batch
from tongban.store.models import Absence, Account, OfficialRelation


class Tie(StrEnum):
    """How an official is tied to somebody (回避事由, 公务员法 art. 76)."""

    SELF = "self"  # 本人
    RELATIVE = "relative"  # 夫妻、直系血亲、三代以内旁系血亲、近姻亲
    SHAREHOLDING = "shareholding"  # 持股
    FORMER_EMPLOYER = "former-employer"  # 原任职单位
    OTHER = "other"  # 其他可能影响公正


class NoAbsence(Refused):
    """The absence cannot be declared like this."""

    code = "desk.no-absence"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is on record of an official today.

    ``relations`` are what they declared; ``recused`` the numbers of cases that they
    have no part in.
    """

    actor: Actor
    relations: tuple[tuple[Tie, Subject], ...] = ()
    recused: frozenset[str] = frozenset()


TEXT = Cast("posts", TextField())

# Put together once: every act of an official begins with it. Posts are JSON, which
# PostgreSQL would not let stand beside texts.
_FACTS = """
    SELECT 'absence', x.account, CAST(a.posts AS TEXT) FROM store_absence AS x
    JOIN store_account AS a ON a.username = x.account
    WHERE x.deputy = %s AND x.since <= %s AND x.until >= %s
    AND x.organization = %s AND a.organization = %s AND a.is_active
    UNION ALL SELECT kind, subject_kind, subject_id FROM store_officialrelation
    WHERE account = %s AND ended IS NULL
    UNION ALL SELECT 'recusal', case_id, '' FROM store_recusalrecord
    WHERE account = %s
"""


def facts(by: Actor) -> Facts:
    """The actor with the absent officials in whose place they may act, and their ties.

    One statement for an official, none for anybody else.
    """
    if by.organization is None or by.is_system:
        return Facts(by)
    me, today, office = by.account, clock.now().date(), by.organization
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, [me, today, today, office, office, me, me])
        rows = cursor.fetchall()
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for kind, *rest in rows:
        found[kind].append(tuple(rest))
    away = tuple(Deputising(a, frozenset(json.loads(p))) for a, p in found["absence"])
    ties = tuple(
        (tie, Subject(SubjectKind(kind), id_))
        for tie in Tie
        for kind, id_ in found[tie]
    )
    recused = frozenset(number for number, _ in found["recusal"])
    return Facts(replace(by, deputises=away), ties, recused)


def roster(organizations: Collection[str]) -> Roster:
    """The officials of some organisations as they are today, in one statement."""
    return _roster(_official(Account.objects.filter(organization__in=organizations)))


def roster_of_posts(posts: Iterable[str]) -> Roster:
    """Everybody who has one of ``posts`` anywhere, in one statement."""
    named = Q()
    for post in posts:
        named |= Q(text__contains=f'"{post}"')
    if not named:
        return Roster(())
    return _roster(_official(Account.objects.annotate(text=TEXT).filter(named)))


def _official(rows: Any) -> list[Account]:
    """Officials among ``rows``; ``deputy`` of one who is there is None, not empty."""
    today = clock.now().date()
    away = Absence.objects.filter(
        account=OuterRef("username"),
        organization=OuterRef("organization"),
        since__lte=today,
        until__gte=today,
    )
    official = rows.filter(kind=Account.Kind.OFFICIAL, is_active=True)
    known = official.annotate(deputy=Subquery(away.values("deputy")[:1]))
    columns = ("username", "organization", "posts", "title_zh", "title_en")
    return list(known.only(*columns).order_by("username"))


def _roster(rows: Iterable[Any]) -> Roster:
    return Roster(
        tuple(
            Officer(
                row.username,
                row.organization,
                frozenset(row.posts),
                row.deputy is not None,
                row.deputy or None,
            )
            for row in rows
        )
    )


def is_officer(account: str, organization: str) -> bool:
    """Whether an active official of the organisation has this account."""
    rows = Account.objects.filter(
        username=account, organization=organization, kind=Account.Kind.OFFICIAL
    )
    return rows.filter(is_active=True).exists()


@dataclass(frozen=True, slots=True)
class Colleagues:
    """The officials of an organisation: who is there, and their titles by account."""

    there: Roster
    titles: Mapping[str, Text]


def colleagues(by: Actor) -> Colleagues:
    """Those of the actor's organisation, in one statement."""
    rows = _official(Account.objects.filter(organization=by.organization))
    return Colleagues(_roster(rows), {row.username: row.title for row in rows})


# ------------------------------------------------------------------- absences


def declare_absence(*, by: Actor, since: date, until: date, deputy: str = "") -> None:
    """An official is away from ``since`` to ``until``, both days included.

    ``deputy`` is another official of the same organisation, who acts meanwhile in
    their place; without one, their work shows at the head. NoAbsence for days in the
    wrong order or a deputy who is none; an absence that overlaps ends the earlier one.
    """
    if until < since or until < clock.now().date():
        raise NoAbsence(
            "an absence ends after it begins, and not in the past",
            why="whoever looks today must know who is there",
            mend="correct the days",
            code="desk.absence-days",
        )
    wrong = deputy == by.account or not is_officer(deputy, by.organization or "")
    if deputy and wrong:
        raise NoAbsence(
            "this is nobody who could stand in",
            why="a deputy is another official of the same organisation",
            mend="choose a colleague",
            code="desk.no-deputy",
        )
    with batch(by=by) as draft:
        _end(by)
        public = {"organization": by.organization or ""}
        private = {
            "account": by.account,
            "deputy": deputy,
            "since": since.isoformat(),
            "until": until.isoformat(),
        }
        draft.row(
            Absence(
                account=by.account,
                organization=by.organization or "",
                deputy=deputy,
                since=since,
                until=until,
                leaf=draft.leaf("absence", public, private),
            )
        )


def end_absence(*, by: Actor) -> None:
    """The official is back: nobody acts in their place from now on."""
    with batch(by=by) as draft:
        if _end(by):
            public = {"organization": by.organization or ""}
            draft.leaf("absence-ended", public, {"account": by.account})


def _end(by: Actor) -> int:
    today = clock.now().date()
    running = Absence.objects.filter(account=by.account, until__gte=today)
    begun = running.filter(since__lt=today).update(until=today - timedelta(days=1))
    return begun + running.delete()[0]


def absence(by: Actor) -> Absence | None:
    """The absence of the official that runs or is to come."""
    today = clock.now().date()
    rows = Absence.objects.filter(account=by.account, until__gte=today)
    return rows.order_by("since").first()


# ------------------------------------------------------------------- relations


def declare_relation(*, by: Actor, kind: Tie, subject: Subject) -> None:
    """An official says whom they are tied to; it bars them from that one's cases."""
    with batch(by=by) as draft:
        private = {
            "account": by.account,
            "kind": kind.value,
            "subject": {"kind": subject.kind.value, "id": subject.id},
        }
        public = {"organization": by.organization or ""}
        draft.row(
            OfficialRelation(
                account=by.account,
                kind=kind.value,
                subject_kind=subject.kind.value,
                subject_id=subject.id,
                declared=draft.at,
                leaf=draft.leaf("relation-declared", public, private),
            )
        )


def end_relation(number: int, *, by: Actor) -> None:
    """What one declared is over; the declaration stays on record."""
    with batch(by=by) as draft:
        rows = OfficialRelation.objects.filter(pk=number, account=by.account)
        if rows.filter(ended=None).update(ended=draft.at):
            public = {"organization": by.organization or ""}
            private = {"account": by.account, "relation": number}
            draft.leaf("relation-ended", public, private)


@dataclass(frozen=True, slots=True)
class Relation:
    """One declared relation, for the official who declared it."""

    number: int
    kind: Tie
    subject: Subject
    declared: datetime


def relations(by: Actor) -> list[Relation]:
    """What the official has declared and not ended, the newest first."""
    rows = OfficialRelation.objects.filter(account=by.account, ended=None)
    return [
        Relation(
            row.pk,
            Tie(row.kind),
            Subject(SubjectKind(row.subject_kind), row.subject_id),
            clock.local(row.declared),
        )
        for row in rows.order_by("-declared", "-pk")
    ]
