"""`tongban link` on a practice city: figures for people and for programs."""

import json
from pathlib import Path

from tests.functional.conftest import Run


def test_a_linkage_is_run_and_told(tongban: Run, city: Path) -> None:
    told = tongban("link", "tenancy", "--home", city)
    assert told.returncode == 0, told.stderr
    first, second, third, *_ = told.stdout.splitlines()
    assert first.endswith("and 300 rows compared")
    assert "pairs linked" in second
    assert "reviews opened, 0 were waiting already" in third
    again = tongban("link", "tenancy", "--home", city, "--json")
    assert again.returncode == 0, again.stderr
    figures = json.loads(again.stdout)
    assert figures["opened"] == 0
    assert f"{figures['waiting']} reviews opened" in third
    assert f"version {figures['version']}" in second
    whole = tongban("fsck", "--home", city)
    assert whole.returncode == 0, whole.stderr


def test_an_unknown_linkage_is_refused_with_a_hint(
    tongban: Run, built_city: Path
) -> None:
    told = tongban("link", "tenant", "--home", built_city)
    assert told.returncode == 1
    assert "did you mean 'tenancy'?" in told.stderr
    assert told.stdout == ""
