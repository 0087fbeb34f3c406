"""Who may have what: the grants of a jurisdiction, found in one step."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
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
    _named: dict[str, Grant]

    def __init__(self, grants: Iterable[Grant] = ()) -> None:
        kept: defaultdict[_Key, list[Grant]] = defaultdict(list)
        named = {grant.id: grant for grant in grants}
        for grant in sorted(named.values(), key=_age):
            kept[_key(grant)].append(grant)
        found = {key: tuple(several) for key, several in kept.items()}
        object.__setattr__(self, "_grants", found)
        object.__setattr__(self, "_named", named)

    def changed(self, changes: Mapping[str, Grant | None]) -> "GrantIndex":
        """The index after some grants, by id, were given, changed or revoked (None)."""
        grants, named = dict(self._grants), dict(self._named)
        for name, grant in changes.items():
            old = named.pop(name, None)
            if old is not None:
                rest = tuple(g for g in grants[_key(old)] if g.id != name)
                grants[_key(old)] = rest
            if grant is not None:
                named[name] = grant
                several = [*grants.get(_key(grant), ()), grant]
                grants[_key(grant)] = tuple(sorted(several, key=_age))
        other = GrantIndex()
        object.__setattr__(other, "_grants", grants)
        object.__setattr__(other, "_named", named)
        return other

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


def _key(grant: Grant) -> _Key:
    return grant.organization, grant.purpose, grant.dataset


def _age(grant: Grant) -> tuple[date, str]:
    return grant.since, grant.id
