"""Which datasets are to be mirrored into the lake, and mirroring them."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings

from tongban.kernel.catalog.model import Dataset, SourceKind, UpdateCycle
from tongban.kernel.terms import UserError
from tongban.store import addresses, dropped, jurisdiction, lake, places, records


log = logging.getLogger("tongban.worker")

# How long a snapshot serves uses over everyone. Live uses read the department's own
# database whatever its cycle; a whole city is not copied each second for the others.
SERVES = {
    UpdateCycle.REALTIME: timedelta(hours=1),
    UpdateCycle.DAILY: timedelta(days=1),
    UpdateCycle.WEEKLY: timedelta(days=7),
    UpdateCycle.MONTHLY: timedelta(days=28),
    UpdateCycle.QUARTERLY: timedelta(days=90),
    UpdateCycle.YEARLY: timedelta(days=365),
}
# A department's database that was looked at and had not changed is looked at again
# only after its cycle: the lake's history notes changes alone.
_looked: dict[str, datetime] = {}
# The same for dropped files: the newest change of them that was looked at.
_seen: dict[str, float] = {}


def refresh(now: datetime) -> list[str]:
    """Mirror what is due or was dropped anew; the codes of datasets that changed.

    A source that cannot be read is logged and tried again; the others go on.
    """
    changed = []
    for dataset in due(now):
        _looked[dataset.code] = now
        _seen[dataset.code] = _newest_file(dataset)
        try:
            snapshot = mirror(dataset, now)
        except UserError as error:
            log.warning("lake: %s: %s (%s)", dataset.code, error.what, error.code)
            continue
        if snapshot.fresh:
            changed.append(dataset.code)
    return changed


def due(now: datetime) -> list[Dataset]:
    """The datasets in force whose newest snapshot is older than their cycle."""
    return [
        dataset
        for dataset in jurisdiction.current().catalog.datasets.values()
        if dataset.in_force(now.date()) and _is_due(dataset, now)
    ]


def _is_due(dataset: Dataset, now: datetime) -> bool:
    if dataset.source.kind is SourceKind.LAKE:
        return False
    if dataset.source.kind is SourceKind.FILE:
        return _dropped_since(dataset)
    last = _looked.get(dataset.code) or _last(dataset)
    serves = SERVES.get(dataset.update)
    return last is None or (serves is not None and now - last >= serves)


def _last(dataset: Dataset) -> datetime | None:
    switches = lake.history(settings.HOME.lake, dataset.code)
    return switches[-1].at if switches else None


def _dropped_since(dataset: Dataset) -> bool:
    """Whether a file lies there that is newer than the snapshot of its dataset."""
    pointer = settings.HOME.lake / dataset.code / "current"
    taken = pointer.stat().st_mtime if pointer.exists() else 0.0
    return _newest_file(dataset) > max(taken, _seen.get(dataset.code, 0.0))


def _newest_file(dataset: Dataset) -> float:
    home = settings.HOME
    bound = addresses.read(home.sources)
    return dropped.newest(dropped.places(dataset, home.dropped, bound))


def mirror(dataset: Dataset, now: datetime) -> lake.Snapshot:
    home = settings.HOME
    bound = addresses.read(home.sources)
    return lake.mirror(
        dataset,
        departments=places.files(home, bound, [dataset.source]),
        dropped=home.dropped,
        lake=home.lake,
        at=now,
        addresses=bound,
        platform=records.every,
    )


def mirror_all(now: datetime, tell: Callable[[str], None]) -> int:
    """Mirror every dataset in force that has a source beside the lake; how many."""
    done = 0
    for dataset in jurisdiction.current().catalog.datasets.values():
        if dataset.source.kind is not SourceKind.LAKE and dataset.in_force(now.date()):
            tell(dataset.code)
            mirror(dataset, now)
            done += 1
    return done
