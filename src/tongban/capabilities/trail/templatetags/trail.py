"""Groups the items of a use by dataset, in words."""

from collections.abc import Iterable, Mapping

from django import template

from tongban.kernel.catalog.model import Dataset
from tongban.kernel.terms import Text
from tongban.words.catalogue import language


register = template.Library()


@register.filter
def by_dataset(
    items: Iterable[str], datasets: Mapping[str, Dataset]
) -> list[tuple[Text | str, str]]:
    """``dataset.item`` names as (title of the dataset, titles of its items)."""
    grouped: dict[str, list[str]] = {}
    for name in sorted(items):
        dataset, _, item = name.rpartition(".")
        grouped.setdefault(dataset, []).append(_title(datasets, dataset, item))
    comma = ", " if language().startswith("en") else "、"
    return [
        (datasets[code].title if code in datasets else code, comma.join(titles))
        for code, titles in grouped.items()
    ]


def _title(datasets: Mapping[str, Dataset], dataset: str, item: str) -> str:
    """The item's title; its name, where a later pack no longer declares it."""
    declared = datasets[dataset].items.get(item) if dataset in datasets else None
    return declared.title.get(language()) if declared else item
