"""Each case folded anew from its events, and what its leaves tell of it."""

import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from tongban.kernel.case.charges import offices
from tongban.kernel.case.clocks import clocks
from tongban.kernel.case.fold import evolve
from tongban.kernel.case.model import Case, ClockState
from tongban.store import clock, folded, history
from tongban.store.checks.damage import Problem
from tongban.store.jurisdiction import current
from tongban.store.models import CaseDuty, CaseEvent, CaseRecord, PackInForce
from tongban.store.projection import duty_columns, standing


CHUNK = 2000
# What a row of the inbox says, beside its key and its case.
DUTY_COLUMNS = tuple(
    field.name
    for field in CaseDuty._meta.concrete_fields
    if field.name not in {"id", "case"}
)


def check_cases() -> Iterator[Problem]:
    """Events without gaps, and a projection that equals their sum."""
    rows = (
        CaseEvent.objects.select_related("case", "leaf")
        .prefetch_related("case__duties", "case__recusals")
        .order_by("case_id", "seq")
    )
    whole = 0
    for _, group in groupby(rows.iterator(chunk_size=CHUNK), lambda row: row.case_id):
        whole += 1
        yield from _check_case(list(group))
    yield from _check_packs()
    if whole != (cases := CaseRecord.objects.count()):
        yield Problem("cases", f"{cases - whole} of {cases} have lost all their events")


def _check_case(rows: list[CaseEvent]) -> Iterator[Problem]:
    record = rows[0].case
    where = f"case {record.number}"
    if [row.seq for row in rows] != list(range(1, len(rows) + 1)):
        yield Problem(where, f"of its {rows[-1].seq} events only {len(rows)} are there")
        return
    try:
        case, wrong = _folded(rows)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        yield Problem(where, f"its events do not make a case: {error!r}")
        return
    for seq in wrong:
        yield Problem(where, f"what it is kept to have been at event {seq} is wrong")
    for name, value in _columns(case).items():
        if getattr(record, name) != value:
            yield Problem(where, f"its row says another {name!r} than its events")
    yield from _check_recusals(record, case)
    yield from _check_organization(record, rows)
    yield from _check_standing(record, case, rows[-1])


def _check_recusals(record: CaseRecord, case: Case) -> Iterator[Problem]:
    kept = sorted(each.account for each in record.recusals.all())
    if kept != sorted(each.account for each in case.recusals):
        yield Problem(f"case {record.number}", "others have stepped back than it says")


def _folded(rows: list[CaseEvent]) -> tuple[Case, list[int]]:
    """The sum of the events, and after which of them another one is kept."""
    case, wrong = None, []
    for row in rows:
        case = evolve(case, history.event_of(row.kind, row.at, row.by, row.data))
        if row.state and folded.restored(row.state) != case:
            wrong.append(row.seq)
    assert case is not None
    return case, wrong


def _check_organization(record: CaseRecord, rows: list[CaseEvent]) -> Iterator[Problem]:
    """Who answers for it, by its own leaves: they hold whatever pack is in force.

    A case keeps the organisation it was opened with. What it waits for is of the
    one that answered when it began to wait.
    """
    where, told = f"case {record.number}", [_organization(row) for row in rows]
    if record.organization != told[0]:
        yield Problem(where, "its row says another 'organization' than its leaves")
    for duty in record.duties.all():
        if duty.organization not in {*told, *_signing(record)}:
            yield Problem(where, f"{duty.act!r} waits at another organization")


def _signing(record: CaseRecord) -> frozenset[str]:
    """Organisations that sign such cases together, as is declared now."""
    known = current().case_types.get(record.type)
    return offices(known) if known else frozenset()


def _organization(row: CaseEvent) -> Any:
    try:
        return json.loads(row.leaf.text)["public"]["organization"]
    except (ValueError, KeyError, TypeError):
        return None  # such a leaf is reported where leaves are checked


def _check_packs() -> Iterator[Problem]:
    known = {current().digest, *PackInForce.objects.values_list("digest", flat=True)}
    rows = CaseRecord.objects.exclude(pack__in=known).order_by("number")
    for number in rows.values_list("number", flat=True).iterator(chunk_size=CHUNK):
        yield Problem(f"case {number}", "its row names a pack that was never in force")


def _columns(case: Case) -> dict[str, Any]:
    return {
        "number": case.number,
        "type": case.type,
        "parent_id": case.parent,
        "applicant_kind": case.applicant.kind.value,
        "applicant_id": case.applicant.id,
        "opened": case.opened,
        "phase": case.phase.value,
        "closed": case.closed,
        "outcome": case.outcome.value if case.outcome else "",
        "version": case.version,
        "pack": case.pack,
    }


def _check_standing(
    record: CaseRecord, case: Case, last: CaseEvent
) -> Iterator[Problem]:
    """Limits and duties, where they can be computed as on the day of the last act.

    A clock that stands still moves its limit with every day, and under another pack
    limits may be others: there the row is what it was.
    """
    pack = current()
    if record.pack != pack.digest or case.type not in pack.case_types:
        return
    case_type, at = history.type_of(case), clock.local(last.at)
    views = clocks(case_type, case, pack.calendar, at)
    if any(view.state is ClockState.PAUSED for view in views):
        return
    now = standing(case_type, case, pack.calendar, at)
    where = f"case {record.number}"
    if record.due != now.columns["due"]:
        yield Problem(where, "its row says another 'due' than its events")
    due = [duty_columns(case_type, duty) for duty in now.duties]
    if sorted(map(_waits, record.duties.all())) != sorted(map(_shown, due)):
        yield Problem(where, "the inbox does not show what it waits for")
    for name in ("spent", "late", "closed_by", "returned"):
        if getattr(record, name) != now.columns[name]:
            yield Problem(where, f"its row says another {name!r} than its events")


def _waits(duty: CaseDuty) -> tuple[str, ...]:
    return _shown({name: getattr(duty, name) for name in DUTY_COLUMNS})


def _shown(columns: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(columns[name]) for name in DUTY_COLUMNS)
