"""The office in which case work is measured: one small pack, clerks in processes.

A pack of its own, so that figures of different days are of the same work: an item
with one person's step, as engines of work flow measure themselves.
"""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tongban.cli.supervise import this_command
from tongban.kernel.terms import UserError
from tongban.pack.scaffold import scaffold


CLERKS = 2  # processes, one a core
PATIENCE_S = 900

ITEM = "library.room"
ROOM = """
- item: library.room
  title: {zh: 研讨室预约, en: Discussion room}
  organization: library
  power: library.readers
  basis: 《公共图书馆法》第三十三条
  applicants: [person]
  acceptance:
    {post: librarian, days: 5, silence: accepted, basis: 《行政许可法》第三十二条}
  decision: {post: librarian, days: 10, basis: 本馆读者章程第六条}
  head: director
  steps:
    - step: look
      title: {zh: 场地核查, en: Look for a room}
      post: librarian
      days: 3
      basis: 本馆读者章程第六条
  fields:
    - section: {code: wish, title: {zh: 意愿, en: Wish}}
      fields: [{field: branch, element: branch}]
"""


class OfficeFailed(UserError):
    """A clerk could not do the work that was to be measured."""

    code = "bench.office"


@dataclass(frozen=True, slots=True)
class Office:
    """An installation at ``home``, on the database of ``url`` or on SQLite."""

    home: Path
    url: str

    @classmethod
    def found(cls, folder: Path, url: str) -> "Office":
        """A new installation below ``folder``."""
        pack = folder / "pack"
        scaffold(pack)
        (pack / "services" / "room.yaml").write_text(ROOM, "utf-8")
        office = cls(folder / "home", url)
        office._run("init", "--pack", str(pack))
        return office

    def alone(self, work: str, *words: str) -> dict[str, Any]:
        """What one clerk tells of the work when it is done."""
        (told,) = self._work(work, 1, words)
        return told

    def together(self, work: str, *words: str) -> list[dict[str, Any]]:
        """What each of several clerks tells who began at the same moment."""
        return self._work(work, CLERKS, words)

    def _work(
        self, work: str, clerks: int, words: Sequence[str]
    ) -> list[dict[str, Any]]:
        with self._clerks([work, *words], clerks) as processes:
            for process in processes:
                self._line(process)  # ready
            for process in processes:
                assert process.stdin is not None
                process.stdin.write("\n")
                process.stdin.flush()
            return [json.loads(self._line(process)) for process in processes]

    @contextmanager
    def _clerks(
        self, words: Sequence[str], count: int
    ) -> Iterator[list[subprocess.Popen[str]]]:
        command = this_command("clerk", *words, "--home", str(self.home))
        processes = [
            subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=self._environment(),
            )
            for _ in range(count)
        ]
        try:
            yield processes
        finally:
            for process in processes:
                process.kill()
                process.communicate()

    def _line(self, process: subprocess.Popen[str]) -> str:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise OfficeFailed("a clerk stopped", why="what it said stands above")
        return line

    def _run(self, *words: str) -> None:
        done = subprocess.run(
            this_command(*words, "--home", str(self.home)),
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            env=self._environment(),
            check=False,
        )
        if done.returncode:
            raise OfficeFailed(f"{words[0]} failed", why=done.stderr.strip())

    def _environment(self) -> Mapping[str, str]:
        return {**os.environ, "DATABASE_URL": self.url}  # noqa: TID251
