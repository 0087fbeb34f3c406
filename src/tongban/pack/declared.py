"""The declarations of one folder as they are written, each with its place."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tongban.kernel.terms import did_you_mean
from tongban.pack.folders import HEAD_FILE, Folder
from tongban.pack.problems import Mark, PackProblem, Problems
from tongban.pack.section import Kind
from tongban.pack.yaml_source import Entries, Leaf, Many, Node, read


FLAGS = ("override", "remove")


@dataclass(frozen=True, slots=True)
class Declared:
    """One declaration as written in one file, or as it stands after layering.

    ``node`` lacks head key and flags. ``flag`` is ``override``, ``remove`` or
    empty. ``above`` is what a higher pack said of the same thing.
    """

    kind: Kind
    code: str
    node: Entries
    mark: Mark
    flag: str = ""
    above: Entries | None = None


def declarations(
    folder: Folder, kinds: Mapping[str, Kind], problems: Problems
) -> Iterator[Declared]:
    """Everything declared in one pack, in the order of its files' paths."""
    for path in sorted(folder.root.rglob("*.y*ml")):
        if path == folder.root / HEAD_FILE:
            continue
        try:
            node = _read(path)
        except PackProblem as problem:
            problems.unread(problem)
            continue
        yield from _in_file(node, kinds, problems)


def _read(path: Path) -> Many:
    if path.suffix != ".yaml":
        raise PackProblem(
            "file-ending",
            Mark.of(path),
            "this file would not be read",
            why="packs are read from '.yaml' files",
            mend=f"rename it to {path.stem}.yaml",
        )
    node = read(path)
    if not isinstance(node, Many):
        raise PackProblem(
            "not-a-list",
            node.mark,
            "a file of a pack is a list of declarations",
            mend="start each declaration with '- '",
        )
    return node


def _in_file(
    node: Many, kinds: Mapping[str, Kind], problems: Problems
) -> Iterator[Declared]:
    for item in node.items:
        try:
            yield _declared(item, kinds)
        except PackProblem as problem:
            problems.unread(problem)


def _declared(node: Node, kinds: Mapping[str, Kind]) -> Declared:
    first = next(iter(node.values), "") if isinstance(node, Entries) else ""
    if not isinstance(node, Entries) or first not in kinds:
        raise _unknown_kind(node.mark, first, kinds)
    kind, code = kinds[first], node.values[first]
    if not isinstance(code, Leaf) or not isinstance(code.value, str):
        raise PackProblem(
            "wrong-type",
            code.mark,
            f"the code of a declaration ({kind.label}) must be a text",
            mend=f"write '{kind.head}: {kind.code.example}'",
        )
    flags = [flag for flag in FLAGS if _is_set(node, flag)]
    if len(flags) > 1:
        raise PackProblem(
            "override-and-remove",
            node.marks["remove"],
            f"{kind.head} {code.value!r} cannot be overridden and removed at once",
            mend="keep one of the two",
        )
    inner = _without(node, (kind.head, *FLAGS))
    return Declared(kind, code.value, inner, node.mark, "".join(flags))


def _unknown_kind(mark: Mark, first: str, kinds: Mapping[str, Kind]) -> PackProblem:
    return PackProblem(
        "unknown-kind",
        mark,
        f"the first key {first!r} names no kind of declaration"
        if first
        else "this is no declaration",
        why="the first key says what is declared, its value is the code",
        mend=did_you_mean(first, kinds),
    )


def _is_set(node: Entries, flag: str) -> bool:
    value = node.values.get(flag)
    if value is None:
        return False
    if isinstance(value, Leaf) and value.value is True:
        return True
    raise PackProblem(
        "wrong-type",
        value.mark,
        f"'{flag}' can only be true",
        mend=f"write '{flag}: true' or leave it out",
    )


def _without(node: Entries, keys: Sequence[str]) -> Entries:
    kept = [key for key in node.values if key not in keys]
    return Entries(
        node.mark,
        {key: node.values[key] for key in kept},
        {key: node.marks[key] for key in kept},
    )
