"""What case work costs: starts, commands, lists, long cases, on each database."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from typing import Any

from tongban.cli.installed.bench import postgresql
from tongban.cli.measures import Area, Figure, joined, p95
from tongban.cli.office import Office
from tongban.cli.trials import Bench


SQLITE, POSTGRESQL = "sqlite", "postgresql"
LEAST = {SQLITE: 400, POSTGRESQL: 500}  # commands a second

STARTED = 400  # cases by each clerk
WORKED = 300
LISTED = 1_000_000
SHORT, LONG = 100, 10_000  # events
DECIDED = 5  # cases of each length


def cases(bench: Bench) -> Area:
    """The figures of case work on both databases."""
    parts = []
    for name in (SQLITE, POSTGRESQL):
        with _database(name) as url:
            office = Office.found(bench.scratch / f"office-{name}", url)
            parts.append(_measured(name, office))
    facts = {
        key: {part.name: part.facts[key] for part in parts} for key in parts[0].facts
    }
    whole = joined("cases", parts)
    return Area(whole.name, parts[0].how, whole.figures, facts)


@contextmanager
def _database(name: str) -> Iterator[str]:
    if name == SQLITE:
        yield ""
    else:
        with postgresql.server(durable=True) as url:
            yield url


def _measured(name: str, office: Office) -> Area:
    starts = _rate(office.together("starts", "--size", str(STARTED)))
    commands = _rate(office.together("commands", "--size", str(WORKED)))
    short, long = (
        median(
            office.alone("length", "--size", str(events))["seconds"]
            for _ in range(DECIDED if events == SHORT else 1)
        )
        for events in (SHORT, LONG)
    )
    office.alone("fill", "--size", str(LISTED))
    looks = office.together("lists")
    seconds = [took for told in looks for took in told["seconds"]]
    statements = max(told["statements"] for told in looks)
    return Area(
        name,
        "Two processes of two threads each. Starts: an item with one step is opened."
        " Commands: accepted, its step completed, decided, each read back. Lists: the"
        f" pages of a restricted officer at {LISTED:,} cases, {_readers(looks)} readers"
        " at once.",
        (
            Figure("commands", commands, "/s", least=LEAST[name]),
            Figure("case starts", starts, "/s", least=100),
            Figure("lists, p95", p95(seconds), "ms", most=120),
            Figure("lists, statements", statements, "", most=10),
            Figure(f"decision after {SHORT} events", short * 1000, "ms"),
            Figure(f"the same after {LONG:,}", long / short, "times", most=2),
        ),
        {
            "commands_per_s": commands,
            "starts_per_s": starts,
            "list_p95_ms": p95(seconds),
            "list_statements": statements,
        },
    )


def _rate(told: Sequence[dict[str, Any]]) -> float:
    """What all did a second, from the first one's beginning to the last one's end."""
    took = max(each["ended"] for each in told) - min(each["begun"] for each in told)
    return sum(each["done"] for each in told) / took


def _readers(looks: Sequence[dict[str, Any]]) -> int:
    return sum(each["readers"] for each in looks)
