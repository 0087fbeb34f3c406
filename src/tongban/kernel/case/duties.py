"""What a case waits for, whose it is, and when it rises to whom (督办).

Nothing here is a job that somebody has to run: the days on which a duty rises follow
from what has happened, and hold until something else does. A duty rises when its
limit has passed, and before that when nothing has happened for the declared share of
its limit: to the head, after as long again to the competent department, after as
long again to its leader.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tongban.kernel.case import charges
from tongban.kernel.case.clocks import (
    ACCEPTANCE,
    DECISION,
    PROCEDURE,
    PROMISE_CHECK,
    SAMPLE,
    SUPERIOR_AFTER,
    clocks,
)
from tongban.kernel.case.declaration import CaseType, Joint
from tongban.kernel.case.lapse import at_now
from tongban.kernel.case.model import Assignment, Case, ClockState, ClockView
from tongban.kernel.terms import WorkingCalendar


SIGN, RESUME, EXTEND = "sign:", "resume-clock", "extend"
LEADER_AFTER = 2 * SUPERIOR_AFTER  # working days overdue at which the leader is told
# A limit of a day or two would otherwise rise before anybody has slept on it.
LEAST_IDLE = 2
# Where nothing sets a limit to a duty, the general one holds (行政许可法 art. 42).
GENERAL_LIMIT = 20
_TICKING = (ClockState.RUNNING, ClockState.PAUSED, ClockState.OVERDUE)


@dataclass(frozen=True, slots=True)
class Rise:
    """The days from which a duty is before the head, the superior and the leader."""

    head: date
    superior: date
    leader: date


@dataclass(frozen=True, slots=True)
class Duty:
    """An act that a case waits for.

    It is awaited of a ``post`` of ``organization``, or of one ``officer`` there who
    has it in hand; without a post it is the head's. ``due`` is None while its clock
    stands still.
    """

    act: str
    organization: str
    post: str
    head: str
    officer: str
    due: date | None
    rise: Rise


def duties(
    case_type: CaseType, case: Case, calendar: WorkingCalendar, now: datetime
) -> tuple[Duty, ...]:
    """What ``case`` waits for at ``now``; none while its applicant is awaited.

    The duties of a one-thing are those of its items.
    """
    case = at_now(case_type, case, now, calendar)
    return duties_by(case_type, case, calendar, clocks(case_type, case, calendar, now))


def duties_by(
    case_type: CaseType,
    case: Case,
    calendar: WorkingCalendar,
    views: Iterable[ClockView],
) -> tuple[Duty, ...]:
    """The same, where its clocks have been computed already."""
    ticking = {view.name: view for view in views if view.state in _TICKING}
    return tuple(_Desk(case_type, case, calendar, ticking).duties())


@dataclass(frozen=True, slots=True)
class _Desk:
    case_type: CaseType
    case: Case
    calendar: WorkingCalendar
    views: Mapping[str, ClockView]

    def duties(self) -> Iterator[Duty]:
        awaited = charges.awaited(self.case_type, self.case)
        for charge in awaited:
            if charge == charges.DECIDE and self.case.is_paused:
                continue
            yield self._own(charge, charge, self._clock(charge))
            yield from self._signatures(charge)
        if awaited and self.case.is_paused:
            yield self._own(RESUME, charges.DECIDE, PROCEDURE)
        if self.case.is_open and self.case.request is not None:
            yield self._duty(EXTEND, DECISION, post=self.case_type.head or "")

    def _clock(self, charge: str) -> str:
        known = {
            charges.ACCEPT: ACCEPTANCE,
            charges.DECIDE: DECISION,
            charges.CHECK: PROMISE_CHECK,
            charges.REVIEW: SAMPLE,
        }
        name = known.get(charge, charge)
        return name if name in self.views else DECISION

    def _own(self, act: str, charge: str, clock: str) -> Duty:
        """The duty of whoever has ``charge``."""
        given = self.case.assignments.get(charge, Assignment())
        post = given.post or charges.post_of(self.case_type, charge)
        return self._duty(
            act,
            clock,
            post=post or self.case_type.head or "",
            officer=given.officer or "",
        )

    def _signatures(self, charge: str) -> Iterator[Duty]:
        """The seats from which nobody has signed, but that of who ends the charge."""
        joint = charges.joint_of(self.case_type, charge)
        if joint is None:
            return
        for number in self._free(charge, joint):
            seat = joint.seats[number]
            yield self._duty(
                f"{SIGN}{charge}:{number}",
                self._clock(charge),
                post=seat.post,
                organization=charges.office_of(self.case_type, seat),
            )

    def _free(self, charge: str, joint: Joint) -> list[int]:
        taken = {s.seat for s in self.case.signatures.get(charge, ())}
        free = [n for n in range(len(joint.seats)) if n not in taken]
        own = [
            n
            for n in free
            if joint.seats[n].post == charges.post_of(self.case_type, charge)
            and charges.office_of(self.case_type, joint.seats[n])
            == self.case_type.organization
        ]
        return [n for n in free if n != own[-1]] if own else free

    def _duty(
        self,
        act: str,
        clock: str,
        *,
        post: str,
        officer: str = "",
        organization: str = "",
    ) -> Duty:
        view = self.views.get(clock)
        stands = view is None or view.state is ClockState.PAUSED
        return Duty(
            act=act,
            organization=organization or self.case_type.organization,
            post=post,
            head=self.case_type.head or "",
            officer=officer,
            due=None if view is None or stands else view.due,
            rise=self._rise(act, view),
        )

    def _rise(self, act: str, view: ClockView | None) -> Rise:
        days = [self._idle(view, times) for times in (1, 2, 3)]
        if view is not None and view.state is not ClockState.PAUSED:
            add, due = self.calendar.add, view.due
            late = (
                due + timedelta(1),
                add(due, SUPERIOR_AFTER),
                add(due, LEADER_AFTER),
            )
            # A procedure that takes the days that were told is not idle.
            days = [
                day if act == RESUME else min(day, idle)
                for day, idle in zip(late, days, strict=True)
            ]
        head, superior, leader = days
        for recusal in self.case.recusals:
            day = self.calendar.day(recusal.at)
            head = min(head, day)
            if recusal.head:
                superior = min(superior, day)
        return Rise(head, superior, leader)

    def _idle(self, view: ClockView | None, times: int) -> date:
        """The day by which nothing has happened for ``times`` the declared share."""
        limit = GENERAL_LIMIT if view is None else view.days
        share = -(-limit * self.case_type.idle_share // 100)  # rounded up
        since = self.calendar.day(self.case.idle_since)
        return self.calendar.add(since, max(share, LEAST_IDLE) * times)
