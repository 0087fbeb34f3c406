"""The whole story from the founder's morning to the verified proof."""

import time as stopwatch
from collections.abc import Callable
from datetime import datetime, time
from pathlib import Path
from typing import Any

from django.conf import settings

from tongban.cli.installed.story import evidence, founder, officials, outcome, script
from tongban.cli.installed.story.teller import Teller, on, read, speaking
from tongban.store import clock, jurisdiction
from tongban.store.fsck import fsck


PROOF = "story-proof.json"
BEGINS = time(9)


def tell(
    lang: str,
    line: Callable[[str], None],
    *,
    pipe: int | None = None,
    proof: Path | None,
) -> dict[str, Any]:
    """Tell the story of the city in this home; its facts, or BrokenPromise.

    Every line goes to ``line``; ``pipe`` is a file descriptor that gets a line of
    JSON after each act that is acknowledged.
    """
    with speaking(lang):
        return _tell(Teller(line, pipe), proof or settings.HOME.path / PROOF)


def _tell(teller: Teller, proof: Path) -> dict[str, Any]:
    begun = stopwatch.perf_counter()
    pack = jurisdiction.current()
    play = script.read(settings.HOME.pack, pack)
    by = founder.actor_of(play)
    teller.say("scene", place=read(pack.title), day=on(play.day))
    morning = datetime.combine(play.day, BEGINS, clock.now().tzinfo)
    application = founder.apply(play, morning, teller)
    number = application.case.number
    acts = officials.work_through(number, by, play.day, teller)
    items = outcome.judge(play, number, by, teller)
    numbers = [item.number for item in items]
    found = evidence.gather(number, numbers, application.receipts, by, proof, teller)
    problems = fsck()
    teller.promise("whole", not problems, problems=[str(p) for p in problems])
    seconds = round(stopwatch.perf_counter() - begun, 3)
    teller.say("ends", promises=teller.kept, seconds=f"{seconds:.1f}")
    return {
        "case": number,
        "thing": play.thing.code,
        "applicant": play.founder.account,
        "items": [item.facts() for item in items],
        "prefilled": list(application.prefilled),
        "asked": list(application.asked),
        "acts": len(acts),
        "receipts": list(found.receipts),
        "leaves": found.leaves,
        "checkpoint": {
            "origin": settings.HOME.origin,
            "size": found.checkpoint.size,
            "root": found.checkpoint.root.hex(),
        },
        "proof": {"file": str(found.file), "verified": found.verified},
        "promises": teller.kept,
        "seconds": seconds,
    }
