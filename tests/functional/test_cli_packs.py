"""The life of a pack on the command line: new, check, test, diff."""

import shutil
from pathlib import Path

import pytest
from tests.functional.conftest import PACK, Run


def test_a_new_pack_is_sound_and_its_examples_hold(
    tongban: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "rivertown"
    made = tongban("new", folder)
    assert made.returncode == 0, made.stderr
    assert made.stdout.splitlines()[-1] == f"next: tongban check {folder}"
    checked = tongban("check", folder)
    assert checked.returncode == 0, checked.stderr
    assert ": sound; " in checked.stdout
    tried = tongban("test", folder)
    assert tried.returncode == 0, tried.stderr
    assert "examples hold" in tried.stdout


def test_new_does_not_overwrite(tongban: Run, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine")
    made = tongban("new", tmp_path)
    assert made.returncode == 1
    assert "is not an empty folder" in made.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]


def test_the_practice_pack_is_sound(tongban: Run) -> None:
    checked = tongban("check", PACK)
    assert checked.returncode == 0, checked.stderr
    assert checked.stdout.startswith("national → donghai → yunzhou: sound; ")


def test_the_examples_of_the_practice_pack_hold(tongban: Run) -> None:
    tried = tongban("test", PACK)
    assert tried.returncode == 0, tried.stderr
    count, _, total, *_ = tried.stdout.split()
    assert count == total != "0"


@pytest.fixture
def altered(tmp_path: Path) -> Path:
    """The practice packs with one promise taken back and one mistake to make."""
    packs = Path(shutil.copytree(PACK.parent, tmp_path / "packs"))
    return packs / PACK.name


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_a_mistake_is_named_with_its_place(tongban: Run, altered: Path) -> None:
    grants = altered / "grants.yaml"
    replace(grants, "dataset: population.person", "dataset: population.persn")
    line = grants.read_text("utf-8").split("population.persn")[0].count("\n") + 1
    checked = tongban("check", altered)
    assert checked.returncode == 1
    assert f"grants.yaml:{line}:" in checked.stderr
    assert "did you mean 'population.person'?" in checked.stderr
    assert "Traceback" not in checked.stderr


def test_a_wrong_example_is_named(tongban: Run, altered: Path) -> None:
    replace(
        altered / "tests" / "one-thing.yaml", "promised-days: 9", "promised-days: 8"
    )
    tried = tongban("test", altered)
    assert tried.returncode == 1
    assert "one-thing.yaml" in tried.stderr


def test_diff_says_what_protects_less(tongban: Run, altered: Path) -> None:
    replace(
        altered / "services" / "open-restaurant.yaml",
        "decision: {promised: 8}",
        "decision: {promised: 9}",
    )
    told = tongban("diff", PACK, altered)
    assert told.returncode == 0, told.stderr
    (line,) = told.stdout.splitlines()
    assert "market.food-permit.new" in line
    assert line.endswith("8 → 9 [loosened]")


def test_diff_of_equal_packs_is_silent(tongban: Run) -> None:
    told = tongban("diff", PACK, PACK)
    assert (told.returncode, told.stdout) == (0, "")


def test_a_folder_that_is_no_pack(tongban: Run, tmp_path: Path) -> None:
    checked = tongban("check", tmp_path / "nowhere")
    assert checked.returncode == 1
    assert "there is no pack.yaml in it" in checked.stderr
