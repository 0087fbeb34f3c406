"""A small good pack, written anew for each test that changes it."""

from pathlib import Path

import pytest

from tongban.pack.loader import load
from tongban.pack.model import Pack
from tongban.pack.scaffold import scaffold


@pytest.fixture
def town(tmp_path: Path) -> Path:
    folder = tmp_path / "mytown"
    scaffold(folder)
    return folder


@pytest.fixture
def pack(town: Path) -> Pack:
    return load(town)
