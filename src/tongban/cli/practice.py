"""A practice city's state folder: whole, half built, or yet to be built."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from tongban.cli.frame import before, err, progress
from tongban.cli.practice_record import practice_at
from tongban.home import RECORD
from tongban.kernel.terms import UserError


RESIDENTS = 100_000
PACKS = "packs"
# There while a city is being built, locked by whoever builds it.
BUILDING = "building"

Pack = Annotated[
    Path | None,
    typer.Option("--pack", help="The pack's folder; default: the one with a city."),
]


class NoPracticePack(UserError):
    """No pack, or no single one, is there to build a practice city from."""

    code = "practice.no-pack"


class NotPractice(UserError):
    """The folder holds something else than a practice city."""

    code = "practice.other"


class OtherCity(UserError):
    """The folder holds a practice city of another size."""

    code = "practice.size"


class BeingBuilt(UserError):
    """Another process builds in this folder at this moment."""

    code = "practice.being-built"


def the_pack(given: Path | None) -> Path:
    """The pack named, or the only one near that has a cast and a city to build."""
    if given is not None:
        return given
    source = Path(__file__).resolve().parents[3]
    for place in (Path.cwd(), source):
        found = [
            head.parent
            for head in sorted((place / PACKS).glob("*/pack.yaml"))
            if (head.parent / "cast.yaml").exists() and any(_scripts(head.parent))
        ]
        if len(found) == 1:
            return found[0]
        if found:
            break
    raise NoPracticePack(
        "several packs have a practice city" if found else "there is no practice city",
        where=", ".join(str(path) for path in found) or str(Path.cwd() / PACKS),
        mend="name the folder of one with --pack DIR",
    )


def _scripts(pack: Path) -> Iterator[Path]:
    return (pack / "data").glob("*.sql")


def ready(home: Path, pack: Path, residents: int | None) -> None:
    """Have a whole practice city in ``home``: reuse it, or build it anew.

    What a build left that was stopped midway is removed. A city of another size
    than asked for, and anything that is no practice city, is refused: OtherCity,
    NotPractice, BeingBuilt.
    """
    there = practice_at(home)
    if there is not None:
        if residents not in (None, there.residents):
            raise OtherCity(
                f"this folder holds a city of {there.residents} residents,"
                f" not {residents}",
                where=str(home),
                mend="name another folder with --home, or remove this one",
            )
        return
    with _building(home):
        for rest in home.iterdir():
            if rest.name != BUILDING:
                shutil.rmtree(rest) if rest.is_dir() else rest.unlink()
        count = residents or RESIDENTS
        err.print(f"building a city of {count:,} residents in {home}", markup=False)
        with progress("building") as tell:
            before(home, "practice").build(home, pack, count, tell)


@contextmanager
def _building(home: Path) -> Iterator[None]:
    """Hold the folder for one build; refuse a folder that is somebody else's."""
    marker = home / BUILDING
    if home.exists() and not marker.exists() and any(home.iterdir()):
        kind = "an installation" if (home / RECORD).exists() else "other files"
        raise NotPractice(
            f"this folder holds {kind}, not a practice city",
            where=str(home),
            why="building a city would overwrite what is there",
            mend="name an empty or new folder with --home",
        )
    home.mkdir(parents=True, exist_ok=True)
    with marker.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BeingBuilt(
                "another process is building a city here",
                where=str(home),
                mend="wait until it is ready, or name another folder with --home",
            ) from None
        yield
        marker.unlink()
