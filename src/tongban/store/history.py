"""A case read back from its events."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import reduce
from itertools import islice
from typing import Any, TypeVar

from tongban.kernel.case import identifier
from tongban.kernel.case.declaration import CaseType, numbered, on
from tongban.kernel.case.fold import evolve, fold
from tongban.kernel.case.model import Case, Event, Kind
from tongban.kernel.case.oversight import oversight_of
from tongban.kernel.terms import Actor
from tongban.pack.model import Pack
from tongban.store import access, clock, folded, statements
from tongban.store.jurisdiction import current, versions
from tongban.store.models import CaseEvent


# An application between departments is worked on by whoever provides the data, one
# about a certificate by whoever issues its type, an objection by whoever decided.
PROVIDER, ISSUER, DECIDER = "provider", "issuer", "decider"


_COLUMNS = ("case", "kind", "at", "by", "data")
_FROM_KEPT = """
    FROM store_caseevent WHERE case_id = %s AND seq >= COALESCE(
        (SELECT MAX(seq) FROM store_caseevent WHERE case_id = %s AND state > ''), 0
    ) ORDER BY seq
"""
_OF_CASE = "FROM store_caseevent WHERE case_id = %s ORDER BY seq"
# Events are numbered as they happen: so come cases that were opened in one moment in
# the order in which they were opened.
_OF_ITEMS = """
    FROM store_caseevent JOIN store_caserecord AS c ON c.number = case_id
    WHERE c.parent_id = %s ORDER BY store_caseevent.id
"""

K = TypeVar("K", bound="Known")

# Case, kind, at, by, data of one event.
Row = tuple[str, str, datetime, str, Any]


@dataclass(frozen=True, slots=True)
class Known:
    """A case as stored, with its declared type."""

    case_type: CaseType
    case: Case


@dataclass(frozen=True, slots=True)
class History(Known):
    """A case with all its events."""

    events: tuple[Event, ...]


def type_for(code: str, data: Any, day: date, pack: str = "") -> CaseType:
    """The declared type as of ``day``, for a case that is about to be opened.

    ``pack`` is the digest of the declarations; without it, those in force. PackLost.
    """
    return _answered(current(), on(versions(pack)[code], day), data)


def type_of(case: Case) -> CaseType:
    """The type by which a case is worked: of its declarations and its version.

    Whatever is in force today, a case runs under what was declared when it was
    opened, until it is moved. PackLost.
    """
    return kind_of(case, current())


def type_in_force(case: Case) -> CaseType | None:
    """The type that would hold for the case under the declarations in force."""
    in_force = current()
    if case.type not in in_force.versions:
        return None
    return _answered(in_force, in_force.type_of(case), case.data)


def kind_of(case: Case, pack: Pack) -> CaseType:
    """`type_of`, where ``pack`` is in force."""
    known = versions(case.pack) if case.pack != pack.digest else pack.versions
    declared = numbered(known[case.type], case.type_version)
    return _answered(pack, declared, case.data)


def _answered(pack: Pack, declared: CaseType, data: Any) -> CaseType:
    """The type with the organisation that answers for this very case."""
    if declared.organization == PROVIDER:
        answering = pack.catalog.dataset(data["dataset"]).provider
    elif declared.organization == ISSUER:
        answering = _issuer(pack, str(data["certificate"]))
    elif declared.organization == DECIDER:
        answering = data["organization"]
    else:
        return declared
    above = oversight_of(pack.catalog.organizations, answering)
    return replace(declared, organization=answering, oversight=above)


def _issuer(pack: Pack, number: str) -> str:
    """Who issues certificates of the type that the identifier names."""
    type_code = identifier.parts(number).type_code
    for each in pack.certificates.values():
        if each.type_code == type_code:
            return each.issuer
    raise identifier.Misread(
        "no certificate type of ours bears this code",
        why="the identifier was issued elsewhere, or is miscopied",
        mend="compare it with the certificate",
    )


def event_of(kind: str, at: datetime, by: str, data: Any) -> Event:
    """One event of its stored columns."""
    return Event(Kind(kind), clock.local(at), by, data)


def load(number: str) -> Known:
    """One case, in one statement however long it is; `Unknown` if there is none."""
    found = find(number)
    if found is None:
        raise access.unknown(number)
    return found


def find(number: str) -> Known | None:
    """One case, or None: the number may be an application's still in preparation."""
    columns = (*_COLUMNS, "state")
    rows = statements.select(CaseEvent, columns, _FROM_KEPT, number, number)
    if not rows:
        return None
    *_, state = rows[0]
    begun = folded.restored(state) if state else None
    more = (event_of(kind, at, by, data) for _, kind, at, by, data, _ in rows)
    case = reduce(evolve, islice(more, 1 if begun else 0, None), begun)
    assert case is not None
    return Known(type_of(case), case)


def whole(number: str) -> History:
    """One case with its events, in one statement; `Unknown` if there is none."""
    rows = statements.select(CaseEvent, _COLUMNS, _OF_CASE, number)
    if not rows:
        raise access.unknown(number)
    return _history(rows)


def seen_by(number: str, viewer: Actor) -> Known:
    """One case that ``viewer`` may see; `Unknown` or `NotYours`."""
    return _permitted(load(number), viewer)


def whole_seen_by(number: str, viewer: Actor) -> History:
    """One case with its events, if ``viewer`` may see it; `Unknown`, `NotYours`."""
    return _permitted(whole(number), viewer)


def _permitted(found: K, viewer: Actor) -> K:
    access.permit(found.case, found.case_type, viewer)
    return found


def items_of(number: str) -> list[History]:
    """The items of a one-thing in the order they were opened, in one statement."""
    grouped: defaultdict[str, list[Row]] = defaultdict(list)
    for row in statements.select(CaseEvent, _COLUMNS, _OF_ITEMS, number):
        grouped[row[0]].append(row)
    return [_history(rows) for rows in grouped.values()]


def items_seen_by(found: Known, viewer: Actor) -> list[History]:
    """The items of a one-thing that ``viewer`` may see; none of any other case."""
    if not any(step.case_type for step in found.case_type.steps):
        return []
    above = found.case_type.organization
    return [
        item
        for item in items_of(found.case.number)
        if access.concerns(item.case, {above, item.case_type.organization}, viewer)
    ]


def _history(rows: Iterable[Row]) -> History:
    events = tuple(event_of(kind, at, by, data) for _, kind, at, by, data in rows)
    case = fold(events)
    return History(type_of(case), case, events)
