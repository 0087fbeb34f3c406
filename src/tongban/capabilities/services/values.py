"""Between what people type, what a case holds and what a page shows."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from tongban.kernel.case.declaration import Field
from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.checks import check_element, normalise, normalise_code
from tongban.kernel.catalog.model import DataType, Element
from tongban.kernel.terms import Text


FEN = 100
# Numbers with check characters are copied with blanks and small letters.
WRITTEN_AS_CODES = {"id-number", "uscc", "organization-code"}
YES_NO = {"true": Text("是", "Yes"), "false": Text("否", "No")}


def element_of(field: Field, catalog: Catalog) -> Element:
    return catalog.elements[field.element]


def choices_of(field: Field, catalog: Catalog) -> Mapping[str, Text]:
    """Codes a person may choose: the form's own, else the element's code set."""
    element = element_of(field, catalog)
    if field.choices:
        return field.choices
    if element.code_set is not None:
        return catalog.code_sets[element.code_set].values
    return YES_NO if element.type is DataType.BOOLEAN else {}


def meant(element: Element, typed: str) -> str:
    """What a person meant by ``typed``, in the writing that the element asks for.

    Money is typed in yuan and kept in fen; what cannot be read as yuan is left as
    it is, for the check to refuse.
    """
    if element.check in WRITTEN_AS_CODES:
        return normalise_code(typed)
    text = normalise(typed)
    if element.type is DataType.MONEY:
        return _fen(text)
    return text


def _fen(yuan: str) -> str:
    try:
        fen = Decimal(yuan.replace(",", "")) * FEN
    except InvalidOperation:
        return yuan
    return str(int(fen)) if fen.is_finite() and fen == int(fen) else yuan


def refuse_wrong(field: Field, text: str, catalog: Catalog) -> None:
    """Judge the meant ``text`` by the field's standard; InvalidValue if it fails."""
    check_element(element_of(field, catalog), text, choices_of(field, catalog))


def kept(element: Element, text: str) -> Any:
    """``text`` as the case holds it: JSON without floats."""
    if element.type in (DataType.INTEGER, DataType.MONEY):
        return int(text)
    if element.type is DataType.BOOLEAN:
        return text == "true"
    return text


def typed(element: Element, held: Any) -> str:
    """What a person would type for a value that a case holds; money in yuan."""
    if element.type is DataType.MONEY:
        return format((Decimal(held) / FEN).normalize(), "f")
    return as_text(held)


def as_text(cell: Any) -> str:
    """A cell of an answer as the text a form would carry; empty for NULL."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    if isinstance(cell, Decimal):
        return format(cell.normalize(), "f")
    return str(cell)


def shown(field: Field, text: str, catalog: Catalog) -> Text:
    """``text`` as people read it: the name of a code, yuan, yes or no."""
    element = element_of(field, catalog)
    named = choices_of(field, catalog).get(text)
    if named is not None:
        return named
    if element.type is DataType.MONEY and text.lstrip("-").isdigit():
        yuan = f"{Decimal(text) / FEN:,.2f}"
        return Text(f"{yuan} 元", f"¥{yuan}")
    return Text(text, text)
