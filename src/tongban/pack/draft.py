"""Everything that has been read and is not yet believed: what the rules judge."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tongban.kernel.terms import Text
from tongban.pack.kinds.services import CASE_KINDS
from tongban.pack.problems import Mark
from tongban.pack.record import Record, Reference
from tongban.pack.section import Kind


@dataclass(frozen=True, slots=True)
class Draft:
    """Declarations after layering and decoding.

    ``records`` holds the sound ones by head and code, ``later`` their versions that
    come into force afterwards, oldest first; ``declared`` all codes, also of those
    whose keys are wrong, so that one mistake is not reported twice. ``above`` is
    what a higher pack said of the declarations that a lower one overrides.
    ``known`` lists what each kind of reference may name, ``codes`` the codes of
    each code set, those in files included.
    """

    kinds: Mapping[str, Kind]
    records: Mapping[str, Mapping[str, Record]]
    later: Mapping[tuple[str, str], Sequence[Record]]
    declared: Mapping[str, Mapping[str, Mark]]
    above: Mapping[tuple[str, str], Record]
    references: Sequence[Reference]
    known: Mapping[str, Collection[str]]
    codes: Mapping[str, Mapping[str, Text]]

    def of(self, head: str) -> Mapping[str, Record]:
        return self.records[head]

    def get(self, head: str, code: str) -> Record | None:
        """A sound declaration, or None: why there is none is told elsewhere."""
        return self.records[head].get(code)

    def editions(self, head: str, code: str) -> list[Record]:
        """All versions of a sound declaration, the oldest first."""
        return [self.records[head][code], *self.later[head, code]]

    def case_types(self) -> Iterator[tuple[str, str, Record]]:
        """Head, code and record of everything that can be a case, in each version."""
        for kind in CASE_KINDS:
            for code in self.records[kind.head]:
                for record in self.editions(kind.head, code):
                    yield kind.head, code, record

    def work(self) -> Iterator[tuple[str, Record]]:
        """Code and record of the case types that have clocks of their own."""
        for head, code, record in self.case_types():
            if head != "one-thing":
                yield code, record

    def items(self) -> Iterator[tuple[str, Record]]:
        """Code and record of the service items (政务服务事项)."""
        for head, code, record in self.case_types():
            if head == "item":
                yield code, record

    def name(self, head: str, code: str) -> str:
        """A declaration as people call it: kind, code, Chinese name of the kind."""
        return f"{head} {code!r} ({self.kinds[head].label})"


def item_names(dataset: Record) -> list[str]:
    """The names of a dataset's items, in their order."""
    return [item["name"] for item in dataset["items"]]


def sections(record: Record) -> Sequence[Record]:
    """The sections of a case type's own form."""
    return record.get("form") or record.get("fields") or ()


def fields(record: Record) -> Iterator[Record]:
    """The fields of a case type's own form, those of repeated groups included."""
    for section in sections(record):
        yield from section["fields"]


def parts(record: Record) -> Iterator[tuple[str, Mark]]:
    """What of a case type's own form has a name in the case's data, and where."""
    for section in sections(record):
        if section["rows"]:
            yield section["rows"]["name"], section["rows"].at("name")
        else:
            for field in section["fields"]:
                yield field["field"], field.at("field")


def clocks(record: Record) -> Iterator[tuple[str, Record]]:
    """Every clock of a case type, by the name people know it by."""
    for key in ("acceptance", "decision", "correction"):
        if record.get(key):
            yield key, record[key]
    for step in record["steps"]:
        if "days" in step:
            yield f"step {step['step']!r}", step
