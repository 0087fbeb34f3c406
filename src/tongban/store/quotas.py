"""What was used of the grants that give only so much (限额的用量).

One row for each grant and period, of the period that is running. A use adds to it
in the transaction of its receipt, and holds it until that is committed: however
many call at once, no two of them take the same last row.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, tzinfo
from typing import Any

from django.db import transaction

from tongban.kernel.query.engines import Busy
from tongban.kernel.query.explaining.fingerprint import plain
from tongban.kernel.query.quota import (
    NOTHING,
    Counts,
    Left,
    Measure,
    Period,
    Quota,
    begins,
    check,
    left,
)
from tongban.kernel.terms import UserError
from tongban.store import jurisdiction
from tongban.store.models import GrantUsage
from tongban.store.receipts import Planned


# Before it is known what comes: a call, and that anything comes.
ANYTHING: Counts = dict.fromkeys(Measure, 1)


def of(planned: Sequence[Planned]) -> dict[str, Quota]:
    """The quotas that these uses are under, by grant."""
    return {grant: q for each in planned for grant, q in each.plan.quotas.items()}


def delivered(rows: Sequence[Sequence[Any]]) -> dict[Measure, int]:
    """What one call with these rows counts."""
    size = sum(len(plain(row)) for row in rows)
    return {Measure.CALLS: 1, Measure.ROWS: len(rows), Measure.BYTES: size}


def limits(quotas: Mapping[str, Quota], at: datetime, zone: tzinfo) -> list[Left]:
    """Every limit of these grants, by name, with what is used of it."""
    rows = GrantUsage.objects.filter(grant__in=sorted(quotas)) if quotas else ()
    used: dict[str, dict[Period, Counts]] = {grant: {} for grant in quotas}
    for row in rows:
        period = Period(row.per)
        used[row.grant][period] = _counts(row, begins(period, at, zone))
    return [
        limit
        for grant, quota in quotas.items()
        for limit in left(grant, quota, used[grant], at, zone)
    ]


def check_before(
    quotas: Mapping[str, Quota], calls: Mapping[str, int], at: datetime, zone: tzinfo
) -> None:
    """Whether each grant may be called so often. Raises QuotaSpent.

    A grant that has no row or byte to give any more is spent as well.
    """
    for limit in limits(quotas, at, zone):
        check([limit], {**ANYTHING, Measure.CALLS: calls[limit.grant]})


def charge(
    quotas: Mapping[str, Quota],
    counts: Mapping[str, Counts],
    at: datetime,
    zone: tzinfo,
) -> None:
    """Add to what was used, inside the transaction of the receipts.

    Raises QuotaSpent when it is more than is left; then nothing is committed.
    """
    for grant in sorted(counts):
        quota, more = quotas[grant], counts[grant]
        used = {}
        for period in sorted(quota.limits()):
            start = begins(period, at, zone)
            row = _locked(grant, period, start)
            used[period] = _counts(row, start)
            _add(row, used[period], more, start)
        check(left(grant, quota, used, at, zone), more)


@contextmanager
def failures_counted(
    planned: Sequence[Planned], answers: Sequence[Any]
) -> Iterator[None]:
    """Count the calls that ran when the uses end in an error.

    How one failed tells of the data, as an answer does: whoever probes by errors
    spends calls all the same. ``answers`` grows as they run: counted are those
    answered and the one that failed on the way.
    """
    try:
        yield
    except Busy:
        raise  # nothing was read
    except UserError:
        ran = planned[: len(answers) + 1]
        calls = Counter(grant for each in ran for grant in each.plan.quotas)
        if calls:
            count_failed(of(ran), calls, ran[0].use.at, jurisdiction.zone())
        raise


def count_failed(
    quotas: Mapping[str, Quota], calls: Mapping[str, int], at: datetime, zone: tzinfo
) -> None:
    """Count calls that gave nothing, up to the limit, in a transaction of their own."""
    with transaction.atomic():
        for grant in sorted(calls):
            for period, limits in sorted(quotas[grant].limits().items()):
                start = begins(period, at, zone)
                row = _locked(grant, period, start)
                used = _counts(row, start)
                more = calls[grant]
                if Measure.CALLS in limits:
                    more = max(
                        0, min(more, limits[Measure.CALLS] - used[Measure.CALLS])
                    )
                _add(row, used, {**NOTHING, Measure.CALLS: more}, start)


def _locked(grant: str, period: Period, start: datetime) -> GrantUsage:
    """The row of a grant and period; others wait for it until this is committed."""
    first = GrantUsage(grant=grant, per=period.value, start=start)
    GrantUsage.objects.bulk_create([first], ignore_conflicts=True)
    rows = GrantUsage.objects.select_for_update()
    return rows.get(grant=grant, per=period.value)


def _counts(row: GrantUsage, start: datetime) -> Counts:
    # A use that began before midnight may commit after one that began later.
    if row.start < start:
        return NOTHING
    return {m: getattr(row, m.value) for m in Measure}


def _add(row: GrantUsage, used: Counts, more: Counts, start: datetime) -> None:
    row.start = max(row.start, start)
    for measure in Measure:
        setattr(row, measure.value, used[measure] + more[measure])
    row.save(update_fields=["start", *(m.value for m in Measure)])


def together(counts: Iterable[tuple[str, Counts]]) -> dict[str, Counts]:
    """The sum of what several uses count, by grant."""
    found: dict[str, dict[Measure, int]] = {}
    for grant, more in counts:
        kept = found.setdefault(grant, dict(NOTHING))
        for measure in Measure:
            kept[measure] += more[measure]
    return dict(found)
