"""Sources for the engines' tests, made anew for each."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.unit.engines import mariadb
from tests.unit.engines.practice import PEOPLE, sources_of

from tongban.kernel.query.engines import Sources


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[mariadb.Server]:
    """A server that the modules share, each with tables of its own names."""
    if mariadb.program() is None:
        pytest.skip(mariadb.WHY_NOT)
    with mariadb.server() as server:
        yield server


@pytest.fixture
def police(tmp_path: Path) -> Path:
    """The department's database with the table of ``people``."""
    path = tmp_path / "departments" / "police.sqlite"
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "CREATE TABLE person (id_number TEXT PRIMARY KEY, name TEXT, "
            "birth_date TEXT, alive INTEGER, income INTEGER, ratio REAL, address TEXT)"
        )
        connection.executemany("INSERT INTO person VALUES (?,?,?,?,?,?,?)", PEOPLE)
        connection.commit()
    return path


@pytest.fixture
def change(police: Path) -> Callable[..., None]:
    """Run one writing statement on the department's database."""

    def apply(sql: str, *values: object) -> None:
        with closing(sqlite3.connect(police)) as connection:
            connection.execute(sql, values)
            connection.commit()

    return apply


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    path = tmp_path / "lake"
    path.mkdir()
    return path


@pytest.fixture
def sources(police: Path, lake: Path) -> Iterator[Sources]:
    with sources_of({"police": police}, lake, timeout_s=1.0) as opened:
        yield opened
