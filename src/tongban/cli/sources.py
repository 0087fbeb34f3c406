"""`source inspect`: catalogue entries drafted from what a source looks like."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

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
from tongban.home import Home as StateFolder
from tongban.kernel.catalog.model import SourceKind
from tongban.kernel.query.engines.address import Address
from tongban.pack.sketch import Sketch, Surveyed, sketch
from tongban.store import addresses, survey


source = group("source", "Departments' sources.")
_SQLITE = {".sqlite", ".sqlite3", ".db"}
_DATABASES = {SourceKind.SQLITE, SourceKind.POSTGRESQL, SourceKind.MYSQL}


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
    ] = survey.SAMPLE,
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
    today = datetime.now().astimezone().date()  # noqa: TID251
    elements = before(home, "declarations").elements(pack) if pack else {}
    drafts = []
    with progress("looking") as tell:
        for found in _surveyed(what, login, table or [], rows, home):
            tell(f"{found.place}: {found.rows} rows")
            drafts.append(sketch(found, elements, since=today))
            err.print(f"{found.place}: {found.rows} rows read", markup=False)
    _write(drafts, output)


def _surveyed(
    what: str, login: Mapping[str, Any], tables: list[str], rows: int, home: Path
) -> Iterator[Surveyed]:
    kind, name, where = _named(what, login, StateFolder(home))
    if kind in _DATABASES:
        yield from survey.database(kind, name, where, rows=rows, tables=tables)
    elif isinstance(where, Path):
        yield survey.files(where, rows=rows, bound=name)
    else:
        raise BadOption(
            "an interface cannot be looked at",
            where=what,
            why="only its keeper knows its paths, and where their rows are",
            mend="name a database, a file or a folder",
        )


def _named(
    what: str, login: Mapping[str, Any], home: StateFolder
) -> tuple[SourceKind, str, Path | Address]:
    """Kind, name and place of what is to be looked at."""
    path = Path(what)
    if "://" in what:
        return _of_url(what, login)
    if path.suffix.lower() in _SQLITE and path.is_file():
        return SourceKind.SQLITE, path.stem, path
    if path.exists():
        return SourceKind.FILE, "", path
    for kind, known in addresses.read(home.sources).items():
        if what in known and kind in (SourceKind.SQLITE, SourceKind.FILE):
            return kind, what, Path(known[what].parts.path)
        if what in known:
            return kind, what, known[what]
    department = home.department(what)
    if re.fullmatch(r"\w+", what) and department.is_file():
        return SourceKind.SQLITE, what, department
    raise BadOption(
        f"{what!r} is no source",
        where="source inspect",
        why=f"it is no URL, file or folder, and {home.sources} does not name it",
        mend="write scheme://host/database, a path, or a name of that file",
    )


def _of_url(
    what: str, login: Mapping[str, Any]
) -> tuple[SourceKind, str, Path | Address]:
    path = str(login["password_file"].resolve()) if login["password_file"] else ""
    given = {"user": login["user"], "password_file": path}
    given = {"url": what} | {key: value for key, value in given.items() if value}
    kind, address = addresses.one("url", given)
    name = re.sub(r"\W", "_", Path(address.parts.path).stem) or "source"
    if kind in (SourceKind.SQLITE, SourceKind.FILE):
        return kind, name, Path(address.parts.path)
    return kind, name, address


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
