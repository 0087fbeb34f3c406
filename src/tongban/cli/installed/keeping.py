"""Whether store and ledger are whole, what was used, which versions are kept."""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from django.conf import settings

from tongban.store import clock, flows, jurisdiction, ledger, privacy, versions
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


class Pruned(NamedTuple):
    """Dataset and version of what was removed; and of what stays, why and until when.

    ``kept`` has the purpose whose figures rest on it, and the day they no longer do.
    """

    gone: list[tuple[str, str]]
    kept: list[tuple[str, str, str, date]]


def prune(keep: int) -> Pruned:
    """Remove versions of every dataset whose time of keeping is over.

    Those that the figures of a running period were made of stay until it ends.
    """
    now, done = clock.now(), Pruned([], [])
    needed = privacy.rested_on(now.date())
    for code in sorted(jurisdiction.current().catalog.datasets):
        of_code = {v: why for (of, v), why in needed.items() if of == code}
        pruned = versions.prune(
            settings.HOME.lake, code, keep=keep, at=now, needed=of_code
        )
        done.gone.extend((code, version) for version in pruned.gone)
        done.kept.extend((code, v, *of_code[v]) for v in pruned.resting)
    return done
