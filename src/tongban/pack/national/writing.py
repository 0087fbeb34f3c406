"""Declarations into a pack, all or none, judged by the pack's own rules first."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from tongban.kernel.terms import UserError
from tongban.pack.national.incoming import Declared, Note
from tongban.pack.problems import PackErrors
from tongban.pack.yaml_source import MOST_BYTES


# A file of a pack is bounded; what is imported is split well below that.
_ROOM = MOST_BYTES // 2


class FolderThere(UserError):
    """Something was imported under this name already."""

    code = "pack.folder-there"


def write(
    found: Sequence[Declared],
    pack: Path,
    name: str,
    *,
    load: Callable[[Path], object],
) -> Path | None:
    """Write declarations into ``services/<name>`` of the pack in ``pack``.

    They are judged in a copy beside it; what the rules find is noted at the row
    that it comes from, and then nothing is written (None). PackErrors for what is
    wrong elsewhere, FolderThere where the folder exists.
    """
    folder = pack / "services" / name
    if folder.exists():
        raise FolderThere(
            "there is a folder of this name already",
            where=folder.as_posix(),
            mend="name another with --name, or remove it",
        )
    beside = pack.resolve().parent
    with tempfile.TemporaryDirectory(prefix=".import-", dir=beside) as at:
        copy = Path(at)
        shutil.copytree(pack, copy, dirs_exist_ok=True)
        staged = copy / "services" / name
        staged.mkdir(parents=True)
        spans = list(_files(found, staged))
        try:
            load(copy)
        except PackErrors as errors:
            _blame(errors, spans)
            return None
        folder.parent.mkdir(exist_ok=True)
        staged.rename(folder)
    return folder


Span = tuple[str, range, Declared]


def _files(found: Sequence[Declared], folder: Path) -> Iterator[Span]:
    """Write files by department; which lines are whose."""
    ordered = sorted(found, key=_organization)
    for organization, group in groupby(ordered, key=_organization):
        for place, part in enumerate(_portions(list(group)), 1):
            path = folder / f"{organization}-{place}.yaml"
            text = ""
            for each, lines in part:
                first = text.count("\n") + 1
                text += lines
                yield path.as_posix(), range(first, text.count("\n") + 1), each
            path.write_text(text, "utf-8")


def _organization(each: Declared) -> str:
    return each.organization


def _portions(found: Sequence[Declared]) -> Iterator[list[tuple[Declared, str]]]:
    portion: list[tuple[Declared, str]] = []
    size = 0
    for each in found:
        text = _yaml(each.values)
        if portion and size + len(text.encode()) > _ROOM:
            yield portion
            portion, size = [], 0
        portion.append((each, text))
        size += len(text.encode())
    if portion:
        yield portion


class _Plain(yaml.SafeDumper):
    """YAML without aliases, which a pack does not take: what is said twice is there."""

    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True


def _yaml(values: Sequence[Mapping[str, Any]]) -> str:
    return yaml.dump(
        list(values), Dumper=_Plain, allow_unicode=True, sort_keys=False, width=100
    )


def _blame(errors: PackErrors, spans: Sequence[Span]) -> None:
    """Note each problem at the row whose lines it stands in; raise what is nobody's."""
    others = []
    for problem in errors.problems:
        owner = next(
            (
                each
                for file, lines, each in spans
                if problem.mark.file == file and problem.mark.line in lines
            ),
            None,
        )
        if owner is None:
            others.append(problem)
        else:
            why = f"{problem.what} ({problem.rule})"
            owner.verdict.notes.append(Note(owner.verdict.place, "", why))
    if others:
        raise PackErrors(others)
