"""Grants beyond the pack's, and the revocation of either (授权与撤销).

The pack declares grants; an application granted under Decree 809 adds one here.
A revoked grant, whoever declared it, is a row that hides it.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import IntegrityError
from django.db.models import Sum

from tongban.kernel.query.model import Grant, Scope
from tongban.kernel.terms import Actor, Refused, UserError
from tongban.store import clock
from tongban.store.commit import Batch, batch
from tongban.store.models import GrantRecord, LedgerLeaf


class UnknownGrant(UserError):
    """No grant of that name is in force."""

    code = "grant.unknown"


class GrantTaken(Refused):
    """A grant of that name was given before."""

    code = "grant.taken"


def revision() -> int:
    """Grows with every change of any grant; 0 while only the pack's are known.

    The sum of the rows' leaf ids: a new grant adds one, a revocation puts a later
    leaf in place of an earlier one. The greatest id alone would miss a change that
    was committed after a later one.
    """
    return GrantRecord.objects.aggregate(all=Sum("leaf_id"))["all"] or 0


def in_force(declared: Iterable[Grant]) -> tuple[Grant, ...]:
    """``declared`` grants and recorded ones, without those revoked."""
    recorded = list(GrantRecord.objects.order_by("leaf_id"))
    hidden = {row.id for row in recorded}
    kept = [grant for grant in declared if grant.id not in hidden]
    return (*kept, *(_of(row) for row in recorded if row.revoked_at is None))


def _of(row: GrantRecord) -> Grant:
    return Grant(
        id=row.id,
        organization=row.organization,
        purpose=row.purpose,
        dataset=row.dataset,
        items=frozenset(row.items),
        scope=Scope(row.scope),
        basis=row.basis,
        since=row.since,
        until=row.until,
        filter=row.filter or None,
        reveal=frozenset(row.reveal),
    )


def give(grant: Grant, *, by: Actor, draft: Batch, case: str = "") -> None:
    """Add a grant to what ``draft`` writes; ``case`` is the application granted."""
    draft.row(_row(grant, draft, "grant-given", by, case=case))


def add(grant: Grant, *, by: Actor, case: str = "") -> None:
    """Put a grant in force by itself, or refuse a name that was given before."""
    try:
        with batch(by=by) as draft:
            give(grant, by=by, draft=draft, case=case)
    except IntegrityError as error:
        raise GrantTaken(
            f"a grant {grant.id!r} was given before",
            why="receipts name the grant that allowed a use: a name means one grant",
            mend="give it another name",
            grant=grant.id,
        ) from error


def revoke(grant: str, declared: Iterable[Grant], *, by: Actor) -> None:
    """Withdraw a grant, recorded or ``declared``; the next use is refused already."""
    known = {each.id: each for each in in_force(declared)}
    if grant not in known:
        raise UnknownGrant(
            f"no grant {grant!r} is in force",
            why="it was never given, or is revoked already",
            mend="look at the grants in force",
            grant=grant,
        )
    at = clock.now()
    with batch(by=by, at=at) as draft:
        GrantRecord.objects.filter(pk=grant).delete()
        row = _row(known[grant], draft, "grant-revoked", by, revoked=at)
        draft.row(row)


def _row(
    grant: Grant,
    draft: Batch,
    kind: str,
    by: Actor,
    *,
    case: str = "",
    revoked: datetime | None = None,
) -> GrantRecord:
    return GrantRecord(
        id=grant.id,
        organization=grant.organization,
        purpose=grant.purpose,
        dataset=grant.dataset,
        items=sorted(grant.items),
        scope=grant.scope.value,
        basis=grant.basis,
        since=grant.since,
        until=grant.until,
        filter=grant.filter or "",
        reveal=sorted(grant.reveal),
        case=case,
        revoked_at=revoked,
        revoked_by=by.account if revoked else "",
        leaf=_leaf(grant, draft, kind, by, case),
    )


def _leaf(grant: Grant, draft: Batch, kind: str, by: Actor, case: str) -> LedgerLeaf:
    return draft.leaf(
        kind,
        {
            "grant": grant.id,
            "organization": grant.organization,
            "purpose": grant.purpose,
            "dataset": grant.dataset,
            "items": sorted(grant.items),
            "reveal": sorted(grant.reveal),
            "scope": grant.scope.value,
            "filter": grant.filter or "",
            "basis": grant.basis,
            "since": grant.since.isoformat(),
            "until": _iso(grant.until),
            "case": case,
        },
        {"by": by.account},
    )


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
