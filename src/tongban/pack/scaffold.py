"""A new pack: small, complete, full of comments, and accepted as it stands."""

import shutil
from pathlib import Path

from tongban.kernel.terms import UserError


TEMPLATE = Path(__file__).parent / "template"


class FolderNotEmpty(UserError):
    """There is something where the new pack should go."""

    code = "pack.folder-not-empty"


def scaffold(folder: Path) -> tuple[Path, ...]:
    """Write a new pack into ``folder`` and return its files; FolderNotEmpty.

    ``folder`` is made when it is missing. What is in it is never overwritten.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderNotEmpty(
            f"{folder.as_posix()} is not an empty folder",
            why="a new pack would overwrite what is there",
            mend="name a folder that does not exist yet",
            folder=folder.as_posix(),
        )
    shutil.copytree(TEMPLATE, folder, dirs_exist_ok=True)
    return tuple(sorted(path for path in folder.rglob("*") if path.is_file()))
