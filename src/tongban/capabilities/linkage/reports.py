"""What the last run of a linkage found, kept beside the lake: counts, no rows."""

import json
from dataclasses import asdict

from django.conf import settings

from tongban.capabilities.linkage.model import Outcome, Quality
from tongban.home import write_private


def keep(outcome: Outcome) -> None:
    """Put ``outcome`` in the place of that of the run before."""
    folder = settings.HOME.linkage
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{outcome.linkage}.json"
    write_private(path, json.dumps(asdict(outcome), ensure_ascii=False))


def last(code: str) -> Outcome | None:
    """What the last run found; None before the first."""
    path = settings.HOME.linkage / f"{code}.json"
    if not path.exists():
        return None
    told = json.loads(path.read_text("utf-8"))
    quality = told.pop("quality")
    return Outcome(**told, quality=Quality(**quality) if quality else None)
