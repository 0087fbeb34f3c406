"""`tongban source inspect`: a draft that its officer can finish, and nobody's data."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.functional.conftest import PACK, Run


NUMBERS = ["990101199003070015", "99010119900307004X", "990101199003070074"]


@pytest.fixture
def register(tmp_path: Path) -> Path:
    path = tmp_path / "clinic.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE visit (SFZH TEXT PRIMARY KEY, XM TEXT)")
        rows = list(zip(NUMBERS, ["王伟", "李芳", "张敏"], strict=True))
        connection.executemany("INSERT INTO visit VALUES (?, ?)", rows)
        connection.commit()
    return path


def test_a_draft_becomes_part_of_a_pack(
    tongban: Run, register: Path, tmp_path: Path
) -> None:
    packs = tmp_path / "packs"
    shutil.copytree(PACK.parent, packs)
    told = tongban(
        "source", "inspect", register, "--pack", packs / "yunzhou",
        "--output", packs / "yunzhou" / "catalog", "--home", tmp_path / "none",
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    assert "3 rows read" in told.stderr
    assert "to fill in:" in told.stderr
    draft = packs / "yunzhou" / "catalog" / "clinic.visit.yaml"
    text = draft.read_text("utf-8")
    assert [each for each in (*NUMBERS, "王伟") if each in text + told.stderr] == []
    text = text.replace("provider: TODO", "provider: public-security")
    text = text.replace("duty: TODO", "duty: population.register")
    draft.write_text(text.replace("TODO", "待定"), "utf-8")
    checked = tongban("check", packs / "yunzhou")
    assert checked.returncode == 0, checked.stderr


def test_a_draft_goes_to_standard_output(tongban: Run, register: Path) -> None:
    told = tongban("source", "inspect", register)
    assert told.stdout.startswith("# Drafted from sqlite clinic, table visit")
    assert "element: clinic.visit.sfzh" in told.stdout


def test_a_department_by_its_name(tongban: Run, built_city: Path) -> None:
    told = tongban(
        "source", "inspect", "police", "--table", "person", "--home", built_city
    )
    assert told.returncode == 0, told.stderr
    assert "source: {sqlite: police, table: person}" in told.stdout
    assert "# 公民身份号码: 300 of 300 values" in told.stdout


def test_no_draft_is_written_over_a_file(
    tongban: Run, register: Path, tmp_path: Path
) -> None:
    (tmp_path / "clinic.visit.yaml").write_text("mine")
    told = tongban("source", "inspect", register, "--output", tmp_path)
    assert told.returncode == 1
    assert (tmp_path / "clinic.visit.yaml").read_text() == "mine"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["nothing-there"], "is no source"),
        (["oracle://h/d"], "this names no kind of source"),
        (["mysql://me:secret@127.0.0.1/d"], "a URL holds neither user nor password"),
        (["mysql://127.0.0.1:1/d"], "it cannot be looked at"),
        (["https://tax.example/api"], "an interface cannot be looked at"),
    ],
)
def test_what_cannot_be_looked_at(tongban: Run, words: list[str], why: str) -> None:
    told = tongban("source", "inspect", *words)
    assert told.returncode == 1
    assert why in told.stderr
    assert "secret" not in told.stderr
    assert "Traceback" not in told.stderr
