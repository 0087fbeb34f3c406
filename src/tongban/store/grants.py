"""Grants beyond the pack's, and the revocation of either (授权与撤销).

The pack declares grants; an application granted under Decree 809 adds one here.
A revoked grant, whoever declared it, is a row that hides it.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError
from django.db.models import F

from tongban.kernel.query.model import Grant, Scope
from tongban.kernel.query.quota import Quota
from tongban.kernel.terms import Actor, Refused, UserError
from tongban.store.commit import Batch, batch
from tongban.store.models import GrantRecord, GrantRevision, LedgerLeaf


GIVEN, REVOKED = "grant-given", "grant-revoked"


class UnknownGrant(UserError):
    """No grant of that name is in force."""

    code = "grant.unknown"


class GrantTaken(Refused):
    """A grant of that name was given before."""

    code = "grant.taken"


def revision() -> int:
    """Another number after every change of any grant; 0 while only the pack's are.

    One look at one row. A change takes that row's lock before it writes anything
    and keeps it until it is committed, so changes are numbered in the order in
    which they are committed: one that is committed later always shows a greater
    number, which an id or a moment taken before the commit would not. Who reads the
    number first and the grants afterwards may have grants newer than their number,
    which the next look tells, and never older ones.
    """
    found = GrantRevision.objects.filter(pk=1).values_list("value", flat=True)
    return found.first() or 0


def _change() -> None:
    """Number the change that this transaction makes; others wait until it is over."""
    row = GrantRevision.objects.filter(pk=1)
    if row.update(value=F("value") + 1):
        return
    # It begins anywhere: a process that outlives its database, as when a backup is
    # put in place of it, does not take the new one's first numbers for known ones.
    first = GrantRevision(pk=1, value=secrets.randbits(48))
    GrantRevision.objects.bulk_create([first], ignore_conflicts=True)
    row.update(value=F("value") + 1)


@dataclass(frozen=True, slots=True)
class Changes:
    """Recorded grants by id, None for one revoked, and the last leaf among theirs.

    ``hash`` is that leaf's: a database put in place of another may number its leaves
    alike, but not make them alike.
    """

    grants: Mapping[str, Grant | None]
    leaf: int = 0
    hash: bytes = b""


NEVER = Changes({})


def changes(since: Changes = NEVER) -> Changes | None:
    """What was recorded after ``since``; None when that is of another database.

    Changes get their leaves one after the other, each while it holds the revision.
    """
    known = LedgerLeaf.objects.filter(pk=since.leaf).values_list("hash", flat=True)
    if since.leaf and bytes(known.first() or b"") != since.hash:
        return None
    rows = GrantRecord.objects.filter(leaf_id__gt=since.leaf).order_by("leaf_id")
    found = {row.id: row for row in rows}
    leaf = max((row.leaf_id for row in found.values()), default=since.leaf)
    last = LedgerLeaf.objects.filter(pk=leaf).values_list("hash", flat=True).first()
    granted = {
        name: None if row.revoked_at else _of(row) for name, row in found.items()
    }
    return Changes(granted, leaf, bytes(last or b""))


def in_force(
    declared: Iterable[Grant], recorded: Changes | None = None
) -> tuple[Grant, ...]:
    """``declared`` grants and recorded ones, without those revoked.

    Without ``recorded``, all that were recorded until now are read.
    """
    recorded = recorded or changes() or NEVER
    known = {**{grant.id: grant for grant in declared}, **recorded.grants}
    return tuple(grant for grant in known.values() if grant is not None)


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
        quota=Quota.of_json(row.quota) if row.quota else None,
    )


def give(grant: Grant, *, by: Actor, draft: Batch, case: str = "") -> None:
    """Add a grant to what ``draft`` writes; ``case`` is the application granted."""
    _change()
    row = _row(grant, case=case)
    row.leaf = draft.leaf(GIVEN, facts(row), {"by": by.account})
    draft.row(row)


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
    with batch(by=by) as draft:
        _change()
        known = _one(grant, declared)
        if known is None:
            raise UnknownGrant(
                f"no grant {grant!r} is in force",
                why="it was never given, or is revoked already",
                mend="look at the grants in force",
                grant=grant,
            )
        GrantRecord.objects.filter(pk=grant).delete()
        row = _row(known)
        row.revoked_at, row.revoked_by = draft.at, by.account
        row.leaf = draft.leaf(REVOKED, facts(row), {"by": by.account})
        draft.row(row)


def _one(name: str, declared: Iterable[Grant]) -> Grant | None:
    """A grant in force, by its name."""
    row = GrantRecord.objects.filter(pk=name).first()
    if row is not None:
        return None if row.revoked_at else _of(row)
    return next((each for each in declared if each.id == name), None)


def _row(grant: Grant, *, case: str = "") -> GrantRecord:
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
        quota=grant.quota.to_json() if grant.quota else None,
        case=case,
    )


def facts(row: GrantRecord) -> dict[str, Any]:
    """What the leaf of a grant tells in public: all of it, but not who gave it."""
    return {
        "grant": row.id,
        "organization": row.organization,
        "purpose": row.purpose,
        "dataset": row.dataset,
        "items": row.items,
        "reveal": row.reveal,
        "scope": row.scope,
        "filter": row.filter,
        "basis": row.basis,
        "since": row.since.isoformat(),
        "until": row.until.isoformat() if row.until else "",
        "case": row.case,
        "quota": row.quota or {},
    }
