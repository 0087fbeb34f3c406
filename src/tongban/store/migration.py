"""Open cases under earlier declarations, and their move to those in force."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from tongban.kernel.case.migrating import Difference, difference
from tongban.kernel.case.model import Case, Phase
from tongban.kernel.terms import SYSTEM
from tongban.store import history
from tongban.store.carry import Job, carry_out
from tongban.store.flow import Flow
from tongban.store.jurisdiction import current
from tongban.store.models import CaseRecord


CHUNK = 500


@dataclass(frozen=True, slots=True)
class Move:
    """What the declarations in force would mean for one open case."""

    number: str
    type: str
    pack: str
    difference: Difference

    @property
    def is_possible(self) -> bool:
        return not self.difference.obstacles


def moves(types: Collection[str] = ()) -> Iterator[Move]:
    """Every open case of ``types``, or of all, that runs under other declarations.

    In the order of their numbers.
    """
    rows = CaseRecord.objects.exclude(phase=Phase.CLOSED.value)
    rows = rows.exclude(pack=current().digest)
    if types:
        rows = rows.filter(type__in=types)
    # Listed first: each move takes a case out of what is being read.
    for number in list(rows.order_by("pk").values_list("pk", flat=True)):
        found = history.load(number)
        change = difference(
            found.case, found.case_type, history.type_in_force(found.case)
        )
        yield Move(number, found.case.type, found.case.pack, change)


def move(number: str) -> Case:
    """Let one open case run under the declarations in force: an event with its leaf.

    Immovable.
    """

    def begin(flow: Flow) -> str:
        in_force = history.type_in_force(history.load(number).case)
        flow.migrate(number, in_force, current().digest)
        return number

    return carry_out(Job(begin, SYSTEM))
