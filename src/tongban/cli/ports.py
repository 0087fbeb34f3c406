"""Which port the pages are served on, and whether they answer."""

import errno
import socket
from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address

from tongban.kernel.terms import UserError


DEFAULT_PORT = 8000
TRIES = 40
PATIENCE_S = 2.0


class PortTaken(UserError):
    """Another program listens on the port already."""

    code = "cli.port-taken"


def is_free(host: str, port: int) -> bool:
    """Whether this process may listen there; PortTaken when no address is ours."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        # As the server will: a port that is only winding down counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise PortTaken(
                f"nobody can listen on {host}",
                why=error.strerror or str(error),
                mend="choose an address of this machine: --host 127.0.0.1",
            ) from error
    return True


def the_port(host: str, port: int) -> int:
    """``port`` itself if it is free, else PortTaken."""
    if is_free(host, port):
        return port
    raise PortTaken(
        f"port {port} is taken",
        where=f"{host}:{port}",
        why="another program listens there, or this account may not",
        mend=f"choose another one: --port {port + 1}",
    )


def a_port(host: str) -> int:
    """The first free port from the usual one on; PortTaken when all are taken."""
    for port in range(DEFAULT_PORT, DEFAULT_PORT + TRIES):
        if is_free(host, port):
            return port
    raise PortTaken(
        f"ports {DEFAULT_PORT} to {DEFAULT_PORT + TRIES - 1} are all taken",
        where=host,
        mend="choose another one: --port N",
    )


def reached(host: str) -> str:
    """An address under which a server that listens on ``host`` is reached from here."""
    try:
        everywhere = ip_address(host).is_unspecified
    except ValueError:
        return host
    return "localhost" if everywhere else host


def answers(host: str, port: int, path: str = "/") -> bool:
    """Whether the pages answer there without a fault."""
    connection = HTTPConnection(host, port, timeout=PATIENCE_S)
    try:
        connection.request("GET", path, headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status < 500
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
