"""A full disk, told to the person who can mend it."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError

from tongban.kernel.terms import UserError


# A disk, a quota or a permitted file size that is used up.
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
DISK_FULL = "53100"  # PostgreSQL's class 53, insufficient resources


class NoRoom(UserError):
    """Nothing more can be written."""

    code = "store.full"


@contextmanager
def no_room_as_refusal() -> Iterator[None]:
    """Turn the errors that mean a full disk into NoRoom; all others pass."""
    try:
        yield
    except (OSError, OperationalError) as error:
        if not _means_full(error):
            raise
        raise NoRoom(
            "there is no room left on the disk",
            why="what was already acknowledged is kept; this was not carried out",
            mend="tell whoever runs this installation to free some space; then again",
        ) from error


def _means_full(error: OSError | OperationalError) -> bool:
    if isinstance(error, OSError):
        return error.errno in NO_ROOM
    cause = error.__cause__
    return "disk is full" in str(error) or getattr(cause, "sqlstate", None) == DISK_FULL
