"""`init`, `serve`, `worker`: an installation and the processes that run it."""

import logging
import os
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Annotated

import typer
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from tongban.cli import ports
from tongban.cli.frame import (
    HERE,
    Home,
    before,
    command,
    environment,
    err,
    out,
    progress,
    within,
)
from tongban.cli.supervise import Child, Supervisor, leash, signals_to, this_command
from tongban.home import Home as StateFolder
from tongban.web import address


LOCAL = "127.0.0.1"
MOST_WORKERS = 4
READY_EVERY_S = 0.2

Pack = Annotated[Path, typer.Option("--pack", help="The folder of the pack.")]
Host = Annotated[str, typer.Option(help="The address to listen on.")]
Leashed = Annotated[bool, typer.Option("--leash", hidden=True)]


@command("init", "tongban init --home var --pack packs/yunzhou")
def init(pack: Pack, home: Home = HERE) -> None:
    """Make an installation: state folder, secrets, ledger key, database.

    Run it again after an upgrade, or to put another version of the pack in force.
    """
    with progress("making the installation"):
        made = before(home, "founding").make(home, pack)
    out.print(f"{made.title.zh} · {made.title.get('en')}: {home}")
    out.print(f"ledger {made.origin}, key {StateFolder(home).ledger_key().verifier}")
    out.print(f"next: tongban serve --home {home}")


@command("serve", "tongban serve --home var --port 8000")
def serve(
    home: Home = HERE,
    host: Host = LOCAL,
    port: Annotated[int, typer.Option(help="The port of the pages.")] = (
        ports.DEFAULT_PORT
    ),
    workers: Annotated[
        int, typer.Option(min=0, max=64, help="Processes for pages; 0: by cores.")
    ] = 0,
) -> None:
    """Serve the pages and run the worker; a process that dies is started again.

    Ctrl-C or SIGTERM ends them all.
    """
    chosen = ports.the_port(host, port)
    within(home, "founding").open_up()
    supervise(home, host, chosen, workers, lambda: None)


def supervise(
    home: Path, host: str, port: int, workers: int, when_ready: Callable[[], None]
) -> None:
    """Run pages and worker until told to stop; ``when_ready`` once pages answer."""
    os.environ.update(environment(home))  # noqa: TID251
    reached = f"http://{ports.reached(host)}:{port}"
    if address.is_fit(reached):
        os.environ.setdefault("TONGBAN_URL", reached)  # noqa: TID251
    place = ("--home", str(home), "--leash")
    served = ("--host", host, "--port", str(port), "--workers", str(workers))
    children = [
        Child("pages", this_command("pages", *place, *served)),
        Child("worker", this_command("worker", *place)),
    ]
    ready = _Ready(host, port, when_ready)
    Supervisor(children, lambda line: err.print(line, markup=False)).run(ready.look)


class _Ready:
    """Says once that the pages answer, and again after they did not."""

    def __init__(self, host: str, port: int, when_ready: Callable[[], None]) -> None:
        self.host, self.port, self.when_ready = host, port, when_ready
        self.started = time.monotonic()
        self.asked = 0.0
        self.said = False

    def look(self) -> None:
        now = time.monotonic()
        if self.said or now - self.asked < READY_EVERY_S:
            return
        self.asked = now
        host = ports.reached(self.host)
        if ports.answers(host, self.port):
            self.said = True
            took = now - self.started
            err.print(f"ready in {took:.1f} s: http://{host}:{self.port}/")
            self.when_ready()


def by_cores() -> int:
    return max(1, min(MOST_WORKERS, os.cpu_count() or 1))


@command("pages", "tongban pages --home var", hidden=True)
def pages(
    home: Home = HERE,
    host: Host = LOCAL,
    port: int = ports.DEFAULT_PORT,
    workers: int = 0,
    leashed: Leashed = False,
) -> None:
    """Serve the pages alone, without the worker."""
    os.environ.update(environment(home))  # noqa: TID251
    if leashed:
        leash()
    Granian(
        "tongban.web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers or by_cores(),
        blocking_threads=4,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    ).serve()


@command("worker", "tongban worker --home var")
def worker(home: Home = HERE, leashed: Leashed = False) -> None:
    """Keep the ledger's tree, lapsed limits and mirrors up to date, until stopped.

    `tongban serve` runs one; more of them, on other machines, do no harm.
    """
    stop = Event()
    if leashed:
        leash()
    module = within(home, "worker")
    with signals_to(lambda _number, _frame: stop.set()):
        module.run(stop)
    logging.shutdown()
