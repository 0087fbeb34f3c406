"""The lineage of each plan that was run, kept in place of its statement."""

from collections.abc import Callable
from functools import partial

from django.db import transaction

from tongban.kernel.query.explaining.origins import UseLineage
from tongban.kernel.query.model import Plan
from tongban.store.models import PlanLineage
from tongban.store.prints import plan_print


MOST_TOLD = 10_000
# Prints of the plans whose lineage is on the disk: it is written once a plan.
_told: set[str] = set()


def untold(plan: Plan, trace: Callable[[], UseLineage]) -> UseLineage | None:
    """What `trace` gives, if this process does not know that it is kept."""
    return None if plan_print(plan) in _told else trace()


def keep(plan: Plan, lineage: UseLineage) -> None:
    """Write the lineage of a plan, in the transaction of its receipt."""
    name = plan_print(plan)
    row = PlanLineage(digest=name, lineage=lineage.to_json())
    PlanLineage.objects.bulk_create([row], ignore_conflicts=True)
    transaction.on_commit(partial(_tell, name))


def of(name: str) -> UseLineage | None:
    """The lineage of the plan of this print, if it was kept."""
    rows = PlanLineage.objects.filter(pk=name).values_list("lineage", flat=True)
    found = rows.first()
    return None if found is None else UseLineage.from_json(found)


def _tell(name: str) -> None:
    if len(_told) >= MOST_TOLD:
        _told.clear()
    _told.add(name)
