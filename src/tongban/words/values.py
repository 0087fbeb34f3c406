"""Values of declared fields as people read them: names for codes, days, amounts."""

from datetime import date
from typing import Any

from tongban.kernel.case.declaration import Field
from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.model import DataType
from tongban.kernel.terms import Text


YES_NO = {True: Text("是", "Yes"), False: Text("否", "No")}


def readable(field: Field, value: Any, catalog: Catalog) -> Text | date | str:
    """``value`` as a case holds it: a named text, a day, or what was typed."""
    if isinstance(value, bool):
        return YES_NO[value]
    element = catalog.elements[field.element]
    codes = field.choices
    if not codes and element.code_set is not None:
        codes = catalog.code_sets[element.code_set].values
    if str(value) in codes:
        return codes[str(value)]
    if element.type is DataType.DATE:
        return _day(value)
    if element.type is DataType.MONEY and isinstance(value, int):
        return f"¥{value // 100:,}.{value % 100:02}"
    return str(value)


def _day(text: str) -> date | str:
    """The day, or the text where a mask hides a part of it."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text
