"""Finding entries of the catalogue by words and filters."""

import pytest
from tests.capabilities.qinghe import PACK
from tests.handlers import HANDLERS
from tests.sections import SECTIONS

from tongban.capabilities.sharing.search import Query, find
from tongban.kernel.catalog.catalog import Catalog
from tongban.pack import loader


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return loader.load(PACK, handlers=HANDLERS, sections=SECTIONS).catalog


def codes(catalog: Catalog, query: Query) -> list[str]:
    return [dataset.code for dataset in find(catalog, query)]


def test_an_empty_query_finds_everything(catalog: Catalog) -> None:
    assert set(codes(catalog, Query())) == set(catalog.datasets)


def test_every_word_must_be_there(catalog: Catalog) -> None:
    assert codes(catalog, Query(words="PERSON")) == ["population.person"]
    assert codes(catalog, Query(words="person nowhere")) == []


def test_filters_narrow(catalog: Catalog) -> None:
    provider = catalog.datasets["population.person"].provider
    assert codes(catalog, Query(provider=provider)) == ["population.person"]
    assert codes(catalog, Query(sharing="withheld")) == []
