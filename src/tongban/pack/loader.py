"""From a folder to a jurisdiction: read, layer, decode, judge, build.

Structure comes first: while a file is not YAML or a key is wrong, rules about
meaning judge only what is sound; SQL is compiled last, against a catalogue that
can be believed.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tongban.kernel.terms import canonical_json
from tongban.pack.assemble import Assembly, assemble
from tongban.pack.checks.rules import HEAD_RULES, RULES, USE_RULES
from tongban.pack.checks.uses import reads
from tongban.pack.draft import Draft
from tongban.pack.folders import Folder
from tongban.pack.kinds.jurisdiction import calendar
from tongban.pack.kinds.practice import cast_member, example
from tongban.pack.layers import Layered
from tongban.pack.model import Pack
from tongban.pack.problems import PackErrors, PackProblem, Problems
from tongban.pack.reading import KINDS, Heads, read_draft, read_heads
from tongban.pack.record import Record
from tongban.pack.section import Section
from tongban.pack.yaml_source import plain


def load(
    path: Path, *, handlers: Collection[str] = (), sections: Sequence[Section] = ()
) -> Pack:
    """The jurisdiction declared in ``path``; PackErrors names everything wrong.

    ``handlers`` are the names that ``on-granted`` may use, ``sections`` the kinds
    that capabilities add.
    """
    pack, problems = check(path, handlers=handlers, sections=sections)
    if pack is None:
        raise PackErrors(problems)
    return pack


def check(
    path: Path, *, handlers: Collection[str] = (), sections: Sequence[Section] = ()
) -> tuple[Pack | None, tuple[PackProblem, ...]]:
    """The jurisdiction in ``path`` or, without it, all that is wrong, by place."""
    problems = Problems()
    heads = read_heads(Path(path), problems)
    for head in heads.records:
        for judge in HEAD_RULES:
            problems.found.extend(judge(head))
    if problems.incomplete:
        # Without the whole chain every override would seem to override nothing.
        return None, problems.sorted()
    kinds = (*KINDS, *(section.kind for section in sections))
    draft, layered = read_draft(heads, kinds, handlers, problems)
    if not problems.incomplete:
        for rule in RULES:
            problems.found.extend(rule(draft))
    lowest = heads.lowest
    if problems or lowest is None:
        return None, problems.sorted()
    assembly = assemble(draft)
    found = reads(draft, assembly, problems)
    if not problems:
        for use_rule in USE_RULES:
            problems.found.extend(use_rule(draft, assembly, found))
    if problems:
        return None, problems.sorted()
    pack = _pack(heads, lowest, draft, layered, assembly, sections)
    problems.found.extend(_objections(draft, sections, pack))
    return (None if problems else pack), problems.sorted()


def _objections(
    draft: Draft, sections: Sequence[Section], pack: Pack
) -> Iterator[PackProblem]:
    """What capabilities find wrong in a pack that is sound otherwise."""
    for section in sections:
        for code, record in draft.of(section.kind.head).items():
            yield from section.judge(code, record, pack)


def _pack(
    heads: Heads,
    head: Record,
    draft: Draft,
    layered: Layered,
    assembly: Assembly,
    sections: Sequence[Section],
) -> Pack:
    declarations = _declarations(head, draft, layered)
    return Pack(
        name=head["name"],
        title=head["title"],
        version=head["version"],
        chain=tuple(record["name"] for record in heads.records),
        division=head["division"],
        languages=head["languages"],
        timezone=head["timezone"],
        crypto=head["crypto"],
        origin=head["origin"] or f"{head['name']}.example/ledger",
        catalog=assembly.catalog,
        purposes=assembly.purposes,
        grants=assembly.grants,
        relation_sources=assembly.relation_sources,
        versions=assembly.versions,
        case_types={code: each[0] for code, each in assembly.versions.items()},
        certificates=assembly.certificates,
        disclosures=assembly.disclosures,
        cast={code: cast_member(code, each) for code, each in _of(draft, "account")},
        examples=tuple(example(code, each) for code, each in _of(draft, "example")),
        calendar=calendar(
            [record["calendar"] for record in heads.records if record["calendar"]],
            head["timezone"],
        ),
        data_scripts=_data_scripts(heads.folders),
        declarations=declarations,
        digest=digest(declarations),
        sections={
            section.kind.head: {
                code: section.build(code, each)
                for code, each in draft.of(section.kind.head).items()
            }
            for section in sections
        },
    )


def _of(draft: Draft, head: str) -> list[tuple[str, Record]]:
    return list(draft.of(head).items())


def _declarations(
    head: Record, draft: Draft, layered: Layered
) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {"pack": plain(head.node)}
    for (kind, code), each in layered.items():
        found.setdefault(kind, {})[code] = plain(each.node)
    for code, values in draft.codes.items():
        found["code-set"][code]["values"] = {
            key: {"zh": text.zh, "en": text.en} for key, text in values.items()
        }
    return found


def digest(declarations: Mapping[str, Mapping[str, Any]]) -> str:
    """SHA-256 in hex of what is in force; examples and the file layout do not count."""
    in_force = {
        kind: codes for kind, codes in declarations.items() if kind != "example"
    }
    return hashlib.sha256(canonical_json(in_force)).hexdigest()


def _data_scripts(folders: Sequence[Folder]) -> tuple[Path, ...]:
    """The SQL of practice data in order of names; a lower pack's file replaces."""
    scripts: dict[str, Path] = {}
    for folder in folders:
        for path in (folder.root / "data").glob("*.sql"):
            scripts[path.name] = path
    return tuple(scripts[name] for name in sorted(scripts))
