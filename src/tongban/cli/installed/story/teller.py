"""Tells the story as it happens, and acknowledges each act once it is durable."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import translation

from tongban.kernel.terms import Text, UserError
from tongban.words.catalogue import language, say


LANGUAGES = {"zh": "zh-hans", "en": "en"}


class BrokenPromise(UserError):
    """Something that the story promises did not come true."""

    code = "story.promise"


@dataclass(slots=True)
class Teller:
    """``tell`` takes each line; ``pipe`` is a descriptor for acknowledgements."""

    tell: Callable[[str], None]
    pipe: int | None = None
    kept: int = 0

    def say(self, key: str, **facts: object) -> None:
        """The sentence ``story.<key>`` with its facts, as one line."""
        self.tell(say(f"story.{key}", **facts))

    def acknowledge(self, kind: str, **facts: Any) -> None:
        """Tell whoever listens that this is done: it must never be lost again."""
        if self.pipe is not None:
            line = json.dumps({"kind": kind, **facts}, ensure_ascii=False)
            os.write(self.pipe, line.encode() + b"\n")

    def promise(self, name: str, true: bool, **facts: object) -> None:
        """Go on if ``story.promises.<name>`` is kept, else BrokenPromise."""
        sentence = say(f"story.promises.{name}")
        if not true:
            told = ", ".join(f"{key}={value}" for key, value in facts.items())
            raise BrokenPromise(
                f"broken promise: {name}",
                why=sentence,
                mend=f"look into: {told}" if told else None,
            )
        self.kept += 1
        self.tell(f"  ✓ {sentence}")


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Let every sentence be in ``zh`` or ``en``."""
    with translation.override(LANGUAGES[lang]):
        yield


def read(text: Text) -> str:
    """A declared text in the language that is spoken."""
    return text.get(language())


def listed(names: list[str]) -> str:
    """Names one after another, as both languages write them."""
    return (", " if language() == "en" else "、").join(names)


def on(day: date) -> str:
    """A day as both languages write it."""
    if language() == "en":
        return f"{day:%A} {day.day} {day:%B %Y}"
    return (
        f"{day.year}年{day.month}月{day.day}日（周{'一二三四五六日'[day.weekday()]}）"
    )
