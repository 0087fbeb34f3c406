"""A case read back from its events."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from tongban.kernel.case.fold import fold
from tongban.kernel.case.model import Case, CaseType, Event, Kind
from tongban.kernel.terms import Actor
from tongban.store import access, clock
from tongban.store.jurisdiction import current
from tongban.store.models import CaseEvent, CaseRecord


# An application between departments is worked on by whoever provides the data.
PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class History:
    """A case as stored: its row, its declared type, its events and their sum."""

    record: CaseRecord
    case_type: CaseType
    events: tuple[Event, ...]
    case: Case


def type_of(code: str, data: Any) -> CaseType:
    """The declared type, with the organisation that answers for this very case."""
    declared: CaseType = current().case_types[code]
    if declared.organization != PROVIDER:
        return declared
    provider = current().catalog.dataset(data["dataset"]).provider
    return replace(declared, organization=provider)


def event_of(row: CaseEvent) -> Event:
    return Event(Kind(row.kind), clock.local(row.at), row.by, row.data)


def _history(record: CaseRecord, rows: Iterable[CaseEvent]) -> History:
    events = tuple(event_of(row) for row in rows)
    case = fold(events)
    return History(record, type_of(case.type, case.data), events, case)


def load(number: str) -> History:
    """One case with its parent's row, in one statement; `Unknown` if there is none."""
    rows = list(
        CaseEvent.objects.filter(case=number)
        .select_related("case__parent")
        .order_by("seq")
    )
    if not rows:
        raise access.unknown(number)
    return _history(rows[0].case, rows)


def told(number: str) -> tuple[CaseType, Case]:
    """One case for whoever acts on it: type and sum of its events, no rows."""
    columns = ("kind", "at", "by", "data")
    rows = CaseEvent.objects.filter(case=number).order_by("seq").values_list(*columns)
    events = [
        Event(Kind(kind), clock.local(at), by, data) for kind, at, by, data in rows
    ]
    if not events:
        raise access.unknown(number)
    case = fold(events)
    return type_of(case.type, case.data), case


def seen_by(number: str, viewer: Actor) -> History:
    """One case that ``viewer`` may see; `Unknown` or `NotYours`."""
    history = load(number)
    access.permit(history.record, viewer)
    return history


def children_of(number: str) -> list[History]:
    """The items of a one-thing in the order they were opened, in one statement."""
    return _grouped(
        CaseEvent.objects.filter(case__parent=number).select_related("case__parent")
    )


def _grouped(rows: Any) -> list[History]:
    grouped = defaultdict(list)
    # Events are numbered as they happen: the order of cases opened in one moment.
    for row in rows.order_by("id"):
        grouped[row.case_id].append(row)
    return [_history(each[0].case, each) for each in grouped.values()]
