"""What a clerk of the office does while it is measured, in a process of its own."""

import json
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tongban.cli.frame import emit
from tongban.cli.office import ITEM
from tongban.kernel.case.charges import DECIDE
from tongban.kernel.case.commands import (
    Accept,
    Claim,
    Command,
    CompleteStep,
    Decide,
    Release,
)
from tongban.kernel.case.model import Outcome
from tongban.kernel.terms import Actor, Subject, SubjectKind, Text
from tongban.store import accounts, cases, crowded


READER = Subject(SubjectKind.PERSON, "990190199001010019")
CITIZEN = Actor("reader", subject=READER)
LIBRARIAN = Actor(
    "clerk", organization="library", posts=frozenset({"librarian", "director"})
)
ROUND: tuple[Command, ...] = (
    Accept(),
    CompleteStep("look", Outcome.GRANTED, "场地可用"),
    Decide(Outcome.GRANTED, "符合条件"),
)
HANDS = 2  # threads of a clerk at work: one waits for the disk while one computes
READERS = 8  # threads of a clerk that only looks
LOOKS = 30
PAGES = ("/desk/", "/desk/?view=overdue", "/desk/?page=40", "/desk/?view=closed")


def run(work: str, size: int) -> None:
    """Prepare, say so, wait for a line, work, tell what came of it as JSON."""
    begin = WORKS[work](size)
    emit("ready")
    sys.stdin.readline()
    emit(json.dumps(begin()))


def _opened() -> str:
    return cases.open_case(
        ITEM,
        by=CITIZEN,
        key=uuid4().hex,
        applicant=READER,
        data={"branch": "1"},
        materials={},
    ).number


def _act(number: str, command: Command) -> None:
    """One command, and the next read sees it."""
    after = cases.act(number, command, by=LIBRARIAN, key=uuid4().hex)
    assert cases.case(number, LIBRARIAN).version == after.version


def starts(size: int) -> Callable[[], Mapping[str, Any]]:
    """``size`` cases opened."""

    def begin() -> Mapping[str, Any]:
        return _timed([_opened] * size)

    _opened()
    return begin


def commands(size: int) -> Callable[[], Mapping[str, Any]]:
    """Three commands on each of ``size`` cases: accepted, looked into, decided."""
    numbers = [_opened() for _ in range(size)]

    def through(number: str) -> None:
        for command in ROUND:
            _act(number, command)

    through(_opened())

    def begin() -> Mapping[str, Any]:
        told = _timed([lambda n=n: through(n) for n in numbers])
        return {**told, "done": len(numbers) * len(ROUND)}

    return begin


def _timed(jobs: list[Callable[[], Any]]) -> Mapping[str, Any]:
    begun = time.time()
    with ThreadPoolExecutor(HANDS) as hands:
        done = list(hands.map(_worked, jobs))
    return {"done": len(done), "begun": begun, "ended": time.time()}


def _worked(job: Callable[[], Any]) -> None:
    job()


def length(size: int) -> Callable[[], Mapping[str, Any]]:
    """How long a decision takes on a case of ``size`` events; the median of some."""
    number = _opened()
    for command in ROUND[:2]:
        _act(number, command)
    version = cases.case(number, LIBRARIAN).version
    # What officials do on a case that lies for long: take it in hand, put it back.
    turns = (Claim(DECIDE), Release(DECIDE))
    for turn in range(size - version & ~1):
        cases.act(number, turns[turn % 2], by=LIBRARIAN, key=uuid4().hex)

    def begin() -> Mapping[str, Any]:
        begun = time.perf_counter()
        _act(number, ROUND[2])
        return {"seconds": time.perf_counter() - begun}

    return begin


def fill(size: int) -> Callable[[], Mapping[str, Any]]:
    """A database of ``size`` cases, as lists see them."""

    def begin() -> Mapping[str, Any]:
        return {"cases": crowded.fill(ITEM, size)}

    return begin


def lists(size: int) -> Callable[[], Mapping[str, Any]]:
    """``size`` looks by each of several readers at an officer's lists."""
    del size
    name = f"reader-{uuid4().hex[:12]}"
    accounts.create(
        name,
        title=Text("读者服务岗"),
        kind="official",
        organization=LIBRARIAN.organization,
        posts=["librarian"],
    )

    def look(client: Client, address: str) -> float:
        begun = time.perf_counter()
        response = client.get(address)
        took = time.perf_counter() - begun
        assert response.status_code == 200
        return took

    clients = [_client(name) for _ in range(READERS)]
    most = 0
    for address in PAGES:
        look(clients[0], address)
        with CaptureQueriesContext(connection) as ran:
            look(clients[0], address)
        most = max(most, len(ran))

    def begin() -> Mapping[str, Any]:
        def reader(place: int) -> list[float]:
            client = clients[place]
            took = [look(client, PAGES[(place + n) % len(PAGES)]) for n in range(LOOKS)]
            connections.close_all()
            return took

        with ThreadPoolExecutor(READERS) as readers:
            seconds = [s for part in readers.map(reader, range(READERS)) for s in part]
        return {"seconds": seconds, "statements": most, "readers": READERS}

    return begin


def _client(name: str) -> Client:
    client = Client(HTTP_HOST="localhost")
    known = get_user_model().objects.get(username=name)
    client.force_login(known, settings.AUTHENTICATION_BACKENDS[-1])
    return client


WORKS: Mapping[str, Callable[[int], Callable[[], Mapping[str, Any]]]] = {
    work.__name__: work for work in (starts, commands, length, fill, lists)
}
