"""Who is there to act: officials at work, absent ones with deputies, posts unmanned.

A duty is before its officer or its post; before the head as well when it has risen
or nobody is at work on the post; before the competent department when the head has
nobody either; and at last before its leader. So no open case is before nobody, as
long as one of them is at work.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tongban.kernel.case.declaration import Oversight
from tongban.kernel.case.duties import Duty


@dataclass(frozen=True, slots=True)
class Officer:
    """An official with an active account; ``deputy`` acts while they are absent."""

    account: str
    organization: str
    posts: frozenset[str]
    is_absent: bool = False
    deputy: str | None = None


@dataclass(frozen=True, slots=True)
class Roster:
    """The officials of some organisations as they are on one day."""

    officers: tuple[Officer, ...]

    def present(self) -> frozenset[str]:
        """Accounts whose work somebody does today: they or a deputy who is there."""
        here = {each.account for each in self.officers if not each.is_absent}
        return frozenset(
            each.account
            for each in self.officers
            if each.account in here or each.deputy in here
        )

    def manned(self) -> frozenset[tuple[str, str]]:
        """Organisation and post of everything that somebody does today."""
        present = self.present()
        return frozenset(
            (each.organization, post)
            for each in self.officers
            if each.account in present
            for post in each.posts
        )

    def sees(
        self, account: str, duty: Duty, above: Oversight | None, today: date
    ) -> bool:
        """Whether ``duty`` is before this account, as itself or as a deputy."""
        return any(
            self._concerns(each, duty, above, today)
            for each in self.officers
            if each.account == account or (each.is_absent and each.deputy == account)
        )

    def _concerns(
        self, officer: Officer, duty: Duty, above: Oversight | None, today: date
    ) -> bool:
        if officer.organization == duty.organization:
            if duty.officer == officer.account:
                return True
            if not duty.officer and duty.post in officer.posts:
                return True
        return any(
            organization == officer.organization and post in officer.posts
            for organization, post in self._risen_to(duty, above, today)
        )

    def _risen_to(
        self, duty: Duty, above: Oversight | None, today: date
    ) -> Iterator[tuple[str, str]]:
        """The posts above that the duty is before: it has risen, or none is below."""
        manned, days = self.manned(), duty.rise
        is_lost = not self._is_done(duty)
        ladder = [((duty.organization, duty.head), days.head)]
        if above is not None:
            ladder += [
                ((above.organization, above.supervisor), days.superior),
                ((above.organization, above.leader), days.leader),
            ]
        for place, day in ladder:
            if is_lost or day <= today:
                yield place
            is_lost = is_lost and place not in manned

    def _is_done(self, duty: Duty) -> bool:
        if duty.officer:
            return duty.officer in self.present()
        return (duty.organization, duty.post) in self.manned()
