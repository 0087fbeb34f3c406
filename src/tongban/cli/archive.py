"""One archive of a whole state folder: written while it runs, read into a new one.

A tar file whose first member is a manifest::

    format   "tongban-backup/1"
    origin   the ledger's name
    files    {path below the home: SHA-256 in hex}
"""

import hashlib
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from tongban.cli.practice_record import RECORD as PRACTICE
from tongban.home import RECORD, Home
from tongban.kernel.terms import UserError


FORMAT = "tongban-backup/1"
MANIFEST = "manifest.json"
Tell = Callable[[str], None]


class BadArchive(UserError):
    """The file is no backup, or is not as it was written."""

    code = "backup.bad"


class NotEmpty(UserError):
    """A backup is restored into a folder of its own."""

    code = "backup.not-empty"


class ElsewhereKept(UserError):
    """The control database is not in the state folder."""

    code = "backup.elsewhere"


def write(home: Home, file: Path, tell: Tell) -> int:
    """Archive ``home`` in ``file``; the number of files. It is whole or not there.

    Databases are copied by SQLite's own backup, so that writers need not stop. The
    control database comes first: a paper is kept before the case that names it, so
    what is copied later holds every paper of what was copied earlier.
    """
    if not home.db.exists():
        raise ElsewhereKept(
            "the control database is not in this folder",
            where=str(home.path),
            why="either there is no installation, or it runs on PostgreSQL",
            mend="back PostgreSQL up with pg_dump, and this folder with tar",
        )
    origin = home.origin
    part = file.with_name(f".{file.name}.part")
    with tempfile.TemporaryDirectory(dir=file.resolve().parent) as scratch:
        copies = {
            str(name): _copied(home.path / name, Path(scratch) / name, tell)
            for name in (found.relative_to(home.path) for found in _files(home))
        }
        manifest = {
            "format": FORMAT,
            "origin": origin,
            "files": {name: _digest(path) for name, path in copies.items()},
        }
        _write_tar(part, manifest, copies, Path(scratch))
    part.replace(file)
    return len(copies)


def _files(home: Home) -> Iterator[Path]:
    """Everything to keep, the control database first; its journals are in the copy."""
    yield home.db
    for name in (RECORD, PRACTICE, home.sources.name):
        if (home.path / name).exists():
            yield home.path / name
    folders = (home.keys, home.departments, home.lake, home.dropped, home.files)
    for folder in (*folders, home.linkage):
        for path in sorted(folder.rglob("*")):
            journal = path.name.endswith(("-wal", "-shm", "-journal"))
            if path.is_file() and not journal and not path.name.startswith("."):
                yield path


def _copied(path: Path, copy: Path, tell: Tell) -> Path:
    """The file itself, or a consistent ``copy`` of it if it is a database."""
    tell(path.name)
    if path.suffix not in (".sqlite", ".sqlite3"):
        return path
    copy.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as to:
        source.backup(to)
    return copy


def _write_tar(
    part: Path, manifest: dict[str, object], copies: dict[str, Path], scratch: Path
) -> None:
    head = scratch / MANIFEST
    head.write_text(json.dumps(manifest, indent=1, sort_keys=True), "utf-8")
    mode = "w:gz" if ".gz" in part.name or ".tgz" in part.name else "w"
    try:
        descriptor = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as raw:
            with tarfile.open(fileobj=raw, mode=mode) as tar:
                tar.add(head, MANIFEST)
                for name, path in copies.items():
                    tar.add(path, name)
            raw.flush()
            os.fsync(raw.fileno())
    except OSError:
        part.unlink(missing_ok=True)
        raise


def read(file: Path, target: Path, tell: Tell) -> None:
    """Unpack the backup ``file`` as the new folder ``target``, checked file by file.

    Raises NotEmpty, BadArchive. ``target`` appears only when all of it is there.
    """
    if target.exists() and any(target.iterdir()):
        raise NotEmpty(
            "this folder is not empty",
            where=str(target),
            why="a backup must not mix with another installation",
            mend="name a new folder with --home",
        )
    target.resolve().parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".restore-", dir=target.resolve().parent))
    try:
        _unpack(file, draft, tell)
        if target.exists():
            target.rmdir()
        draft.replace(target)
    finally:
        if draft.exists():
            shutil.rmtree(draft)


def _unpack(file: Path, draft: Path, tell: Tell) -> None:
    try:
        with tarfile.open(file) as tar:
            expected = _manifest(file, tar)
            _extract(file, tar, expected, draft)
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno is not None and file.is_file():
            raise
        raise _bad(file, str(error)) from error
    for name, digest in expected.items():
        tell(name)
        if not (draft / name).is_file() or _digest(draft / name) != digest:
            raise _bad(file, f"{name} is not as it was written")
    _make_private(draft)


def _manifest(file: Path, tar: tarfile.TarFile) -> dict[str, str]:
    """The files that the archive says it holds, with their sums."""
    first = tar.next()
    stream = tar.extractfile(first) if first and first.name == MANIFEST else None
    manifest = json.load(stream) if stream else None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise _bad(file, f"its manifest does not say {FORMAT}")
    files = manifest.get("files")
    if not isinstance(files, dict):
        raise _bad(file, "its manifest names no files")
    return files


def _extract(
    file: Path, tar: tarfile.TarFile, expected: dict[str, str], draft: Path
) -> None:
    """Every member once; what the manifest does not name never reaches the disk."""
    left = set(expected)
    while member := tar.next():
        if member.name not in left or not member.isreg():
            raise _bad(file, f"{member.name} is not in its manifest")
        left.remove(member.name)
        tar.extract(member, draft, filter="data")


def _make_private(home: Path) -> None:
    """For the owner alone, whatever the archive and the umask say."""
    home.chmod(0o700)
    for path in home.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)


def _bad(file: Path, why: str) -> BadArchive:
    return BadArchive(
        "this is no whole backup",
        where=str(file),
        why=why,
        mend="take another one written by: tongban backup FILE",
    )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
