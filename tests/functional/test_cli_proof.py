"""fsck, backup, restore, verify: what was acknowledged can be kept and proved."""

import json
import shutil
import sqlite3
import tarfile
from pathlib import Path

import pytest
from tests.functional.conftest import RESIDENTS, Run


@pytest.fixture(scope="session")
def lived(
    tongban: Run, built_city: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A city in which the story has happened; its proof is in the home."""
    home = tmp_path_factory.mktemp("lived") / "home"
    shutil.copytree(built_city, home)
    told = tongban("story", "--home", home, "--residents", RESIDENTS)
    assert told.returncode == 0, told.stdout + told.stderr
    return home


@pytest.fixture
def home(lived: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(lived, tmp_path / "home"))


def test_a_whole_store_is_whole(tongban: Run, lived: Path) -> None:
    told = tongban("fsck", "--home", lived)
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("whole: ")
    assert int(told.stdout.split()[1]) > 30


def altered(home: Path, sql: str) -> None:
    with sqlite3.connect(home / "tongban.sqlite3") as database:
        assert database.execute(sql).rowcount > 0
    database.close()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE store_usereceipt SET purpose = 'none' WHERE id = 1",
        "UPDATE store_caseevent SET at = '2020-01-01' WHERE id = 2",
        "UPDATE store_ledgerleaf SET text = replace(text, 'use', 'abuse') WHERE id = 3",
        "UPDATE store_ledgernode SET hash = x'00' WHERE level = 1 AND \"index\" = 0",
        "DELETE FROM store_caseevent WHERE id = 3",
        "UPDATE store_caserecord SET phase = 'accepted', closed = NULL, outcome = ''",
    ],
)
def test_what_was_altered_by_hand_is_named(tongban: Run, home: Path, sql: str) -> None:
    altered(home, sql)
    told = tongban("fsck", "--home", home)
    assert told.returncode == 1
    assert "problems: restore the last backup" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_backup_restores_everything(
    tongban: Run, lived: Path, tmp_path: Path
) -> None:
    archive, again = tmp_path / "city.tar.gz", tmp_path / "again"
    made = tongban("backup", archive, "--home", lived)
    assert made.returncode == 0, made.stderr
    assert archive.stat().st_mode & 0o777 == 0o600
    restored = tongban("restore", archive, "--home", again)
    assert restored.returncode == 0, restored.stderr
    assert restored.stdout == tongban("fsck", "--home", lived).stdout
    papers = {path.name for path in (lived / "files").rglob("*") if path.is_file()}
    assert papers
    assert papers == {p.name for p in (again / "files").rglob("*") if p.is_file()}
    told = tongban("story", "--home", again, "--residents", RESIDENTS)
    assert told.returncode == 0, told.stdout + told.stderr


def test_a_backup_is_not_restored_over_something(
    tongban: Run, lived: Path, tmp_path: Path
) -> None:
    archive = tmp_path / "city.tar"
    assert tongban("backup", archive, "--home", lived).returncode == 0
    told = tongban("restore", archive, "--home", lived)
    assert told.returncode == 1
    assert "this folder is not empty" in told.stderr


def test_an_altered_backup_is_refused(
    tongban: Run, lived: Path, tmp_path: Path
) -> None:
    archive, again = tmp_path / "city.tar", tmp_path / "again"
    assert tongban("backup", archive, "--home", lived).returncode == 0
    with tarfile.open(archive) as tar:
        member = tar.getmember("home.json")
    data = bytearray(archive.read_bytes())
    data[member.offset_data + 15] ^= 1
    archive.write_bytes(bytes(data))
    told = tongban("restore", archive, "--home", again)
    assert told.returncode == 1
    assert "home.json is not as it was written" in told.stderr
    assert not again.exists()


def test_a_proof_holds_and_an_altered_one_does_not(
    tongban: Run, lived: Path, tmp_path: Path
) -> None:
    proof = lived / "story-proof.json"
    told = tongban("verify", proof, "--lang", "en")
    assert told.returncode == 0, told.stdout
    bundle = json.loads(proof.read_text("utf-8"))
    leaf = bundle["leaves"][0]
    leaf["leaf"] = leaf["leaf"].replace('"kind":"', '"kind":"un', 1)
    forged = tmp_path / "forged.json"
    forged.write_text(json.dumps(bundle), "utf-8")
    refused = tongban("verify", forged, "--lang", "en")
    assert refused.returncode == 1


def test_a_proof_under_another_key_is_refused(tongban: Run, lived: Path) -> None:
    key = json.loads((lived / "story-proof.json").read_text("utf-8"))["key"]
    proof = lived / "story-proof.json"
    assert tongban("verify", proof, "--key", key).returncode == 0
    name, _, rest = key.partition("+")
    told = tongban("verify", proof, "--key", f"other.example/log+{rest}")
    assert told.returncode != 0
    assert name
