"""What comes of reading declarations: records, the names they use, the problems."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tongban.pack.problems import Mark, Problems
from tongban.pack.yaml_source import Entries, Many, Node


class _Invalid:
    """Stands for a value that was refused, so that the rest can still be read."""


INVALID = _Invalid()


@dataclass(frozen=True, slots=True)
class Reference:
    """A name of something declared elsewhere, and where it is used."""

    to: str
    code: str
    mark: Mark


@dataclass(slots=True)
class Reading:
    """What one pass over the declarations collects."""

    languages: tuple[str, ...]
    problems: Problems = field(default_factory=Problems)
    references: list[Reference] = field(default_factory=list)

    @property
    def needs_english(self) -> bool:
        return any(language.startswith("en") for language in self.languages)


@dataclass(frozen=True, slots=True)
class Record(Mapping[str, Any]):
    """A decoded mapping: plain values by key, defaults filled in, places kept."""

    node: Entries
    decoded: Mapping[str, Any]

    def __getitem__(self, key: str) -> Any:
        return self.decoded[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.decoded)

    def __len__(self) -> int:
        return len(self.decoded)

    def at(self, *path: str | int) -> Mark:
        """The place of the value at ``path``, or of the nearest thing around it."""
        node: Node = self.node
        for step in path:
            if isinstance(node, Entries) and step in node.values:
                node = node.values[str(step)]
            elif isinstance(node, Many) and isinstance(step, int):
                node = node.items[step]
            else:
                break
        return node.mark
