"""Whose turn it is to write: a queue before SQLite's one writer.

SQLite has who finds it busy sleep and try again, for longer each time: with a few
writers, most of a second passes in sleep. A lock of the operating system wakes the
next in the queue at once, of whatever process. PostgreSQL has its own queues.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection


QUEUE = "-writers"


@contextmanager
def writer() -> Iterator[None]:
    """The block runs while no other writer of this control database does.

    Inside a transaction it is this thread's turn already.
    """
    place = str(connection.settings_dict["NAME"])
    alone = connection.vendor != "sqlite" or not Path(place).is_file()
    if alone or connection.in_atomic_block:
        yield
        return
    with open(place + QUEUE, "ab") as queue:
        fcntl.flock(queue, fcntl.LOCK_EX)
        yield
