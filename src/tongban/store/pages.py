"""One page of a list that may be long."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.db.models import QuerySet


T = TypeVar("T")
ROWS = 50


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """``rows`` of page ``number`` (from 1); ``next`` is the next page's name, if any.

    ``query`` is what else the address of a page must carry (filters).
    """

    rows: tuple[T, ...]
    number: int = 1
    next: str | None = None
    query: Mapping[str, str] = field(default_factory=dict)

    @property
    def next_query(self) -> str:
        return urlencode({**self.query, "page": self.number + 1})

    @property
    def previous_query(self) -> str:
        return urlencode({**self.query, "page": self.number - 1})


def number_of(page: str | int | None) -> int:
    """The page that an address asks for; the first for anything unreadable."""
    text = str(page or "")
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        return 1
    return max(1, int(text))


def page_of(
    rows: QuerySet[Any],
    page: str | int | None,
    make: Callable[[Any], T],
    query: Mapping[str, str] | None = None,
    size: int = ROWS,
) -> Page[T]:
    """The asked page of ordered ``rows``: two statements, the first on an index.

    Skipping to a far page reads keys alone; only the page's own rows are loaded.
    """
    number = number_of(page)
    start = (number - 1) * size
    keys = list(rows.values_list("pk", flat=True)[start : start + size + 1])
    loaded = {row.pk: row for row in _loading(rows).filter(pk__in=keys[:size])}
    found = tuple(make(loaded[key]) for key in keys[:size] if key in loaded)
    more = str(number + 1) if len(keys) > size else None
    return Page(found, number, more, dict(query or {}))


def _loading(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The same table and joins without the conditions, which the keys stand for."""
    fresh = rows.model._default_manager.all()
    joined = rows.query.select_related
    return fresh.select_related(*joined) if isinstance(joined, dict) else fresh
