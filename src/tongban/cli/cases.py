"""`cases`: what an operator does with cases as a whole."""

from typing import Annotated

import typer

from tongban.cli.frame import HERE, Home, command, emit, group, progress, within


cases = group("cases", "Cases as a whole.")


@command(
    "migrate", "tongban cases migrate --type fire.opening-check.new --dry-run", of=cases
)
def migrate(
    kinds: Annotated[
        list[str] | None,
        typer.Option("--type", help="A case type; may be given again. Default: all."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell what would change.")
    ] = False,
    home: Home = HERE,
) -> None:
    """Let open cases run under the declarations in force now.

    A case runs under what was declared when it was opened, until this. Told for each
    are the steps, limits, fields and papers that it loses or gains; one that cannot
    move stays where it is, with the reason. Exits with 1 if any did not move.
    """
    door = within(home, "migrating")
    stayed = 0
    with progress("moving cases"):
        for line, moved in door.migrate(tuple(kinds or ()), dry_run=dry_run):
            emit(line)
            stayed += not moved
    if stayed:
        raise typer.Exit(1)


@command("sample-key", "tongban cases sample-key 2026-10", of=cases)
def sample_key(
    month: Annotated[str, typer.Argument(help="A month that is over.")],
    home: Home = HERE,
) -> None:
    """Print the key by which a month's automatic decisions were drawn for review.

    With it anybody can draw again: HMAC-SHA-256 of the number of the case, its first
    eight bytes modulo a thousand, below the declared rate. Its SHA-256 is recorded in
    the ledger with every automatic decision of that month.
    """
    emit(within(home, "migrating").sample_key(month))
