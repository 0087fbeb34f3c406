"""Each case folded anew from its events, and the papers that lie on the disk."""

import hashlib
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from tongban.kernel.case.clocks import clocks
from tongban.kernel.case.fold import fold
from tongban.kernel.case.model import Case, ClockState
from tongban.store import clock, files, history
from tongban.store.checks.damage import Problem
from tongban.store.jurisdiction import current
from tongban.store.models import CaseEvent, CaseRecord, StoredFile
from tongban.store.projection import standing


CHUNK = 2000


def check_cases() -> Iterator[Problem]:
    """Events without gaps, and a projection that equals their sum."""
    rows = (
        CaseEvent.objects.select_related("case")
        .prefetch_related("case__duties")
        .order_by("case_id", "seq")
    )
    whole = 0
    for _, group in groupby(rows.iterator(chunk_size=CHUNK), lambda row: row.case_id):
        whole += 1
        yield from _check_case(list(group))
    if whole != (cases := CaseRecord.objects.count()):
        yield Problem("cases", f"{cases - whole} of {cases} have lost all their events")


def _check_case(rows: list[CaseEvent]) -> Iterator[Problem]:
    record = rows[0].case
    where = f"case {record.number}"
    if [row.seq for row in rows] != list(range(1, len(rows) + 1)):
        yield Problem(where, f"of its {rows[-1].seq} events only {len(rows)} are there")
        return
    try:
        case = fold(history.event_of(row) for row in rows)
    except (ValueError, KeyError, LookupError) as error:
        yield Problem(where, f"its events do not make a case: {error!r}")
        return
    for name, value in _columns(case).items():
        if getattr(record, name) != value:
            yield Problem(where, f"its row says another {name!r} than its events")
    yield from _check_standing(record, case, rows[-1])
    for name, ref in case.materials.items():
        if ref.startswith(files.PREFIX) and not files.path_of(ref).exists():
            yield Problem(where, f"the file of its material {name!r} is gone")


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
    case_type, at = history.type_of(case.type, case.data), clock.local(last.at)
    views = clocks(case_type, case, pack.calendar, at)
    if any(view.state is ClockState.PAUSED for view in views):
        return
    now = standing(case_type, case, pack.calendar, at)
    where = f"case {record.number}"
    if record.due != now.columns["due"]:
        yield Problem(where, "its row says another 'due' than its events")
    waits = {(d.act, d.post, d.head, d.due) for d in record.duties.all()}
    if waits != {(d.act, d.post, d.head, d.due) for d in now.duties}:
        yield Problem(where, "the inbox does not show what it waits for")
    if record.organization != case_type.organization:
        yield Problem(where, "its row says another 'organization' than its events")


def check_files() -> Iterator[Problem]:
    """Every kept file is there, with the content its name stands for."""
    refs = StoredFile.objects.order_by("ref").values_list("ref", flat=True).distinct()
    for ref in refs.iterator(chunk_size=CHUNK):
        path = files.path_of(ref)
        if not path.exists():
            yield Problem(f"file {path.name}", "it is gone")
        elif files.PREFIX + _digest(path) != ref:
            yield Problem(f"file {path.name}", "its content has changed")


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
