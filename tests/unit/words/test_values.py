"""Values of fields as people read them, on the shipped practice pack."""

from datetime import date
from pathlib import Path

import pytest
from tests.handlers import HANDLERS
from tests.sections import SECTIONS

from tongban.kernel.terms import Text
from tongban.pack import loader
from tongban.pack.model import Pack
from tongban.words.values import readable


@pytest.fixture(scope="module")
def pack() -> Pack:
    folder = Path(__file__).parents[3] / "packs" / "yunzhou"
    return loader.load(folder, handlers=HANDLERS, sections=SECTIONS)


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("industry", "6210", Text("正餐服务", "Full-service restaurant")),
        ("premises_use", "commercial", Text("商业", "Commercial")),
        ("gas_use", True, Text("是", "Yes")),
        ("opening_date", "2027-03-01", date(2027, 3, 1)),
        ("opening_date", "2027-**-**", "2027-**-**"),
        ("seats", 24, "24"),
        ("trade_name", "晚来香", "晚来香"),
    ],
)
def test_a_value_is_told_by_its_field(
    pack: Pack, name: str, value: object, shown: object
) -> None:
    matter = pack.case_types["open-restaurant"]
    (field,) = [each for each in matter.fields if each.name == name]
    assert readable(field, value, pack.catalog) == shown
