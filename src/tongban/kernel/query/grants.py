"""Who may have what: the grants of a jurisdiction, found in one step."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tongban.kernel.query.model import Grant, Scope


_Key = tuple[str, str, str]  # organisation, purpose, dataset


@dataclass(frozen=True, slots=True, init=False)
class GrantIndex:
    """The grants, never changed: a new index replaces the old at once.

    Grants of one key are kept oldest first, so that the choice between two that
    both allow a use is the same on every machine.
    """

    _grants: dict[_Key, tuple[Grant, ...]]

    def __init__(self, grants: Iterable[Grant] = ()) -> None:
        kept: defaultdict[_Key, list[Grant]] = defaultdict(list)
        for grant in sorted(grants, key=lambda g: (g.since, g.id)):
            kept[grant.organization, grant.purpose, grant.dataset].append(grant)
        found = {key: tuple(several) for key, several in kept.items()}
        object.__setattr__(self, "_grants", found)

    def of(self, organization: str, purpose: str, dataset: str) -> tuple[Grant, ...]:
        """All grants of the key, in force or not, oldest first."""
        return self._grants.get((organization, purpose, dataset), ())

    def in_force(
        self, organization: str, purpose: str, dataset: str, scope: Scope, day: date
    ) -> tuple[Grant, ...]:
        """Those that may serve a use of ``scope`` on ``day``."""
        return tuple(
            grant
            for grant in self.of(organization, purpose, dataset)
            if grant.scope is scope and grant.in_force(day)
        )
