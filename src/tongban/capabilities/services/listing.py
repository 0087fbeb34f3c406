"""A person's cases, one line each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from tongban.capabilities.services.progress import CHIPS, SUPPLY, Standing, promised
from tongban.kernel.case.model import Phase
from tongban.kernel.terms import Text
from tongban.pack.model import Pack
from tongban.store.cases import CaseRow


@dataclass(frozen=True, slots=True)
class Line:
    """One case in the person's list."""

    number: str
    title: Text
    standing: Standing
    opened: datetime
    closed: datetime | None
    due: date | None
    remaining: int | None
    late: bool
    expected: date | None  # of a one-thing: when all promises together end it
    needs_act: bool

    @property
    def chip(self) -> str:
        return CHIPS.get(self.standing, "")


PHASES = {
    Phase.SUBMITTED: Standing.RECEIVED,
    Phase.CORRECTING: Standing.CORRECTING,
    Phase.ACCEPTED: Standing.RUNNING,
}


def lines(rows: Iterable[CaseRow], pack: Pack) -> list[Line]:
    """The person's cases as the list shows them."""
    return [
        Line(
            row.number,
            row.kind.title,
            Standing(row.outcome) if row.outcome else PHASES[Phase(row.phase)],
            row.opened,
            row.closed,
            row.due,
            row.remaining,
            row.late,
            promised(row.opened, row.kind, pack) if row.closed is None else None,
            row.act == SUPPLY,
        )
        for row in rows
    ]
