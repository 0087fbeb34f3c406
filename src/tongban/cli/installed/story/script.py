"""What a practice city's story is about: ``data/story.json`` of its pack."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tongban.capabilities.services.record import Rows
from tongban.kernel.case.declaration import CaseKind, CaseType
from tongban.kernel.terms import UserError, did_you_mean
from tongban.pack.model import CastMember, Pack


FILE = Path("data") / "story.json"
KEYS = {"one-thing", "as", "day", "answers"}


class NoStory(UserError):
    """The pack tells no story, or one that cannot be told."""

    code = "story.script"


@dataclass(frozen=True, slots=True)
class Script:
    """Who opens which one-thing on which day, and what only they can answer.

    ``rows`` are those of the form's repeated groups.
    """

    thing: CaseType
    founder: CastMember
    day: date
    answers: Mapping[str, str]
    rows: Mapping[str, Rows]


def read(folder: Path, pack: Pack) -> Script:
    """The story of the pack in ``folder``; NoStory says what is wrong with it."""
    path = folder / FILE
    said = _load(path)
    thing = pack.case_types.get(said["one-thing"])
    if thing is None or thing.kind is not CaseKind.ONE_THING:
        known = [c for c, t in pack.case_types.items() if t.kind is CaseKind.ONE_THING]
        raise _wrong(path, "one-thing", did_you_mean(said["one-thing"], known))
    founder = pack.cast.get(said["as"])
    if founder is None or founder.subject is None:
        raise _wrong(path, "as", did_you_mean(said["as"], pack.cast))
    parts = {part.name for part in thing.parts}
    for name in said["answers"]:
        if name not in parts:
            raise _wrong(path, f"answers.{name}", did_you_mean(name, parts))
    try:
        day = date.fromisoformat(said["day"])
    except ValueError:
        raise _wrong(path, "day", "write it as 2026-11-23") from None
    lists = {name: tuple(v) for name, v in said["answers"].items() if type(v) is list}
    texts = {name: v for name, v in said["answers"].items() if name not in lists}
    return Script(thing, founder, day, texts, lists)


def _load(path: Path) -> dict[str, Any]:
    try:
        said = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise NoStory(
            "this pack tells no story",
            where=str(path),
            why="the file is missing",
            mend="name a pack that has one with --pack DIR",
        ) from error
    except ValueError as error:
        raise NoStory(
            "the story is not JSON", where=str(path), why=str(error), mend="mend it"
        ) from error
    if not isinstance(said, dict) or set(said) != KEYS:
        raise NoStory(
            "the story lacks something",
            where=str(path),
            mend=f"it has exactly these keys: {', '.join(sorted(KEYS))}",
        )
    return said


def _wrong(path: Path, key: str, mend: str) -> NoStory:
    return NoStory(
        f"the pack has nothing of that name for {key!r}", where=str(path), mend=mend
    )
