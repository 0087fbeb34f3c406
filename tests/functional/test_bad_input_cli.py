"""Bad input by the command line: one clear message each, exit code 1, no traceback."""

import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from tests.functional.conftest import PACK, RESIDENTS, ROOT, Run


ASKED = ("--as", "data-bureau", "--purpose", "population.planning")
COUNT = "SELECT count(*) FROM population.person"


def refused(told: subprocess.CompletedProcess[str], *words: str) -> None:
    """One message with all these words, and nothing on standard output."""
    assert told.returncode == 1, told.stderr
    assert told.stdout == ""
    assert "Traceback" not in told.stderr
    for word in words:
        assert word in told.stderr


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("SELECT x FROM population.persn", ["did you mean 'population.person'?"]),
        ("SELECT sexx FROM population.person", ["did you mean 'sex'?"]),
        ("SELECT sex FRM population.person WHERE", ["1:16"]),
        ("SELECT (sex FROM population.person", ["1:"]),
        ("DELETE FROM population.person", ["SELECT"]),
        ("SELECT 1; SELECT 2", ["one"]),
        ("SELECT read_text('/etc/passwd')", ["read_text"]),
        ("SELECT * FROM '/etc/passwd'", []),
        ("SELECT name FROM population.person", ["name"]),
        ("SELECT sex FROM population.person WHERE sex = :sex", [":sex"]),
        ("", []),
    ],
)
def test_a_wrong_statement(
    tongban: Run, built_city: Path, sql: str, words: list[str]
) -> None:
    told = tongban("query", "--home", built_city, *ASKED, f"--sql={sql}")
    refused(told, *words)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--as", "nobody", "--purpose", "population.planning"], "nobody"),
        (["--as", "data-bureau", "--purpose", "planning"], "planning"),
        ([*ASKED, "--subject", "990101199003079423"], "person:"),
        ([*ASKED, "--at", "23.11.2026"], "2026-11-23"),
        ([*ASKED, "--param", "sex"], "--param name=value"),
        ([*ASKED, "--file", "nowhere.sql"], "nowhere.sql"),
        ([*ASKED, "--case", "2026112300000000"], "case"),
    ],
)
def test_a_wrong_option(
    tongban: Run, built_city: Path, words: list[str], said: str
) -> None:
    sql = [] if "--file" in words else ["--sql", COUNT]
    refused(tongban("query", "--home", built_city, *words, *sql), said)


def test_neither_or_both_statements(tongban: Run, built_city: Path) -> None:
    place = ("--home", built_city)
    refused(tongban("query", *place, *ASKED), "--sql", "none is given")
    both = ("--sql", COUNT, "--file", "some.sql")
    refused(tongban("query", *place, *ASKED, *both), "both are given")


def test_an_unknown_format_is_wrong_usage(tongban: Run, built_city: Path) -> None:
    told = tongban("query", "--home", built_city, *ASKED, "--format", "xml")
    assert told.returncode == 2
    assert "Traceback" not in told.stderr


def test_a_snapshot_that_is_gone(tongban: Run, city: Path) -> None:
    shutil.rmtree(city / "lake" / "population.person")
    told = tongban("query", "--home", city, *ASKED, "--sql", COUNT)
    refused(told, "population.person")


def test_a_damaged_snapshot(tongban: Run, city: Path) -> None:
    for file in (city / "lake" / "population.person").glob("*.parquet"):
        file.write_bytes(b"PAR1 damaged PAR1")
    told = tongban("query", "--home", city, *ASKED, "--sql", COUNT)
    refused(told, "population.person")


def test_a_locked_source_breaks_the_promise_by_name(tongban: Run, city: Path) -> None:
    source = sqlite3.connect(city / "departments" / "health.sqlite")
    source.execute("PRAGMA locking_mode = EXCLUSIVE")
    source.execute("BEGIN EXCLUSIVE")
    told = tongban("story", "--home", city, "--residents", RESIDENTS, "--json")
    source.close()
    refused(told, "broken promise: no-source-down", "health.certificate")


@pytest.mark.parametrize(
    ("text", "code"), [(None, 2), ("", 1), ("{}", 1), ("[1", 1), ("\x00\xff", 1)]
)
def test_a_corrupt_proof(
    tongban: Run, tmp_path: Path, text: str | None, code: int
) -> None:
    proof = tmp_path / "proof.json"
    if text is not None:
        proof.write_text(text, "latin-1")
    told = tongban("verify", proof)
    assert told.returncode == code
    assert told.stdout
    assert "Traceback" not in told.stderr


def test_no_installation(tongban: Run, tmp_path: Path) -> None:
    for command in (
        ["query", *ASKED, "--sql", COUNT],
        ["fsck"],
        ["serve", "--port", "0"],
        ["worker"],
        ["backup", tmp_path / "x.tar"],
    ):
        told = tongban(*command, "--home", tmp_path / "nothing")
        refused(told, str(tmp_path / "nothing"))
        assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize("command", ["init", "demo", "story"])
def test_a_folder_that_is_no_pack(tongban: Run, tmp_path: Path, command: str) -> None:
    told = tongban(command, "--home", tmp_path / "home", "--pack", tmp_path)
    assert told.returncode == 1
    assert "there is no pack.yaml" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_folder_of_something_else(tongban: Run, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("ten years")
    told = tongban("demo", "--home", tmp_path, "--pack", PACK)
    refused(told, "holds other files")
    assert (tmp_path / "thesis.txt").read_text() == "ten years"


def test_no_backup_at_all(tongban: Run, tmp_path: Path) -> None:
    file = tmp_path / "some.tar"
    refused(tongban("restore", file, "--home", tmp_path / "a"), "no whole backup")
    file.write_text("not a tar file")
    refused(tongban("restore", file, "--home", tmp_path / "a"), "no whole backup")
    assert not (tmp_path / "a").exists()


def test_an_unknown_area(tongban: Run) -> None:
    refused(tongban("bench", "speed"), "there is no area 'speed'")


def _little_room() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))


def test_a_full_disk_while_a_city_is_built(tmp_path: Path) -> None:
    """A file size that the system does not permit stands for a full disk."""
    home = tmp_path / "home"
    told = subprocess.run(
        [sys.executable, "-m", "tongban", "build", "--home", home, "--pack", PACK],
        env={
            "PATH": os.defpath,
            "LC_ALL": "C.UTF-8",
            # Compiled modules would be cut off at the limit as well.
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=_little_room,
    )
    assert told.returncode == 1
    assert "no room" in told.stderr
    assert "Traceback" not in told.stderr
    assert not (home / "practice.json").exists()
