"""A home of its own for the tests that need Django: real databases, a small pack."""

import shutil
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from tests.capabilities.qinghe import LICENCES, MONDAY, PACK, PEOPLE

from tongban.home import Home
from tongban.store import clock


PERSON = "id_number TEXT PRIMARY KEY, name TEXT, birth_date TEXT, alive INTEGER"
LICENCE = "licence_number TEXT PRIMARY KEY, holder_id TEXT, status TEXT"


def _make(path: Path, table: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
    connection = sqlite3.connect(path)
    connection.execute(f"CREATE TABLE {table} ({columns})")
    marks = ", ".join("?" * len(rows[0]))
    connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
    connection.commit()
    connection.close()


@pytest.fixture(scope="session")
def departments(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The databases of the small pack's departments, as they would own them."""
    folder = tmp_path_factory.mktemp("departments")
    _make(folder / "police.sqlite", "person", PERSON, PEOPLE)
    _make(folder / "market.sqlite", "licence", LICENCE, LICENCES)
    return folder


@pytest.fixture
def home(tmp_path: Path, departments: Path, settings: Any) -> Home:
    """A home with the small pack in force and its departments' data."""
    made = Home.create(tmp_path / "home", pack=PACK, origin="qinghe.example/ledger")
    shutil.copytree(departments, made.departments, dirs_exist_ok=True)
    settings.HOME = made
    return made


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A test database on disk: one in memory has other locks than a real one."""
    told = connections.settings["default"]
    if told["ENGINE"].endswith("sqlite3"):
        path = tmp_path_factory.mktemp("database") / "test.sqlite3"
        told.setdefault("TEST", {})["NAME"] = str(path)


@pytest.fixture
def monday() -> Iterator[datetime]:
    """The clock stands still on a working Monday morning."""
    with clock.at(MONDAY):
        yield MONDAY


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """A slow hash protects people; here it would only keep the tests waiting."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
