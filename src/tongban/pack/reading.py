"""A folder and those it extends, read and decoded into a draft."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tongban.kernel.catalog.checks import CHECKS
from tongban.kernel.query.terms.masks import MASKS, is_mask
from tongban.kernel.terms import Text
from tongban.pack import code_files
from tongban.pack.declared import Declared
from tongban.pack.draft import Draft
from tongban.pack.editions import editions
from tongban.pack.folders import Folder, chain
from tongban.pack.kinds.catalog import CODE_SET, DATASET, ELEMENT, GRADE, NO_MASK
from tongban.pack.kinds.certificates import CERTIFICATE, DISCLOSURE
from tongban.pack.kinds.jurisdiction import INHERITED, PACK
from tongban.pack.kinds.organizations import ORGANIZATION, POWER
from tongban.pack.kinds.practice import ACCOUNT, EXAMPLE
from tongban.pack.kinds.promises import DECIDER
from tongban.pack.kinds.purposes import GRANT, PURPOSE
from tongban.pack.kinds.relations import RELATION_SOURCE
from tongban.pack.kinds.services import CASE_KINDS, ISSUER, PROVIDER
from tongban.pack.layers import Layered, resolve
from tongban.pack.problems import PackProblem, Problems
from tongban.pack.record import INVALID, Reading, Record, Reference
from tongban.pack.section import Kind
from tongban.pack.yaml_source import Entries, Leaf


KINDS = (
    ORGANIZATION,
    POWER,
    GRADE,
    ELEMENT,
    CODE_SET,
    DATASET,
    PURPOSE,
    GRANT,
    RELATION_SOURCE,
    *CASE_KINDS,
    CERTIFICATE,
    DISCLOSURE,
    ACCOUNT,
    EXAMPLE,
)


@dataclass(frozen=True, slots=True)
class Heads:
    """What the pack.yaml of a chain say, from the highest; empty where one is wrong."""

    folders: Sequence[Folder]
    records: Sequence[Record]
    languages: tuple[str, ...]

    @property
    def lowest(self) -> Record | None:
        complete = self.folders and len(self.records) == len(self.folders)
        return self.records[-1] if complete else None


def read_heads(path: Path, problems: Problems) -> Heads:
    """The chain of packs that ends in ``path``."""
    folders = chain(path, problems)
    records = []
    above: Entries | None = None
    languages: tuple[str, ...] = ()
    for folder in folders:
        node = _inheriting(folder.head, above)
        languages = _languages(node)
        record = PACK.decode(node, Reading(languages, problems))
        if record is not INVALID:
            records.append(record)
        above = node
    return Heads(folders, records, languages)


def _inheriting(head: Entries, above: Entries | None) -> Entries:
    if above is None:
        return head
    taken = [key for key in INHERITED if key in above.values and key not in head.values]
    return Entries(
        head.mark,
        {**head.values, **{key: above.values[key] for key in taken}},
        {**head.marks, **{key: above.marks[key] for key in taken}},
    )


def _languages(head: Entries) -> tuple[str, ...]:
    listed = head.values.get("languages")
    items = getattr(listed, "items", ())
    return tuple(str(each.value) for each in items if isinstance(each, Leaf))


def read_draft(
    heads: Heads,
    kinds: Sequence[Kind],
    handlers: Collection[str],
    problems: Problems,
) -> tuple[Draft, Layered]:
    """All declarations of a chain, layered and decoded."""
    by_head = {kind.head: kind for kind in kinds}
    layered = resolve(heads.folders, by_head, problems)
    reading = Reading(heads.languages, problems)
    records: dict[str, dict[str, Record]] = {kind.head: {} for kind in kinds}
    later: dict[tuple[str, str], list[Record]] = {}
    for each in layered.values():
        first, *following = editions(each.node)
        record = _decode(each, first, reading)
        if record is not None:
            records[each.kind.head][each.code] = record
        found = [_decode(each, node, reading) for node in following]
        later[each.kind.head, each.code] = [one for one in found if one is not None]
    declared = {
        kind.head: {
            each.code: each.mark for each in layered.values() if each.kind is kind
        }
        for kind in kinds
    }
    draft = Draft(
        kinds=by_head,
        records=records,
        later=later,
        declared=declared,
        above=_above(layered.values(), reading),
        references=reading.references,
        known=_known(declared, handlers, reading.references),
        codes=_codes(records[CODE_SET.head], problems),
    )
    return draft, layered


def _decode(each: Declared, node: Entries, reading: Reading) -> Record | None:
    sound = each.kind.code.decode(Leaf(each.mark, each.code), reading) is not INVALID
    record = each.kind.table.decode(node, reading)
    return record if sound and record is not INVALID else None


def _above(
    declared: Iterable[Declared], reading: Reading
) -> dict[tuple[str, str], Record]:
    """What stood above, decoded for comparison; its problems are told with it."""
    quiet = Reading(reading.languages)
    found = {}
    for each in declared:
        record = _decode(each, each.above, quiet) if each.above else None
        if record is not None:
            found[each.kind.head, each.code] = record
    return found


def _known(
    declared: Mapping[str, Collection[str]],
    handlers: Collection[str],
    references: Iterable[Reference],
) -> dict[str, Collection[str]]:
    # A width makes a mask of each number, more than could be listed.
    masks = {each.code for each in references if is_mask(each.code)}
    case_types = [code for kind in CASE_KINDS for code in declared[kind.head]]
    return {
        **declared,
        "case-type": case_types,
        "responsible": [*declared["organization"], PROVIDER, ISSUER, DECIDER],
        "handler": handlers,
        "mask": {*MASKS, *masks, NO_MASK},
        "check": list(CHECKS),
    }


def _codes(
    records: Mapping[str, Record], problems: Problems
) -> dict[str, Mapping[str, Text]]:
    codes: dict[str, Mapping[str, Text]] = {}
    for code, record in records.items():
        try:
            codes[code] = code_files.values(record)
        except PackProblem as problem:
            problems.found.append(problem)
    return codes
