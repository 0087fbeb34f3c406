"""What a rule looked at, in words: each condition with the values it saw."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.model import DataType
from tongban.kernel.terms import Text
from tongban.words.catalogue import language, say
from tongban.words.templatetags.words import day


Condition = Mapping[str, Any]


def in_words(explanation: Iterable[Condition], catalog: Catalog) -> list[Condition]:
    """The conditions of a decision as ``components/explanation.html`` shows them.

    A condition that only asks whether there is a record did not see its contents:
    it is told as "on record" or not, by the titles of the registers it asked.
    """
    return [
        {
            **condition,
            "values": [_value(value, catalog) for value in condition.get("values", ())],
            "parts": in_words(condition.get("parts", ()), catalog),
        }
        for condition in explanation
    ]


def met(explanation: Iterable[Condition]) -> int:
    """How many conditions are true."""
    return sum(condition["truth"] is True for condition in explanation)


def _value(value: Mapping[str, Any], catalog: Catalog) -> dict[str, Any]:
    items = [each.rpartition(".") for each in value["item"].split(", ") if each]
    datasets = list(dict.fromkeys(dataset for dataset, _, _ in items))
    seen = value["value"]
    asked_only = isinstance(seen, bool) and not _is_boolean(items, catalog)
    titles = [catalog.dataset(dataset).title for dataset in datasets]
    providers = dict.fromkeys(catalog.provider(dataset).title for dataset in datasets)
    return {
        "item": value["item"],
        "title": _listed(titles) if asked_only else _read(value["title"]),
        "value": _told(seen, asked_only),
        "provider": _listed(providers),
        "masked": value.get("masked", False),
        "versions": value.get("versions", {}),
    }


def _is_boolean(items: list[tuple[str, str, str]], catalog: Catalog) -> bool:
    if len(items) != 1:
        return False
    ((dataset, _, name),) = items
    return catalog.item(dataset, name).type is DataType.BOOLEAN


def _told(seen: Any, asked_only: bool) -> Any:
    if isinstance(seen, bool):
        kind = "record" if asked_only else "answer"
        return say(f"services.seen.{kind}.{'yes' if seen else 'no'}")
    if isinstance(seen, str) and _is_day(seen):
        return day(date.fromisoformat(seen))
    return seen


def _is_day(text: str) -> bool:
    return len(text) == len("2026-11-23") and text[4] == text[7] == "-"


def _read(title: Mapping[str, str]) -> str:
    return title["en" if language().startswith("en") else "zh"]


def _listed(texts: Iterable[Text]) -> str:
    separator = ", " if language().startswith("en") else "、"
    return separator.join(text.get(language()) for text in texts)
