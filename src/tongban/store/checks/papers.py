"""The papers that lie on the disk, and the materials that name them."""

import hashlib
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from tongban.kernel.case.model import Kind
from tongban.store import files
from tongban.store.checks.damage import Problem
from tongban.store.models import CaseEvent, StoredFile


CHUNK = 500
NAMES_MATERIALS = (Kind.OPENED, Kind.CORRECTION_SUPPLIED)
REF = re.compile(rf"{files.PREFIX}[0-9a-f]{{64}}")


def check_files() -> Iterator[Problem]:
    """Every kept file is there, with the content its name stands for."""
    refs = StoredFile.objects.order_by("ref").values_list("ref", flat=True).distinct()
    for ref in refs.iterator(chunk_size=CHUNK):
        yield from _check_content(ref)


def check_materials() -> Iterator[Problem]:
    """Every file that a case ever named is on record, and as it was then.

    What is on record is read byte by byte in check_files, and only there.
    """
    rows = CaseEvent.objects.filter(kind__in=NAMES_MATERIALS).order_by("id")
    events = rows.values_list("case_id", "data").iterator(chunk_size=CHUNK)
    while chunk := list(islice(events, CHUNK)):
        named = [each for case, data in chunk for each in _named(case, data)]
        refs = {ref for _, _, ref in named}
        stored = StoredFile.objects.filter(ref__in=refs).values_list("ref", flat=True)
        known = set(stored)
        for case, name, ref in named:
            yield from _check_material(case, name, ref, known)


def _named(case: str, data: Any) -> Iterator[tuple[str, str, str]]:
    materials = data.get("materials") if isinstance(data, dict) else None
    if not isinstance(materials, dict):
        return  # the leaf of such an event is reported: its data are sealed
    for name, ref in materials.items():
        if str(ref).startswith(files.PREFIX):
            yield case, name, ref


def _check_material(
    case: str, name: str, ref: str, known: set[str]
) -> Iterator[Problem]:
    where = f"case {case}"
    if not REF.fullmatch(str(ref)):
        yield Problem(where, f"its material {name!r} names no file")
        return
    if not files.path_of(ref).is_file():
        yield Problem(where, f"the file of its material {name!r} is gone")
    if ref not in known:
        yield Problem(where, f"the record of its material {name!r} is gone")
        yield from _check_content(ref)


def _check_content(ref: str) -> Iterator[Problem]:
    path = files.path_of(ref)
    if not path.is_file():
        yield Problem(f"file {path.name}", "it is gone")
    elif files.PREFIX + _digest(path) != ref:
        yield Problem(f"file {path.name}", "its content has changed")


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
