"""Reads of departments' HTTP JSON interfaces: bounded, and only from whom was meant.

An answer is believed only in the agreed form: status 200, JSON, a list of objects
where the catalogue says, each with every member asked for. A member that is left
out is no NULL: a renamed one would otherwise silently be nobody's.
"""

import hashlib
import json
import logging
import ssl
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import httpx

from tongban.kernel.catalog.model import Pages, Paging
from tongban.kernel.query.engines.address import Address
from tongban.kernel.query.engines.faults import Overrun, Reason, SourceFault
from tongban.kernel.query.engines.places import TIMEOUT_SECONDS, Selection
from tongban.kernel.query.engines.types import Row
from tongban.kernel.query.lowering.asking import Ask, read


# It logs each URL, and with it the subject's number.
logging.getLogger("httpx").setLevel(logging.WARNING)

_REASONS = {
    401: Reason.DENIED,
    403: Reason.DENIED,
    404: Reason.MISSING,
    410: Reason.MISSING,
}


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much one read may take; ``seconds`` is for each page."""

    pages: int = 100
    page_bytes: int = 8 << 20
    seconds: float = TIMEOUT_SECONDS


@dataclass(slots=True)
class Interfaces:
    """The HTTP interfaces of a jurisdiction, by name: a Place."""

    addresses: Mapping[str, Address]
    bounds: Bounds = field(default_factory=Bounds)
    _clients: dict[str, httpx.Client] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def select(
        self, database: str, statement: str, values: Sequence[Any], *, limit: int
    ) -> Selection:
        """At most ``limit`` rows of one Ask, and whether there were more."""
        ask = read(statement)
        deadline = time.monotonic() + self.bounds.seconds
        found: list[Row] = []
        crossed = 0
        for page in self.pages(database, ask, *values):
            found.extend(page.rows)
            crossed += page.size
            if len(found) > limit:
                break
            if time.monotonic() > deadline:
                raise Overrun(self.bounds.seconds)
        names = tuple(name for name, _ in ask.members)
        return Selection(names, found[:limit], len(found) > limit, crossed)

    def pages(self, database: str, ask: Ask, subject: Any = None) -> Iterator["Page"]:
        """The pages of an Ask, one after the other, each read when it is wanted.

        Raises SourceFault, also (PAGES) when they run in a circle or are too many.
        """
        client = self._client(database)
        query = _query(ask, subject)
        link = httpx.URL(client.base_url.join(_below(client.base_url, ask.path)))
        turn = _Turn(ask.pages, link.copy_merge_params(query))
        seen: set[str] = set()
        for _ in range(self.bounds.pages):
            if str(turn.url) in seen:
                raise SourceFault(Reason.PAGES)
            seen.add(str(turn.url))
            document, size = self._fetched(client, database, turn.url)
            members = _listed(document, ask)
            yield Page([_row(each, ask) for each in members], size)
            if not turn.advance(document, members):
                return
        raise SourceFault(Reason.PAGES)

    def close(self) -> None:
        with self._lock:
            for client in self._clients.values():
                client.close()
            self._clients.clear()

    def _client(self, database: str) -> httpx.Client:
        address = self.addresses.get(database)
        if address is None:
            raise SourceFault(Reason.UNBOUND)
        with self._lock:
            if database not in self._clients:
                self._clients[database] = _client(address, self.bounds)
            return self._clients[database]

    def _fetched(
        self, client: httpx.Client, database: str, url: httpx.URL
    ) -> tuple[Any, int]:
        """The document at ``url`` and how many bytes it is."""
        address = self.addresses[database]
        headers = {address.header: address.secret()} if address.header else {}
        deadline = time.monotonic() + (address.timeout_s or self.bounds.seconds)
        body = bytearray()
        try:
            with client.stream("GET", url, headers=headers) as response:
                _check(response)
                for part in response.iter_bytes():
                    body += part
                    if len(body) > self.bounds.page_bytes:
                        raise SourceFault(Reason.SIZE)
                    # Each part may be in time and the whole never end.
                    if time.monotonic() > deadline:
                        raise SourceFault(Reason.SLOW)
        except httpx.TimeoutException:
            raise SourceFault(Reason.SLOW) from None
        except httpx.DecodingError:
            raise SourceFault(Reason.ANSWER) from None
        except httpx.HTTPError:
            raise SourceFault(Reason.UNREACHABLE) from None
        return parsed(bytes(body)), len(body)


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in the order of the Ask's members, and the bytes they came in."""

    rows: list[Row]
    size: int


@dataclass(slots=True)
class _Turn:
    """Which page is to be read: its URL, and how the next one is found."""

    pages: Pages | None
    url: httpx.URL
    number: int = 1
    last: bytes = b""

    def __post_init__(self) -> None:
        if self.pages is not None and self.pages.by is Paging.NUMBER:
            self.url = self.url.copy_set_param(self.pages.parameter, self.number)

    def advance(self, document: Any, members: list[Any]) -> bool:
        """Go to the next page, if there is one after ``document``."""
        if self.pages is None:
            return False
        if self.pages.by is Paging.NUMBER:
            return self._count(members)
        following = _at(document, self.pages.at, absent=None)
        if following in (None, ""):
            return False
        if not isinstance(following, str | int) or isinstance(following, bool):
            raise SourceFault(Reason.ANSWER)
        if self.pages.by is Paging.CURSOR:
            self.url = self.url.copy_set_param(self.pages.parameter, following)
        else:
            self.url = _same_origin(self.url, str(following))
        return True

    def _count(self, members: list[Any]) -> bool:
        assert self.pages is not None
        if not members:
            return False
        # A server that does not know the parameter gives its first page for ever.
        print_ = hashlib.sha256(repr(members).encode()).digest()
        if print_ == self.last:
            raise SourceFault(Reason.PAGES)
        self.last = print_
        self.number += 1
        self.url = self.url.copy_set_param(self.pages.parameter, self.number)
        return True


def _client(address: Address, bounds: Bounds) -> httpx.Client:
    # Whoever listens between could read the credentials, and the answer.
    if address.parts.scheme != "https" and not address.is_local:
        raise SourceFault(Reason.DENIED)
    trusted = None if address.ca_file is None else str(address.ca_file)
    return httpx.Client(
        base_url=address.url,
        timeout=httpx.Timeout(address.timeout_s or bounds.seconds),
        follow_redirects=False,
        verify=ssl.create_default_context(cafile=trusted),
        # Neither a proxy nor credentials from the environment or a .netrc.
        trust_env=False,
        headers={"Accept": "application/json", "Accept-Encoding": "identity"},
    )


def _below(base: httpx.URL, path: str) -> str:
    return base.path.rstrip("/") + path


def _query(ask: Ask, subject: Any) -> dict[str, str]:
    query = {ask.key: str(subject)} if ask.key else {}
    if ask.fields:
        query[ask.fields] = ",".join(member for _, member in ask.members)
    return query


def _same_origin(here: httpx.URL, link: str) -> httpx.URL:
    """The next page, which must be where this one is: the credentials go with it."""
    try:
        there = here.join(link)
    except httpx.InvalidURL:
        raise SourceFault(Reason.ANSWER) from None
    origin = (here.scheme, here.host, here.port)
    if (there.scheme, there.host, there.port) != origin:
        raise SourceFault(Reason.ANSWER)
    return there


def _check(response: httpx.Response) -> None:
    status = response.status_code
    if status == httpx.codes.OK:
        return
    if status == httpx.codes.TOO_MANY_REQUESTS or status >= 500:
        raise SourceFault(Reason.UNREACHABLE)
    raise SourceFault(_REASONS.get(status, Reason.ANSWER))


def parsed(body: bytes) -> Any:
    """A JSON document with exact numbers; SourceFault (ANSWER) if it is none."""
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise SourceFault(Reason.ANSWER) from None


def _no_number(name: str) -> Any:
    raise ValueError(name)


def _at(document: Any, pointer: str, absent: Any = ...) -> Any:
    """What ``pointer`` (RFC 6901) points at in ``document``."""
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        if isinstance(document, list) and key.isdecimal():
            found = document[int(key)] if int(key) < len(document) else ...
        else:
            found = document.get(key, ...) if isinstance(document, dict) else ...
        if found is ...:
            if absent is ...:
                raise SourceFault(Reason.ANSWER)
            return absent
        document = found
    return document


def _listed(document: Any, ask: Ask) -> list[Any]:
    members = _at(document, ask.rows)
    if not isinstance(members, list):
        raise SourceFault(Reason.ANSWER)
    return members


def _row(member: Any, ask: Ask) -> Row:
    if not isinstance(member, dict):
        raise SourceFault(Reason.ANSWER)
    cells = []
    for _, name in ask.members:
        if name not in member:
            raise SourceFault(Reason.STRUCTURE)
        cell = member[name]
        if isinstance(cell, dict | list):
            raise SourceFault(Reason.VALUE)
        cells.append(cell)
    return tuple(cells)
