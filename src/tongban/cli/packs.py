"""`new`, `check`, `test`, `diff`: the life of a pack."""

from pathlib import Path
from typing import Annotated

import typer

from tongban.cli.frame import HERE, Home, before, command, err, out
from tongban.pack.scaffold import scaffold


Folder = Annotated[Path, typer.Argument(help="The folder of the pack.")]
Unused = Home


@command("new", "tongban new packs/rivertown")
def new(folder: Folder, home: Unused = HERE) -> None:
    """Begin a pack: a small jurisdiction, full of comments, that passes its checks."""
    del home
    for path in scaffold(folder):
        out.print(path)
    out.print(f"next: tongban check {folder}")


@command("check", "tongban check packs/yunzhou")
def check(folder: Folder, home: Unused = HERE) -> None:
    """Check a pack and those it extends; every mistake with its place and remedy."""
    out.print(before(home, "declarations").checked(folder))


@command("test", "tongban test packs/yunzhou")
def run_examples(folder: Folder, home: Unused = HERE) -> None:
    """Run the examples that a pack declares in its folder tests."""
    tried, failures = before(home, "declarations").tried(folder)
    for failure in failures:
        err.print(str(failure), markup=False)
    out.print(f"{tried - len(failures)} of {tried} examples hold")
    if failures:
        raise typer.Exit(1)


@command("diff", "tongban diff packs/yunzhou ../yunzhou-next")
def diff(
    a: Annotated[Path, typer.Argument(help="One pack.")],
    b: Annotated[Path, typer.Argument(help="The other.")],
    home: Unused = HERE,
) -> None:
    """What differs from one pack to another, and which changes protect less."""
    for change in before(home, "declarations").changes(a, b):
        out.print(str(change), markup=False)
