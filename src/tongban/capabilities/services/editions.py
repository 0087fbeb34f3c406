"""Which version of a guide is read on which day, and which changes are coming."""

from dataclasses import dataclass
from datetime import date

from tongban.kernel.case.declaration import CaseType
from tongban.pack.model import Pack


@dataclass(frozen=True, slots=True)
class Reading:
    """A matter as it reads on a day.

    ``coming`` is the next version after today, where there is one; ``versions`` are
    all of them, oldest first, where there are several.
    """

    matter: CaseType
    pack: Pack
    day: date
    today: date
    coming: CaseType | None
    versions: tuple[CaseType, ...]

    @property
    def is_today(self) -> bool:
        return self.day == self.today

    @property
    def in_force(self) -> bool:
        return self.matter.in_force(self.day)

    @property
    def is_early(self) -> bool:
        """Whether the day lies before the first version."""
        return self.matter.since is not None and self.day < self.matter.since


def reading(pack: Pack, code: str, *, day: date, today: date) -> Reading:
    """The matter called ``code`` as it reads on ``day``."""
    versions = pack.versions[code]
    later = (each for each in versions if each.since and each.since > today)
    then = pack.on(day)
    return Reading(
        matter=then.case_types[code],
        pack=then,
        day=day,
        today=today,
        coming=next(later, None),
        versions=versions if len(versions) > 1 else (),
    )


def day_of(text: str, today: date) -> date | None:
    """The day that an address asks for; today without one, None if it is no day."""
    if not text:
        return today
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
