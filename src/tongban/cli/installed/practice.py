"""Builds a practice city: registers, lake, cast, the pack in force, one checkpoint."""

from collections.abc import Callable
from pathlib import Path

from tongban.cli.installed import founding
from tongban.cli.practice_record import Practice, record
from tongban.home import Home
from tongban.kernel.terms import UserError
from tongban.pack.model import Pack
from tongban.store import accounts, city, clock


SEED = 1


class NoCity(UserError):
    """The pack does not say how practice data are made."""

    code = "practice.no-data"


def build(path: Path, pack: Path, residents: int, tell: Callable[[str], None]) -> None:
    """Make the practice city of ``pack`` in ``path``; the record is written last."""
    tell("installation")
    declared = founding.make(path, pack)
    if not declared.data_scripts:
        raise NoCity(
            "this pack makes no practice city",
            where=str(pack / "data"),
            why="it declares no practice data (data/*.sql)",
            mend="name a pack that does with --pack",
        )
    _make_registers(Home(path), declared, residents, tell)
    practice = Practice(residents)
    accounts.enrol(declared.cast.values(), practice.password)
    record(path, practice)


def _make_registers(
    home: Home, declared: Pack, residents: int, tell: Callable[[str], None]
) -> None:
    def follow(what: str, done: int, total: int) -> None:
        tell(f"{what} {done}/{total}")

    city.build(
        declared.data_scripts,
        home.path,
        datasets=declared.catalog.datasets.values(),
        residents=residents,
        seed=SEED,
        at=clock.now(),
        progress=follow,
    )
