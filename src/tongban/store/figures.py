"""How timely cases are handled: public figures by office, an official's own.

The months that are over are counted once and kept by days spent, so that medians are
exact and a million cases need not be read; the month that runs is counted from the
cases themselves. Small numbers are not disclosed: they would tell of single people,
so an item with few cases is added up with the others of its office, and an office
with few says so.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from statistics import median

from django.db import transaction
from django.db.models import Count, F, Max, Min, Q, Sum

from tongban.kernel.terms import Actor
from tongban.store import clock
from tongban.store.models import CaseRecord, Timeliness


LEAST_TOLD = 10
MONTHS = 12
# A case: organisation, type, days spent; how many, how many of them late.
Row = tuple[str, str, int, int, int]


@dataclass(frozen=True, slots=True)
class Timely:
    """Closed cases of an item, or of an office where ``type`` is empty.

    ``median`` and ``p90`` are working days; ``on_time`` a share in percent;
    ``overdue`` how many are overdue today. None for what is too few to be told.
    """

    organization: str
    type: str
    closed: int | None
    median: int | None
    p90: int | None
    on_time: int | None
    overdue: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Public figures of the closed cases since a day, offices by code."""

    since: date
    offices: tuple[Timely, ...]
    items: Mapping[str, tuple[Timely, ...]]


def timeliness() -> Figures:
    """The last twelve months, in four statements."""
    today = clock.now().date()
    since = _months_before(today.replace(day=1), MONTHS - 1)
    rows: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in _counted(since, today):
        rows[row[:2]].append(row)
    late = {(o, t): count for o, t, count in _overdue(today)}
    by_office: defaultdict[str, set[str]] = defaultdict(set)
    for office, kind in rows.keys() | late.keys():
        by_office[office].add(kind)
    items = {
        office: _items(office, sorted(kinds), rows, late)
        for office, kinds in sorted(by_office.items())
    }
    return Figures(since, tuple(_office(o, rows, late, items[o]) for o in items), items)


def _items(
    office: str,
    kinds: Iterable[str],
    rows: Mapping[tuple[str, str], list[Row]],
    late: Mapping[tuple[str, str], int],
) -> tuple[Timely, ...]:
    told = (
        _timely(office, k, rows.get((office, k), ()), late.get((office, k), 0))
        for k in kinds
    )
    return tuple(each for each in told if each.closed is not None)


def _office(
    office: str,
    rows: Mapping[tuple[str, str], list[Row]],
    late: Mapping[tuple[str, str], int],
    items: tuple[Timely, ...],
) -> Timely:
    """The sum of an office; without what is too little to be told of its items.

    Otherwise the difference between the sum and its parts would tell it.
    """
    told = {each.type for each in items}
    own = [(kind, each) for (o, kind), each in rows.items() if o == office]
    rest = sum(row[3] for kind, each in own if kind not in told for row in each)
    shown = [
        row for kind, each in own if kind in told or rest >= LEAST_TOLD for row in each
    ]
    found = _timely(office, "", shown, 0)
    behind = {kind: count for (o, kind), count in late.items() if o == office}
    open_ones = {each.type for each in items if each.overdue is not None}
    hidden = sum(count for kind, count in behind.items() if kind not in open_ones)
    untold = 0 < hidden < LEAST_TOLD
    return replace(found, overdue=None if untold else sum(behind.values()))


def _timely(office: str, kind: str, rows: Iterable[Row], overdue: int) -> Timely:
    ordered = sorted(rows, key=lambda row: row[2])
    closed = sum(row[3] for row in ordered)
    behind = overdue if overdue == 0 or overdue >= LEAST_TOLD else None
    if closed < LEAST_TOLD:
        return Timely(office, kind, None, None, None, None, behind)
    late = sum(row[4] for row in ordered)
    return Timely(
        organization=office,
        type=kind,
        closed=closed,
        median=_quantile(ordered, closed, 50),
        p90=_quantile(ordered, closed, 90),
        on_time=(closed - late) * 100 // closed,
        overdue=behind,
    )


def _quantile(ordered: Iterable[Row], closed: int, percent: int) -> int:
    """The least number of days within which that share of the cases was closed."""
    wanted, passed = -(-closed * percent // 100), 0
    for *_, spent, count, _late in ordered:
        passed += count
        if passed >= wanted:
            return spent
    raise AssertionError("as many cases as were counted")


def _counted(since: date, today: date) -> Iterable[Row]:
    """What was closed since the first day of a month: kept months, then the rest."""
    last = Timeliness.objects.aggregate(last=Max("month"))["last"]
    kept = Timeliness.objects.filter(month__gte=since).values_list(
        "organization", "type", "spent"
    )
    yield from kept.annotate(n=Sum("cases"), m=Sum("late")).order_by("spent")
    rest = since if last is None else max(since, _months_before(last, -1))
    yield from _closed(rest, today + timedelta(days=1))


def _closed(since: date, until: date) -> Iterable[Row]:
    """What was closed from one day to the day before another, in one statement."""
    rows = CaseRecord.objects.filter(
        closed__gte=clock.start_of(since), closed__lt=clock.start_of(until)
    )
    grouped = rows.values_list("organization", "type", "spent")
    return grouped.annotate(
        n=Count("*"), m=Count("late", filter=Q(late=True))
    ).order_by("spent")


def _overdue(today: date) -> Iterable[tuple[str, str, int]]:
    # A closed case has no limit any more.
    rows = CaseRecord.objects.filter(due__lt=today)
    grouped = rows.values_list("organization", "type")
    return grouped.annotate(n=Count("*")).order_by("organization", "type")


def roll_up(*, at: datetime | None = None) -> int:
    """Count the months that are over and not counted yet; how many those are."""
    this = (at or clock.now()).date().replace(day=1)
    last = Timeliness.objects.aggregate(last=Max("month"))["last"]
    first = CaseRecord.objects.aggregate(first=Min("closed"))
    if first["first"] is None:
        return 0
    begun = clock.local(first["first"]).date().replace(day=1)
    month = begun if last is None else _months_before(last, -1)
    counted = 0
    while month < this:
        counted += _roll_up(month)
        month = _months_before(month, -1)
    return counted


def _roll_up(month: date) -> bool:
    rows = [
        Timeliness(
            month=month, organization=o, type=t, spent=spent, cases=cases, late=late
        )
        for o, t, spent, cases, late in _closed(month, _months_before(month, -1))
    ]
    with transaction.atomic():
        # Another process may have been quicker: what it counted is the same.
        Timeliness.objects.bulk_create(rows, ignore_conflicts=True)
    return bool(rows)


def _months_before(month: date, months: int) -> date:
    """The first day of the month so many before that of ``month``."""
    count = month.year * 12 + month.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


@dataclass(frozen=True, slots=True)
class Own:
    """What an official has decided in a year; ``on_time`` in percent."""

    handled: int
    on_time: int | None
    median: int | None
    returned: int


def own(by: Actor) -> Own:
    """The cases that the official decided in the last twelve months."""
    since = clock.start_of(_months_before(clock.now().date(), MONTHS))
    rows = CaseRecord.objects.filter(closed_by=by.account, closed__gte=since)
    told = list(rows.values_list("spent", "late", F("returned")))
    if not told:
        return Own(0, None, None, 0)
    on_time = sum(not late for _, late, _ in told) * 100 // len(told)
    middle = int(median(spent for spent, _, _ in told))
    returned = sum(count > 0 for *_, count in told)
    return Own(len(told), on_time, middle, returned)
