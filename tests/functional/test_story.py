"""The flagship story, headless: told, checked, and its facts for programs."""

import json
import os
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.functional.conftest import RESIDENTS, Run

from tongban.kernel.ledger import verifier


@pytest.fixture(scope="module")
def told(tongban: Run, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The facts of a story in a city of its own, and where its proof is."""
    folder = tmp_path_factory.mktemp("story")
    proof = folder / "proof.json"
    run = tongban(
        "story", "--json", "--residents", RESIDENTS, "--proof", proof, cwd=folder
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_the_facts_have_the_promised_keys(told: Any) -> None:
    assert told.keys() >= {
        *("case", "items", "prefilled", "asked", "receipts", "leaves"),
        *("checkpoint", "proof", "seconds"),
    }
    for item in told["items"]:
        assert item.keys() >= {
            *("item", "organization", "outcome", "automatic", "opened"),
            *("decided", "due", "certificate"),
        }


def test_four_items_at_three_departments_are_granted(told: Any) -> None:
    assert {item["step"] for item in told["items"]} == {
        "licence",
        "food",
        "sign",
        "fire",
    }
    assert {item["organization"] for item in told["items"]} == {
        "market-regulation",
        "urban-management",
        "fire-rescue",
    }
    assert {item["outcome"] for item in told["items"]} == {"granted"}
    certificates = {item["certificate"] for item in told["items"]}
    assert len(certificates) == 4
    assert None not in certificates


def test_the_licence_is_decided_at_once_and_the_rest_begins_with_it(told: Any) -> None:
    items = {item["step"]: item for item in told["items"]}
    licence = items.pop("licence")
    assert licence["automatic"]
    assert licence["decided"] == licence["opened"]
    assert {item["opened"] for item in items.values()} == {licence["decided"]}
    assert not any(item["automatic"] for item in items.values())


def test_every_item_is_decided_by_its_promised_day(told: Any) -> None:
    # The story begins on Monday 2026-11-23; the promises are 8, 5 and 5 working days
    # from acceptance on the 23rd or later, and no holiday lies between.
    latest = {"food": date(2026, 12, 4), "sign": date(2026, 12, 4)}
    for item in told["items"]:
        if item["due"] is not None:
            decided = datetime.fromisoformat(item["decided"]).date()
            assert decided <= date.fromisoformat(item["due"])
            assert date.fromisoformat(item["due"]) <= latest.get(
                item["step"], date(2026, 12, 4)
            )


def test_more_is_known_than_asked_and_nothing_twice(told: Any) -> None:
    assert len(told["prefilled"]) > len(told["asked"]) > 0
    assert not set(told["prefilled"]) & set(told["asked"])


def test_the_proof_holds_without_the_product(told: Any, tmp_path: Path) -> None:
    assert told["proof"]["verified"] is True
    alone = tmp_path / "verifier.py"
    alone.write_text(Path(verifier.__file__).read_text("utf-8"), "utf-8")
    checked = subprocess.run(
        [sys.executable, "-I", "-S", alone, told["proof"]["file"], "--lang", "en"],
        env={"PATH": os.defpath},
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout
    assert checked.stdout.decode().count("\n") > told["leaves"]


def test_the_account_is_told_in_both_languages(tongban: Run, city: Path) -> None:
    command = ("story", "--home", city, "--residents", RESIDENTS)
    chinese = tongban(*command)
    assert chinese.returncode == 0, chinese.stderr
    assert "项承诺全部兑现" in chinese.stdout
    english = tongban(*command, "--lang", "en")
    assert english.returncode == 0, english.stderr
    assert "promises kept" in english.stdout
    assert chinese.stdout.count("✓") == english.stdout.count("✓") > 10


def test_a_broken_promise_is_named(tongban: Run, city: Path) -> None:
    (city / "departments" / "health.sqlite").unlink()
    told = tongban("story", "--home", city, "--residents", RESIDENTS, "--lang", "en")
    assert told.returncode == 1
    assert "broken promise: no-source-down" in told.stderr
    assert "health.certificate" in told.stderr
    assert "Traceback" not in told.stderr
