"""init, demo and serve: an installation made, served, and ended in order."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest
from tests.functional.conftest import PACK, RESIDENTS, ROOT, Run


PATIENCE_S = 90.0


class Served:
    """A `tongban` process that serves, with what it printed so far."""

    def __init__(self, process: subprocess.Popen[str], said: Path) -> None:
        self.process, self.file = process, said

    @property
    def said(self) -> str:
        return self.file.read_text("utf-8")

    def until(self, pattern: str) -> re.Match[str]:
        deadline = time.monotonic() + PATIENCE_S
        while (found := re.search(pattern, self.said)) is None:
            assert self.process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.05)
        return found

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_S)


@contextmanager
def serving(said: Path, *words: object) -> Iterator[Served]:
    with said.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "tongban", *map(str, words)],
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            cwd=ROOT,
            stdout=out,
            stderr=subprocess.STDOUT,
            text=True,
        )
    try:
        yield Served(process, said)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(port: int, path: str = "/") -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={"Host": "localhost"})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def children() -> dict[int, set[int]]:
    """The living processes of this machine by the process that started them."""
    found: dict[int, set[int]] = defaultdict(set)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if words[0] != "Z":
            found[int(words[1])].add(int(stat.parent.name))
    return found


def descendants(process: int) -> set[int]:
    """Every process that this one started, or that those started."""
    started, found, todo = children(), set(), {process}
    while todo:
        todo = {child for parent in todo for child in started[parent]} - found
        found |= todo
    return found


def child_called(name: str, parent: int) -> int | None:
    """The process `tongban <name>` that this very process started."""
    for process in children()[parent]:
        if f"tongban\0{name}\0" in Path(f"/proc/{process}/cmdline").read_text():
            return process
    return None


def test_init_makes_an_installation_that_serve_takes_up(
    tongban: Run, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    made = tongban("init", "--home", home, "--pack", PACK)
    assert made.returncode == 0, made.stderr
    assert "云州市 · Yunzhou City" in made.stdout
    key = re.search(r"key (\S+)", made.stdout)
    assert key is not None
    again = tongban("init", "--home", home, "--pack", PACK)
    assert key[1] in again.stdout
    port = free_port()
    with serving(tmp_path / "said", "serve", "--home", home, "--port", port) as served:
        served.until("ready in")
        status, page = get(port)
        assert status == 200
        assert "云州市" in page
        assert get(port, "/static/web/tongban.css")[0] == 200
        assert served.end() == 0
        # A real installation shows nobody a password.
        assert "tongban-2026" not in served.said


def test_demo_introduces_the_cast_and_leaves_no_process(
    city: Path, tmp_path: Path
) -> None:
    port = free_port()
    words = ("demo", "--home", city, "--port", port)
    with serving(tmp_path / "said", *words) as served:
        served.until("Ctrl-C")
        assert f"http://localhost:{port}/" in served.said
        for word in ("lin.wan", "tongban-2026", "Lin Wan", "林晚", "auditor"):
            assert word in served.said
        assert "building" not in served.said, "the city that is there is reused"
        assert get(port)[0] == 200
        started = descendants(served.process.pid)
        assert len(started) >= 3
        assert served.end(signal.SIGINT) == 0
        deadline = time.monotonic() + PATIENCE_S
        while started & descendants(1):
            assert time.monotonic() < deadline, "a process was left behind"
            time.sleep(0.05)


@pytest.mark.parametrize("name", ["pages", "worker"])
def test_a_dead_process_is_started_again(city: Path, tmp_path: Path, name: str) -> None:
    port = free_port()
    words = ("serve", "--home", city, "--port", port)
    with serving(tmp_path / "said", *words) as served:
        served.until("ready in")
        served.until("worker: ready")
        victim = child_called(name, served.process.pid)
        assert victim is not None
        os.kill(victim, signal.SIGKILL)
        served.until(f"{name} ended with signal 9; again in 0.5 s")
        deadline = time.monotonic() + PATIENCE_S
        while child_called(name, served.process.pid) in (None, victim):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert served.end() == 0


def test_the_worker_signs_what_was_recorded(
    tongban: Run, city: Path, tmp_path: Path
) -> None:
    with serving(tmp_path / "said", "worker", "--home", city) as served:
        served.until("worker: ready")
        tongban(
            *("query", "--home", city, "--as", "data-bureau"),
            *("--purpose", "population.planning"),
            *("--sql", "SELECT count(*) FROM population.person"),
        )
        served.until(r"ledger: checkpoint over \d+ leaves")
        assert served.end() == 0
        assert "worker: ended" in served.said


def test_the_worker_takes_over_what_was_dropped(city: Path, tmp_path: Path) -> None:
    file = next((city / "dropped").glob("*.csv"))
    rows = file.read_text("utf-8").splitlines()
    file.write_text("\r\n".join(rows[:-1]) + "\r\n", "utf-8")
    pointer = city / "lake" / file.stem / "current"
    before = pointer.read_text("ascii")
    with serving(tmp_path / "said", "worker", "--home", city) as served:
        served.until(f"lake: mirrored .*{re.escape(file.stem)}")
        assert served.end() == 0
    assert pointer.read_text("ascii") != before


def test_the_worker_goes_on_without_a_source(city: Path, tmp_path: Path) -> None:
    file = next((city / "dropped").glob("*.csv"))
    file.write_bytes(b"\xff\xfe no table")
    with serving(tmp_path / "said", "worker", "--home", city) as served:
        served.until(f"lake: {re.escape(file.stem)}: ")
        served.until(r"ledger: checkpoint|worker: ready")
        assert served.end() == 0
        assert "Traceback" not in served.said


def test_a_taken_port_is_told(tongban: Run, city: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        for command in ("demo", "serve"):
            told = tongban(command, "--home", city, "--port", port)
            assert told.returncode == 1
            assert f"port {port} is taken" in told.stderr
            assert f"--port {port + 1}" in told.stderr


def test_a_half_built_city_is_built_anew(tongban: Run, city: Path) -> None:
    (city / "practice.json").unlink()
    (city / "building").touch()
    (city / "departments" / "police.sqlite").write_bytes(b"half")
    told = tongban("story", "--home", city, "--residents", RESIDENTS)
    assert told.returncode == 0, told.stdout + told.stderr
    assert f"building a city of {RESIDENTS} residents" in told.stderr
    assert not (city / "building").exists()


def test_a_build_that_is_killed_is_taken_up_by_the_next(
    tongban: Run, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    words = ("build", "--home", home, "--residents", RESIDENTS)
    with serving(tmp_path / "said", *words) as building:
        deadline = time.monotonic() + PATIENCE_S
        while not (home / "tongban.sqlite3").exists():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        building.end(signal.SIGKILL)
    assert not (home / "practice.json").exists()
    told = tongban("build", "--home", home, "--residents", RESIDENTS)
    assert told.returncode == 0, told.stderr
    assert (home / "practice.json").exists()
    assert tongban("fsck", "--home", home).returncode == 0


def test_a_city_of_another_size_is_not_overwritten(tongban: Run, city: Path) -> None:
    told = tongban("demo", "--home", city, "--residents", RESIDENTS + 1)
    assert told.returncode == 1
    assert f"a city of {RESIDENTS} residents" in told.stderr
