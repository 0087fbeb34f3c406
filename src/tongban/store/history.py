"""A case read back from its events."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from tongban.kernel.case import identifier
from tongban.kernel.case.declaration import CaseType
from tongban.kernel.case.fold import fold
from tongban.kernel.case.model import Case, Event, Kind
from tongban.kernel.terms import Actor
from tongban.store import access, clock
from tongban.store.jurisdiction import current
from tongban.store.models import CaseEvent


# An application between departments is worked on by whoever provides the data, one
# about a certificate by whoever issues its type.
PROVIDER, ISSUER = "provider", "issuer"


# Every command and every look reads by these statements: composed each time, they
# would cost three times what they cost to run.
_OF_CASE = """
    SELECT id, case_id, kind, at, by, data FROM store_caseevent
    WHERE case_id = %s ORDER BY seq
"""
# Events are numbered as they happen: so come cases that were opened in one moment in
# the order in which they were opened.
_OF_ITEMS = """
    SELECT e.id, e.case_id, e.kind, e.at, e.by, e.data FROM store_caseevent AS e
    JOIN store_caserecord AS c ON c.number = e.case_id
    WHERE c.parent_id = %s ORDER BY e.id
"""


@dataclass(frozen=True, slots=True)
class History:
    """A case as stored: its declared type, its events and their sum."""

    case_type: CaseType
    events: tuple[Event, ...]
    case: Case


def type_of(code: str, data: Any) -> CaseType:
    """The declared type, with the organisation that answers for this very case."""
    pack = current()
    declared: CaseType = pack.case_types[code]
    if declared.organization == PROVIDER:
        answering = pack.catalog.dataset(data["dataset"]).provider
    elif declared.organization == ISSUER:
        answering = _issuer(str(data["certificate"]))
    else:
        return declared
    return replace(declared, organization=answering)


def _issuer(number: str) -> str:
    """Who issues certificates of the type that the identifier names."""
    type_code = identifier.parts(number).type_code
    for each in current().certificates.values():
        if each.type_code == type_code:
            return each.issuer
    raise identifier.Misread(
        "no certificate type of ours bears this code",
        why="the identifier was issued elsewhere, or is miscopied",
        mend="compare it with the certificate",
    )


def event_of(row: CaseEvent) -> Event:
    return Event(Kind(row.kind), clock.local(row.at), row.by, row.data)


def load(number: str) -> History:
    """One case, in one statement; `Unknown` if there is none."""
    rows = list(CaseEvent.objects.raw(_OF_CASE, [number]))
    if not rows:
        raise access.unknown(number)
    return _history(rows)


def seen_by(number: str, viewer: Actor) -> History:
    """One case that ``viewer`` may see; `Unknown` or `NotYours`."""
    found = load(number)
    access.permit(found.case, found.case_type.organization, viewer)
    return found


def items_of(number: str) -> list[History]:
    """The items of a one-thing in the order they were opened, in one statement."""
    grouped: defaultdict[str, list[CaseEvent]] = defaultdict(list)
    for row in CaseEvent.objects.raw(_OF_ITEMS, [number]):
        grouped[row.case_id].append(row)
    return [_history(rows) for rows in grouped.values()]


def items_seen_by(found: History, viewer: Actor) -> list[History]:
    """The items of a one-thing that ``viewer`` may see; none of any other case."""
    if not any(step.case_type for step in found.case_type.steps):
        return []
    above = found.case_type.organization
    return [
        item
        for item in items_of(found.case.number)
        if access.concerns(item.case, {above, item.case_type.organization}, viewer)
    ]


def _history(rows: Iterable[CaseEvent]) -> History:
    events = tuple(event_of(row) for row in rows)
    case = fold(events)
    return History(type_of(case.type, case.data), events, case)
