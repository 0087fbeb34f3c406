"""What a process is told to work at a home."""

import subprocess
import sys
from pathlib import Path

import pytest

from tongban.cli.frame import environment
from tongban.cli.practice_record import Practice, record


TOLD = "import tongban.web.settings as s; print(repr(s.PRACTICE_PASSWORD))"


@pytest.mark.parametrize(("practice", "password"), [(True, "rain"), (False, "")])
def test_only_a_practice_city_has_a_practice_password(
    practice: bool, password: str, tmp_path: Path
) -> None:
    if practice:
        record(tmp_path, Practice(300, "rain"))
    inherited = {"TONGBAN_PRACTICE_PASSWORD": "of-another-city"}
    told = subprocess.run(
        [sys.executable, "-c", TOLD],
        env=inherited | environment(tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == repr(password)
