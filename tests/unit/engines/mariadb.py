"""A real MariaDB server for the length of a test session, where it is installed."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pymysql
from pymysql.cursors import Cursor

from tongban.kernel.query.engines.address import Address


WHY_NOT = "MariaDB is not installed (Debian's mariadb-server; see tools/test-setup)"
PASSWORD = "kept-in-a-file"  # of accounts that this server alone knows


@dataclass(frozen=True, slots=True)
class Server:
    """Where the server listens; ``admin`` may do everything over its socket."""

    port: int
    socket: Path

    def admin(self, *statements: str) -> None:
        with self.connected() as cursor:
            for statement in statements:
                cursor.execute(statement)

    @contextmanager
    def connected(self) -> Iterator[Cursor]:
        """A cursor that may do everything, in the database ``market``."""
        connection = pymysql.connect(
            unix_socket=str(self.socket),
            user="root",
            charset="utf8mb4",
            autocommit=True,
        )
        with connection, connection.cursor() as cursor:
            cursor.execute("CREATE DATABASE IF NOT EXISTS market CHARACTER SET utf8mb4")
            cursor.execute("USE market")
            yield cursor

    def address(self, folder: Path, name: str = "market") -> Address:
        """How a site reaches it, with the password in a file of ``folder``."""
        secret = folder / "password"
        secret.write_text(PASSWORD)
        secret.chmod(0o600)
        return Address(name, f"mysql://127.0.0.1:{self.port}/market", "reader", secret)


def program() -> str | None:
    return shutil.which("mariadbd") or shutil.which("mariadbd", path="/usr/sbin")


@contextmanager
def server(*settings: str) -> Iterator[Server]:
    """A server with the database ``market`` and the reading account ``reader``.

    ``settings`` are further arguments of its program.
    """
    program_, install = program(), shutil.which("mariadb-install-db")
    assert program_ is not None
    assert install is not None
    folder = Path(tempfile.mkdtemp(prefix="tongban-my-"))
    user = "mysql" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    if os.geteuid() == 0:
        shutil.chown(folder, user)
    data = folder / "data"
    common = ["--no-defaults", f"--user={user}", f"--datadir={data}"]
    _run([install, *common, "--auth-root-authentication-method=normal"])
    found = Server(_free_port(), folder / "s")
    process = subprocess.Popen(
        [
            program_,
            *common,
            f"--socket={found.socket}",
            f"--port={found.port}",
            "--bind-address=127.0.0.1",
            "--innodb-flush-log-at-trx-commit=0",
            "--innodb-buffer-pool-size=16M",
            "--skip-name-resolve",
            *settings,
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(found)
        found.admin(
            f"CREATE USER reader@'127.0.0.1' IDENTIFIED BY '{PASSWORD}'",
            # More than it needs, so that it is the platform that does not write.
            "GRANT SELECT, INSERT, DELETE ON market.* TO reader@'127.0.0.1'",
        )
        yield found
    finally:
        process.kill()
        process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def _wait(found: Server) -> None:
    """Until the server listens: it makes the socket's file when it does."""
    deadline = time.monotonic() + 60
    while not found.socket.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _run(command: Sequence[str]) -> None:
    subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
        timeout=120,
    )
