"""The conditions of a declared form, ready to be asked: see kernel.query.logic."""

from collections.abc import Iterable, Mapping

from tongban.kernel.case.declaration import CaseType, Field, Group
from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.model import DataType
from tongban.kernel.query.logic import Logic, logic


def of_form(case_type: CaseType, catalog: Catalog) -> Logic:
    """Which fields and groups are asked: conditions by the name of the part."""
    return logic(conditions(case_type.parts), types_of(case_type.fields, catalog))


def of_rows(case_type: CaseType, group: Group, catalog: Catalog) -> Logic:
    """Which fields of one row are asked.

    A name means the row's own field before one of the form; values of parts of the
    form that are not asked must not be given.
    """
    return logic(conditions(group.fields), row_types(case_type, group, catalog))


def conditions(parts: Iterable[Field | Group]) -> Mapping[str, str]:
    return {part.name: part.when for part in parts if part.when is not None}


def types_of(fields: Iterable[Field], catalog: Catalog) -> dict[str, DataType]:
    return {field.name: catalog.elements[field.element].type for field in fields}


def row_types(
    case_type: CaseType, group: Group, catalog: Catalog
) -> dict[str, DataType]:
    form = types_of(case_type.fields, catalog)
    return form | types_of(group.fields, catalog)
