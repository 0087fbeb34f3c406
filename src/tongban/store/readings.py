"""Papers read by a machine and compared with the form (智能预审): asked for and kept.

Reading takes seconds, so it is done by the worker after the paper was given. What it
finds is shown to the applicant and to the office side by side with the form; nothing
is refused, accepted or decided by it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.conf import settings

from tongban.kernel.case.declaration import Field
from tongban.kernel.case.item import Material
from tongban.kernel.case.reading import (
    Agreement,
    Compared,
    Line,
    Read,
    compare,
    found,
)
from tongban.kernel.catalog.model import DataType
from tongban.store import clock, files
from tongban.store.jurisdiction import current
from tongban.store.models import PaperReading


class State(StrEnum):
    """How far the reading of a paper is."""

    WAITING = "waiting"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Checked:
    """One paper beside the form: ``compared`` is empty unless it was read."""

    material: Material
    state: State
    compared: tuple[Compared, ...] = ()

    @property
    def differs(self) -> bool:
        return any(each.agreement is Agreement.DIFFERS for each in self.compared)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A paper that is to be read: what it is called here, and where it lies."""

    key: int
    path: Path


def ask(materials: Iterable[Material], papers: Mapping[str, str]) -> None:
    """Have papers read, where their material says what is on them.

    ``papers`` are references by material, as a case has them; asked again for the
    same paper it does nothing. Nothing is read where the site reads no papers.
    """
    if not settings.READS_PAPERS:
        return
    now = clock.now()
    rows = [
        PaperReading(
            ref=papers[material.name],
            material=material.name,
            sought={read.field: read.labels for read in material.reads},
            asked=now,
        )
        for material in materials
        if material.reads and papers.get(material.name, "").startswith(files.PREFIX)
    ]
    if rows:
        PaperReading.objects.bulk_create(rows, ignore_conflicts=True)


def checked(
    materials: Iterable[Material],
    fields: Iterable[Field],
    papers: Mapping[str, str],
    form: Mapping[str, Any],
) -> tuple[Checked, ...]:
    """The papers that are or will be read, beside ``form``; one statement at most.

    For whoever may see the papers: the caller has them from a draft or a case that
    it was allowed to open.
    """
    read = [each for each in materials if each.reads and each.name in papers]
    if not read:
        return ()
    elements = current().catalog.elements
    types = {field.name: elements[field.element].type for field in fields}
    refs = {papers[material.name] for material in read}
    rows = {
        (row.ref, row.material): row
        for row in PaperReading.objects.filter(ref__in=refs)
    }
    return tuple(
        _checked(material, row, form, types)
        for material in read
        if (row := rows.get((papers[material.name], material.name)))
    )


def _checked(
    material: Material,
    row: PaperReading,
    form: Mapping[str, Any],
    types: Mapping[str, DataType],
) -> Checked:
    if row.read is None:
        return Checked(material, State.WAITING)
    if row.failed:
        return Checked(material, State.FAILED)
    known = [read for read in material.reads if read.field in types]
    return Checked(material, State.READ, compare(row.found, known, form, types))


def waiting(limit: int) -> list[Waiting]:
    """The papers that wait to be read, the first asked for first."""
    rows = PaperReading.objects.filter(read=None).order_by("pk")[:limit]
    return [Waiting(row.pk, files.path_of(row.ref)) for row in rows]


def note(key: int, lines: Sequence[Line] | None) -> None:
    """Keep what the lines of a paper say of its fields; None: it cannot be read.

    The rest of what stands on the paper is not kept.
    """
    row = PaperReading.objects.get(pk=key)
    sought = [Read(name, tuple(labels)) for name, labels in row.sought.items()]
    row.found = found(lines, sought) if lines else {}
    row.failed, row.read = not lines, clock.now()
    row.save(update_fields=["found", "failed", "read"])
