"""What an applicant declared, as an official reads it: names for codes, whose it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.kernel.case.declaration import CaseType, Field, Group
from tongban.kernel.case.model import Case, Outcome
from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.terms import Text
from tongban.words.values import readable


@dataclass(frozen=True, slots=True)
class Fact:
    """One field of a case.

    ``value`` is a text with its name in both languages, a day, or what was typed;
    ``provider`` whose record it is, None for the applicant's own word. When the
    applicant disputes the record, ``reason`` says why and ``known`` what it held;
    ``correction`` is the case in which its provider verifies it, ``corrected`` how
    that ended. What was typed by hand because a source was ``down`` names whose.
    """

    title: Text
    value: Text | date | str
    provider: Text | None = None
    reason: str = ""
    known: Text | date | str = ""
    correction: str = ""
    corrected: Outcome | None = None
    down: Text | None = None


def facts(kind: CaseType, case: Case, catalog: Catalog) -> list[Fact]:
    """The declared fields that the case has, in the order of the form."""
    return [
        _fact(field, case, catalog)
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


def _fact(field: Field, case: Case, catalog: Catalog) -> Fact:
    source = case.sources.get(field.name, {})
    text = readable(field, case.data[field.name], catalog)
    reason, number = source.get("reason", ""), source.get("correction", "")
    return Fact(
        title=field.title,
        value=text,
        provider=_short(source.get("provider", ""), catalog),
        reason=reason,
        known=readable(field, source["known"], catalog) if reason else "",
        correction=number,
        corrected=case.told.get(number),
        down=_short(source.get("down", ""), catalog),
    )


def _short(organization: str, catalog: Catalog) -> Text | None:
    body = catalog.organizations.get(organization)
    return (body.short or body.title) if body else None
