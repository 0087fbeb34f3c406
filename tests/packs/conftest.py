"""The pack that `tongban new` writes, and an empty one that extends it."""

from pathlib import Path

import pytest

from tongban.pack.scaffold import scaffold


LOWER = """
name: lower
title: {zh: 下级, en: Lower}
extends: mytown
version: 1.0.0
division: "990199"
"""


@pytest.fixture
def lower(tmp_path: Path) -> Path:
    scaffold(tmp_path / "mytown")
    folder = tmp_path / "lower"
    folder.mkdir()
    (folder / "pack.yaml").write_text(LOWER, encoding="utf-8")
    return folder
