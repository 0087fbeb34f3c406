"""Good packs are accepted, the shipped ones among them, and quickly."""

import shutil
import time
from pathlib import Path

import pytest
from tests.handlers import HANDLERS
from tests.sections import SECTIONS

from tongban.pack.examples import run_examples
from tongban.pack.loader import check, load


HERE = Path(__file__).parent
EDGE = sorted((HERE / "edge").glob("*.yaml"))
SHIPPED = HERE.parents[1] / "packs"
WHOLE = [SHIPPED / name for name in ("national", "donghai", "yunzhou")] + [
    HERE / "good"
]


@pytest.mark.parametrize("case", EDGE, ids=lambda path: path.stem)
def test_is_accepted(case: Path, lower: Path) -> None:
    shutil.copy(case, lower / case.name)
    pack, problems = check(lower)
    assert [str(problem) for problem in problems] == []
    assert pack is not None


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: path.name)
def test_a_whole_pack_is_accepted(path: Path) -> None:
    _, problems = check(path, handlers=HANDLERS, sections=SECTIONS)
    assert [str(problem) for problem in problems] == []


def test_a_whole_city_is_checked_within_a_second() -> None:
    start = time.process_time()
    check(SHIPPED / "yunzhou", handlers=HANDLERS, sections=SECTIONS)
    assert time.process_time() - start < 1


def test_the_examples_of_the_shipped_city_pass() -> None:
    results = run_examples(
        load(SHIPPED / "yunzhou", handlers=HANDLERS, sections=SECTIONS)
    )
    assert {
        each.example.title: each.failures for each in results if each.failures
    } == {}
    assert len(results) >= 10
