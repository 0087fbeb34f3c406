"""Finds and formats sentences.

Words are declared like everything a jurisdiction declares: ``{zh: …, en: …}``
under a key, in a ``words.yaml`` beside the templates that use them. Errors need
keyed sentences with facts anyway (a `UserError` carries a code and facts), so one
mechanism serves both; docs/adr/0004 argues it against gettext.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import get_language

from tongban.kernel.terms import Text, UserError


ROOT = Path(str(files("tongban")))


@cache
def words() -> Mapping[str, Text]:
    """Every key of every ``words.yaml`` of the product; a key declared twice fails."""
    found: dict[str, Text] = {}
    for path in sorted(ROOT.rglob("words.yaml")):
        declared = yaml.load(path.read_text("utf-8"), _Once) or {}  # nosec B506
        for key, text in _flatten(declared):
            if key in found:
                raise KeyError(f"{path.relative_to(ROOT)}: {key!r} is declared twice")
            found[key] = text
    return found


class _Once(yaml.SafeLoader):
    """Refuses a key that stands twice, of which the plain loader keeps the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> Any:
        names = [key.value for key, _ in node.value]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise KeyError(f"{sorted(twice)} declared twice near {node.start_mark}")
        return super().construct_mapping(node, deep)


def _flatten(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Text]]:
    for name, value in tree.items():
        key = f"{prefix}{name}"
        if isinstance(value, Mapping) and set(value) == {"zh", "en"}:
            yield key, Text(str(value["zh"]), str(value["en"]))
        else:
            yield from _flatten(value, f"{key}.")


def say(key: str, /, **facts: object) -> str:
    """The sentence called ``key`` in the reader's language with its ``facts``."""
    return template_of(key).format(**facts)


def template_of(key: str) -> str:
    """The sentence called ``key`` in the reader's language, its facts still open."""
    return words()[key].get(language())


def language() -> str:
    """The reader's language: ``zh-hans`` or ``en``."""
    return get_language() or "zh-hans"


class _Facts(dict[str, object]):
    """An error raised without one of its facts must still be shown."""

    def __missing__(self, name: str) -> str:
        return "…"


def sentences(error: UserError) -> dict[str, str]:
    """``what``, ``why`` and ``mend`` of an error in the reader's language.

    The words of ``errors.<code>`` come first; an error whose code has none shows
    its own English text, which is right for developers of packs and for them only.
    """
    parts = {"what": error.what, "why": error.why or "", "mend": error.mend or ""}
    for part in parts:
        declared = words().get(f"errors.{error.code}.{part}")
        if declared is not None:
            parts[part] = declared.get(language()).format_map(_Facts(error.facts))
    return parts
