"""What is written in a state folder that holds a practice city.

The record is the last thing that a build writes: a folder with the record is whole.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from tongban.home import write_private


RECORD = "practice.json"
# Shown on the sign-in page of a practice city, hence no secret.
PASSWORD = "tongban-2026"


@dataclass(frozen=True, slots=True)
class Practice:
    """A practice city: how many residents it was built with, its cast's password."""

    residents: int
    password: str = PASSWORD


def practice_at(home: Path) -> Practice | None:
    """The record of the finished practice city in ``home``, or None."""
    try:
        text = (home / RECORD).read_text("utf-8")
    except FileNotFoundError:
        return None
    return Practice(**json.loads(text))


def record(home: Path, practice: Practice) -> None:
    """Declare the practice city in ``home`` finished."""
    write_private(home / RECORD, json.dumps(asdict(practice)))
