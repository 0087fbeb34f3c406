"""Sources for the engines' tests, made anew for each."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.unit.engines import mariadb
from tests.unit.engines.practice import AT, PEOPLE, sources_of
from tests.unit.engines.shops import SHOPS

from tongban.kernel.query.engines import Sources
from tongban.kernel.query.engines.address import Address
from tongban.store.lake import Snapshot, mirror


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


@pytest.fixture
def dropped(tmp_path: Path) -> Path:
    path = tmp_path / "dropped"
    path.mkdir()
    return path


@pytest.fixture
def take(dropped, lake):
    """Mirror a dataset of what is dropped, or of what the addresses say."""

    def taken(dataset=SHOPS, **addresses: Address) -> Snapshot:
        kind = dataset.source.kind
        return mirror(
            dataset,
            departments={},
            dropped=dropped,
            lake=lake,
            at=AT,
            addresses={kind: addresses},
        )

    return taken


@pytest.fixture
def expected(take, dropped) -> str:
    """The version that these rows have as a CSV file."""
    lines = [
        "code,count,ratio,since,seen,open",
        "A1,7,0.5,2026-11-23,2026-11-23 09:30:00,1",
        "B2,,,,,0",
    ]
    path = dropped / f"{SHOPS.code}.csv"
    path.write_text("\n".join(lines))
    version = take().version
    path.unlink()
    return version
