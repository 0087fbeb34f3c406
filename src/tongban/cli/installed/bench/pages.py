"""Every page that links lead to: statements and time, as citizen, official, public."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from datetime import time as of_day
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.urls import Resolver404, resolve

from tongban.cli.installed.bench.timing import durations
from tongban.cli.installed.story import founder, officials, script
from tongban.cli.installed.story.teller import Teller, speaking
from tongban.cli.measures import Area, Figure, p95
from tongban.pack.model import AccountKind
from tongban.store import cases, clock, jurisdiction


TIMES = 40
LINK = re.compile(r'href="(/[^"#]*)"')


@dataclass(frozen=True, slots=True)
class Page:
    """One route as one reader saw it: the worst of the addresses tried."""

    route: str
    reader: str
    address: str
    statements: int
    p95_ms: float


def measure() -> Area:
    """One story is told first, so that every page has something to show."""
    pack = jurisdiction.current()
    play = script.read(settings.HOME.pack, pack)
    _prepare(play)
    readers = {"public": "", "citizen": play.founder.account}
    readers |= {m.kind.value: m.account for m in _staff()}
    pages = [
        page for name, account in readers.items() for page in _pages(name, account)
    ]
    slowest = max(pages, key=lambda page: page.p95_ms)
    busiest = max(pages, key=lambda page: page.statements)
    return Area(
        "pages",
        f"Every page that links lead to from the first one, {TIMES} times each, in"
        f" process, as {', '.join(readers)}: {len(pages)} pages.",
        (
            Figure("statements, most of any page", busiest.statements, "", most=10),
            Figure("p95, slowest page", slowest.p95_ms, "ms", most=100),
            *(
                Figure(
                    f"{page.reader} {page.route} ({page.statements} statements)",
                    page.p95_ms,
                    "ms",
                    most=100,
                )
                for page in sorted(pages, key=lambda p: (p.reader, p.route))
            ),
        ),
    )


def _staff() -> Iterator[Any]:
    """An official who has work, and an auditor."""
    cast = list(jurisdiction.current().cast.values())
    busy = [m for m in cast if m.kind is AccountKind.OFFICIAL]
    yield max(busy, key=lambda m: len(cases.inbox(officials.actor_of(m)).rows))
    yield from (m for m in cast if m.kind is AccountKind.AUDITOR)


def _prepare(play: script.Script) -> None:
    """One finished one-thing and one that waits at every desk."""
    quiet = Teller(lambda _line: None)
    begins = datetime.combine(play.day, of_day(9), clock.now().tzinfo)
    with speaking("zh"):
        first = founder.apply(play, begins, quiet)
        by = founder.actor_of(play)
        officials.work_through(first.case.number, by, play.day, quiet)
        founder.apply(play, begins, quiet)


def _pages(reader: str, account: str) -> list[Page]:
    """The routes that links lead to, each at the first address met."""
    client = Client(HTTP_HOST="localhost")
    if account:
        known = get_user_model().objects.get(username=account)
        client.force_login(known, settings.AUTHENTICATION_BACKENDS[-1])
    return [
        _measured(client, reader, route, address)
        for route, address in _crawl(client).items()
    ]


def _crawl(client: Client) -> dict[str, str]:
    """Every route that links lead to from the first page, with one address of it."""
    found: dict[str, str] = {}
    todo, seen = deque(["/"]), {"/"}
    while todo:
        address = todo.popleft()
        route = _route(address)
        if route is None or route in found:
            continue
        response = client.get(address)
        if response.status_code != 200:
            continue
        found[route] = address
        if "html" in response.headers.get("Content-Type", ""):
            links = dict.fromkeys(LINK.findall(response.content.decode()))
            todo += [link for link in links if link not in seen]
            seen |= links.keys()
    return found


def _route(address: str) -> str | None:
    try:
        return resolve(address.partition("?")[0]).view_name or None
    except Resolver404:
        return None


def _measured(client: Client, reader: str, route: str, address: str) -> Page:
    counted = 0

    def count(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        nonlocal counted
        counted += 1
        return execute(sql, params, many, context)

    client.get(address)
    with connection.execute_wrapper(count):
        client.get(address)
    took = durations(lambda: client.get(address), TIMES)
    return Page(route, reader, address, counted, p95(took))
