"""Kill the story at a random moment, open the city again, and look what is missing.

The story runs as a process of its own and writes a line to a pipe after each act
that was acknowledged. Whatever it wrote there must be found afterwards.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tongban.cli.supervise import this_command


PATIENCE_S = 300.0
# A kill comes up to so long after an acknowledgement: most acts take less.
MOST_DELAY_S = 0.06


@dataclass(frozen=True, slots=True)
class Crash:
    """One kill: after how many acknowledgements, and what was found afterwards."""

    after: int
    acknowledged: tuple[dict[str, Any], ...] = ()
    missing: tuple[str, ...] = ()
    fsck: int = 0
    said: str = ""
    finished: bool = False

    @property
    def whole(self) -> bool:
        return not self.missing and self.fsck == 0


@dataclass(slots=True)
class Trial:
    """Crashes of copies of one city; ``acts`` is how many acts a whole story has."""

    city: Path
    scratch: Path
    residents: int
    acts: int = 0
    crashes: list[Crash] = field(default_factory=list)

    def rehearse(self) -> None:
        """Tell the story once undisturbed, to know how long it is."""
        told = self._story(self._copy("rehearsal"), kill_after=None, delay=0.0)
        self.acts = len(told.acknowledged)

    def crash(self, seed: int) -> Crash:
        """Kill one story at the moment that ``seed`` chooses; judge what is left."""
        chance = random.Random(seed)
        after = chance.randrange(self.acts)
        home = self._copy(f"crash-{seed}")
        told = self._story(home, after, chance.uniform(0, MOST_DELAY_S))
        result = self._judged(home, told)
        self.crashes.append(result)
        if result.whole:
            shutil.rmtree(home)
        return result

    def _copy(self, name: str) -> Path:
        home = self.scratch / name
        shutil.copytree(self.city, home)
        return home

    def _story(self, home: Path, kill_after: int | None, delay: float) -> Crash:
        reader, writer = os.pipe()
        words = ("--home", str(home), "--residents", str(self.residents), "--json")
        process = subprocess.Popen(
            this_command("story", *words, "--acknowledge", str(writer)),
            pass_fds=(writer,),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(writer)
        lines = []
        with os.fdopen(reader, "r", encoding="utf-8") as pipe:
            if kill_after == 0:
                time.sleep(delay)
                process.send_signal(signal.SIGKILL)
            for line in pipe:
                lines.append(line)
                if len(lines) == kill_after:
                    time.sleep(delay)
                    process.send_signal(signal.SIGKILL)
        code = process.wait(PATIENCE_S)
        # A line that the kill cut through was not acknowledged.
        whole = tuple(json.loads(line) for line in lines if line.endswith("\n"))
        return Crash(kill_after or 0, whole, finished=code == 0)

    def _judged(self, home: Path, told: Crash) -> Crash:
        told_file = home.with_suffix(".acknowledged.json")
        told_file.write_text(json.dumps(told.acknowledged), "utf-8")
        place = ("--home", str(home))
        found = _run(this_command("acknowledged", str(told_file), *place))
        fsck = _run(this_command("fsck", *place))
        missing = tuple(found.stdout.splitlines())
        if found.returncode not in (0, 1):
            missing = (found.stderr.strip() or f"exit code {found.returncode}",)
        told_file.unlink()
        return Crash(
            told.after,
            told.acknowledged,
            missing,
            fsck.returncode,
            fsck.stderr,
            told.finished,
        )


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
