"""`verify`, `fsck`, `backup`, `restore`: proof and safety of what was acknowledged."""

from pathlib import Path
from typing import Annotated

import typer

from tongban.cli import archive
from tongban.cli.frame import HERE, Home, command, err, out, progress, within
from tongban.home import Home as StateFolder
from tongban.kernel.ledger import verifier


@command("verify", "tongban verify proof.json --key 'yunzhou.example/ledger+…'")
def verify(
    bundle: Annotated[Path, typer.Argument(help="The proof bundle (JSON).")],
    key: Annotated[
        str | None, typer.Option(help="The ledger's public key that you trust.")
    ] = None,
    lang: Annotated[str, typer.Option(help="zh or en.")] = "zh",
) -> None:
    """Verify a proof bundle offline.

    The same check runs as a single file: python verifier.py proof.json.
    """
    arguments = [str(bundle), "--lang", lang]
    if key:
        arguments += ["--key", key]
    if code := verifier.main(arguments):
        raise typer.Exit(code)


@command("fsck", "tongban fsck --home var")
def fsck(home: Home = HERE) -> None:
    """Recompute the whole ledger, compare it with the store, name what differs."""
    with progress("checking store and ledger"):
        problems, size = within(home, "keeping").fsck()
    for problem in problems:
        err.print(str(problem), style="red", markup=False)
    if problems:
        err.print(f"{len(problems)} problems: restore the last backup, or ask for help")
        raise typer.Exit(1)
    out.print(f"whole: {size} leaves")


@command("backup", "tongban backup var.tar.gz --home var")
def backup(
    file: Annotated[Path, typer.Argument(help="The archive to write (.tar, .tar.gz).")],
    home: Home = HERE,
) -> None:
    """Write everything of an installation to one archive, while it runs.

    The archive holds the secrets and the ledger's key: keep it as safe as the home.
    """
    state = StateFolder(home)
    within(home, "keeping")
    with progress("backing up") as tell:
        count = archive.write(state, file, tell)
    out.print(f"{file}: {count} files of {state.origin}")


@command("restore", "tongban restore var.tar.gz --home var2")
def restore(
    file: Annotated[Path, typer.Argument(help="An archive of tongban backup.")],
    home: Home = HERE,
) -> None:
    """Make an installation from a backup, in a folder that has none, and check it."""
    with progress("restoring") as tell:
        archive.read(file, home, tell)
    fsck(home=home)
