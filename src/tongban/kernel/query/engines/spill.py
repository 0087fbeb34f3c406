"""Where DuckDB puts what does not fit into memory: a folder for each database.

DuckDB takes its folder away when the database is closed; what a killed process left
is taken away by the next one of the same machine.
"""

import os
import secrets
import shutil
import socket
from pathlib import Path


SPILL = ".spill"


def room(lake: Path) -> Path:
    """A folder below ``lake`` for one database of this process, not made yet.

    The one around it is: DuckDB makes no more than one.
    """
    spill, machine = lake / SPILL, socket.gethostname()
    spill.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in spill.glob(f"{machine}-*-*"):
        if not _is_alive(int(left.name.split("-")[-2])):
            shutil.rmtree(left, ignore_errors=True)
    return spill / f"{machine}-{os.getpid()}-{secrets.token_hex(4)}"


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # somebody else's
    return True
