"""What is measured from outside: processes built, started and killed."""

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tongban.cli import ports, practice
from tongban.cli.crash import Trial as Crashes
from tongban.cli.frame import within
from tongban.cli.measures import Area, Figure
from tongban.cli.supervise import this_command
from tongban.kernel.terms import UserError


MILLION = 1_000_000
KILLED_CITY = 500
PATIENCE_S = 600.0
GIB = 2**20  # KiB, in which a process's peak memory is told


class TrialFailed(UserError):
    """What was to be measured did not work at all."""

    code = "bench.failed"


@dataclass(slots=True)
class Bench:
    """One run of `bench`: the pack, where to work, the city to measure in."""

    pack: Path
    scratch: Path
    home: Path | None
    residents: int
    kills: int

    def inside(self, module: str) -> Any:
        """A module of installed.bench, in a practice city that may be spoiled."""
        if self.home is None:
            self.home = self.scratch / "city"
        practice.ready(self.home, self.pack, self.residents)
        return within(self.home, f"bench.{module}")

    def build(self, name: str, residents: int) -> tuple[float, float]:
        """Build a city in a process of its own: seconds and peak memory in GiB."""
        home = self.scratch / name
        place = ("--home", str(home), "--pack", str(self.pack))
        begun = time.perf_counter()
        process = subprocess.Popen(
            this_command("build", *place, "--residents", str(residents)),
            stderr=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        took = time.perf_counter() - begun
        if process.returncode:
            raise TrialFailed(f"the city of {residents} residents could not be built")
        return took, usage.ru_maxrss / GIB


def city(bench: Bench) -> Area:
    """The practice city of the usual size."""
    return _built(bench, "city", practice.RESIDENTS, 15)


def million(bench: Bench) -> Area:
    """A city ten times as large."""
    return _built(bench, "million", MILLION, 90)


def _built(bench: Bench, name: str, residents: int, most_s: float) -> Area:
    took, memory = bench.build(name, residents)
    size = sum(
        f.stat().st_size for f in (bench.scratch / name).rglob("*") if f.is_file()
    )
    shutil.rmtree(bench.scratch / name)
    return Area(
        name,
        f"A practice city of {residents:,} residents built from the pack's scripts:"
        " departments' databases, lake, ledger, cast; the whole process.",
        (
            Figure("time", took, "s", most=most_s),
            Figure("peak memory", memory, "GiB", most=4),
            Figure("on disk", size / 2**30, "GiB"),
        ),
    )


def query(bench: Bench) -> Area:
    """The governed query, part by part."""
    area: Area = bench.inside("query").measure(bench.scratch)
    return area


def kill(bench: Bench) -> Area:
    """Stories killed at random moments."""
    home = bench.scratch / "killed"
    bench.build("killed", KILLED_CITY)
    trial = Crashes(home, bench.scratch, KILLED_CITY)
    trial.rehearse()
    for seed in range(bench.kills):
        trial.crash(seed)
    lost = [line for each in trial.crashes for line in each.missing]
    broken = [each for each in trial.crashes if each.fsck]
    told = sum(len(each.acknowledged) for each in trial.crashes)
    midway = sum(not each.finished for each in trial.crashes)
    return Area(
        "kill",
        f"The story killed (SIGKILL) at {bench.kills} random moments, the store then"
        " opened again: every act acknowledged before is looked for, and `tongban fsck`"
        f" recomputes the ledger. {midway} of them were killed midway.",
        (
            Figure("kills", len(trial.crashes), "", least=bench.kills),
            Figure("acknowledged acts", told, ""),
            Figure("of them missing afterwards", len(lost), "", most=0),
            Figure("stores that fsck finds damaged", len(broken), "", most=0),
        ),
    )


def start(bench: Bench) -> Area:
    """From a clone of this repository to the first page."""
    root = _repository()
    clone = bench.scratch / "clone"
    begun = time.perf_counter()
    _run("git", "clone", "--quiet", "--no-hardlinks", str(root), str(clone), at=root)
    cloned = time.perf_counter()
    _run("make", "env", at=clone)
    made = time.perf_counter()
    first = _first_page(clone, "first")
    second = _first_page(clone, "first")
    return Area(
        "start",
        "git clone, make env with packages cached, then tongban demo with a city of"
        f" {practice.RESIDENTS:,} residents until the first page is served.",
        (
            Figure("clone to first page", first - begun, "s", most=90),
            Figure("clone", cloned - begun, "s"),
            Figure("environment", made - cloned, "s"),
            Figure("city and first page", first - made, "s"),
            Figure("first page of an existing city", second - first, "s"),
        ),
    )


def _repository() -> Path:
    root = Path(__file__).resolve().parents[3]
    if not (root / ".git").exists():
        raise TrialFailed(
            "there is no repository to clone",
            where=str(root),
            why="the product runs from an installed package",
            mend="run the bench in a clone of the repository",
        )
    return root


def _run(*command: str, at: Path) -> None:
    done = subprocess.run(
        command, cwd=at, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    if done.returncode:
        raise TrialFailed(f"{' '.join(command)} failed", why=done.stderr.strip())


def _first_page(clone: Path, home: str) -> float:
    """Serve the demo of the clone until its first page; the moment of that page."""
    port = ports.a_port("127.0.0.1")
    words = ("demo", "--home", home, "--port", str(port))
    process = subprocess.Popen(
        [str(clone / ".venv" / "bin" / "tongban"), *words],
        cwd=clone,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + PATIENCE_S
        while not ports.answers("127.0.0.1", port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise TrialFailed("the demo of the clone serves no page")
            time.sleep(0.05)
        return time.perf_counter()
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_S)
