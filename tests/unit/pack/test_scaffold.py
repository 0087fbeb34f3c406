"""A new pack."""

from pathlib import Path

import pytest

from tongban.pack.loader import check
from tongban.pack.scaffold import FolderNotEmpty, scaffold


def test_a_new_pack_is_accepted_as_it_stands(tmp_path: Path) -> None:
    files = scaffold(tmp_path / "new")
    assert tmp_path / "new" / "pack.yaml" in files
    pack, problems = check(tmp_path / "new")
    assert problems == ()
    assert pack is not None


def test_every_kind_of_file_explains_itself(tmp_path: Path) -> None:
    for path in scaffold(tmp_path):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert first.startswith(("# ", "-- "))


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    scaffold(tmp_path / "new")
    with pytest.raises(FolderNotEmpty, match="not an empty folder"):
        scaffold(tmp_path / "new")
    (tmp_path / "file").write_text("mine")
    with pytest.raises(FolderNotEmpty):
        scaffold(tmp_path / "file")
