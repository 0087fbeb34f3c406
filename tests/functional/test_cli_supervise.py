"""The supervisor: starts again what died, ends what it started, whatever happens."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tongban.cli.supervise import Child, Supervisor


PATIENCE_S = 20.0
SLEEPER = "import time; time.sleep(600)"
# Notes its own number, then waits for the parent's end of the pipe to close.
LEASHED = """
import os, sys, time
from tongban.cli.supervise import leash
leash()
with open(sys.argv[1], "w") as file:
    file.write(str(os.getpid()))
time.sleep(600)
"""
PARENT = """
import sys
from tongban.cli.supervise import Child, Supervisor
child = Child("child", [sys.executable, "-c", sys.argv[1], sys.argv[2]])
Supervisor([child], lambda line: print(line, flush=True)).run()
"""


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def is_alive(process: int) -> bool:
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def test_a_dead_child_is_started_again_after_a_pause() -> None:
    said: list[str] = []
    child = Child("sleeper", [sys.executable, "-c", SLEEPER])
    seen: list[int] = []

    def kill_it_once() -> None:
        if child.process is None:
            return
        if child.process.pid not in seen:
            seen.append(child.process.pid)
            if len(seen) == 1:
                child.process.kill()
            else:
                supervisor.stop.set()

    supervisor = Supervisor([child], said.append)
    begun = time.monotonic()
    supervisor.run(kill_it_once)
    assert len(seen) == 2
    assert said == ["sleeper ended with signal 9; again in 0.5 s"]
    assert time.monotonic() - begun >= 0.5
    assert not is_alive(seen[1])


def test_pauses_grow_while_a_child_cannot_start() -> None:
    said: list[str] = []
    child = Child("broken", [sys.executable, "-c", "raise SystemExit(3)"])
    supervisor = Supervisor([child], said.append)
    supervisor.run(lambda: supervisor.stop.set() if len(said) == 3 else None)
    assert said == [
        "broken ended with exit code 3; again in 0.5 s",
        "broken ended with exit code 3; again in 1 s",
        "broken ended with exit code 3; again in 2 s",
    ]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_no_child_outlives_its_supervisor(
    tmp_path: Path, number: signal.Signals
) -> None:
    note = tmp_path / "pid"
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, LEASHED, str(note)], stdout=subprocess.PIPE
    ) as parent:
        until(lambda: note.exists() and note.read_text() != "")
        child = int(note.read_text())
        parent.send_signal(number)
        code = parent.wait(PATIENCE_S)
    until(lambda: not is_alive(child))
    assert code == (-number if number == signal.SIGKILL else 0)


def test_a_child_that_does_not_end_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tongban.cli.supervise.GRACE_S", 0.3)
    ready = tmp_path / "ready"
    deaf = (
        "import signal, time, pathlib; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        f"pathlib.Path({str(ready)!r}).touch(); time.sleep(600)"
    )
    said: list[str] = []
    child = Child("deaf", [sys.executable, "-c", deaf])
    supervisor = Supervisor([child], said.append)
    supervisor.run(lambda: supervisor.stop.set() if ready.exists() else None)
    assert said == ["deaf does not end: killed"]
    assert child.process is not None
    assert child.process.returncode == -signal.SIGKILL
    assert os.getpgid(0) != child.process.pid
