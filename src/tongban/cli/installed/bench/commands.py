"""How many case commands a second, each durable and visible to the next read."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from datetime import time as of_day

from django.conf import settings
from django.db import connection

from tongban.cli.installed.bench.timing import once
from tongban.cli.installed.story import founder, officials, script
from tongban.cli.installed.story.teller import Teller, speaking
from tongban.cli.measures import Area, Figure, median, p95
from tongban.kernel.terms import Actor
from tongban.store import cases, clock, jurisdiction


THINGS = 40
CLERKS = 4


def measure() -> Area:
    """Open one-things, then let officials accept, complete and decide their items."""
    with speaking("zh"):
        play = script.read(settings.HOME.pack, jurisdiction.current())
        quiet = Teller(lambda _line: None)
        begins = datetime.combine(play.day, of_day(9), clock.now().tzinfo)
        opened: list[str] = []

        def open_one() -> None:
            opened.append(founder.apply(play, begins, quiet).case.number)

        opening = [once(open_one) for _ in range(THINGS)]
        half = len(opened) // 2
        alone = _sweep(play, opened[:half])
        begun = time.perf_counter()
        with ThreadPoolExecutor(CLERKS) as clerks:
            parts = [opened[half:][n::CLERKS] for n in range(CLERKS)]
            together = sum(clerks.map(lambda part: len(_sweep(play, part)), parts))
        took = time.perf_counter() - begun
    return Area(
        "cases",
        f"{THINGS} one-things opened; then officials accept, complete and decide their"
        f" items, each command read back: half of them one after another, half by"
        f" {CLERKS} clerks at once.",
        (
            Figure("commands, one clerk", len(alone) / sum(alone), "/s", least=100),
            Figure(f"commands with looks, {CLERKS} clerks", together / took, "/s"),
            Figure("one command, p95", p95(alone), "ms"),
            Figure("one command, median", median(alone), "ms"),
            Figure("whole application, median", median(opening), "ms"),
        ),
    )


def _sweep(play: script.Script, things: list[str]) -> list[float]:
    """Work the things' items through; the seconds of each command with its read."""
    took: list[float] = []
    cast = jurisdiction.current().cast.values()
    clerks = [officials.actor_of(m) for m in cast if m.organization and m.posts]
    by = founder.actor_of(play)
    noon = datetime.combine(play.day, of_day(12), clock.now().tzinfo)
    with speaking("zh"), clock.at(noon + timedelta(days=1)):
        for thing in things:
            for child in cases.children(thing, by):
                for clerk in [c for c in clerks if _answers(child.type, c)] * 2:
                    took += _work(child.number, clerk)
    # A thread of its own has a connection of its own.
    connection.close()
    return took


def _answers(case_type: str, by: Actor) -> bool:
    declared = jurisdiction.current().case_types[case_type]
    return declared.organization == by.organization


def _work(number: str, by: Actor) -> list[float]:
    """Everything that this official may do on the case now."""
    took = []
    while (label := officials.next_act(cases.acts(number, by))) is not None:
        seen = cases.case(number, by).version
        begun = time.perf_counter()
        after = cases.act(
            number, officials.command(label), by=by, key=f"bench-{number}-{seen}"
        )
        read = cases.case(number, by)
        took.append(time.perf_counter() - begun)
        assert read.version == after.version > seen
    return took
