"""Excel files whose bytes depend on their cells alone."""

import re
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook


_MOMENT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_FIXED = b"2000-01-01T00:00:00Z"


def write_workbook(
    path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """One sheet with a header, at ``path``."""
    write_sheets(path, {"数据": (header, rows)})


def write_sheets(
    path: Path,
    sheets: Mapping[str, tuple[Sequence[str], Iterable[Sequence[Any]]]],
) -> None:
    """Sheets by name, each with its header and rows, at ``path``.

    A workbook notes the moment it was written, in its properties and for each
    part of its archive; both are set to a fixed one.
    """
    book = Workbook(write_only=True)
    for name, (header, rows) in sheets.items():
        sheet = book.create_sheet(name)
        sheet.append(list(header))
        for row in rows:
            sheet.append(list(row))
    written = BytesIO()
    book.save(written)
    with ZipFile(written) as source, ZipFile(path, "w", ZIP_DEFLATED) as target:
        for part in source.infolist():
            content = source.read(part)
            if part.filename == "docProps/core.xml":
                content = _MOMENT.sub(_FIXED, content)
            fixed = ZipInfo(part.filename)
            fixed.compress_type = ZIP_DEFLATED
            target.writestr(fixed, content)
