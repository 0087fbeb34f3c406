"""What was used for what, told to the world outside as events of OpenLineage."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.conf import settings

from tongban.kernel.query.explaining.openlineage import UseRun, events
from tongban.kernel.query.explaining.origins import UseLineage
from tongban.store import clock, lineages
from tongban.store.jurisdiction import current
from tongban.store.models import UseReceipt


CHUNK = 1000


def exported(since: date | None = None) -> Iterator[dict[str, Any]]:
    """The events of every receipt from the day ``since``, oldest first.

    What an event says of the past is what receipts keep; types and titles of items
    are those of the declarations in force.
    """
    catalog, namespace = current().catalog, settings.HOME.origin
    rows = UseReceipt.objects.order_by("id")
    if since is not None:
        rows = rows.filter(at__gte=clock.start_of(since))
    known: dict[str, UseLineage | None] = {}
    for row in rows.iterator(chunk_size=CHUNK):
        if row.plan not in known:
            known[row.plan] = lineages.of(row.plan)
        run = UseRun(
            receipt=row.pk,
            at=clock.local(row.at),
            organization=row.organization,
            purpose=row.purpose,
            plan=row.plan,
            items=row.items,
            versions=row.versions,
            lineage=known[row.plan],
        )
        yield from events(run, catalog, namespace)
