"""Grants against the leaves of their changes, both ways."""

from collections.abc import Iterator
from datetime import datetime

from tongban.kernel.ledger.errors import ProofError
from tongban.kernel.ledger.leaf import Leaf
from tongban.store.checks.damage import Problem
from tongban.store.grants import GIVEN, REVOKED, facts
from tongban.store.models import GrantRecord, LedgerLeaf


CHUNK = 2000


def check_grants() -> Iterator[Problem]:
    """Each grant's row says what its last leaf says; no row without, none too few.

    A leaf that a later one of the same grant supersedes has no row of its own.
    """
    last = _last_leaves()
    rows = GrantRecord.objects.select_related("leaf").order_by("pk")
    rows = rows.prefetch_related("leaf__openings")
    for row in rows.iterator(chunk_size=CHUNK):
        where = f"grant {row.pk}"
        leaf = last.pop(row.pk, None)
        if leaf is None:
            yield Problem(where, f"leaf {row.leaf_id} does not give it, nor any other")
        elif leaf != row.leaf_id:
            yield Problem(where, f"its last change is leaf {leaf}, not {row.leaf_id}")
        else:
            yield from _compare(row)
    for grant, leaf in last.items():
        yield Problem(f"leaf {leaf}", f"the grant {grant!r} that it proves is gone")


def _last_leaves() -> dict[str, int]:
    """Grants by name, with the id of the leaf of their last change."""
    rows = LedgerLeaf.objects.filter(text__contains='"kind":"grant-').order_by("id")
    found = {}
    for pk, text in rows.values_list("pk", "text").iterator(chunk_size=CHUNK):
        leaf = _parsed(text)
        if leaf is not None and leaf.kind in (GIVEN, REVOKED):
            found[str(leaf.public.get("grant"))] = pk
    return found


def _parsed(text: str) -> Leaf | None:
    """The leaf, or None for what check_leaves finds broken."""
    try:
        return Leaf.parse(text)
    except ProofError:
        return None


def _compare(row: GrantRecord) -> Iterator[Problem]:
    where, leaf = f"grant {row.pk} (leaf {row.leaf_id})", _parsed(row.leaf.text)
    if leaf is None:
        return
    if leaf.kind != (REVOKED if row.revoked_at else GIVEN):
        yield Problem(where, "whether it is revoked is not what the ledger records")
    for name, value in facts(row).items():
        # Leaves from before there were quotas do not speak of them.
        if leaf.public.get(name, {}) != value:
            yield Problem(where, f"its {name!r} is not what the ledger records")
    if row.revoked_at is None:
        return
    if datetime.fromisoformat(leaf.at) != row.revoked_at:
        yield Problem(where, "its time is not what the ledger records")
    sealed = {each.name: each.value for each in row.leaf.openings.all()}
    if sealed.get("by", row.revoked_by) != row.revoked_by:
        yield Problem(where, "its 'by' is not what the ledger seals")
