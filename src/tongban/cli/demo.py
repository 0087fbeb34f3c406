"""`demo`: a practice city, built once and served."""

from pathlib import Path
from typing import Annotated

import typer

from tongban.cli import ports, practice, site
from tongban.cli.frame import HERE, Home, command, out, within
from tongban.cli.practice_record import practice_at
from tongban.pack.model import CastMember


@command("demo", "tongban demo --residents 2000 --port 8001")
def demo(
    home: Home = HERE,
    pack: practice.Pack = None,
    residents: Annotated[
        int | None,
        typer.Option(min=100, help="The size of the city; default 100,000."),
    ] = None,
    host: site.Host = site.LOCAL,
    port: Annotated[
        int | None, typer.Option(help="The port; default: the first free from 8000.")
    ] = None,
) -> None:
    """Build the practice city if it is not there, serve it, and say what to try.

    Ctrl-C ends it; the city stays, and is there at once the next time.
    """
    chosen = ports.a_port(host) if port is None else ports.the_port(host, port)
    practice.ready(home, practice.the_pack(pack), residents)
    if port is None and chosen != ports.DEFAULT_PORT:
        out.print(
            f"port {ports.DEFAULT_PORT} is taken, {chosen} is used;"
            " choose another one with --port N"
        )
    cast = within(home, "founding").open_up().cast.values()
    address = f"http://localhost:{chosen}/" if host == site.LOCAL else None

    def introduce() -> None:
        _introduce(home, address or f"http://{host}:{chosen}/", list(cast))

    site.supervise(home, host, chosen, 0, introduce)


def _introduce(home: Path, address: str, cast: list[CastMember]) -> None:
    """The address, the accounts of the cast and what to try with each."""
    there = practice_at(home)
    assert there is not None
    out.print()
    out.print(f"  [bold]{address}[/bold]")
    out.print(f"  密码 password (所有账号 all accounts): [bold]{there.password}[/bold]")
    out.print()
    for member in cast:
        title = f"{member.title.zh} · {member.title.get('en')}"
        out.print(f"  [bold]{member.account}[/bold]  {title}")
        if member.hint is not None:
            out.print(f"      {member.hint.zh}", markup=False)
            out.print(f"      {member.hint.get('en')}", markup=False)
    out.print()
    out.print("  Ctrl-C 结束 ends it")
