"""What time alone has brought about, written down."""

from datetime import datetime

from tongban.kernel.terms import SYSTEM
from tongban.store import clock, history
from tongban.store.carry import Job, carry_out
from tongban.store.flow import Flow
from tongban.store.jurisdiction import current
from tongban.store.models import CaseRecord


SWEPT = 500


def sweep(*, at: datetime | None = None, limit: int = SWEPT) -> int:
    """Write down what time alone has brought about; how many cases that moved.

    Reading a case computes it anyway. The worker sweeps so that lists, which read
    the projection, show it too, and so that what silence grants is issued. What
    rests on a provisional day is left alone: it may be shown, but a notice still to
    come must not find it written.
    """
    today, years = (at or clock.now()).date(), current().calendar.years
    late = CaseRecord.objects.filter(lapses__lt=today, lapses__year__in=years)
    numbers_ = list(late.order_by("lapses", "pk").values_list("pk", flat=True)[:limit])
    return sum(map(settle, numbers_))


def settle(number: str) -> bool:
    """Write down what time alone has brought about in one case; whether it did."""
    before = history.load(number).case.version

    def begin(flow: Flow) -> str:
        flow.settle(number)
        return number

    return carry_out(Job(begin, SYSTEM)).version > before
