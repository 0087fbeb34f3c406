"""What nobody asks for and must happen: the tree, lapsed limits, fresh mirrors.

Every task may be run at any moment and any number of times, by several processes:
what it finds done it leaves alone. No clock of a case depends on it; silence is
computed whenever a case is read, and the sweep only writes it down.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event

from django.conf import settings
from django.db import OperationalError, close_old_connections

from tongban.cli.installed import keeping, mirrors
from tongban.cli.installed.reading import Reader
from tongban.kernel.terms import UserError
from tongban.store import cases, clock, figures, ledger, presentations


log = logging.getLogger("tongban.worker")


@dataclass(slots=True)
class Task:
    """``work`` answers with a line for the log, or nothing worth one."""

    name: str
    every_s: float
    work: Callable[[], str | None]
    due: float = 0.0


def integrate() -> str | None:
    """Let the ledger's tree take in new leaves and sign its checkpoint."""
    before = ledger.latest()
    after = ledger.integrate()
    if before is not None and before.size == after.size:
        return None
    return f"ledger: checkpoint over {after.size} leaves"


def sweep() -> str | None:
    """Write down what silence has accepted."""
    swept = cases.sweep()
    return f"cases: {swept} accepted by silence" if swept else None


def count() -> str | None:
    """Count what the months that are over have closed, for the public figures."""
    counted = figures.roll_up()
    return f"figures: {counted} months counted" if counted else None


def remirror() -> str | None:
    """Mirror the departments' data whose update cycle is over into the lake."""
    mirrored = mirrors.refresh(clock.now())
    return f"lake: mirrored {', '.join(mirrored)}" if mirrored else None


def prune() -> str | None:
    """Remove data versions that were replaced longer ago than the site keeps them."""
    if settings.LAKE_KEEP_DAYS is None:
        return None
    gone = keeping.prune(settings.LAKE_KEEP_DAYS).gone
    return f"lake: removed {len(gone)} versions" if gone else None


def forget() -> None:
    """Empty what wallets showed to counters, once it may not be looked at."""
    presentations.sweep(clock.now())


def tasks() -> list[Task]:
    return [
        Task("ledger", 1.0, integrate),
        Task("cases", 60.0, sweep),
        Task("figures", 3600.0, count),
        Task("lake", 60.0, remirror),
        Task("retention", 3600.0, prune),
        Task("papers", 1.0, Reader().work),
        Task("presentations", 60.0, forget),
    ]


def run(stop: Event) -> None:
    """Work until ``stop`` is set."""
    log.info("worker: ready")
    mine = tasks()
    while not stop.is_set():
        for task in mine:
            if time.monotonic() >= task.due:
                _attempt(task)
                task.due = time.monotonic() + task.every_s
        close_old_connections()
        stop.wait(max(0.05, min(task.due for task in mine) - time.monotonic()))
    log.info("worker: ended")


def _attempt(task: Task) -> None:
    """Do the task; what the next try may mend is logged, a defect ends the process."""
    try:
        told = task.work()
    except UserError as error:
        log.warning("%s: %s (%s); tried again", task.name, error.what, error.code)
    except OperationalError as error:
        log.warning("%s: the database said %s; tried again", task.name, error)
    else:
        if told:
            log.info(told)
