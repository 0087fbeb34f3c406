"""The words with which a kind of declaration is described, and their one reader.

A kind of declaration is a table of keys, each with the type of its value::

    DUTY = Table({
        "title": Key(WORDS, label="名称"),
        "organization": Key(Ref("organization"), label="责任部门"),
    })

`Table.decode` turns a YAML node into a `Record` of plain values and notes each
mistake with its place. `Ref` notes the reference; whether its target exists is
asked once all files are read.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from tongban.kernel.terms import Text, did_you_mean
from tongban.pack.record import INVALID, Reading, Record, Reference
from tongban.pack.yaml_source import Entries, Leaf, Many, Node


class Type(Protocol):
    """What every type of value can do: read a node, noting what is wrong with it."""

    def decode(self, node: Node, reading: Reading) -> Any:
        """The plain value, or `INVALID` after the problems were noted."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a table.

    ``label`` is what the thing is called in Chinese catalogues and forms, ``why``
    the reason it is mandatory (a legal article where there is one), ``rule`` the
    name of the problem when it is missing.
    """

    type: Type
    required: bool = True
    default: Any = None
    label: str = ""
    why: str = ""
    rule: str = "missing-key"


def optional(type_: Type, default: Any = None, label: str = "") -> Key:
    """A key that may be left out."""
    return Key(type_, required=False, default=default, label=label)


def _refuse(
    reading: Reading, rule: str, node: Node, what: str, *, why: str = "", mend: str = ""
) -> Any:
    reading.problems.add(rule, node.mark, what, why=why, mend=mend)
    return INVALID


def _shown(node: Node) -> str:
    if isinstance(node, Entries):
        return "a mapping"
    if isinstance(node, Many):
        return "a list"
    if node.value is None:
        return "nothing"
    if isinstance(node.value, bool):
        return str(node.value).lower()
    if isinstance(node.value, str):
        return f"the text {node.value[:40]!r}"
    if isinstance(node.value, date):
        return f"the day {node.value}"
    return f"the number {node.value}"


@dataclass(frozen=True, slots=True)
class Plain:
    """A value of one Python type; ``name`` is what people call it."""

    name: str
    python: type
    mend: str
    least: int = 0

    def decode(self, node: Node, reading: Reading) -> Any:
        value: Any = node.value if isinstance(node, Leaf) else None
        # bool is an int for Python, but not for a person who wants a number.
        if type(value) is not self.python:
            wants_quotes = self.python is str and value is not None
            return _refuse(
                reading,
                "wrong-type",
                node,
                f"{self.name} is wanted here, this is {_shown(node)}",
                mend="put it in quotes to make it text" if wants_quotes else self.mend,
            )
        if isinstance(value, str):
            return value.strip() or _refuse(
                reading, "empty-text", node, "this text is empty", mend="say it"
            )
        if isinstance(value, int) and value < self.least:
            return _refuse(
                reading,
                "out-of-range",
                node,
                f"{value} is too small",
                mend=f"give {self.least} or more",
            )
        return value


TEXT = Plain("a text", str, "write a text")
WHOLE = Plain("a whole number", int, "write digits without quotes")
POSITIVE = Plain("a whole number", int, "write digits without quotes", least=1)
YES_NO = Plain("true or false", bool, "write true or false without quotes")
DAY = Plain("a day", date, "write year-month-day without quotes, as 2026-03-05")


@dataclass(frozen=True, slots=True)
class Number:
    """A number greater than zero, whole or not; decoded into a Decimal."""

    def decode(self, node: Node, reading: Reading) -> Any:
        value = node.value if isinstance(node, Leaf) else None
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            return _refuse(
                reading,
                "wrong-type",
                node,
                f"a number is wanted here, this is {_shown(node)}",
                mend="write digits without quotes",
            )
        if value > 0:
            return Decimal(value)
        return _refuse(
            reading, "out-of-range", node, f"{value} is too small", mend="give more"
        )


NUMBER = Number()


@dataclass(frozen=True, slots=True)
class Name:
    """A text of a fixed shape, such as a code."""

    what: str
    pattern: str
    example: str

    def decode(self, node: Node, reading: Reading) -> Any:
        value = TEXT.decode(node, reading)
        if value is INVALID or re.fullmatch(self.pattern, value):
            return value
        return _refuse(
            reading,
            "wrong-form",
            node,
            f"{value!r} is not {self.what}",
            mend=f"write it like {self.example}",
        )


CODE = Name(
    "a code: small letters, digits and '_', parts joined by '.' or '-'",
    r"[a-z][a-z0-9_]*([.-][a-z0-9_]+)*",
    "market-regulation",
)
DATASET_CODE = Name(
    "a dataset's code: two names joined by one dot, since they are schema and table",
    r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*",
    "market.licence",
)
COLUMN = Name(
    "a name for SQL: small letters, digits and '_'",
    r"[a-z][a-z0-9_]{0,62}",
    "birth_date",
)
DIVISION = Name("a division code of six digits", r"[0-9]{6}", '"990100"')


@dataclass(frozen=True, slots=True)
class Anything:
    """A value whose type something else decides, such as a cell of a dataset."""

    def decode(self, node: Node, reading: Reading) -> Any:
        if isinstance(node, Leaf):
            return node.value
        return _refuse(
            reading,
            "wrong-type",
            node,
            f"a single value is wanted here, this is {_shown(node)}",
            mend="write one value",
        )


@dataclass(frozen=True, slots=True)
class Ref:
    """The code of something declared elsewhere; ``to`` names its kind."""

    to: str

    def decode(self, node: Node, reading: Reading) -> Any:
        value = TEXT.decode(node, reading)
        if value is not INVALID:
            reading.references.append(Reference(self.to, value, node.mark))
        return value


@dataclass(frozen=True, slots=True)
class Choice:
    """One word of an enumeration; decoded into its member."""

    words: type[StrEnum]

    def decode(self, node: Node, reading: Reading) -> Any:
        value = TEXT.decode(node, reading)
        known = [word.value for word in self.words]
        if value is INVALID or value in known:
            return value if value is INVALID else self.words(value)
        return _refuse(
            reading,
            "unknown-word",
            node,
            f"{value!r} is not one of the words allowed here",
            mend=did_you_mean(value, known),
        )


@dataclass(frozen=True, slots=True)
class Words:
    """A text people read, in the jurisdiction's languages: ``{zh: …, en: …}``."""

    def decode(self, node: Node, reading: Reading) -> Any:
        if isinstance(node, Leaf):
            return _refuse(
                reading,
                "wrong-type",
                node,
                f"a text in each language is wanted here, this is {_shown(node)}",
                mend="write {zh: 中文, en: English}",
            )
        record = _LANGUAGES[reading.needs_english].decode(node, reading)
        return record if record is INVALID else Text(record["zh"], record["en"])


WORDS = Words()


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of values of one type; decoded into a tuple."""

    type: Type
    least: int = 0

    def decode(self, node: Node, reading: Reading) -> Any:
        if not isinstance(node, Many):
            return _refuse(
                reading,
                "wrong-type",
                node,
                f"a list is wanted here, this is {_shown(node)}",
                mend="start each element with '- ', or write [a, b]",
            )
        if len(node.items) < self.least:
            return _refuse(
                reading,
                "empty-list",
                node,
                f"at least {self.least} is wanted in this list",
                mend="add it",
            )
        values = tuple(self.type.decode(item, reading) for item in node.items)
        return INVALID if INVALID in values else values


@dataclass(frozen=True, slots=True)
class MapOf:
    """A mapping from names of the author's choice to values of one type."""

    type: Type
    keys: Name | None = None

    def decode(self, node: Node, reading: Reading) -> Any:
        if not isinstance(node, Entries):
            return _refuse(
                reading,
                "wrong-type",
                node,
                f"a mapping is wanted here, this is {_shown(node)}",
                mend="write 'name: value' pairs",
            )
        values: dict[str, Any] = {}
        for key, inner in node.values.items():
            if self.keys:
                self.keys.decode(Leaf(node.marks[key], key), reading)
            values[key] = self.type.decode(inner, reading)
        return INVALID if INVALID in values.values() else values


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping with declared keys; of ``one_of`` exactly one must be given."""

    keys: Mapping[str, Key]
    one_of: Sequence[str] = ()

    def decode(self, node: Node, reading: Reading) -> Any:
        if not isinstance(node, Entries):
            return _refuse(
                reading,
                "wrong-type",
                node,
                f"a mapping is wanted here, this is {_shown(node)}",
                mend=f"write it with the keys {', '.join(self.keys)}",
            )
        sound = all([self._known(node, reading), self._alternatives(node, reading)])
        values = {
            name: self._value(name, key, node, reading)
            for name, key in self.keys.items()
        }
        broken = INVALID in values.values()
        return Record(node, values) if sound and not broken else INVALID

    def _known(self, node: Entries, reading: Reading) -> bool:
        unknown = [key for key in node.values if key not in self.keys]
        for key in unknown:
            # {zh: 一,二} is two keys to YAML, and the second has no value.
            cut_off = _is_absent(node, key)
            reading.problems.add(
                "unknown-key",
                node.marks[key],
                f"there is no key {key!r} here",
                why="a key nobody reads would be a rule nobody follows",
                mend="quote the text before it if its comma belongs to it"
                if cut_off
                else did_you_mean(key, self.keys),
            )
        return not unknown

    def _alternatives(self, node: Entries, reading: Reading) -> bool:
        given = [key for key in self.one_of if not _is_absent(node, key)]
        if not self.one_of or len(given) == 1:
            return True
        said = f"this has {' and '.join(given)}" if given else "this has none of them"
        reading.problems.add(
            "one-of",
            node.mark,
            f"exactly one of {', '.join(self.one_of)} is wanted; {said}",
            mend="keep the one that is meant",
        )
        return False

    def _value(self, name: str, key: Key, node: Entries, reading: Reading) -> Any:
        if not _is_absent(node, name):
            return key.type.decode(node.values[name], reading)
        if not key.required:
            return key.default
        label = f" ({key.label})" if key.label else ""
        reading.problems.add(
            key.rule,
            node.mark,
            f"the key {name!r}{label} is missing",
            why=key.why,
            mend=f"add '{name}: …'",
        )
        return INVALID


def _is_absent(node: Entries, key: str) -> bool:
    inner = node.values.get(key)
    return inner is None or (isinstance(inner, Leaf) and inner.value is None)


# By whether the jurisdiction needs English.
_LANGUAGES = {
    needed: Table(
        {
            "zh": Key(TEXT, rule="missing-language", why="people read it"),
            "en": Key(
                TEXT,
                required=needed,
                default="",
                rule="missing-language",
                why="the pack names English among its languages",
            ),
        }
    )
    for needed in (False, True)
}
