"""Backups: what they hold, and what of a hostile one reaches the disk."""

import hashlib
import io
import json
import os
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tongban.cli import archive
from tongban.home import Home


def quiet(_what: str) -> None:
    """Tells nobody."""


def table(path: Path, word: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE t (word TEXT)")
        database.execute("INSERT INTO t VALUES (?)", [word])


def word_in(path: Path) -> str:
    with closing(sqlite3.connect(path)) as database:
        return str(database.execute("SELECT word FROM t").fetchone()[0])


@pytest.fixture
def lived(tmp_path: Path) -> Home:
    home = Home.create(tmp_path / "home", pack=tmp_path, origin="qinghe.example/ledger")
    table(home.db, "control")
    return home


@pytest.fixture
def open_handed() -> Iterator[None]:
    """A umask under which everybody may read what is made."""
    before = os.umask(0)
    yield
    os.umask(before)


def test_databases_of_one_name_stay_apart(lived: Home, tmp_path: Path) -> None:
    table(lived.departments / "east" / "tax.sqlite", "east")
    table(lived.departments / "west" / "tax.sqlite", "west")
    archive.write(lived, tmp_path / "b.tar", quiet)
    archive.read(tmp_path / "b.tar", tmp_path / "again", quiet)
    again = Home(tmp_path / "again")
    words = [
        word_in(again.departments / side / "tax.sqlite") for side in ("east", "west")
    ]
    assert [*words, word_in(again.db)] == ["east", "west", "control"]


def test_what_linkages_found_is_kept_and_their_locks_are_not(
    lived: Home, tmp_path: Path
) -> None:
    lived.linkage.mkdir()
    (lived.linkage / "tenancy.json").write_text("{}", "utf-8")
    (lived.linkage / ".tenancy.lock").touch()
    archive.write(lived, tmp_path / "b.tar", quiet)
    archive.read(tmp_path / "b.tar", tmp_path / "again", quiet)
    found = [path.name for path in Home(tmp_path / "again").linkage.iterdir()]
    assert found == ["tenancy.json"]


@pytest.mark.usefixtures("open_handed")
def test_what_is_restored_is_private(lived: Home, tmp_path: Path) -> None:
    archive.write(lived, tmp_path / "b.tar", quiet)
    archive.read(tmp_path / "b.tar", tmp_path / "again", quiet)
    again = Home(tmp_path / "again")
    assert again.keys.stat().st_mode & 0o777 == 0o700
    assert again.path.stat().st_mode & 0o777 == 0o700
    modes = {p.stat().st_mode & 0o777 for p in again.path.rglob("*") if p.is_file()}
    assert modes == {0o600}
    assert again.secret_key() == lived.secret_key()
    assert again.pseudonym_secret() == lived.pseudonym_secret()


DATA = b"{}"
SUM = hashlib.sha256(DATA).hexdigest()


def member(name: str, kind: bytes = tarfile.REGTYPE) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, "home.json"
    info.size = len(DATA) if kind == tarfile.REGTYPE else 0
    return info


def packed(path: Path, manifest: object, members: list[tarfile.TarInfo]) -> Path:
    head = json.dumps(manifest).encode()
    with tarfile.open(path, "w") as tar:
        first = tarfile.TarInfo("manifest.json")
        first.size = len(head)
        tar.addfile(first, io.BytesIO(head))
        for info in members:
            tar.addfile(info, io.BytesIO(DATA))
    return path


def naming(*names: str) -> dict[str, object]:
    return {"format": "tongban-backup/1", "files": dict.fromkeys(names, SUM)}


@pytest.mark.parametrize(
    ("manifest", "members"),
    [
        (naming("home.json"), [member("home.json"), member("keys/ledger.skey")]),
        (naming("home.json"), [member("home.json"), member("home.json")]),
        (naming("home.json"), [member("home.json"), member("d", tarfile.DIRTYPE)]),
        (naming("home.json", "l"), [member("home.json"), member("l", tarfile.SYMTYPE)]),
        (naming("home.json", "l"), [member("home.json"), member("l", tarfile.LNKTYPE)]),
        (naming("../out"), [member("../out")]),
        (naming("home.json"), []),
        ({"format": "tongban-backup/1"}, []),
        ({"format": "other"}, []),
    ],
)
def test_what_the_manifest_does_not_name_is_refused(
    manifest: object, members: list[tarfile.TarInfo], tmp_path: Path
) -> None:
    file = packed(tmp_path / "b.tar", manifest, members)
    with pytest.raises(archive.BadArchive):
        archive.read(file, tmp_path / "again", quiet)
    assert [path.name for path in tmp_path.iterdir()] == ["b.tar"]


def test_a_file_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "b.tar"
    file.write_bytes(b"no archive")
    with pytest.raises(archive.BadArchive):
        archive.read(file, tmp_path / "again", quiet)
