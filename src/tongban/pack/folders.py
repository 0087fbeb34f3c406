"""The chain of folders: a pack, the one it extends, and so on up to the highest."""

from dataclasses import dataclass
from pathlib import Path

from tongban.kernel.terms import did_you_mean
from tongban.pack.problems import Mark, PackProblem, Problems
from tongban.pack.yaml_source import Entries, Leaf, read


HEAD_FILE = "pack.yaml"


@dataclass(frozen=True, slots=True)
class Folder:
    """One pack of a chain: where it is and what its pack.yaml says."""

    root: Path
    head: Entries


def chain(path: Path, problems: Problems) -> list[Folder]:
    """From the highest pack to the one in ``path``; shorter when one is missing."""
    folders: list[Folder] = []
    cause = Mark.of(path)
    current: Path | None = path
    try:
        while current is not None:
            _refuse_cycle(current, folders, cause)
            folder = Folder(current, _head(current, cause))
            folders.insert(0, folder)
            current, cause = _above(folder)
    except PackProblem as problem:
        problems.unread(problem)
    return folders


def _refuse_cycle(current: Path, below: list[Folder], cause: Mark) -> None:
    if current.resolve() in [folder.root.resolve() for folder in below]:
        names = " → ".join(folder.root.name for folder in reversed(below))
        raise PackProblem(
            "extends-cycle",
            cause,
            f"this chain of packs comes back to itself: {names} → {current.name}",
            mend="remove one 'extends'",
        )


def _head(root: Path, cause: Mark) -> Entries:
    path = root / HEAD_FILE
    if not path.is_file():
        neighbours = [
            each.parent.name for each in sorted(root.parent.glob(f"*/{HEAD_FILE}"))
        ]
        raise PackProblem(
            "no-pack",
            cause,
            f"{root.as_posix()} is no pack: there is no {HEAD_FILE} in it",
            mend=did_you_mean(root.name, neighbours),
        )
    node = read(path)
    if not isinstance(node, Entries):
        raise PackProblem(
            "wrong-type",
            node.mark,
            f"{HEAD_FILE} must be a mapping",
            mend="write 'name: …', 'title: …' and so on, without '- '",
        )
    return node


def _above(folder: Folder) -> tuple[Path | None, Mark]:
    """The folder that ``extends`` names: a path relative to this one, or a sibling."""
    node = folder.head.values.get("extends", Leaf(folder.head.mark, None))
    name = node.value if isinstance(node, Leaf) else node
    if name is None:
        return None, node.mark
    if not isinstance(name, str):
        raise PackProblem(
            "wrong-type",
            node.mark,
            "'extends' must be the name of a folder",
            mend="write the name of a folder beside this one, such as 'national'",
        )
    if "/" in name:
        return folder.root / name, node.mark
    # Path(".") is its own parent to pathlib, so "." needs the long way.
    root = folder.root
    beside = root.parent if root.name not in ("", "..") else root / ".."
    return beside / name, node.mark
