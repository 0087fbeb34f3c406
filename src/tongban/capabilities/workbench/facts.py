"""What an applicant declared, as an official reads it: names for codes, whose it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.kernel.case.declaration import CaseType, Field, Group
from tongban.kernel.case.model import Case
from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.terms import Text
from tongban.words.values import readable


@dataclass(frozen=True, slots=True)
class Fact:
    """One field of a case.

    ``value`` is a text with its name in both languages, a day, or what was typed;
    ``provider`` whose record it is, None for the applicant's own word. When the
    applicant disputes the record, ``reason`` says why and ``known`` what it held.
    """

    title: Text
    value: Text | date | str
    provider: Text | None = None
    reason: str = ""
    known: Text | date | str = ""


def facts(kind: CaseType, case: Case, catalog: Catalog) -> list[Fact]:
    """The declared fields that the case has, in the order of the form."""
    return [
        _fact(field, case.data[field.name], case.sources.get(field.name), catalog)
        for field in kind.fields
        if case.data.get(field.name) not in (None, "")
    ]


@dataclass(frozen=True, slots=True)
class Listing:
    """A repeated group of a case: headings, and a cell for each in every row."""

    title: Text
    headings: tuple[Text, ...]
    rows: tuple[tuple[Text | date | str, ...], ...]


def listings(kind: CaseType, case: Case, catalog: Catalog) -> list[Listing]:
    """The repeated groups that the case has, in the order of the form."""
    return [
        Listing(
            group.title,
            tuple(field.title for field in group.fields),
            tuple(_cells(group, row, catalog) for row in case.data[group.name]),
        )
        for group in kind.groups
        if case.data.get(group.name)
    ]


def _cells(
    group: Group, row: Mapping[str, Any], catalog: Catalog
) -> tuple[Text | date | str, ...]:
    return tuple(
        readable(field, row[field.name], catalog) if field.name in row else ""
        for field in group.fields
    )


def _fact(
    field: Field, value: Any, source: Mapping[str, Any] | None, catalog: Catalog
) -> Fact:
    text = readable(field, value, catalog)
    if source is None:
        return Fact(field.title, text)
    body = catalog.organizations.get(source.get("provider", ""))
    reason = source.get("reason", "")
    return Fact(
        title=field.title,
        value=text,
        provider=(body.short or body.title) if body else None,
        reason=reason,
        known=readable(field, source["known"], catalog) if reason else "",
    )
