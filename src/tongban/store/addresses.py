"""The site's file of addresses: where each source is reached, and with what secret.

TOML, one table a name::

    [market]
    url = "mysql://db.market.example/market"
    user = "reader"
    password_file = "/etc/tongban/market.password"

Secrets are named, never written: a password in a URL is refused, and so is a file
of a secret that others on the machine may read.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import SplitResult, urlsplit

from tongban.kernel.catalog.model import SourceKind
from tongban.kernel.query.engines.address import OTHERS, Address
from tongban.kernel.terms import UserError, did_you_mean


SCHEMES: Mapping[str, SourceKind] = MappingProxyType(
    {
        "sqlite": SourceKind.SQLITE,
        "postgresql": SourceKind.POSTGRESQL,
        "postgres": SourceKind.POSTGRESQL,
        "mysql": SourceKind.MYSQL,
        "mariadb": SourceKind.MYSQL,
        "https": SourceKind.HTTP,
        "http": SourceKind.HTTP,
        "file": SourceKind.FILE,
    }
)
_LOGIN = {"url", "user", "password_file", "ca_file", "timeout_s"}
_KEYS = {
    SourceKind.SQLITE: {"url"},
    SourceKind.FILE: {"url"},
    SourceKind.POSTGRESQL: _LOGIN,
    SourceKind.MYSQL: _LOGIN,
    SourceKind.HTTP: {"url", "header", "secret_file", "ca_file", "timeout_s"},
}
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]*")


class BadAddress(UserError):
    """The site's file of addresses says something that cannot be used."""

    code = "sources.address"


Addresses = Mapping[SourceKind, Mapping[str, Address]]


def read(path: Path) -> Addresses:
    """The addresses of a site by kind and name; none where there is no file.

    BadAddress names the first line that cannot be used.
    """
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise BadAddress(
            "the addresses of sources cannot be read",
            where=str(path),
            why=type(error).__name__,
            mend="make it a text file (UTF-8) that the platform may read",
        ) from None
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # Its sentence ends with line and column, and may quote a key only.
        found = re.search(r"at line (\d+)", str(error))
        raise BadAddress(
            "this is no TOML",
            where=f"{path}:{found[1] if found else 1}",
            why="a bracket, a quote or an equals sign is missing, or a name is twice",
            mend='write each entry as key = "value" below its [name]',
        ) from None
    addresses: dict[SourceKind, dict[str, Address]] = {}
    for name, table in tables.items():
        kind, address = _Entry(path, text, name, table).address()
        addresses.setdefault(kind, {})[name] = address
    return addresses


def one(name: str, table: Mapping[str, Any]) -> tuple[SourceKind, Address]:
    """One address as `read` would take it from the file; BadAddress likewise."""
    return _Entry(None, "", name, dict(table)).address()


@dataclass(frozen=True, slots=True)
class _Entry:
    """One table of the file, with what is needed to say where a mistake is."""

    path: Path | None
    text: str
    name: str
    table: Any

    def address(self) -> tuple[SourceKind, Address]:
        if not isinstance(self.table, dict):
            raise self.refused(
                "", f"{self.name!r} stands outside a table", f"write [{self.name}]"
            )
        parts = self._url()
        kind = SCHEMES[parts.scheme]
        self._known_keys(kind)
        address = Address(
            name=self.name,
            url=self.table["url"],
            user=self._text("user"),
            secret_file=self._secret(),
            header=self._header(),
            ca_file=self._file("ca_file"),
            timeout_s=self._seconds(),
        )
        if kind is SourceKind.HTTP and parts.scheme == "http" and not address.is_local:
            raise self.refused(
                "url",
                "an interface on another machine is reached by https only",
                "write https://…, or let its server speak TLS",
            )
        return kind, address

    def _url(self) -> SplitResult:
        url = self._text("url")
        try:
            parts = urlsplit(url)
            _ = parts.port
        except ValueError:
            raise self.refused(
                "url", "this is no URL", "write scheme://host/…"
            ) from None
        if parts.scheme not in SCHEMES:
            known = did_you_mean(parts.scheme, SCHEMES)
            raise self.refused("url", "this names no kind of source", known)
        if parts.password is not None or parts.username is not None:
            raise self.refused(
                "url",
                "a URL holds neither user nor password",
                "write user = … and password_file = … beside it",
            )
        if parts.query or parts.fragment:
            raise self.refused("url", "a URL ends with its path", "take the rest away")
        return parts

    def _known_keys(self, kind: SourceKind) -> None:
        for key in self.table:
            if key in ("password", "secret"):
                raise self.refused(
                    key,
                    "a secret is not written here",
                    f"put it in a file of mode 600 and write {key}_file = …",
                )
            if key not in _KEYS[kind]:
                known = did_you_mean(key, _KEYS[kind])
                raise self.refused(key, f"there is no key {key!r} for {kind}", known)

    def _text(self, key: str) -> str:
        value = self.table.get(key, "")
        if not isinstance(value, str) or (key == "url" and not value):
            raise self.refused(key, f"{key!r} is a text", f'write {key} = "…"')
        return value

    def _file(self, key: str) -> Path | None:
        text = self._text(key)
        if not text:
            return None
        path = Path(text)
        if not path.is_absolute():
            raise self.refused(
                key, f"{key!r} is no whole path", "write it from the root: /etc/…"
            )
        if not path.is_file():
            raise self.refused(key, f"the {key!r} is not there", "make it, mode 600")
        return path

    def _secret(self) -> Path | None:
        for key in ("password_file", "secret_file"):
            path = self._file(key)
            if path is not None and path.stat().st_mode & OTHERS:
                raise self.refused(
                    key,
                    "others on this machine may use this secret",
                    f"chmod 600 {path}",
                )
            if path is not None:
                return path
        return None

    def _header(self) -> str:
        header = self._text("header")
        if bool(header) != ("secret_file" in self.table):
            raise self.refused(
                "header" if header else "secret_file",
                "'header' and 'secret_file' go together",
                'write header = "Authorization", or as the interface calls it',
            )
        if header and not _HEADER.fullmatch(header):
            raise self.refused(
                "header", "this is no name of a header", 'write "Authorization"'
            )
        return header

    def _seconds(self) -> float | None:
        value = self.table.get("timeout_s")
        if value is None:
            return None
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not 0 < value <= 600:
            raise self.refused("timeout_s", "this is no time", "write 1 to 600 seconds")
        return float(value)

    def refused(self, key: str, what: str, mend: str) -> BadAddress:
        where = f"{self.path}:{self._line(key)}" if self.path else key
        return BadAddress(f"[{self.name}]: {what}", where=where, mend=mend)

    def _line(self, key: str) -> int:
        """The line of ``key``, or of the table: tomllib keeps no places."""
        lines = list(_named(self.text))
        head = next((n for n, t, k in lines if (t, k) == (self.name, "")), 1)
        return next((n for n, t, k in lines if (t, k) == (self.name, key)), head)


def _named(text: str) -> Iterator[tuple[int, str, str]]:
    """Line, table and key of each line of TOML that names one; the table's has none."""
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        head = re.match(r"""\s*\[\s*["']?(.+?)["']?\s*\]\s*(#.*)?$""", line)
        if head:
            table = head[1]
            yield number, table, ""
        elif key := re.match(r"""\s*["']?([\w.-]+)["']?\s*=""", line):
            yield number, table or key[1], key[1] if table else ""
