"""What the last run of a linkage found, kept beside the lake: counts, no rows."""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

from django.conf import settings

from tongban.capabilities.linkage.model import Outcome, Quality
from tongban.home import write_private
from tongban.kernel.terms import UserError


class UnderWay(UserError):
    """Another process runs the linkage at this moment."""

    code = "linkage.under-way"


@contextmanager
def alone(code: str) -> Iterator[None]:
    """One run of a linkage at a time, in whatever process: `UnderWay` for a second."""
    folder = settings.HOME.linkage
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f".{code}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UnderWay(
                f"linkage {code!r} is being run",
                why="one run at a time, so that nobody is asked about a pair twice",
                mend="run it again once that has ended",
                linkage=code,
            ) from None
        yield


def keep(outcome: Outcome) -> None:
    """Put ``outcome`` in the place of that of the run before."""
    path = settings.HOME.linkage / f"{outcome.linkage}.json"
    write_private(path, json.dumps(asdict(outcome), ensure_ascii=False))


def last(code: str) -> Outcome | None:
    """What the last run found; None before the first."""
    path = settings.HOME.linkage / f"{code}.json"
    if not path.exists():
        return None
    told = json.loads(path.read_text("utf-8"))
    quality = told.pop("quality")
    return Outcome(**told, quality=Quality(**quality) if quality else None)
