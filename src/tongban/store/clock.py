"""The only clock of the product: what time it is in the jurisdiction.

Everything below takes time as an argument; whoever stands at an edge (a page, the
worker, a command) asks here. In practice and in tests the clock may be set:
``CLOCK_START`` makes it run on from another moment, `at` makes it stand still.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta
from functools import cache

from django.conf import settings
from django.utils import timezone


_standing: ContextVar[datetime | None] = ContextVar("standing", default=None)


def now() -> datetime:
    """This moment, aware, in the time zone of the pack."""
    standing = _standing.get()
    if standing is not None:
        return standing
    return local(timezone.now() + _ahead())


def local(moment: datetime) -> datetime:
    """The same moment on the jurisdiction's own clocks."""
    return moment.astimezone(timezone.get_default_timezone())


def start_of(day: date) -> datetime:
    """The first moment of a day in the jurisdiction."""
    return datetime.combine(day, time(), timezone.get_default_timezone())


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let the clock of this thread stand still at ``moment`` (aware)."""
    token = _standing.set(local(moment))
    try:
        yield
    finally:
        _standing.reset(token)


@cache
def _ahead() -> timedelta:
    """How far the practice clock is ahead; fixed when it is first looked at."""
    if not settings.CLOCK_START:
        return timedelta()
    start = datetime.fromisoformat(settings.CLOCK_START)
    if start.tzinfo is None:
        start = start.replace(tzinfo=timezone.get_default_timezone())
    return start - timezone.now()
