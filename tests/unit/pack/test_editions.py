"""Versions of an item in one pack: each over the one before, each judged."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from tongban.kernel.case.declaration import CaseType
from tongban.pack.loader import check, load
from tongban.pack.model import Pack


CHANGED = """
- item: library.card
  override: true
  since: 2026-01-01
  changes:
    - since: 2026-06-01
      decision: {promised: 2}
      guide:
        conditions: {zh: 年满五周岁, en: From five years on}
    - since: 2027-01-01
      version: 5
      until: 2027-12-31
      decision: {promised: 1}
"""


@pytest.fixture
def changed(town: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "changed"
    folder.mkdir()
    head = f"name: changed\ntitle: {{zh: 改, en: C}}\nextends: {town.name}\n"
    (folder / "pack.yaml").write_text(
        f'{head}version: 1.0.0\ndivision: "990199"\n', encoding="utf-8"
    )
    if town.parent != tmp_path:
        shutil.copytree(town, tmp_path / town.name)
    (folder / "items.yaml").write_text(CHANGED, encoding="utf-8")
    return folder


def promised(kind: CaseType) -> int | None:
    assert kind.decision is not None
    return kind.decision.promised


def test_each_version_is_laid_over_the_one_before(changed: Path) -> None:
    versions = load(changed).versions["library.card"]
    assert [
        (each.version, each.since, each.until, promised(each)) for each in versions
    ] == [
        (1, date(2026, 1, 1), date(2026, 5, 31), 3),
        (2, date(2026, 6, 1), date(2026, 12, 31), 2),
        (5, date(2027, 1, 1), date(2027, 12, 31), 1),
    ]
    guides = [each.guide for each in versions]
    assert [guide and guide.conditions and guide.conditions.zh for guide in guides] == [
        "年满六周岁的本县居民",
        "年满五周岁",
        "年满五周岁",
    ]


@pytest.mark.parametrize(
    ("day", "version"),
    [
        (date(2025, 12, 31), 1),
        (date(2026, 5, 31), 1),
        (date(2026, 6, 1), 2),
        (date(2028, 1, 1), 5),
    ],
)
def test_the_pack_of_a_day(changed: Path, day: date, version: int) -> None:
    pack = load(changed)
    assert pack.dated
    assert pack.on(day).case_types["library.card"].version == version
    assert pack.on(day).case_types["library.seat"].version == 1


def test_every_version_is_judged(changed: Path) -> None:
    path = changed / "items.yaml"
    path.write_text(CHANGED.replace("promised: 1}", "promised: 21}"), encoding="utf-8")
    _, problems = check(changed)
    assert {problem.rule for problem in problems} == {
        "promise-beyond-law",
        "clock-loosened",
    }
    assert {problem.mark.line for problem in problems} == {13}


def test_what_is_wrong_in_all_versions_is_told_once(changed: Path) -> None:
    path = changed / "items.yaml"
    path.write_text(
        CHANGED.replace("  since: 2026-01-01", "  head: nobody\n  since: 2026-01-01"),
        encoding="utf-8",
    )
    _, problems = check(changed)
    assert [problem.rule for problem in problems] == ["unknown-post"]


def test_a_pack_without_versions_does_not_care_for_the_day(pack: Pack) -> None:
    assert not pack.dated
