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

from tongban.kernel.case.declaration import CaseType
from tongban.kernel.case.item import Material
from tongban.kernel.case.reading import Agreement, Compared, Line, compare, found
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


def ask(case_type: CaseType, papers: Mapping[str, str]) -> None:
    """Have these papers read, if their materials say what is on them.

    ``papers`` are references by material, as a case has them; asked again for the
    same paper it does nothing. Nothing is read where the site reads no papers.
    """
    if not settings.READS_PAPERS:
        return
    now = clock.now()
    PaperReading.objects.bulk_create(
        [
            PaperReading(ref=ref, type=case_type.code, material=name, asked=now)
            for name, ref in papers.items()
            if ref.startswith(files.PREFIX) and _reads(case_type, name)
        ],
        ignore_conflicts=True,
    )


def checked(
    case_type: CaseType, papers: Mapping[str, str], form: Mapping[str, Any]
) -> tuple[Checked, ...]:
    """The papers that are or will be read, beside ``form``; one statement.

    For whoever may see the papers: the caller has them from a draft or a case that
    it was allowed to open.
    """
    rows = PaperReading.objects.filter(
        type=case_type.code, ref__in=set(papers.values())
    )
    known = {(row.material, row.ref): row for row in rows}
    return tuple(
        _checked(case_type, material, row, form)
        for material in case_type.materials
        if (row := known.get((material.name, papers.get(material.name, ""))))
    )


def _checked(
    case_type: CaseType, material: Material, row: PaperReading, form: Mapping[str, Any]
) -> Checked:
    if row.read is None:
        return Checked(material, State.WAITING)
    if row.failed:
        return Checked(material, State.FAILED)
    elements = current().catalog.elements
    types = {field.name: elements[field.element].type for field in case_type.fields}
    return Checked(
        material, State.READ, compare(row.found, material.reads, form, types)
    )


def waiting(limit: int) -> list[Waiting]:
    """The papers that wait to be read, the first asked for first."""
    rows = PaperReading.objects.filter(read=None).order_by("pk")[:limit]
    return [Waiting(row.pk, files.path_of(row.ref)) for row in rows]


def note(key: int, lines: Sequence[Line] | None) -> None:
    """Keep what the lines of a paper say of its fields; None: it cannot be read.

    The rest of what stands on the paper is not kept.
    """
    row = PaperReading.objects.get(pk=key)
    kind = current().case_types.get(row.type)
    reads: Iterable[Any] = _reads(kind, row.material) if kind else ()
    row.found = found(lines, reads) if lines else {}
    row.failed, row.read = not lines, clock.now()
    row.save(update_fields=["found", "failed", "read"])


def _reads(case_type: CaseType, name: str) -> Sequence[Any]:
    for material in case_type.materials:
        if material.name == name:
            return material.reads
    return ()
