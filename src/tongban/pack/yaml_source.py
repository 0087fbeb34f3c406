"""YAML as a tree whose every value knows its place; strict on purpose.

YAML has several ways to say more than its reader sees. A pack is law for a city,
so we keep the part that reads as it is written: mappings, lists, and plain values
that are whole numbers, decimals, true/false, null or a day (2026-03-05). ``yes``,
``no``, ``on`` and ``off`` are texts. Duplicate keys, anchors, aliases, merge keys
and tags are refused, files are bounded in size and depth.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from tongban.pack.problems import Mark, PackProblem


MOST_BYTES = 2 * 1024 * 1024
MOST_DEPTH = 32

# libyaml when PyYAML was built with it: ten times the speed, the same events.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A single value: str, int, Decimal, bool, date or None."""

    mark: Mark
    value: Any


@dataclass(frozen=True, slots=True)
class Many:
    """A list."""

    mark: Mark
    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Entries:
    """A mapping; ``marks`` are the places of its keys."""

    mark: Mark
    values: Mapping[str, "Node"]
    marks: Mapping[str, Mark]


Node = Leaf | Many | Entries


def plain(node: Node) -> Any:
    """The node as JSON values; days and decimals as text."""
    if isinstance(node, Entries):
        return {key: plain(value) for key, value in node.values.items()}
    if isinstance(node, Many):
        return [plain(item) for item in node.items]
    if isinstance(node.value, date | Decimal):
        return str(node.value)
    return node.value


def read(path: Path, shown: Path | None = None) -> Node:
    """The one document of a YAML file; PackProblem says where it is not one.

    ``shown`` is the name that marks carry, the path itself by default.
    """
    whole = Mark.of(shown or path)
    return parse(_text(path, whole), whole.file)


def _text(path: Path, whole: Mark) -> str:
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= MOST_BYTES else b""
    except OSError as error:
        raise PackProblem(
            "unreadable",
            whole,
            f"this file cannot be read: {error.strerror}",
            mend="check that it exists and may be read",
        ) from error
    if size > MOST_BYTES:
        raise PackProblem(
            "too-large",
            whole,
            f"this file has {size:,} bytes, {MOST_BYTES:,} are allowed",
            why="declarations are read by people; data do not belong in a pack",
            mend="split the file; a long code set can be a CSV file",
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PackProblem(
            "not-utf8",
            Mark(whole.file, line),
            "this file is not UTF-8",
            why="Chinese text in GBK and the like cannot be told from noise",
            mend="save it as UTF-8 in the editor",
        ) from error


def parse(text: str, file: str) -> Node:
    """The one document in ``text``; ``file`` is the name that marks carry."""
    events = yaml.parse(text, Loader=_LOADER)
    try:
        return _Composer(file).document(events)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Mark(file, mark.line + 1, mark.column + 1) if mark else Mark(file)
        raise _syntax(place, error.problem or "unreadable") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise _syntax(Mark(file, line), error.reason) from error


def _syntax(mark: Mark, reason: str) -> PackProblem:
    return PackProblem(
        "yaml-syntax",
        mark,
        f"this is not YAML: {reason}",
        mend="look at the line above too: indentation, a missing space after a "
        "colon, or a quote left open; quote texts that contain ': ' or ' #'",
    )


class _Composer:
    """Builds the tree from PyYAML's events, which still know quotes and anchors."""

    def __init__(self, file: str) -> None:
        self.file = file

    def mark(self, event: yaml.Event) -> Mark:
        start = event.start_mark
        assert start is not None, "events that were parsed have a place"
        return Mark(self.file, start.line + 1, start.column + 1)

    def document(self, events: Iterator[yaml.Event]) -> Node:
        next(events)  # start of the stream
        if isinstance(next(events), yaml.StreamEndEvent):
            return Many(Mark(self.file), ())
        root = self.node(next(events), events, 0)
        next(events)  # end of the document
        more = next(events)
        if not isinstance(more, yaml.StreamEndEvent):
            raise PackProblem(
                "second-document",
                self.mark(more),
                "a second document starts here",
                why="a file is one list of declarations",
                mend="remove the line '---' or move what follows to its own file",
            )
        return root

    def node(self, event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Node:
        self.refuse_indirection(event)
        if depth > MOST_DEPTH:
            raise PackProblem(
                "too-deep",
                self.mark(event),
                f"values are nested more than {MOST_DEPTH} deep",
                mend="no declaration needs this; look for a bracket left open",
            )
        if isinstance(event, yaml.ScalarEvent):
            quoted = event.style in ("'", '"', "|", ">")
            value = event.value if quoted else plain_value(event.value)
            return Leaf(self.mark(event), value)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.many(event, events, depth)
        return self.entries(event, events, depth)

    def many(self, start: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Many:
        items = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(self.node(event, events, depth + 1))
        return Many(self.mark(start), tuple(items))

    def entries(
        self, start: yaml.Event, events: Iterator[yaml.Event], depth: int
    ) -> Entries:
        values: dict[str, Node] = {}
        marks: dict[str, Mark] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = self.key(event)
            if key in marks:
                raise PackProblem(
                    "duplicate-key",
                    self.mark(event),
                    f"the key {key!r} is given twice",
                    why=f"the first is at {marks[key]}; only one could count",
                    mend="remove one of them",
                )
            marks[key] = self.mark(event)
            values[key] = self.node(next(events), events, depth + 1)
        return Entries(self.mark(start), values, marks)

    def key(self, event: yaml.Event) -> str:
        self.refuse_indirection(event)
        if not isinstance(event, yaml.ScalarEvent):
            raise PackProblem(
                "wrong-key",
                self.mark(event),
                "a key must be a single word",
                mend="quote a text that starts with '[' or '{'",
            )
        return str(event.value)

    def refuse_indirection(self, event: yaml.Event) -> None:
        anchor = getattr(event, "anchor", None)
        tag = getattr(event, "tag", None)
        if anchor is not None:
            raise PackProblem(
                "alias",
                self.mark(event),
                f"anchors and aliases (&{anchor}, *{anchor}) are not taken",
                why="a declaration must be readable where it stands",
                mend="write the value out, or quote a text that starts with & or *",
            )
        if tag is not None:
            raise PackProblem(
                "tag",
                self.mark(event),
                f"tags ({tag}) are not taken",
                why="the schema decides the type of a value, not the file",
                mend="remove the tag, or quote a text that starts with '!'",
            )


_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,17})\.[0-9]{1,9}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WORDS: Mapping[str, bool | None] = {
    "true": True,
    "false": False,
    "null": None,
    "~": None,
    "": None,
}


def plain_value(text: str) -> Any:
    """What an unquoted YAML value means here; text that means nothing else is text.

    A day that does not exist (2026-02-30) stays text, so that the schema can say
    that a day was wanted.
    """
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return Decimal(text)
    if _DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text
