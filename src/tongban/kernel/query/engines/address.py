"""Where a site reaches what packs know by name only, and with which credentials.

The secret itself is read when a connection is made and kept nowhere: it may be
changed while the platform runs, and no message or log can show it.
"""

import ipaddress
import stat
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from tongban.kernel.query.engines.faults import Reason, SourceFault


OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Address:
    """One name with its URL, which never holds a password.

    ``secret_file`` holds the password, or the value of the HTTP header called
    ``header``. ``ca_file`` is whom to trust for TLS instead of the machine's list.
    ``timeout_s`` bounds a connection and each statement.
    """

    name: str
    url: str
    user: str = ""
    secret_file: Path | None = None
    header: str = ""
    ca_file: Path | None = None
    timeout_s: float | None = None

    @property
    def parts(self) -> SplitResult:
        return urlsplit(self.url)

    @property
    def host(self) -> str:
        return self.parts.hostname or ""

    @property
    def database(self) -> str:
        """The name after the host's slash."""
        return unquote(self.parts.path.removeprefix("/"))

    @property
    def is_local(self) -> bool:
        """Whether the server is this machine, so that no network lies between."""
        return is_local(self.host)

    def secret(self) -> str:
        """What the secret's file holds, or nothing without one.

        SourceFault (DENIED) when it cannot be read or others could read it too.
        """
        if self.secret_file is None:
            return ""
        try:
            if self.secret_file.stat().st_mode & OTHERS:
                raise SourceFault(Reason.DENIED)
            return self.secret_file.read_text("utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError):
            raise SourceFault(Reason.DENIED) from None


def is_local(host: str) -> bool:
    """Whether ``host`` is a name or number of the machine itself."""
    if host in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
