"""The command as people run it, and a small practice city built by it once."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


ROOT = Path(__file__).parents[2]
PACK = ROOT / "packs" / "yunzhou"
ZYGOTE = Path(__file__).with_name("zygote.py")
RESIDENTS = 300
# The code that stands here is tried, wherever another is installed.
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LC_ALL": "C.UTF-8",
    "PYTHONPATH": str(ROOT / "src"),
}

Told = subprocess.CompletedProcess[str]
Run = Callable[..., Told]


@pytest.fixture(scope="session")
def tongban(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Run ``tongban`` with some words, in a process of its own (see zygote.py)."""
    folder = tmp_path_factory.mktemp("streams")
    out, err = folder / "out", folder / "err"
    with subprocess.Popen(
        [sys.executable, ZYGOTE],
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        requests, answers = process.stdin, process.stdout

        def run(*words: object, cwd: Path = ROOT) -> Told:
            request = {
                "words": [str(word) for word in words],
                "env": ENVIRONMENT,
                "cwd": str(cwd),
                "out": str(out),
                "err": str(err),
            }
            requests.write(f"{json.dumps(request)}\n")
            requests.flush()
            code = int(answers.readline())
            said = (path.read_text("utf-8", "replace") for path in (out, err))
            return Told(request["words"], code, *said)

        yield run
        requests.close()


@pytest.fixture(scope="session")
def built_city(tongban: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A practice city's home, for tests that only look."""
    home = tmp_path_factory.mktemp("city") / "home"
    made = tongban("build", "--home", home, "--residents", RESIDENTS)
    assert made.returncode == 0, made.stderr
    return home


@pytest.fixture
def city(built_city: Path, tmp_path: Path) -> Path:
    """A copy of the practice city, for tests that change it."""
    return Path(shutil.copytree(built_city, tmp_path / "home"))
