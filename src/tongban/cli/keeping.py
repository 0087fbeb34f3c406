"""`lineage` and `lake`: what was used for what, and how long its data are kept."""

import json
from pathlib import Path
from typing import Annotated

import typer

from tongban.cli.data import a_day
from tongban.cli.frame import HERE, Home, command, emit, err, group, progress, within


lineage = group("lineage", "Which data were used for what.")
lake = group("lake", "The snapshots that uses of the population read.")


@command("export", "tongban lineage export --since 2026-11-01 uses.ndjson", of=lineage)
def export(
    file: Annotated[Path, typer.Argument(help="Where to: one JSON event a line.")],
    since: Annotated[
        str | None, typer.Option(help="The first day; default: from the beginning.")
    ] = None,
    home: Home = HERE,
) -> None:
    """Write every use as events of OpenLineage: a START and a COMPLETE a receipt.

    They name purposes, items, columns and data versions; no person, case or value.
    """
    day = a_day(since, "--since")
    door = within(home, "keeping")
    with progress("exporting") as tell, file.open("w", encoding="utf-8") as lines:
        for count, event in enumerate(door.events(day), start=1):
            lines.write(f"{json.dumps(event, ensure_ascii=False)}\n")
            if count % 1000 == 0:
                tell(f"{count:,} events")
    err.print(f"written: {file}", markup=False)


@command("prune", "tongban lake prune --keep 400", of=lake)
def prune(
    keep: Annotated[
        int, typer.Option(min=0, help="How many days a replaced version stays.")
    ],
    home: Home = HERE,
) -> None:
    """Remove the data versions that were replaced more than so many days ago.

    The version in force stays, and so does one that the figures of a purpose rest on
    while their period lasts. The history says which are gone: a use of one of their
    days is refused by name from then on.
    """
    done = within(home, "keeping").prune(keep)
    for code, version in done.gone:
        emit(f"{code} {version}")
    for code, version, purpose, until in done.kept:
        err.print(
            f"kept: {code} {version}: figures of {purpose} rest on it until {until}",
            markup=False,
        )
