"""`bench`: the figures of docs/reference/measures.md, measured on this machine."""

import json
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from tongban.cli import desks, measures, practice, trials
from tongban.cli.frame import (
    HERE,
    BadOption,
    Home,
    command,
    emit,
    err,
    out,
    progress,
    within,
)
from tongban.cli.trials import Bench
from tongban.kernel.terms import did_you_mean


PAGE = Path("docs") / "reference" / "measures.md"
KILLS = 50


def _inside(module: str) -> Callable[[Bench], measures.Area]:
    def measure(bench: Bench) -> measures.Area:
        area: measures.Area = bench.inside(module).measure()
        return area

    return measure


AREAS: Mapping[str, Callable[[Bench], measures.Area]] = {
    "city": trials.city,
    "million": trials.million,
    "compile": _inside("compiling"),
    "query": trials.query,
    "prefill": _inside("prefill"),
    "crowd": _inside("crowd"),
    "cases": desks.cases,
    "certificates": _inside("certificates"),
    "pages": _inside("pages"),
    "start": trials.start,
    "kill": trials.kill,
}


@command("bench", "tongban bench prefill compile --json")
def bench(
    areas: Annotated[
        list[str] | None,
        typer.Argument(metavar="[AREA]...", help=f"{' '.join(AREAS)}; default: all."),
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="The figures as JSON.")] = False,
    write: Annotated[
        bool, typer.Option("--write", help=f"Renew their sections in {PAGE}.")
    ] = False,
    home: Annotated[
        Path | None,
        typer.Option("--home", help="A practice city to measure in; it gets cases."),
    ] = None,
    residents: Annotated[
        int, typer.Option(min=100, help="The size of the city measured in.")
    ] = practice.RESIDENTS,
    pack: practice.Pack = None,
    kills: Annotated[int, typer.Option(min=1, help="How many kills.")] = KILLS,
) -> None:
    """Measure the product on this machine against its limits.

    The exit code is 1 if a limit is missed. Nothing is written without --write.
    """
    wanted = _known(areas or list(AREAS))
    measured = []
    with tempfile.TemporaryDirectory(prefix="tongban-bench-") as scratch:
        trial = Bench(
            practice.the_pack(pack).resolve(), Path(scratch), home, residents, kills
        )
        for name in wanted:
            with progress(f"measuring {name}"):
                measured.append(AREAS[name](trial))
            if not json_:
                out.print(measures.table(measured[-1:]))
    day = time.strftime("%Y-%m-%d")
    if json_:
        emit(json.dumps(measures.as_json(measured, day), ensure_ascii=False, indent=1))
    if write:
        measures.write(PAGE, measured, day, list(AREAS))
        err.print(f"written: {PAGE}")
    if not all(area.holds for area in measured):
        raise typer.Exit(1)


def _known(areas: list[str]) -> list[str]:
    for name in areas:
        if name not in AREAS:
            raise BadOption(
                f"there is no area {name!r}",
                where="AREA",
                mend=did_you_mean(name, AREAS),
            )
    return areas


@command("build", "tongban build --home var --residents 2000", hidden=True)
def build(
    home: Home = HERE, pack: practice.Pack = None, residents: int = practice.RESIDENTS
) -> None:
    """Build a practice city and serve nothing."""
    practice.ready(home, practice.the_pack(pack), residents)


@command("acknowledged", "tongban acknowledged told.json --home var", hidden=True)
def acknowledged(told: Path, home: Home = HERE) -> None:
    """Look for every act in ``told`` that a killed story had acknowledged."""
    lost = within(home, "story.acknowledged").missing(json.loads(told.read_text()))
    for line in lost:
        emit(line)
    if lost:
        raise typer.Exit(1)


@command("clerk", "tongban clerk commands --size 100 --home var", hidden=True)
def clerk(work: str, size: int = 0, home: Home = HERE) -> None:
    """Do one kind of an office's work when told to begin, and tell how it went."""
    within(home, "bench.clerk").run(work, size)
