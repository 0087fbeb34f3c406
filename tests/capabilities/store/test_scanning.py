"""Uploads are shown to the site's scanner before they are kept; a real program."""

import io
from pathlib import Path
from typing import Any

import pytest
from tests.capabilities.qinghe import citizen

from tongban.store import files
from tongban.store.scanning import Harmful, Unscanned


pytestmark = pytest.mark.usefixtures("installed")

CLEAN = b"%PDF-1.7\nhello"
BAD = b"%PDF-1.7\nHARMFUL-TEST-STRING"


@pytest.fixture
def scanner(tmp_path: Path, settings: Any) -> None:
    """Finds what it is told to find, as a virus scanner finds its signatures."""
    program = tmp_path / "scan"
    program.write_text('#!/bin/sh\ngrep -q HARMFUL "$1" && exit 1\nexit 0\n')
    program.chmod(0o700)
    settings.SCANNER = (str(program),)


@pytest.mark.usefixtures("scanner")
def test_a_harmless_file_is_kept() -> None:
    assert files.keep(io.BytesIO(CLEAN), by=citizen()).startswith("file:")


@pytest.mark.usefixtures("scanner")
def test_a_harmful_file_is_refused_and_leaves_nothing(settings: Any) -> None:
    with pytest.raises(Harmful):
        files.keep(io.BytesIO(BAD), by=citizen())
    assert [p for p in settings.HOME.files.rglob("*") if p.is_file()] == []


@pytest.mark.parametrize("command", [("/nowhere/scan",), ("/bin/sh", "-c", "exit 2")])
def test_a_scanner_that_cannot_tell_lets_nothing_in(
    command: tuple[str, ...], settings: Any
) -> None:
    settings.SCANNER = command
    with pytest.raises(Unscanned):
        files.keep(io.BytesIO(CLEAN), by=citizen())
    assert [p for p in settings.HOME.files.rglob("*") if p.is_file()] == []
