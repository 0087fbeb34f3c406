"""kill -9 while certificates are issued: nothing is lost, and nothing is doubled."""

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
KILLS = 3


def issuer(home: Home, task: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.capabilities.certificates.busy_issuer", task],
        env={
            "PATH": os.defpath,
            "PYTHONPATH": str(ROOT / "src"),
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
def test_a_copy_that_was_acknowledged_is_there_once(home: Home) -> None:
    prepared = issuer(home, "prepare")
    assert prepared.communicate()[1] == ""
    chance = random.Random(20261123)
    acknowledged: dict[int, int] = {}
    for _ in range(KILLS):
        process = issuer(home, "work")
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(chance.uniform(0, 0.3))
        process.kill()
        rest, errors = process.communicate()
        assert first, errors
        for told in lines(first + rest):
            # Every wallet that asks again is given its own place again.
            assert (
                acknowledged.setdefault(told["wallet"], told["status"])
                == (told["status"])
            )
        (found,) = lines(issuer(home, "check").communicate()[0])
        assert found["problems"] == []
        assert found["certificates"] == 1
        assert set(acknowledged.values()) <= set(found["places"])
        assert len(set(found["places"])) == len(found["places"]) == found["leaves"]
    assert len(acknowledged) >= KILLS
