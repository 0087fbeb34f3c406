"""All of these tests once more, on PostgreSQL."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from tests.capabilities.postgresql import programs, server


HERE = Path(__file__).parent
WITHIN = connection.vendor == "postgresql"


@pytest.mark.skipif(WITHIN, reason="this is the run on PostgreSQL")
@pytest.mark.skipif(
    programs() is None,
    reason="no PostgreSQL here: the store is tested on SQLite alone",
)
def test_the_store_does_the_same_on_postgresql(capfd: pytest.CaptureFixture) -> None:
    with server() as url:
        run = subprocess.run(
            [sys.executable, "-m", "pytest", HERE, "-q", "-p", "no:cacheprovider"],
            env={**os.environ, "DATABASE_URL": url},  # noqa: TID251
            cwd=HERE.parents[2],
            capture_output=True,
            text=True,
            check=False,
        )
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
    with capfd.disabled():
        sys.stdout.write(f"\non PostgreSQL: {run.stdout.splitlines()[-1]}\n")
