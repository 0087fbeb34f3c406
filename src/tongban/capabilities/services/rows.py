"""The rows of a repeated group: judged one by one, kept as a list of mappings.

A row in which nothing is typed says nothing: it is neither judged nor kept.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tongban.capabilities.services.judging import judge, missing
from tongban.capabilities.services.parts import Cells
from tongban.capabilities.services.record import Problem, Rows
from tongban.capabilities.services.values import element_of, kept, meant, typed
from tongban.kernel.case.declaration import Field, Group
from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.terms import Text


def cell(group: str, row: int, field: str) -> str:
    """The name of one cell; rows are counted from 0."""
    return f"{group}.{row}.{field}"


def padded(group: Group, rows: Rows) -> Rows:
    """The rows on the page: those typed, and as many as the form insists on."""
    return (*rows, *({} for _ in range(group.least - len(rows))))


def problems(
    group: Group, cells: Cells, rows: Rows, catalog: Catalog
) -> Iterator[Problem]:
    """What is wrong with the group: too few or many rows, cells, rows said twice."""
    said = [place for place, row in enumerate(rows) if any(row.values())]
    if len(said) < group.least:
        yield missing(group.name, group.title, "rows", count=group.least)
    if len(said) > group.most:
        yield missing(group.name, group.title, "fewer-rows", count=group.most)
    first: dict[tuple[str, ...], int] = {}
    for place in said:
        yield from _of_row(group, place, cells[place], rows[place], catalog)
        key = _key(group, rows[place], catalog)
        if key and first.setdefault(key, place) != place:
            where = cell(group.name, place, group.unique[0])
            title = _named(group, place, _field(group, group.unique[0]))
            yield missing(where, title, "row-twice", row=first[key] + 1)


def _of_row(
    group: Group,
    place: int,
    fields: Sequence[Field],
    row: Mapping[str, str],
    catalog: Catalog,
) -> Iterator[Problem]:
    for field in fields:
        title = _named(group, place, field)
        named = replace(field, title=title)
        for problem in judge(named, row.get(field.name, ""), catalog):
            yield replace(problem, where=cell(group.name, place, field.name))


def _named(group: Group, place: int, field: Field) -> Text:
    """A cell as people find it: the kind of thing, its number, the field."""
    number = place + 1
    return Text(
        f"{group.one.zh}{number}·{field.title.zh}",
        f"{group.one.get('en')} {number}: {field.title.get('en')}",
    )


def _key(group: Group, row: Mapping[str, str], catalog: Catalog) -> tuple[str, ...]:
    """What tells the row apart, () while any of it is missing."""
    fields = [_field(group, name) for name in group.unique]
    key = tuple(meant(element_of(f, catalog), row.get(f.name, "")) for f in fields)
    return key if all(key) else ()


def _field(group: Group, name: str) -> Field:
    return next(field for field in group.fields if field.name == name)


def data(cells: Cells, rows: Rows, catalog: Catalog) -> list[dict[str, Any]]:
    """The rows that say anything, a value for each cell that has one."""
    return [
        {
            field.name: kept(element_of(field, catalog), text)
            for field in fields
            if (text := meant(element_of(field, catalog), row.get(field.name, "")))
        }
        for fields, row in zip(cells, rows, strict=False)  # the last are only shown
        if any(row.values())
    ]


def as_typed(group: Group, catalog: Catalog, held: Sequence[Mapping[str, Any]]) -> Rows:
    """The rows that a case holds, as the person would type them again."""
    return tuple(
        {
            field.name: typed(element_of(field, catalog), row[field.name])
            for field in group.fields
            if field.name in row
        }
        for row in held
    )
