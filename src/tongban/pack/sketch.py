"""Catalogue entries drafted from what a source looks like, for an officer to finish.

A draft is YAML as pack.loader reads it. What only people know is the word TODO:
which organisation, by which duty, on which terms. What was recognised by content is
suggested with how many values said so; no value of a row is ever in a draft.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import yaml

from tongban.kernel.catalog.model import DataType, Element
from tongban.kernel.catalog.recognise import Recognition, is_day, recognise
from tongban.kernel.terms import SubjectKind


TODO = "TODO"
FEWEST_FOR_KEY = 20  # rows, below which a column without repetition is no key
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_STORED = re.compile(r"[^\W\d][\w$]*")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LENGTHS = (2, 10, 20, 50, 100, 200, 500, 1000, 4000)
# An integer of more digits is a code: no sum of it means anything.
_LONGEST_NUMBER = 12
_LEAST_PERSONAL = 2  # the grade of whatever is about a person
_SUBJECTS = {"id-number": SubjectKind.PERSON, "uscc": SubjectKind.ENTERPRISE}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a source: what is declared of it, and the cells of a sample."""

    name: str
    values: Sequence[str | None]
    type: DataType | None = None  # as the source declares it
    length: int | None = None
    comment: str = ""
    is_key: bool = False


@dataclass(frozen=True, slots=True)
class Surveyed:
    """One table, file or folder as it was found; ``rows`` is how many were read."""

    code: str  # suggested for the dataset: two names joined by a dot
    place: str  # what people call it
    source: Mapping[str, str]
    format: str
    columns: Sequence[Column]
    rows: int
    comment: str = ""
    notes: Sequence[str] = ()


@dataclass(slots=True)
class Sketch:
    """The text of a draft, and what is still to be filled in it, by key."""

    code: str
    text: str
    todo: list[str] = field(default_factory=list)


def sketch(found: Surveyed, elements: Mapping[str, Element], *, since: date) -> Sketch:
    """A draft of the dataset; ``elements`` are those the pack has already."""
    items = _items(found, elements)
    made = Sketch(found.code, "")
    lines = [
        f"# Drafted from {' '.join(found.place.split())}: {found.rows} rows were read,",
        "# none is in here.",
        "# Fill in each TODO; confirm grade, mask, personal and key of every item.",
        *(f"# {note}" for note in found.notes),
    ]
    for item in items:
        lines += item.declared(found.code)
    lines.append(f"- dataset: {found.code}")
    lines += [f"  {line}" for line in _head(found, items, since)]
    lines.append("  items:")
    lines += [f"    - {item.line(found.code)}" for item in items]
    made.text = "\n".join(lines) + "\n"
    made.todo = [
        line.strip() for line in lines if TODO in line and not line.startswith("#")
    ]
    return made


def _items(found: Surveyed, elements: Mapping[str, Element]) -> list["_Item"]:
    """The items; where one is a person's number, all of them are about a person."""
    items = [_Item.of(found, at, elements) for at in range(len(found.columns))]
    about = any(item.likeness == "id-number" for item in items)
    return [replace(item, about_person=about) for item in items]


def _head(found: Surveyed, items: Sequence["_Item"], since: date) -> Iterator[str]:
    title = {"zh": found.comment or TODO, "en": TODO}
    yield f"title: {_flow(title)}"
    yield f"provider: {TODO}  # the organisation whose duty it is"
    yield f"duty: {TODO}  # its power or duty (权责清单)"
    yield f"abstract: {_flow({'zh': TODO, 'en': TODO})}"
    yield f"category: {_category(items)}  # suggested"
    yield f"format: {found.format}"
    yield f"grade: {max(item.grade for item in items)}  # of its highest item"
    sharing = {"type": "conditional", "modes": ["服务接口"]}
    terms = {key: TODO for key in ("conditions", "scope", "use")}
    yield f"sharing: {_flow(sharing | terms)}"
    yield "open: closed"
    yield "update: daily  # confirm"
    yield f"source: {_flow(dict(found.source))}"
    subjects = {
        kind.value: next(item.name for item in items if item.likeness == name)
        for name, kind in _SUBJECTS.items()
        if any(item.likeness == name for item in items)
    }
    if subjects:
        yield f"subjects: {_flow(subjects)}"
    yield f"since: {since.isoformat()}"


def _category(items: Sequence["_Item"]) -> str:
    known = {item.likeness for item in items}
    if "id-number" in known:
        return "基础信息资源/人口"
    return "基础信息资源/法人单位" if "uscc" in known else "部门信息资源"


@dataclass(frozen=True, slots=True)
class _Item:
    """One item of the draft, and the element that it follows."""

    name: str
    column: Column
    type: DataType
    length: int | None
    recognised: Recognition | None
    element: Element | None  # the pack's, if it has the one recognised
    key: bool
    about_person: bool = False

    @classmethod
    def of(cls, found: Surveyed, at: int, elements: Mapping[str, Element]) -> "_Item":
        column = found.columns[at]
        names = _names(found.columns)
        seen = recognise(column.values)
        likeness = seen.likeness if seen else None
        kind = likeness.type if likeness else _type(column)
        length = likeness.length if likeness else None
        if kind is DataType.TEXT and length is None:
            length = column.length or _length(column)
        declared = any(each.is_key for each in found.columns)
        only = _first_unique(found) if not declared else None
        return cls(
            names[at],
            column,
            kind,
            length if kind is DataType.TEXT else None,
            seen,
            elements.get(likeness.element) if likeness else None,
            column.is_key or only == at,
        )

    @property
    def likeness(self) -> str:
        return self.recognised.likeness.name if self.recognised else ""

    @property
    def personal(self) -> bool:
        """What is on record of one person is personal information (个保法第四条)."""
        own = self.recognised is not None and self.recognised.likeness.personal
        return own or self.about_person

    @property
    def grade(self) -> int:
        known = self.element.grade if self.element is not None else None
        own = known or (self.recognised.likeness.grade if self.recognised else 1)
        return max(own, _LEAST_PERSONAL) if self.personal else own

    @property
    def title(self) -> dict[str, str]:
        if self.column.comment:
            zh = self.column.comment
        elif _HAN.search(self.column.name):
            zh = self.column.name
        else:
            zh = self.recognised.likeness.title.zh if self.recognised else TODO
        if self.recognised is not None:
            return {"zh": zh, "en": self.recognised.likeness.title.en}
        return {"zh": zh, "en": self.name.replace("_", " ")}

    def declared(self, dataset: str) -> Iterator[str]:
        """An element of its own, where the pack has none of the kind."""
        if self.element is not None:
            return
        yield f"- element: {self._own(dataset)}"
        yield f"  title: {_flow(self.title)}"
        yield f"  type: {self.type}"
        if self.length:
            yield f"  length: {self.length}"
        yield f"  personal: {str(self.personal).lower()}"
        yield f"  grade: {self.grade}"
        if self.recognised is not None:
            likeness = self.recognised.likeness
            if likeness.mask:
                yield f"  mask: {likeness.mask}"
            if likeness.check:
                yield f"  check: {likeness.check}"

    def line(self, dataset: str) -> str:
        """The item, with what its content said."""
        element = self.element.code if self.element else self._own(dataset)
        told: dict[str, Any] = {"name": self.name, "title": self.title}
        told["element"] = element
        if self.column.name != self.name and _STORED.fullmatch(self.column.name):
            told["column"] = self.column.name
        if self.key:
            told["key"] = True
        if self.element is not None and self.personal and not self.element.personal:
            told |= {"personal": True, "grade": self.grade}
        return f"{_flow(told)}{self._evidence()}"

    def _own(self, dataset: str) -> str:
        return f"{dataset}.{self.name}"

    def _evidence(self) -> str:
        if self.recognised is None:
            return ""
        seen = self.recognised
        return (
            f"  # {seen.likeness.title.zh}: {seen.passed} of {seen.of} values,"
            f" confidence {seen.confidence:.2f}"
        )


def _flow(value: Mapping[str, Any]) -> str:
    """A mapping on one line of YAML."""
    text = yaml.safe_dump(
        dict(value),
        default_flow_style=True,
        allow_unicode=True,
        sort_keys=False,
        width=10_000,
    )
    return text.strip()


def _names(columns: Sequence[Column]) -> list[str]:
    """Names for SQL, each its own: of the columns, where they can be."""
    names: list[str] = []
    for at, column in enumerate(columns, 1):
        name = re.sub(r"\W+", "_", column.name.lower(), flags=re.ASCII).strip("_")
        if not _NAME.fullmatch(name) or name in names:
            name = f"item_{at}"
        names.append(name)
    return names


def _first_unique(found: Surveyed) -> int | None:
    """The first column whose every value in the sample is there and its own."""
    if found.rows < FEWEST_FOR_KEY:
        return None
    for at, column in enumerate(found.columns):
        if all(column.values) and len(set(column.values)) == len(column.values):
            return at
    return None


def _length(column: Column) -> int | None:
    """The length all values have, or the next round one above half as much again."""
    lengths = {len(value) for value in column.values if value}
    if len(lengths) == 1:
        return lengths.pop()
    wanted = max(lengths, default=0) * 3 // 2
    return next((each for each in _LENGTHS if each >= wanted), None)


def _type(column: Column) -> DataType:
    """The declared type, or the narrowest that all values of the sample have."""
    if column.type is not None and column.type is not DataType.TEXT:
        return column.type
    values = [value for value in column.values if value]
    if not values:
        return DataType.TEXT
    if all(re.fullmatch(r"0|-?[1-9]\d*", value) for value in values):
        is_code = max(map(len, values)) > _LONGEST_NUMBER
        return DataType.TEXT if is_code or column.type else DataType.INTEGER
    if column.type is None:
        if all(re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", value) for value in values):
            led = any(re.match(r"-?0\d", value) for value in values)
            return DataType.TEXT if led else DataType.DECIMAL
        if all(value in ("true", "false", "True", "False") for value in values):
            return DataType.BOOLEAN
    if all(map(is_day, values)) and any(":" in value for value in values):
        return DataType.DATETIME
    return DataType.TEXT
