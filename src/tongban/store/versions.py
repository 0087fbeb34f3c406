"""Which version of a dataset was in force on a day, and how long versions are kept.

A day means the version in force at its end: what was mirrored during the day is
of that day. Whether a version is kept is whether its snapshot is there; the history
also says when one was removed.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from tongban.kernel.query.engines.duckdb import CURRENT
from tongban.kernel.terms import UserError
from tongban.store.lake import PRUNED, Switch, held, history, note


class NoVersion(UserError):
    """No version of a dataset is kept for the day, or the one that a receipt names."""

    code = "query.no-version"


@dataclass(frozen=True, slots=True)
class Period:
    """The days whose data are those of ``version``; ``last`` is None while it is."""

    version: str
    first: date
    last: date | None

    def __contains__(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)

    def __str__(self) -> str:
        if self.last is None:
            return f"since {self.first}"
        return f"{self.first} to {self.last}"


def periods(lake: Path, code: str) -> list[Period]:
    """Every version's days, oldest first; a version of part of a day has none."""
    switches = history(lake, code)
    days = [switch.at.date() for switch in switches]
    ends: list[date | None] = [day - timedelta(days=1) for day in days[1:]]
    return [
        Period(switch.version, first, last)
        for switch, first, last in zip(switches, days, [*ends, None], strict=False)
        if last is None or first <= last
    ]


def kept(lake: Path, code: str) -> list[Period]:
    """The periods whose data can still be read."""
    return [each for each in periods(lake, code) if _file(lake, code, each).is_file()]


def on(lake: Path, code: str, day: date) -> str:
    """The version of a dataset at the end of ``day``. Raises NoVersion."""
    readable = kept(lake, code)
    for period in readable:
        if day in period:
            return period.version
    was = any(day in each for each in periods(lake, code))
    days = "; ".join(map(str, readable)) or "none"
    raise NoVersion(
        f"no version of {code!r} is kept for {day}",
        why="it was removed when its time of keeping was over"
        if was
        else "none had been mirrored yet",
        mend=f"ask for a day that is kept: {days}",
        dataset=code,
        day=str(day),
        kept=[str(each) for each in readable],
    )


def still_there(lake: Path, code: str, version: str) -> str:
    """``version`` if its snapshot is still kept. Raises NoVersion."""
    if (lake / code / f"{version}.parquet").is_file():
        return version
    raise NoVersion(
        f"version {version} of {code!r} is not kept",
        why="a department's own database keeps no past"
        if version.startswith("live@")
        else "it was removed when its time of keeping was over",
        mend="ask for a day that is kept, with --at",
        dataset=code,
        kept=[str(each) for each in kept(lake, code)],
    )


class Pruned(NamedTuple):
    """The versions removed, and those that stay though their time is over."""

    gone: list[str]
    resting: list[str]


def prune(
    lake: Path,
    code: str,
    *,
    keep: int,
    at: datetime,
    needed: Collection[str] = (),
) -> Pruned:
    """Remove the versions that were replaced ``keep`` days before ``at`` or earlier.

    Their lines in the history stay, and a line each says that they are gone. The
    version in force stays whatever its age, and so do those ``needed``. Who reads a
    version meanwhile reads on.
    """
    folder = lake / code
    if not (folder / CURRENT).exists():
        return Pruned([], [])
    with held(folder):
        switches = history(lake, code)
        current = (folder / CURRENT).read_text("ascii").strip()
        last_day = at.date() - timedelta(days=keep)
        stays = {current} | _replaced_after(switches, last_day)
        there = {path.stem for path in folder.glob("[0-9a-f]*.parquet")}
        over = sorted(there - stays)
        going = [version for version in over if version not in needed]
        marked = {each.version: each.pruned for each in switches}
        for version in going:
            # First the line: a crash leaves a file too many, which goes next time.
            if marked.get(version) is None:
                note(folder, at, version, PRUNED)
            (folder / f"{version}.parquet").unlink()
    return Pruned(going, [version for version in over if version in needed])


def _replaced_after(switches: list[Switch], day: date) -> set[str]:
    """The versions in force at the end of ``day`` or later; the newest always."""
    younger = {old.version for old, new in pairwise(switches) if new.at.date() > day}
    return younger | {each.version for each in switches[-1:]}


def _file(lake: Path, code: str, period: Period) -> Path:
    return lake / code / f"{period.version}.parquet"
