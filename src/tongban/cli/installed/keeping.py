"""Whether store and ledger are whole, what was used, which versions are kept."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.conf import settings

from tongban.store import clock, flows, jurisdiction, ledger, versions
from tongban.store.fsck import Problem
from tongban.store.fsck import fsck as check


def fsck() -> tuple[list[Problem], int]:
    """What differs, and how many leaves the newest checkpoint covers."""
    problems = check()
    head = ledger.latest()
    return problems, 0 if head is None else head.size


def events(since: date | None) -> Iterator[dict[str, Any]]:
    """Every use from the day ``since``, as events of OpenLineage."""
    return flows.exported(since)


def prune(keep: int) -> list[tuple[str, str]]:
    """Remove versions of every dataset whose time of keeping is over; which went."""
    now = clock.now()
    return [
        (code, version)
        for code in sorted(jurisdiction.current().catalog.datasets)
        for version in versions.prune(settings.HOME.lake, code, keep=keep, at=now)
    ]
