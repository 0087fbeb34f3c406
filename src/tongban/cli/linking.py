"""`link`: run a declared linkage of two registers."""

from typing import Annotated

import typer

from tongban.cli.data import a_day
from tongban.cli.frame import HERE, Home, command, emit, out, progress, within


@command("link", "tongban link tenancy --home var")
def link(
    name: Annotated[str, typer.Argument(help="The linkage, as the pack calls it.")],
    at: Annotated[
        str | None,
        typer.Option(help="A trial on the data of that day; nothing is kept."),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="The figures as one JSON object.")
    ] = False,
    home: Home = HERE,
) -> None:
    """Link two registers that share no key, as the pack declares.

    Both are read for the declared purpose, under the grants in force, in the name of
    the organisation responsible. Probable pairs are put in force as a dataset; the
    doubtful are opened as cases for a person, who is asked about a pair once.
    """
    day = a_day(at)
    door = within(home, "linking")
    with progress(name) as tell:
        found = door.run(name, day, tell)
    if json:
        emit(door.as_json(found))
        return
    for line in door.told(found):
        out.print(line, markup=False)
