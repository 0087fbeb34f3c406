"""The state folder of one installation: what lies where, and its secrets.

A home is made once by ``Home.create`` (``tongban init``) and read by everything
that runs. Nothing else in the product knows a path below it.
"""

import json
import os
import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tongban.kernel.ledger.keys import SignerKey, generate, read_skey
from tongban.kernel.terms import UserError


RECORD = "home.json"
DEFAULT_TIMEZONE = "Asia/Shanghai"

SOURCES_EXAMPLE = """\
# Where this site reaches the sources that the pack names, and with which
# credentials. Nothing here is part of the pack. A table is called like the
# database, interface or file in the pack's `source:`.
#
# [hospital]                      # source: {postgresql: hospital, table: visits}
# url = "postgresql://db.hospital.example:5432/register"
# user = "reader"                 # may read, and nothing else
# password_file = "/etc/tongban/hospital.password"    # chmod 600
# ca_file = "/etc/tongban/ca.pem" # whom to trust, if not the machine's list
# timeout_s = 5                   # for a connection and for each statement
#
# [market]                        # source: {mysql: market, table: licence}
# url = "mysql://db.market.example/market"
# user = "reader"
# password_file = "/etc/tongban/market.password"
#
# [tax]                           # source: {http: tax, path: /v1/standing}
# url = "https://tax.example/api"
# header = "Authorization"        # its whole value is in the file
# secret_file = "/etc/tongban/tax.header"
#
# [police]                        # without it: departments/police.sqlite
# url = "sqlite:/srv/police/register.sqlite"
#
# ["ref.shop"]                    # without it: dropped/<dataset>.csv, .xlsx …
# url = "file:/mnt/share/shops"   # a file, or a folder of files
"""


class NoHome(UserError):
    """The folder holds no installation yet."""

    code = "home.missing"


class HomeTaken(UserError):
    """The folder already holds another installation."""

    code = "home.taken"


@dataclass(frozen=True)
class Home:
    """An installation's state folder; a path need not exist until it is used."""

    path: Path

    @classmethod
    def create(
        cls,
        path: Path,
        *,
        pack: Path,
        origin: str,
        timezone: str = DEFAULT_TIMEZONE,
    ) -> "Home":
        """Make the folder, its secrets and the ledger's signing key.

        ``origin`` names the ledger and cannot change afterwards: HomeTaken when
        the folder bears another. Made again with the same origin, the home keeps
        its secrets and only takes note of ``pack`` and ``timezone``.
        """
        home = cls(path.resolve())
        if home.exists and home.origin != origin:
            raise HomeTaken(
                f"this folder belongs to the ledger {home.origin}",
                where=str(path),
                why="a ledger keeps its name, or its proofs would no longer hold",
                mend="choose an empty folder",
            )
        for folder in (home.departments, home.lake, home.dropped, home.files, home.log):
            folder.mkdir(parents=True, exist_ok=True)
        home.path.chmod(0o700)
        home.keys.mkdir(mode=0o700, exist_ok=True)
        if not home._secret.exists():
            write_private(home._secret, secrets.token_urlsafe(48))
        if not home._ledger.exists():
            key = generate(origin, secrets.token_bytes(32))
            write_private(home._ledger, key.skey)
        if not home.sources.exists():
            write_private(home.sources, SOURCES_EXAMPLE)
        if not home._pseudonym.exists():
            write_private(home._pseudonym, secrets.token_hex(32))
        # Written last: a home with a record is whole, even after a power cut.
        record = {"origin": origin, "pack": str(pack.resolve()), "timezone": timezone}
        write_private(home.path / RECORD, json.dumps(record, ensure_ascii=False))
        return cls(home.path)

    @property
    def exists(self) -> bool:
        """Whether ``create`` has finished here."""
        return (self.path / RECORD).exists()

    @property
    def db(self) -> Path:
        return self.path / "tongban.sqlite3"

    @property
    def departments(self) -> Path:
        """One SQLite file for each department's database."""
        return self.path / "departments"

    def department(self, name: str) -> Path:
        """The database of one department, as the catalogue names it."""
        return self.departments / f"{name}.sqlite"

    @property
    def sources(self) -> Path:
        """Where the site says at which address each source is reached."""
        return self.path / "sources.toml"

    @property
    def lake(self) -> Path:
        return self.path / "lake"

    @property
    def dropped(self) -> Path:
        """Where departments drop CSV and Excel files."""
        return self.path / "dropped"

    @property
    def linkage(self) -> Path:
        """What the last run of each linkage found."""
        return self.path / "linkage"

    @property
    def files(self) -> Path:
        """Papers that applicants gave, by SHA-256."""
        return self.path / "files"

    @property
    def keys(self) -> Path:
        return self.path / "keys"

    @property
    def issuing_keys(self) -> Path:
        """What certificates are signed with, one file a generation."""
        return self.keys / "issuing"

    @property
    def log(self) -> Path:
        return self.path / "log"

    @property
    def pack(self) -> Path:
        """The folder of the pack in force."""
        return Path(self._record["pack"])

    @property
    def origin(self) -> str:
        """The ledger's name (C2SP origin line)."""
        return str(self._record["origin"])

    @property
    def timezone(self) -> str:
        """IANA name of the jurisdiction's time zone."""
        return str(self._record["timezone"])

    def secret_key(self) -> str:
        """The secret that signs cookies and forms."""
        return self._read(self._secret)

    def ledger_key(self) -> SignerKey:
        """The key that signs checkpoints; its verifier is what is published."""
        return read_skey(self._read(self._ledger))

    def pseudonym_secret(self) -> bytes:
        """What the keys of pseudonyms are made of: 32 bytes, never changed.

        Whoever learns them can find out whom a pseudonym means.
        """
        return bytes.fromhex(self._read(self._pseudonym))

    @property
    def _pseudonym(self) -> Path:
        return self.keys / "pseudonym"

    @property
    def _secret(self) -> Path:
        return self.keys / "secret"

    @property
    def _ledger(self) -> Path:
        return self.keys / "ledger.skey"

    @cached_property
    def _record(self) -> dict[str, Any]:
        record: dict[str, Any] = json.loads(self._read(self.path / RECORD))
        return record

    def _read(self, path: Path) -> str:
        try:
            return path.read_text("utf-8")
        except FileNotFoundError as error:
            raise NoHome(
                "there is no installation in this folder",
                where=str(self.path),
                why=f"{path.name} is missing",
                mend="make one with: tongban init --home DIR --pack DIR",
            ) from error


def write_private(path: Path, text: str) -> None:
    """Write a file for its owner alone, durable and whole or not at all."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
