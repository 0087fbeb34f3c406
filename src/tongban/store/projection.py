"""What is kept of a case beside its events, so that lists need not fold them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongban.kernel.case.clocks import APPLICANTS, clocks, days_spent
from tongban.kernel.case.declaration import CaseType
from tongban.kernel.case.duties import Duty, duties_by
from tongban.kernel.case.lapse import speaks_after
from tongban.kernel.case.model import Case, ClockState, ClockView
from tongban.kernel.terms import WorkingCalendar


_TICKING = (ClockState.RUNNING, ClockState.OVERDUE)


@dataclass(frozen=True, slots=True)
class Standing:
    """A case as lists show it: its columns and what it waits for."""

    columns: dict[str, Any]
    duties: tuple[Duty, ...]


def standing(
    case_type: CaseType, case: Case, calendar: WorkingCalendar, now: datetime
) -> Standing:
    """Where ``case`` stands at ``now``, with nothing but its events known.

    A clock that stands still gives no limit: a stored day would pass meanwhile, and
    read as overdue. What a closed case took is told once and for all.
    """
    views = clocks(case_type, case, calendar, now)
    limits = [view.due for view in views if view.state in _TICKING]
    ended, decided = case.closed, case.decision
    columns = {
        "phase": case.phase.value,
        "due": min(limits, default=None) if case.is_open else None,
        "closed": ended,
        "outcome": case.outcome.value if case.outcome else "",
        "spent": ended and days_spent(case_type, case, calendar, ended),
        "late": ended and any(map(_is_missed, views)),
        "closed_by": decided.by if decided and not decided.automatic else "",
        "returned": len(case.corrections),
        "version": case.version,
        "pack": case.pack,
        "lapses": speaks_after(case_type, case, calendar, now),
    }
    return Standing(columns, duties_by(case_type, case, calendar, views))


def _is_missed(view: ClockView) -> bool:
    """Whether the office was late; that the applicant was is not its doing."""
    return view.state is ClockState.MISSED and view.name not in APPLICANTS


def duty_columns(case_type: CaseType, duty: Duty) -> dict[str, Any]:
    """A duty as its row has it."""
    above = case_type.oversight
    return {
        "organization": duty.organization,
        "post": duty.post,
        "head": duty.head,
        "officer": duty.officer,
        "superior": above.organization if above else "",
        "type": case_type.code,
        "act": duty.act,
        "due": duty.due,
        "head_from": duty.rise.head,
        "superior_from": duty.rise.superior,
        "leader_from": duty.rise.leader,
    }
