"""Counting working days when some stretches do not count."""

from dataclasses import dataclass
from datetime import date, timedelta

from tongban.kernel.terms import WorkingCalendar


_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Countdown:
    """Working days of ``calendar`` outside ``stops``.

    A stop is a pair of days: the clock was stopped on the first and set going
    again on the second. A day is lost when the clock stands still at its end, so
    the first day of a stop is lost and its last one counts: whoever takes up the
    work again has that day to work on.
    """

    calendar: WorkingCalendar
    stops: tuple[tuple[date, date], ...] = ()

    def counts(self, day: date) -> bool:
        if any(first <= day < last for first, last in self.stops):
            return False
        return self.calendar.is_working(day)

    def due(self, start: date, days: int) -> date:
        """The last day of a limit of ``days`` days; the day ``start`` is not counted.

        (民法典 art. 201.) With no days at all the limit ends on ``start``.
        """
        day = start
        while days:
            day += _DAY
            days -= self.counts(day)
        return day

    def count(self, after: date, until: date) -> int:
        """Counted days in (``after``, ``until``]; negative when ``until`` is past."""
        if until < after:
            return -self.count(until, after)
        span = (until - after).days
        return sum(self.counts(after + _DAY * n) for n in range(1, span + 1))
