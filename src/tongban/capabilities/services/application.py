"""What an application says, and what it still lacks.

The value of a field is, in this order: what the person says in place of a known
value, the known value, what the person answered.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from tongban.capabilities.services.papers import Needs
from tongban.capabilities.services.record import Entries, Known, Prefilled, Problem
from tongban.capabilities.services.values import (
    choices_of,
    element_of,
    kept,
    meant,
    refuse_wrong,
    typed,
)
from tongban.kernel.case.declaration import Field
from tongban.kernel.case.item import Material
from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.checks import InvalidValue
from tongban.kernel.terms import Text
from tongban.words.catalogue import words


REASON = "reason:"


def problems(
    fields: Iterable[Field],
    needs: Needs,
    catalog: Catalog,
    prefilled: Prefilled,
    entries: Entries,
) -> tuple[Problem, ...]:
    """All that keeps the application from being sent, in the order of the form."""
    return (
        *(
            problem
            for field in fields
            for problem in _of_field(field, catalog, prefilled, entries)
        ),
        *(
            _missing(material.name, material.title, "paper")
            for material in needs.uploads
            if material.required and material.name not in entries.files
        ),
    )


def _of_field(
    field: Field, catalog: Catalog, prefilled: Prefilled, entries: Entries
) -> Iterator[Problem]:
    correction = entries.corrections.get(field.name)
    if correction is not None:
        yield from _of_text(field, correction.value, catalog)
        if not correction.reason.strip():
            yield _missing(REASON + field.name, field.title, "reason")
    elif field.name not in prefilled.values:
        yield from _of_text(field, entries.answers.get(field.name, ""), catalog)


def _of_text(field: Field, given: str, catalog: Catalog) -> Iterator[Problem]:
    text = meant(element_of(field, catalog), given)
    if not text:
        if field.required:
            kind = "choice" if choices_of(field, catalog) else "field"
            yield _missing(field.name, field.title, kind)
        return
    try:
        refuse_wrong(field, text, catalog)
    except InvalidValue as invalid:
        facts = {name: str(fact) for name, fact in invalid.facts.items()}
        yield Problem(
            field.name,
            Text(facts["what_zh"], facts["what_en"]),
            Text(facts["mend_zh"], facts["mend_en"]),
            field.title,
        )


def _missing(where: str, title: Text, kind: str) -> Problem:
    what, mend = (
        words()[f"services.missing.{kind}.{part}"] for part in ("what", "mend")
    )
    return Problem(
        where,
        Text(what.zh.format(title=title.zh), what.en.format(title=title.get("en"))),
        mend,
    )


def data(
    fields: Iterable[Field], catalog: Catalog, prefilled: Prefilled, entries: Entries
) -> dict[str, Any]:
    """The case's data: a value for each field that has one, JSON by its type."""
    return {
        field.name: kept(element_of(field, catalog), text)
        for field in fields
        if (text := _final(field, catalog, prefilled, entries))
    }


def _final(
    field: Field, catalog: Catalog, prefilled: Prefilled, entries: Entries
) -> str:
    element = element_of(field, catalog)
    if correction := entries.corrections.get(field.name):
        return meant(element, correction.value)
    if known := prefilled.values.get(field.name):
        return known.value
    return meant(element, entries.answers.get(field.name, ""))


def sources(prefilled: Prefilled, entries: Entries) -> dict[str, dict[str, Any]]:
    """Whose each value was; a declared correction says what the register held."""
    return {
        name: _source(known, name, entries) for name, known in prefilled.values.items()
    }


def _source(known: Known, name: str, entries: Entries) -> dict[str, Any]:
    source = {**asdict(known), "as_of": known.as_of.isoformat()}
    said = source.pop("value")
    if correction := entries.corrections.get(name):
        return {**source, "known": said, "reason": correction.reason.strip()}
    return source


def materials(needs: Iterable[Material], entries: Entries) -> Mapping[str, str]:
    """The papers given, by the name of the material they are."""
    return {
        material.name: entries.files[material.name].ref
        for material in needs
        if material.name in entries.files
    }


def as_typed(
    fields: Iterable[Field], catalog: Catalog, held: Mapping[str, Any]
) -> dict[str, str]:
    """What the case holds of ``fields``, as the person would type it again."""
    return {
        field.name: typed(element_of(field, catalog), held[field.name])
        for field in fields
        if field.name in held
    }
