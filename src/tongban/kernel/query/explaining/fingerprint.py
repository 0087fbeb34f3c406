"""The print of an answer: equal for equal answers, whatever the order of their rows.

Two runs of one statement over one version of the data may give their rows in
another order. A print tells whether they gave the same rows, and nothing of them to
whoever cannot guess them.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

from tongban.kernel.query.model import Column


def fingerprint(
    columns: Sequence[Column], rows: Iterable[Sequence[Any]], truncated: bool
) -> str:
    """64 hexadecimal digits of the columns' names, the rows, and whether more were."""
    prints = sorted(hashlib.sha256(plain(row)).digest() for row in rows)
    whole = hashlib.sha256(plain([[c.name for c in columns], truncated]))
    for each in prints:
        whole.update(each)
    return whole.hexdigest()


def plain(cells: Sequence[Any]) -> bytes:
    """The text of a row: a JSON list in UTF-8."""
    # Days and decimals by their text: DATE '2026-11-23' prints as it is written.
    return json.dumps(cells, default=str, ensure_ascii=False).encode()
