"""`keys`: what certificates are signed with, rolled over and taken back."""

from typing import Annotated

import typer

from tongban.cli.frame import HERE, BadOption, Home, command, emit, group, within


keys = group("keys", "What certificates are signed with.")


@command("list", "tongban keys list --home var", of=keys)
def list_(home: Home = HERE) -> None:
    """Every published key: its name, its algorithm, since when it signs, its use."""
    for kid, alg, since, use in within(home, "issuing").keys_now():
        emit(f"{kid}  {alg:5}  {since}  {use}")


@command("roll", "tongban keys roll --after 1", of=keys)
def roll(
    after: Annotated[
        float, typer.Option(min=0, help="In how many hours the new keys sign.")
    ] = 1.0,
    home: Home = HERE,
) -> None:
    """Make new keys, published at once, and let them sign a little later.

    Wallets and verifiers keep what they read for some minutes, so the new keys are
    known before they sign. What the old ones signed verifies to its end.
    """
    within(home, "issuing").roll(after)
    list_(home=home)


@command("withdraw", "tongban keys withdraw GARkED2Y9X", of=keys)
def withdraw(
    kid: Annotated[str, typer.Argument(help="The name of a key, as `list` tells it.")],
    home: Home = HERE,
) -> None:
    """Take a key back that others may have: what it signed verifies no more.

    Roll over first. Holders fetch their certificates again; the file of the keys is
    set aside and not removed.
    """
    if not within(home, "issuing").withdraw(kid):
        raise BadOption(
            f"no key is called {kid!r}", where="KID", mend="see: tongban keys list"
        )
    list_(home=home)
