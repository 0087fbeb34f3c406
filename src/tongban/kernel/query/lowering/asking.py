"""What is asked of a place that speaks no SQL: a statement as canonical JSON.

The compiler writes it, the place reads it, and an explanation shows it. It holds
names only; the subject's number is a value beside it, as in every statement.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tongban.kernel.catalog.model import Dataset, Interface, Pages, Paging
from tongban.kernel.terms import canonical_json


@dataclass(frozen=True, slots=True)
class Ask:
    """``members`` of the rows at ``path``, of one subject where ``key`` is given.

    ``members`` pairs each item's name with what the place calls it. ``key`` is the
    query parameter, or column, that takes the subject's number.
    """

    path: str
    members: tuple[tuple[str, str], ...]
    key: str = ""
    rows: str = ""
    fields: str = ""
    pages: Pages | None = None

    def text(self) -> str:
        """The statement; `read` makes the same Ask of it."""
        told: dict[str, Any] = {
            "from": self.path,
            "items": [list(pair) for pair in self.members],
        }
        for name, value in (
            ("where", self.key),
            ("rows", self.rows),
            ("fields", self.fields),
        ):
            if value:
                told[name] = value
        if self.pages is not None:
            told["pages"] = [self.pages.by, self.pages.at, self.pages.parameter]
        return canonical_json(told).decode()


def ask(dataset: Dataset, items: Iterable[str], key: str = "") -> Ask:
    """What a place is asked for ``items`` of the dataset."""
    source = dataset.source
    interface = source.interface or Interface()
    return Ask(
        path=source.table,
        members=tuple((name, dataset.items[name].stored) for name in items),
        key=key,
        rows=interface.rows,
        fields=interface.fields,
        pages=interface.pages,
    )


@lru_cache(maxsize=1024)
def read(text: str) -> Ask:
    """The Ask that a statement is the text of."""
    told = json.loads(text)
    pages = told.get("pages")
    return Ask(
        path=told["from"],
        members=tuple((name, member) for name, member in told["items"]),
        key=told.get("where", ""),
        rows=told.get("rows", ""),
        fields=told.get("fields", ""),
        pages=Pages(Paging(pages[0]), pages[1], pages[2]) if pages else None,
    )
