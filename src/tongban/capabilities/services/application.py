"""What an application says, and what it still lacks.

The value of a field is, in this order: what the person says in place of a known
value, the known value, what the person answered.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from tongban.capabilities.services import rows
from tongban.capabilities.services.judging import judge, missing
from tongban.capabilities.services.papers import Needs
from tongban.capabilities.services.parts import Asked
from tongban.capabilities.services.record import (
    Entries,
    Known,
    Prefilled,
    Problem,
    Rows,
)
from tongban.capabilities.services.values import element_of, kept, meant, typed
from tongban.kernel.case.declaration import Field, Group
from tongban.kernel.case.item import Material
from tongban.kernel.catalog.catalog import Catalog


REASON = "reason:"


def problems(
    asked: Asked,
    needs: Needs,
    catalog: Catalog,
    prefilled: Prefilled,
    entries: Entries,
) -> tuple[Problem, ...]:
    """All that keeps the application from being sent, in the order of the form."""
    return (
        *(
            problem
            for field in asked.fields
            for problem in _of_field(field, catalog, prefilled, entries)
        ),
        *(
            problem
            for group in asked.groups
            for problem in rows.problems(
                group,
                asked.cells[group.name],
                entries.rows.get(group.name, ()),
                catalog,
            )
        ),
        *(
            missing(material.name, material.title, "paper")
            for material in needs.uploads
            if material.required and material.name not in entries.files
        ),
    )


def _of_field(
    field: Field, catalog: Catalog, prefilled: Prefilled, entries: Entries
) -> Iterator[Problem]:
    correction = entries.corrections.get(field.name)
    if correction is not None:
        yield from judge(field, correction.value, catalog)
        if not correction.reason.strip():
            yield missing(REASON + field.name, field.title, "reason")
    elif field.name not in prefilled.values:
        yield from judge(field, entries.answers.get(field.name, ""), catalog)


def values(
    fields: Iterable[Field], catalog: Catalog, prefilled: Prefilled, entries: Entries
) -> dict[str, str]:
    """What each field comes to, as the text that a form carries."""
    return {field.name: _final(field, catalog, prefilled, entries) for field in fields}


def data(
    asked: Asked, catalog: Catalog, prefilled: Prefilled, entries: Entries
) -> dict[str, Any]:
    """The case's data: a value for each part that has one, JSON by its type.

    A repeated group is a list of such mappings, one for each row that says anything.
    """
    of_fields = {
        field.name: kept(element_of(field, catalog), text)
        for field in asked.fields
        if (text := _final(field, catalog, prefilled, entries))
    }
    of_groups = {
        group.name: said
        for group in asked.groups
        if (
            said := rows.data(
                asked.cells[group.name], entries.rows.get(group.name, ()), catalog
            )
        )
    }
    return of_fields | of_groups


def _final(
    field: Field, catalog: Catalog, prefilled: Prefilled, entries: Entries
) -> str:
    element = element_of(field, catalog)
    if correction := entries.corrections.get(field.name):
        return meant(element, correction.value)
    if known := prefilled.values.get(field.name):
        return known.value
    return meant(element, entries.answers.get(field.name, ""))


def sources(
    asked: Asked, prefilled: Prefilled, entries: Entries
) -> dict[str, dict[str, Any]]:
    """Whose each value was; of a contested one what the register held and why, of one
    typed by hand whose source was ``down``.
    """
    known = {
        name: _source(known, name, entries)
        for name, known in prefilled.values.items()
        if name in asked.names
    }
    # Typed by hand because the source could not be read: whoever decides is told.
    down = {
        name: {"dataset": failure.dataset, "down": failure.provider}
        for failure in prefilled.failed
        for name in failure.fields
        if name in asked.names
    }
    return known | down


def _source(known: Known, name: str, entries: Entries) -> dict[str, Any]:
    source = {**asdict(known), "as_of": known.as_of.isoformat()}
    said = source.pop("value")
    if correction := entries.corrections.get(name):
        told = {"known": said, "reason": correction.reason.strip()}
        return {**source, **told, "correction": correction.case}
    return source


def materials(needs: Iterable[Material], entries: Entries) -> Mapping[str, str]:
    """The papers given, by the name of the material they are."""
    return {
        material.name: entries.files[material.name].ref
        for material in needs
        if material.name in entries.files
    }


def as_typed(
    parts: Iterable[Field | Group], catalog: Catalog, held: Mapping[str, Any]
) -> Entries:
    """What the case holds of ``parts``, as the person would type it again."""
    answers: dict[str, str] = {}
    lists: dict[str, Rows] = {}
    for part in parts:
        if part.name not in held:
            continue
        if isinstance(part, Group):
            lists[part.name] = rows.as_typed(part, catalog, held[part.name])
        else:
            answers[part.name] = typed(element_of(part, catalog), held[part.name])
    return Entries(answers, rows=lists)
