"""`source inspect`: catalogue entries drafted from what a source looks like."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from tongban.cli.frame import (
    HERE,
    BadOption,
    Home,
    before,
    command,
    emit,
    err,
    group,
    progress,
)
from tongban.pack.sketch import Sketch


SAMPLE = 1000  # rows of each table
source = group("source", "Departments' sources.")


@command(
    "inspect",
    "tongban source inspect mysql://db.market.example/market --user reader"
    " --password-file /etc/tongban/market.password --pack packs/yunzhou",
    of=source,
)
def inspect(
    what: Annotated[
        str,
        typer.Argument(help="A URL, file or folder, or a name of the site's sources."),
    ],
    user: Annotated[str, typer.Option(help="The account, for a URL.")] = "",
    password_file: Annotated[
        Path | None, typer.Option(help="A file of mode 600 with its password.")
    ] = None,
    table: Annotated[
        list[str] | None, typer.Option(help="Only this table; may be repeated.")
    ] = None,
    rows: Annotated[
        int, typer.Option(min=1, max=100_000, help="The most rows read of a table.")
    ] = SAMPLE,
    pack: Annotated[
        Path | None, typer.Option(help="The pack whose elements are used.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="A folder for one file a dataset."),
    ] = None,
    home: Home = HERE,
) -> None:
    """Draft catalogue entries from a live database, a file or a folder.

    Items, types, lengths and keys are as the source has them; what items mean is
    recognised by content, with how many values said so. Only a sample is read and
    no value of a row is written: the draft is for an officer to finish.
    """
    login = {"user": user, "password_file": password_file}
    door = before(home, "surveying")
    drafts = []
    with progress("looking") as tell:
        for place, draft in door.drafts(what, login, table or [], rows, home, pack):
            tell(place)
            drafts.append(draft)
            err.print(place, markup=False)
    _write(drafts, output)


def _write(drafts: Iterable[Sketch], output: Path | None) -> None:
    for draft in drafts:
        where = draft.code
        if output is None:
            emit(draft.text)
        else:
            output.mkdir(parents=True, exist_ok=True)
            path = output / f"{draft.code}.yaml"
            if path.exists():
                raise BadOption(
                    "the draft is not written over another file",
                    where=str(path),
                    mend="name another folder, or move that file away",
                )
            path.write_text(draft.text, "utf-8")
            where = str(path)
        err.print(f"{where}: {len(draft.todo)} to fill in:", markup=False)
        for line in draft.todo:
            err.print(f"  {line}", markup=False)
