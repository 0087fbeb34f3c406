"""The list of powers and duties (权责清单), by department, with the items of each."""

from collections.abc import Iterable
from dataclasses import dataclass

from tongban.kernel.case.declaration import CaseKind, CaseType
from tongban.kernel.catalog.model import Organization
from tongban.kernel.catalog.powers import Power
from tongban.pack.model import Pack


@dataclass(frozen=True, slots=True)
class Exercised:
    """A power and the items that rest on it; whose they are is theirs to say."""

    power: Power
    items: tuple[CaseType, ...]


@dataclass(frozen=True, slots=True)
class Holder:
    """A department with its powers, in the order of the declaration."""

    organization: Organization
    powers: tuple[Exercised, ...]

    @property
    def items(self) -> int:
        return sum(len(each.items) for each in self.powers)

    @property
    def idle(self) -> int:
        """How many powers have no item."""
        return sum(not each.items for each in self.powers)


def holders(pack: Pack) -> tuple[Holder, ...]:
    """Every department that holds a power."""
    by_power: dict[str, list[CaseType]] = {}
    for kind in pack.case_types.values():
        if kind.kind is CaseKind.ITEM and kind.power is not None:
            by_power.setdefault(kind.power, []).append(kind)
    found = (
        Holder(organization, _exercised(code, pack.catalog.powers.values(), by_power))
        for code, organization in pack.catalog.organizations.items()
    )
    return tuple(holder for holder in found if holder.powers)


def _exercised(
    organization: str, powers: Iterable[Power], items: dict[str, list[CaseType]]
) -> tuple[Exercised, ...]:
    return tuple(
        Exercised(power, tuple(items.get(power.code, ())))
        for power in powers
        if power.organization == organization
    )


def holder(pack: Pack, organization: str) -> Holder | None:
    """One department's powers; None where it holds none, or is not there."""
    return next(
        (each for each in holders(pack) if each.organization.code == organization),
        None,
    )
