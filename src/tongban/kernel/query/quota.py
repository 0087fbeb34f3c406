"""How much a grant gives (限额): calls, rows and bytes in a period, calls a minute.

Periods are those of the jurisdiction's clocks and calendar: a day ends at its
midnight, whenever a grant was first used. Counted is what was delivered: the rows
of an answer that was cut, not those cut off; and as bytes the rows' text, each row
a JSON list in UTF-8 with days and decimals as text.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any

from tongban.kernel.terms import Refused


class Period(StrEnum):
    """How long is counted before counting begins anew."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


class Measure(StrEnum):
    """What is counted."""

    CALLS = "calls"
    ROWS = "rows"
    BYTES = "bytes"


class QuotaSpent(Refused):
    """A grant has no more to give in this period."""

    code = "query.quota"


@dataclass(frozen=True, slots=True)
class Quota:
    """What one grant gives in each period of the kind ``per``; None: no limit.

    ``rate`` is how many calls it gives in any minute by the clock.
    """

    per: Period
    calls: int | None = None
    rows: int | None = None
    bytes: int | None = None
    rate: int | None = None

    def limits(self) -> dict[Period, dict[Measure, int]]:
        """The limits by period."""
        whole = {m: getattr(self, m.value) for m in Measure}
        found: dict[Period, dict[Measure, int]] = {
            self.per: {m: most for m, most in whole.items() if most is not None}
        }
        if self.rate is not None:
            found.setdefault(Period.MINUTE, {})[Measure.CALLS] = self.rate
        return {period: limits for period, limits in found.items() if limits}

    def to_json(self) -> dict[str, Any]:
        given = {k: v for k, v in asdict(self).items() if v is not None}
        return {**given, "per": self.per.value}

    @classmethod
    def of_json(cls, given: Mapping[str, Any]) -> "Quota":
        return cls(**{**given, "per": Period(given["per"])})


Counts = Mapping[Measure, int]
NOTHING: Counts = {measure: 0 for measure in Measure}


def begins(period: Period, at: datetime, zone: tzinfo) -> datetime:
    """When the period around ``at`` began by the clocks of ``zone``."""
    start = at.astimezone(zone).replace(second=0, microsecond=0)
    if period is not Period.MINUTE:
        start = start.replace(minute=0)
    if period in (Period.DAY, Period.MONTH):
        start = start.replace(hour=0)
    return start.replace(day=1) if period is Period.MONTH else start


def ends(period: Period, start: datetime) -> datetime:
    """When the period that began at ``start`` is over."""
    match period:
        case Period.MINUTE:
            return start + timedelta(minutes=1)
        case Period.HOUR:
            return start + timedelta(hours=1)
        case Period.DAY:
            return start + timedelta(days=1)
        case Period.MONTH:
            return (start + timedelta(days=31)).replace(day=1)


@dataclass(frozen=True, slots=True)
class Left:
    """One limit of a grant: how much was used of it, and when it begins anew."""

    grant: str
    per: Period
    measure: Measure
    most: int
    used: int
    resets: datetime

    def to_json(self) -> dict[str, Any]:
        return {
            "grant": self.grant,
            "per": self.per.value,
            "measure": self.measure.value,
            "most": self.most,
            "used": self.used,
            "resets": self.resets.isoformat(),
        }

    def __str__(self) -> str:
        return (
            f"{self.grant}: {max(0, self.most - self.used)} of {self.most} "
            f"{self.measure} a {self.per} left until {self.resets:%Y-%m-%d %H:%M}"
        )


def left(
    grant: str, quota: Quota, used: Mapping[Period, Counts], at: datetime, zone: tzinfo
) -> list[Left]:
    """All limits of a grant's quota; ``used`` is what was, in the periods of ``at``."""
    return [
        Left(
            grant,
            period,
            measure,
            most,
            used.get(period, NOTHING)[measure],
            ends(period, begins(period, at, zone)),
        )
        for period, limits in quota.limits().items()
        for measure, most in limits.items()
    ]


def check(limits: Iterable[Left], more: Counts) -> None:
    """Whether ``more`` may be used of every limit. Raises QuotaSpent.

    Before an answer is known its rows and bytes are not: they count as one then,
    for nothing can come of a quota that is spent.
    """
    for each in limits:
        if each.used + more[each.measure] > each.most:
            raise _spent(each)


def _spent(limit: Left) -> QuotaSpent:
    when = f"{limit.resets:%Y-%m-%d %H:%M}"
    spent = limit.used >= limit.most
    return QuotaSpent(
        f"grant {limit.grant!r} gives {limit.most} {limit.measure} a {limit.per}, "
        f"and {limit.used} are used",
        why="its quota is spent" if spent else "this use is more than is left of it",
        mend=f"wait until {when}, or apply for more"
        if spent
        else f"ask for less, wait until {when}, or apply for more",
        grant=limit.grant,
        measure=limit.measure.value,
        per=limit.per.value,
        most=limit.most,
        used=limit.used,
        resets=limit.resets.isoformat(),
    )
