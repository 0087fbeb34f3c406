"""kill -9 at any moment: what was acknowledged is there, and all is whole."""

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tongban.home import Home


ROOT = Path(__file__).parents[3]
KILLS = 4


@pytest.fixture
def installed() -> None:
    """Instead of the test database: the processes have one of their own."""


def office(home: Home, task: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.capabilities.store.busy_office", task],
        env={
            "PATH": os.defpath,
            "TONGBAN_HOME": str(home.path),
            "DJANGO_SETTINGS_MODULE": "tongban.web.settings",
        },
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def lines(text: str) -> list[dict[str, Any]]:
    """The whole lines: the last may be cut off with the process."""
    return [json.loads(line) for line in text.split("\n")[:-1]]


@pytest.mark.skipif(
    connection.vendor != "sqlite",
    reason="a client's death is a thing that PostgreSQL itself looks after",
)
def test_nothing_acknowledged_is_lost(home: Home) -> None:
    prepared = office(home, "prepare")
    assert prepared.communicate()[1] == ""
    chance = random.Random(20261123)
    acknowledged: dict[str, int] = {}
    size = 0
    for _ in range(KILLS):
        process = office(home, "work")
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(chance.uniform(0, 0.6))
        process.kill()
        rest, errors = process.communicate()
        for told in lines(first + rest):
            size = max(size, told.get("size", 0))
            if "number" in told:
                acknowledged[told["number"]] = told["version"]
        assert first, errors
        (found,) = lines(office(home, "check").communicate()[0])
        assert found["problems"] == []
        assert found["size"] >= size
        for number, version in acknowledged.items():
            assert found["stored"].get(number, 0) >= version
    assert len(acknowledged) >= KILLS
