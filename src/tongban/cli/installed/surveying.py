"""Looking at a source and drafting what the catalogue could say of it."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tongban.cli.frame import BadOption
from tongban.home import Home
from tongban.kernel.catalog.model import SourceKind
from tongban.kernel.query.engines.address import Address
from tongban.pack.sketch import Sketch, Surveyed, sketch
from tongban.store import addresses, clock, survey
from tongban.web.packs import load


_SQLITE = {".sqlite", ".sqlite3", ".db"}
_DATABASES = {SourceKind.SQLITE, SourceKind.POSTGRESQL, SourceKind.MYSQL}


def drafts(
    what: str,
    login: Mapping[str, Any],
    tables: list[str],
    rows: int,
    home: Path,
    pack: Path | None,
) -> Iterator[tuple[str, Sketch]]:
    """A line about each table that was looked at, and the draft of its dataset."""
    elements = load(pack).catalog.elements if pack else {}
    for found in _surveyed(what, login, tables, rows, home):
        draft = sketch(found, elements, since=clock.now().date())
        yield f"{found.place}: {found.rows} rows read", draft


def _surveyed(
    what: str, login: Mapping[str, Any], tables: list[str], rows: int, home: Path
) -> Iterator[Surveyed]:
    kind, name, where = _named(what, login, Home(home))
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
    what: str, login: Mapping[str, Any], home: Home
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
