"""A practice city for browsers: built by the product's own command, served by it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen


# The code that stands here is tried, wherever another is installed.
SOURCE = Path(__file__).parents[3] / "src"
RESIDENTS = 2000
# A Monday before a week without holidays, so that clocks can be read aloud.
NOW = "2026-11-23T09:00:00+08:00"
READY_S = 60
END_S = 20


@dataclass(frozen=True, slots=True)
class Site:
    """A served city: where it answers, and the state folder it stands on."""

    address: str
    home: Path

    def url(self, path: str) -> str:
        return f"{self.address}{path}"


def build(home: Path, log: Path) -> str:
    """Run `tongban demo` until its pages answer, end it; what it printed."""
    port = free_port()
    with _running("demo", home, port, log, "--residents", str(RESIDENTS)):
        _wait_for(port, log)
        # The cast is introduced a moment after the first answer.
        _wait_until(lambda: "Ctrl-C" in log.read_text("utf-8"), log)
    return log.read_text("utf-8")


@contextmanager
def served(home: Path, log: Path, now: str = NOW) -> Iterator[Site]:
    """`tongban serve` on a free port of the loopback, ended afterwards.

    One process for pages: the practice clocks of two would differ by a moment.
    Without ``now`` it has the machine's own clock.
    """
    port = free_port()
    with _running("serve", home, port, log, "--workers", "1", now=now):
        _wait_for(port, log)
        yield Site(f"http://127.0.0.1:{port}", home)


def copied(built: Path, home: Path) -> Path:
    """A city of one's own, as ``built`` left it."""
    shutil.copytree(built, home)
    return home


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(home: Path, now: str = NOW) -> dict[str, str]:
    """What the processes are told: this machine's own settings do not matter."""
    ours = os.environ  # noqa: TID251
    kept = {name: ours[name] for name in ("PATH", "HOME", "LANG") if name in ours}
    here = {"PYTHONPATH": str(SOURCE), "TONGBAN_HOME": str(home)}
    return {**kept, **here, "TONGBAN_NOW": now}


@contextmanager
def _running(
    command: str, home: Path, port: int, log: Path, *words: str, now: str = NOW
) -> Iterator[None]:
    line = [sys.executable, "-m", "tongban", command, "--home", str(home)]
    with log.open("w") as output:
        process = subprocess.Popen(
            [*line, "--port", str(port), *words],
            env=environment(home, now),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(END_S)


def _wait_for(port: int, log: Path) -> None:
    def answers() -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{port}/verify/", timeout=5) as response:
                return bool(response.status == 200)
        except (URLError, ConnectionError, TimeoutError):
            return False

    _wait_until(answers, log)


def _wait_until(reached: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + READY_S
    while not reached():
        if time.monotonic() > deadline:
            raise TimeoutError(log.read_text("utf-8")[-4000:])
        time.sleep(0.1)
