"""Finding catalogue entries by words and filters."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.model import Dataset


@dataclass(frozen=True, slots=True)
class Query:
    """What a reader looks for; empty parts match everything."""

    words: str = ""
    provider: str = ""
    sharing: str = ""

    def matches(self, dataset: Dataset, text: str) -> bool:
        return (
            self.provider in ("", dataset.provider)
            and self.sharing in ("", dataset.sharing.type)
            and all(word in text for word in self.words.casefold().split())
        )


def find(catalog: Catalog, query: Query) -> list[Dataset]:
    """The entries that match, by provider and code."""
    texts = index(catalog)
    found = (d for d in catalog.datasets.values() if query.matches(d, texts[d.code]))
    return sorted(found, key=lambda d: (d.provider, d.code))


def index(catalog: Catalog) -> Mapping[str, str]:
    """All words of each entry, in one folded text: the catalogue is small in memory."""
    return {
        dataset.code: "\n".join(_words(catalog, dataset)).casefold()
        for dataset in catalog.datasets.values()
    }


def _words(catalog: Catalog, dataset: Dataset) -> Iterator[str]:
    provider = catalog.organizations[dataset.provider]
    titles: Iterable = (dataset.title, dataset.abstract, provider.title)
    yield from (dataset.code, dataset.category)
    for text in (*titles, *(item.title for item in dataset.items.values())):
        yield from (text.zh, text.en)
    yield from dataset.items
