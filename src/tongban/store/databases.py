"""How Django is told of the control database: SQLite by default, or PostgreSQL."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tongban.kernel.terms import UserError


BUSY_SECONDS = 20
# Statements that come again are planned once by the server, not each time.
PREPARED = {"server_side_binding": True, "prepare_threshold": 3}
POOL = {"min_size": 1, "max_size": 8, "timeout": 10}


class BadDatabaseUrl(UserError):
    """DATABASE_URL names no database that the store can use."""

    code = "store.database-url"


def sqlite(path: Path) -> dict[str, Any]:
    """Django's settings for the SQLite file ``path``.

    ``synchronous = FULL`` makes every commit wait until the write-ahead log is on
    the disk: nothing acknowledged is lost to a power cut. ``IMMEDIATE`` takes the
    write lock when a transaction begins, because a transaction that first reads
    and then wants to write would otherwise fail when another wrote in between.
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "timeout": BUSY_SECONDS,
            "transaction_mode": "IMMEDIATE",
            "init_command": (
                "PRAGMA journal_mode=WAL;"
                "PRAGMA synchronous=FULL;"
                "PRAGMA cache_size=-32000;"
                "PRAGMA temp_store=MEMORY;"
            ),
        },
    }


def from_url(url: str) -> dict[str, Any]:
    """Django's settings for ``postgresql://user:password@host:port/name?option=…``.

    Options of libpq (``sslmode``, ``host`` of a socket folder …) follow the
    question mark. BadDatabaseUrl for anything else.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres") or len(parts.path) < 2:
        raise BadDatabaseUrl(
            "DATABASE_URL names no PostgreSQL database",
            where=f"{parts.scheme}://…",
            why="the store runs on SQLite (leave it unset) or on PostgreSQL",
            mend="write postgresql://user:password@host:5432/name",
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": {"pool": dict(POOL), **PREPARED, **dict(parse_qsl(parts.query))},
    }
