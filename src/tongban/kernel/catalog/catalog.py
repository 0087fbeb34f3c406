"""The unified catalogue (统一目录) as one value: look-ups that name what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tongban.kernel.catalog.model import (
    CodeSet,
    Dataset,
    Element,
    Item,
    Organization,
)
from tongban.kernel.catalog.powers import Power
from tongban.kernel.terms import UserError, did_you_mean


class UnknownDataset(UserError):
    """A name that no catalogue entry bears."""

    code = "catalog.unknown-dataset"


class UnknownItem(UserError):
    """A name that no item of the dataset bears."""

    code = "catalog.unknown-item"


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything a jurisdiction declares about data, keyed by code."""

    organizations: Mapping[str, Organization] = field(default_factory=dict)
    powers: Mapping[str, Power] = field(default_factory=dict)
    elements: Mapping[str, Element] = field(default_factory=dict)
    code_sets: Mapping[str, CodeSet] = field(default_factory=dict)
    datasets: Mapping[str, Dataset] = field(default_factory=dict)

    def dataset(self, code: str) -> Dataset:
        """The entry called ``code``; UnknownDataset names the nearest one."""
        found = self.datasets.get(code)
        if found is None:
            raise UnknownDataset(
                f"no dataset {code!r} in the catalogue",
                why="only catalogued datasets can be used",
                mend=did_you_mean(code, self.datasets),
                dataset=code,
            )
        return found

    def item(self, dataset: str, name: str) -> Item:
        """One item of a dataset; UnknownItem names the nearest one."""
        entry = self.dataset(dataset)
        found = entry.items.get(name)
        if found is None:
            raise UnknownItem(
                f"dataset {dataset!r} has no item {name!r}",
                why="only catalogued items can be used",
                mend=did_you_mean(name, entry.items),
                dataset=dataset,
                item=name,
            )
        return found

    def provider(self, dataset: str) -> Organization:
        """The organisation whose duty the dataset is."""
        return self.organizations[self.dataset(dataset).provider]
