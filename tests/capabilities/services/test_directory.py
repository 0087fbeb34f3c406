"""The search finds a matter by its title, by what people call it, in both languages."""

from datetime import date
from pathlib import Path

import pytest
from tests.handlers import HANDLERS
from tests.sections import SECTIONS

from tongban.capabilities.services import directory
from tongban.kernel.terms import Text
from tongban.pack import loader
from tongban.pack.model import Pack


DAY = date(2026, 11, 23)
YUNZHOU = Path(__file__).parents[3] / "packs" / "yunzhou"


@pytest.fixture(scope="module")
def pack() -> Pack:
    return loader.load(YUNZHOU, handlers=HANDLERS, sections=SECTIONS)


@pytest.mark.parametrize(
    "query",
    ["开饭馆", "餐厅", "restaurant", "我要开饭店", "OPEN A CAFE", "ｒestaurants"],
)
def test_the_words_of_citizens_find_the_one_thing(pack: Pack, query: str) -> None:
    found = directory.search(pack, query, DAY)
    assert [entry.code for entry in found][:1] == ["open-restaurant"]


@pytest.mark.parametrize("query", ["结婚登记", "passport", "xyz"])
def test_other_matters_are_not_pretended(pack: Pack, query: str) -> None:
    assert directory.search(pack, query, DAY) == ()


def test_an_empty_query_lists_everything_citizens_may_start(pack: Pack) -> None:
    codes = {entry.code for entry in directory.search(pack, "  ", DAY)}
    assert "open-restaurant" in codes
    assert "market.licence.new" not in codes  # only as part of the one-thing
    assert "sharing.application" not in codes  # between departments


def test_an_entry_says_how_many_departments_and_how_long(pack: Pack) -> None:
    (entry,) = (e for e in directory.entries(pack, DAY) if e.code == "open-restaurant")
    # Licence at once by rule, then three side by side; departments: market
    # regulation twice, urban management, fire rescue.
    assert (entry.items, entry.departments, entry.instant) == (4, 3, True)
    assert 0 < entry.promised < entry.statutory
    assert entry.group == Text("准入准营", "Starting a business")


def test_pairs_of_characters_and_words_without_plural_are_compared() -> None:
    assert directory.grams("开饭馆 2 cafes") == {"开饭", "饭馆", "2", "cafe"}
    assert directory.score("开饭馆", "如何开饭馆呢") > 1
    # Two of the four pairs of 开小饭馆 (开小 小饭 饭馆) … one of three is in the text.
    assert directory.score("开小饭馆", "饭馆许可") == pytest.approx(1 / 3)
