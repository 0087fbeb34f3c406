"""What a use read, in words: the items grouped by their dataset."""

from django.utils import translation
from tests.capabilities.qinghe import PACK
from tests.handlers import HANDLERS
from tests.sections import SECTIONS

from tongban.capabilities.trail.templatetags.trail import by_dataset
from tongban.pack import loader


def test_items_are_told_by_dataset_and_title() -> None:
    datasets = loader.load(PACK, handlers=HANDLERS, sections=SECTIONS).catalog.datasets
    person = datasets["population.person"]
    read = ["population.person.name", "population.person.birth_date"]
    with translation.override("en"):
        ((whose, titles),) = by_dataset(read, datasets)
    assert whose == person.title
    names = [person.items[name].title.get("en") for name in ("birth_date", "name")]
    assert titles == ", ".join(names)


def test_what_a_later_pack_dropped_keeps_its_name() -> None:
    assert by_dataset(["gone.register.item"], {}) == [("gone.register", "item")]
