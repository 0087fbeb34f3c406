"""Two devices write one draft: what each of them says, part by part."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongban.capabilities.services.record import Draft, Entries, Place
from tongban.capabilities.services.values import element_of, meant, shown
from tongban.kernel.case.declaration import CaseType, Field
from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.terms import Text


@dataclass(frozen=True, slots=True)
class Difference:
    """A part that the devices say otherwise; texts are empty where nothing is said."""

    title: Text
    theirs: Text
    ours: Text


@dataclass(frozen=True, slots=True)
class Crossing:
    """On which kind of device it was changed, when, and what differs."""

    device: str
    at: datetime
    differing: tuple[Difference, ...]


def crosses(data: Mapping[str, Any], typed: Mapping[str, Any], place: Place) -> bool:
    """Whether another browser wrote something else that this one has not seen."""
    unseen = data.get("revision", 0) > place.seen
    other = data.get("browser") != place.browser
    return unseen and other and any(data.get(name) != typed[name] for name in typed)


def differences(
    form: CaseType, catalog: Catalog, theirs: Draft, ours: Entries
) -> tuple[Difference, ...]:
    """The parts that ``theirs``, as kept, and ``ours``, as typed, say otherwise."""
    return tuple(_differences(form, catalog, theirs.entries, ours))


def _differences(
    form: CaseType, catalog: Catalog, theirs: Entries, ours: Entries
) -> Iterator[Difference]:
    for field in form.fields:
        pair = [_said(field, each, catalog) for each in (theirs, ours)]
        if pair[0] != pair[1]:
            yield Difference(field.title, *pair)
    for group in form.groups:
        lists = [each.rows.get(group.name, ()) for each in (theirs, ours)]
        if lists[0] != lists[1]:
            told = (Text(f"{len(rows)} 项", f"{len(rows)} rows") for rows in lists)
            yield Difference(group.title, *told)


def _said(field: Field, entries: Entries, catalog: Catalog) -> Text:
    correction = entries.corrections.get(field.name)
    typed = correction.value if correction else entries.answers.get(field.name, "")
    text = meant(element_of(field, catalog), typed)
    return shown(field, text, catalog) if text else Text("", "")
