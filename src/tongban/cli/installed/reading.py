"""The worker's reader: papers are read in a process of its own, one after another."""

import json
import os
import subprocess
import time
from dataclasses import dataclass

from tongban.cli.supervise import this_command
from tongban.kernel.case.reading import Line
from tongban.store import readings
from tongban.store.readings import Waiting


PATIENCE_S = 90.0  # for one paper


@dataclass(slots=True)
class Reading:
    """A paper that is being read."""

    paper: Waiting
    process: subprocess.Popen[bytes]
    answer: int  # a file in memory: a pipe would fill up while nobody reads it
    begun: float


@dataclass(slots=True)
class Reader:
    """Reads one paper at a time and never waits for it: ask again and again."""

    patience_s: float = PATIENCE_S
    now: Reading | None = None

    def work(self) -> str | None:
        """Take note of a paper that is read, begin the next; a line for the log."""
        told = None
        if self.now is not None:
            if not self._over(self.now):
                return None
            told, self.now = self._noted(self.now), None
        for paper in readings.waiting(1):
            self.now = _begin(paper)
        return told

    def _over(self, reading: Reading) -> bool:
        if reading.process.poll() is not None:
            return True
        if time.monotonic() - reading.begun < self.patience_s:
            return False
        reading.process.kill()
        reading.process.wait()
        return True

    def _noted(self, reading: Reading) -> str:
        with open(reading.answer, "rb") as answer:
            answer.seek(0)
            text = answer.read() if reading.process.returncode == 0 else b""
        lines = [Line(**line) for line in json.loads(text)] if text else None
        readings.note(reading.paper.key, lines)
        return "papers: one read" if lines else "papers: one cannot be read"


def _begin(paper: Waiting) -> Reading:
    answer = os.memfd_create("lines")
    process = subprocess.Popen(
        this_command("read-papers", str(paper.path)),
        stdin=subprocess.DEVNULL,
        stdout=answer,
        stderr=subprocess.DEVNULL,
    )
    return Reading(paper, process, answer, time.monotonic())
