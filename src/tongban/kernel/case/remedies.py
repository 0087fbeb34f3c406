"""What somebody who was refused can still do, and until when (救济途径).

The statutes count calendar days and months from knowing of the act; a last day that
is no working day moves to the next one (行政复议法 art. 88, 行政诉讼法 art. 101, which
follow 民事诉讼法 art. 85). Counted here from the decision, the earliest day on which
anybody can know of it.
"""

import calendar as months
from dataclasses import dataclass
from datetime import date, timedelta

from tongban.kernel.case.declaration import CaseType
from tongban.kernel.case.model import Case, Outcome
from tongban.kernel.case.runs import last_day_to_contest
from tongban.kernel.terms import Text, WorkingCalendar


RECONSIDERATION_DAYS = 60  # 行政复议法 art. 20
LITIGATION_MONTHS = 6  # 行政诉讼法 art. 46
ADVERSE = (Outcome.REFUSED, Outcome.DECLINED)


@dataclass(frozen=True, slots=True)
class Remedy:
    """One way to contest: ``name`` is objection, reconsideration or court."""

    name: str
    title: Text
    until: date
    basis: str


def remedies(
    case_type: CaseType, case: Case, calendar: WorkingCalendar
) -> tuple[Remedy, ...]:
    """Every way to contest the decision of ``case``; none where nothing was refused."""
    decision = case.decision
    if decision is None or decision.outcome not in ADVERSE:
        return ()
    day = calendar.day(decision.at)
    found = [
        Remedy(
            "reconsideration",
            Text("申请行政复议", "Apply for reconsideration"),
            _workable(day + timedelta(days=RECONSIDERATION_DAYS), calendar),
            "《行政复议法》第二十条",
        ),
        Remedy(
            "court",
            Text("提起行政诉讼", "Go to court"),
            _workable(_months_after(day, LITIGATION_MONTHS), calendar),
            "《行政诉讼法》第四十六条",
        ),
    ]
    if case_type.objection is not None and not decision.automatic:
        objection = Remedy(
            "objection",
            Text("向原机关提出异议", "Object to the office itself"),
            last_day_to_contest(case_type, case, calendar),
            case_type.objection.clock.basis,
        )
        found.insert(0, objection)
    return tuple(found)


def _workable(day: date, calendar: WorkingCalendar) -> date:
    while not calendar.is_working(day):
        day += timedelta(days=1)
    return day


def _months_after(day: date, count: int) -> date:
    """The day of the same number; in a month without it, the last one."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    last = months.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
