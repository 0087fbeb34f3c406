"""The frame of the `tongban` command: one handler for refusals, an example for each."""

import errno
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import django
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

from tongban.cli.practice_record import practice_at
from tongban.home import Home as StateFolder
from tongban.home import NoHome
from tongban.kernel.terms import UserError
from tongban.pack.problems import PackErrors


app = typer.Typer(
    name="tongban",
    help="Governed data sharing and one-stop services. 通办。",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

HERE = Path("var")
Home = Annotated[
    Path,
    typer.Option("--home", envvar="TONGBAN_HOME", help="The state folder."),
]
# Errno of a disk, a quota or a permitted file size that is used up.
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# What SQLite calls the same; a quota reaches it as a failed write.
NO_WRITE = {"SQLITE_FULL", "SQLITE_IOERR_WRITE"}


class DiskFull(UserError):
    """The disk, or what of it this account may use, is used up."""

    code = "store.full"


class BadOption(UserError):
    """An option has a value that the command cannot use."""

    code = "cli.option"


def group(name: str, told: str) -> typer.Typer:
    """A word that commands follow: `tongban <name> <command>`."""
    made = typer.Typer(help=told, no_args_is_help=True)
    app.add_typer(made, name=name)
    return made


def command(
    name: str, example: str, *, hidden: bool = False, of: typer.Typer = app
) -> Callable[[Callable[..., Any]], Any]:
    """Register a command with an example in its help and one handler for refusals."""

    def register(function: Callable[..., Any]) -> Any:
        @wraps(function)
        def guarded(*args: Any, **kwargs: Any) -> None:
            try:
                function(*args, **kwargs)
            except UserError as error:
                show(error)
                raise typer.Exit(1) from None
            except Exception as error:
                if not means_full_disk(error):
                    raise
                show(full_disk())
                raise typer.Exit(1) from None

        return of.command(name, epilog=f"Example: {example}", hidden=hidden)(guarded)

    return register


def means_full_disk(error: BaseException | None) -> bool:
    """Whether ``error``, or what caused it, is that nothing more could be written."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            return True
        if isinstance(error, sqlite3.Error) and error.sqlite_errorname in NO_WRITE:
            return True
        error = error.__cause__ or error.__context__
    return False


def full_disk() -> DiskFull:
    return DiskFull(
        "there is no room left on the disk, or it takes no more",
        why="what was already acknowledged is kept; the last act was not carried out",
        mend="free some space and run the command again",
    )


def show(error: UserError) -> None:
    """What happened, where, why and how to mend it, on standard error."""
    if isinstance(error, PackErrors):
        for problem in error.problems:
            show(problem)
    place = f"{error.where}: " if error.where else ""
    err.print(place, style="bold", end="", markup=False)
    err.print(error.what, style="red", markup=False)
    for label, text in (("why", error.why), ("mend", error.mend)):
        if text:
            err.print(f"  {label}: {text}", markup=False)


def emit(text: str) -> None:
    """Machine-readable output: plain text on standard output, no wrapping."""
    sys.stdout.write(text if text.endswith("\n") else f"{text}\n")


@contextmanager
def progress(title: str) -> Iterator[Callable[[str], None]]:
    """Show on a terminal that ``title`` goes on; call the result to say with what.

    Silent where standard error is no terminal, so that logs stay clean.
    """
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(None))
    with Progress(
        *columns, console=err, transient=True, disable=not err.is_terminal
    ) as bar:
        task = bar.add_task(title, total=None)

        def tell(what: str) -> None:
            bar.update(task, description=f"{title}: {what}")

        yield tell


def within(home: Path, module: str) -> Any:
    """A module of `tongban.cli.installed`, with Django set up at ``home``.

    NoHome when there is no installation in that folder.
    """
    if not StateFolder(home).exists:
        raise NoHome(
            "there is no installation in this folder",
            where=str(home),
            why="the state folder is named by --home or TONGBAN_HOME",
            mend="make one with: tongban init --pack DIR, or try: tongban demo",
        )
    return before(home, module)


def before(home: Path, module: str) -> Any:
    """Like `within`, where no installation has to be there yet.

    Models cannot be imported before the settings know the state folder, and the
    folder is an option of the command: hence the late import, in this one place.
    """
    os.environ.update(environment(home))  # noqa: TID251
    django.setup()
    return import_module(f"tongban.cli.installed.{module}")


def environment(home: Path) -> dict[str, str]:
    """What a process has to be told by its environment to work at ``home``.

    The practice password is always told, if only as none: one that the caller's
    environment bears would be shown to all on the sign-in page of a real place.
    """
    practice = practice_at(home)
    return {
        "TONGBAN_HOME": str(home.resolve()),
        "DJANGO_SETTINGS_MODULE": "tongban.web.settings",
        "TONGBAN_PRACTICE_PASSWORD": practice.password if practice else "",
    }
