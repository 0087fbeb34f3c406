"""Mirroring at the update cycle: addresses of the site, files and folders anew."""

import os
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.capabilities.qinghe import MONDAY, PACK

from tongban.cli.installed import mirrors
from tongban.home import Home
from tongban.store import jurisdiction, lake


CODE = "population.person"
ROWS = "id_number,name,birth_date,alive\n990201199003070010,何小雨,1990-03-07,1\n"


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the worker of another test looked at is not known to this one."""
    monkeypatch.setattr(mirrors, "_looked", {})
    monkeypatch.setattr(mirrors, "_seen", {})


@pytest.fixture
def dropping(home: Home, tmp_path: Path, settings: Any) -> Home:
    """The small pack, with the register of people dropped as files."""
    pack = tmp_path / "packs" / "good"
    shutil.copytree(PACK, pack)
    for path in pack.rglob("*.yaml"):
        text = path.read_text("utf-8")
        changed = text.replace("{sqlite: police, table: person}", "{file: people}")
        path.write_text(changed, "utf-8")
    settings.HOME = Home.create(home.path, pack=pack, origin=home.origin)
    jurisdiction.forget()
    return settings.HOME


def test_a_folder_is_taken_when_a_file_of_it_is_new(dropping: Home) -> None:
    folder = dropping.dropped / CODE
    folder.mkdir()
    (folder / "1.csv").write_text(ROWS, "utf-8")
    assert CODE in mirrors.refresh(MONDAY)
    later = MONDAY + timedelta(minutes=1)
    assert CODE not in mirrors.refresh(later)
    more = folder / "2.csv"
    more.write_text(ROWS.replace("0010,何小雨", "0029,罗成"), "utf-8")
    soon = more.stat().st_mtime + 5
    os.utime(more, (soon, soon))
    assert CODE in mirrors.refresh(later)
    switches = lake.history(dropping.lake, CODE)
    assert [switch.rows for switch in switches] == [1, 2]


def test_a_folder_elsewhere_by_the_sites_address(
    dropping: Home, tmp_path: Path
) -> None:
    share = tmp_path / "share"
    share.mkdir()
    (share / "all.csv").write_text(ROWS, "utf-8")
    dropping.sources.write_text(f'[people]\nurl = "file:{share}"\n')
    assert CODE in mirrors.refresh(MONDAY)


def test_a_department_elsewhere_by_the_sites_address(home: Home) -> None:
    there = home.path / "elsewhere.sqlite"
    home.department("police").rename(there)
    assert CODE not in mirrors.refresh(MONDAY)
    home.sources.write_text(f'[police]\nurl = "sqlite:{there}"\n')
    assert CODE in mirrors.refresh(MONDAY + timedelta(days=1))
