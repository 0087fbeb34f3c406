"""A holder's certificates in the order in which they matter: in force, ending, over."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tongban.kernel.case.certificate import Status
from tongban.store.certificates import Certificate


SOON = timedelta(30)


class Group(StrEnum):
    """How a certificate stands for who holds it."""

    ENDING = "ending"  # in force for SOON and no longer
    FORCE = "force"
    SUSPENDED = "suspended"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Held:
    """One certificate of the list, and what it is worth today."""

    certificate: Certificate
    status: Status


def groups(
    held: Iterable[Certificate], day: date
) -> Sequence[tuple[Group, Sequence[Held]]]:
    """The certificates by group, empty groups left out."""
    found: dict[Group, list[Held]] = {group: [] for group in Group}
    for each in held:
        found[_group(each, day)].append(Held(each, each.on(day)))
    return [(group, tuple(ones)) for group, ones in found.items() if ones]


def _group(one: Certificate, day: date) -> Group:
    status = one.on(day)
    if status is Status.SUSPENDED:
        return Group.SUSPENDED
    if status is not Status.VALID:
        return Group.OVER
    ends_soon = one.valid_until is not None and one.valid_until - day <= SOON
    return Group.ENDING if ends_soon else Group.FORCE
