"""`items`: service items in and out of the national tables (实施清单)."""

import json
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from tongban.cli.data import a_day
from tongban.cli.frame import HERE, Home, before, command, emit, err, group, out, within


items = group("items", "Service items and the national tables of them.")


class Form(StrEnum):
    JSONL = "jsonl"
    CSV = "csv"


Pack = Annotated[Path, typer.Option("--pack", help="The folder of the pack.")]


@command(
    "import",
    "tongban items import items.xlsx --pack packs/yunzhou --acceptor registrar"
    " --decider registrar",
    of=items,
)
def take(
    file: Annotated[Path, typer.Argument(help="JSON, or an Excel workbook.")],
    pack: Pack,
    name: Annotated[
        str, typer.Option(help="The folder below services that is made.")
    ] = "imported",
    types: Annotated[
        Path | None,
        typer.Option(help='Another numbering of 事项类型: YAML lines, "03": penalty.'),
    ] = None,
    acceptor: Annotated[
        str | None, typer.Option(help="The post that accepts, where there are several.")
    ] = None,
    decider: Annotated[
        str | None, typer.Option(help="The post that decides, where there are several.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="The report as JSON.")
    ] = False,
    home: Home = HERE,
) -> None:
    """Take items of a national table into a pack: every row, or none at all.

    Each row is accepted, warned of or refused, with the address of the cell and the
    reason; the rules of `tongban check` judge them too. Chinese texts stand in for
    English ones until they are translated.
    """
    report = before(home, "items").taken(
        file, pack, name=name, types=types, acceptor=acceptor, decider=decider
    )
    if as_json:
        emit(_as_json(report))
    else:
        _show(report)
    if report.folder is None:
        raise typer.Exit(1)


def _show(report: Any) -> None:
    for note in report.notes:
        err.print(f"{note.where} {note.column}: {note.why}", markup=False)
    for verdict in report.verdicts:
        if verdict.notes:
            title = f"{verdict.place} {verdict.name}: {verdict.word}"
            err.print(title, markup=False)
        for note in verdict.notes:
            err.print(f"  {note.where} {note.column}: {note.why}", markup=False)
    told = ", ".join(f"{count} {word}" for word, count in report.counts.items())
    where = report.folder or "nothing was imported"
    out.print(f"{told}; {where}", markup=False)


def _as_json(report: Any) -> str:
    rows = [asdict(each) | {"verdict": each.word} for each in report.verdicts]
    told = {
        "counts": report.counts,
        "folder": report.folder and report.folder.as_posix(),
        "notes": [asdict(note) for note in report.notes],
        "rows": rows,
    }
    return json.dumps(told, ensure_ascii=False, indent=1)


@command("export", "tongban items export items.xlsx --pack packs/yunzhou", of=items)
def give(
    file: Annotated[Path, typer.Argument(help="A file ending in .json or .xlsx.")],
    pack: Pack,
    at: Annotated[
        str | None, typer.Option("--at", help="The day whose versions are told.")
    ] = None,
    home: Home = HERE,
) -> None:
    """Write the items of a pack as rows of the national tables."""
    count, left = before(home, "items").given(pack, file, a_day(at))
    out.print(f"{count} items; {file}", markup=False)
    if left:
        err.print(f"left out, no basic code or no guide: {', '.join(left)}")


@command(
    "cases",
    "tongban items cases out --as province-service --purpose handled.report"
    " --since 2026-11-01",
    of=items,
)
def record_set(
    folder: Annotated[Path, typer.Argument(help="The folder of the files.")],
    organization: Annotated[
        str, typer.Option("--as", help="The organisation that receives them.")
    ],
    purpose: Annotated[str, typer.Option(help="The declared purpose.")],
    since: Annotated[str, typer.Option(help="The first day that is told.")],
    until: Annotated[
        str | None, typer.Option(help="The first day that is not; today without it.")
    ] = None,
    sequence: Annotated[
        int, typer.Option(min=1, max=9999, help="Which batch of that day it is.")
    ] = 1,
    form: Annotated[Form, typer.Option("--format", help="How rows are written.")] = (
        Form.JSONL
    ),
    home: Home = HERE,
) -> None:
    """Write what became of cases (办件) in some days, as the national tables have it.

    A governed use for the receiving organisation: under its grants, with a receipt
    for each table. The same days give the same files whenever they are asked for.
    """
    written = within(home, "items").cases(
        folder,
        organization=organization,
        purpose=purpose,
        since=a_day(since, "--since"),
        until=a_day(until, "--until"),
        sequence=sequence,
        form=form.value,
    )
    for each in written:
        err.print(f"receipt {each.receipt}: {each.rows} rows", markup=False)
        out.print(str(each.path), markup=False)
