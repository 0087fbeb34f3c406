"""How the installation is told of its database, its secrets and its log."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from tongban.home import Home, HomeTaken, NoHome
from tongban.store import databases
from tongban.web.logs import Discreet


ROOT = Path(__file__).parents[3]


def test_postgresql_by_url() -> None:
    told = databases.from_url(
        "postgresql://tong%40ban:s%2Fecret@db.example:5433/city?sslmode=require"
    )
    assert (told["USER"], told["PASSWORD"]) == ("tong@ban", "s/ecret")
    assert (told["HOST"], told["PORT"], told["NAME"]) == ("db.example", "5433", "city")
    assert told["OPTIONS"]["sslmode"] == "require"
    assert told["OPTIONS"]["pool"]["max_size"] > 1


@pytest.mark.parametrize("url", ["mysql://a/b", "postgresql://host", "city", ""])
def test_any_other_url_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(databases.BadDatabaseUrl) as refused:
        databases.from_url(url)
    assert refused.value.mend
    if url:
        assert url not in str(refused.value)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="of SQLite alone")
@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)],
)
def test_sqlite_waits_for_the_disk(pragma: str, value: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {pragma}")
        assert cursor.fetchone() == (value,)


def test_a_home_is_made_once_and_keeps_its_secrets(tmp_path: Path) -> None:
    first = Home.create(tmp_path / "a", pack=tmp_path, origin="a.example/log")
    again = Home.create(tmp_path / "a", pack=tmp_path / "b", origin="a.example/log")
    assert again.secret_key() == first.secret_key()
    assert again.pseudonym_secret() == first.pseudonym_secret()
    assert len(first.pseudonym_secret()) == 32
    assert str(again.ledger_key()) == str(first.ledger_key())
    assert again.pack == tmp_path / "b"
    with pytest.raises(HomeTaken):
        Home.create(tmp_path / "a", pack=tmp_path, origin="other.example/log")


def test_a_homes_secrets_are_its_owners_alone(home: Home) -> None:
    assert home.path.stat().st_mode & 0o077 == 0
    for path in home.keys.iterdir():
        assert path.stat().st_mode & 0o077 == 0
    assert home.secret_key() not in repr(home)


def test_a_folder_without_an_installation_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(NoHome) as refused:
        Home(tmp_path).secret_key()
    assert "tongban init" in str(refused.value)


def test_a_log_line_shows_nobodys_number() -> None:
    text = "DETAIL: Key (subject_id)=(990201199003070010) tel 13912345678, case 2026"
    record = logging.LogRecord("x", logging.ERROR, "", 0, text, None, None)
    line = Discreet().format(record)
    assert line == "DETAIL: Key (subject_id)=([number]) tel [number], case 2026"


def test_a_log_line_keeps_case_numbers() -> None:
    record = logging.LogRecord("x", 20, "", 0, "case 2026112300004255", None, None)
    assert Discreet().format(record) == "case 2026112300004255"


def test_the_settings_load_before_there_is_a_home(tmp_path: Path) -> None:
    """`tongban init` needs Django to make what the settings would read."""
    code = "from django.conf import settings; print(len(settings.SECRET_KEY) > 40)"
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={
            "PATH": os.defpath,
            "TONGBAN_HOME": str(tmp_path / "none"),
            "DJANGO_SETTINGS_MODULE": "tongban.web.settings",
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout == "True\n", run.stderr


def test_migrations_say_what_the_models_say() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run"],
        env={
            "PATH": os.defpath,
            "TONGBAN_HOME": os.devnull,
            "DJANGO_SETTINGS_MODULE": "tongban.web.settings",
            "DATABASE_URL": "",
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
