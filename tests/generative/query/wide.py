"""Writes governed statements of every form: the texts of wide.txt, filled at random.

A hole ``{text}`` is filled with an expression of that kind over the granted items of
the person ``p`` (and of the home ``h`` where the shape joins it); ``{all}`` with
every granted item of ``p``, an order in which equals are equal in everything,
``{one}`` with the first of them, ``{1}`` with what the first hole was filled with.
Nothing here fails on any value: a governed statement gives NULL where a plain one
would end in an error.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from random import Random

from tests.generative.query.author import Statement
from tests.generative.query.expressions import DAY, NUMBER, TEXT, TRUTH, WHOLE


_HOLE = re.compile(r"\{(\w+)\}")
_LITERALS = {
    TEXT: ["'a1-b'", "'甲'", "''", "'x'"],
    WHOLE: ["0", "2", "(-3)"],
    NUMBER: ["0.5", "2.25"],
    DAY: ["DATE '2000-02-29'", ":as_of"],
    TRUTH: ["TRUE", "FALSE", "NULL"],
}
TEMPLATES = {
    section.partition("\n")[0]: section.strip().splitlines()[1:]
    for section in Path(__file__)
    .with_name("wide.txt")
    .read_text("utf-8")
    .split("\n# ")[1:]
}
# Where a template of each kind stands when it is tried alone.
_SHOWN = {
    **dict.fromkeys(_LITERALS, "SELECT {it} AS a FROM reg.person AS p"),
    "aggregate": "SELECT {it} AS a FROM reg.person AS p",
    "window": "SELECT {it} OVER (ORDER BY {all}) AS a FROM reg.person AS p",
    "frame": "SELECT sum({whole}) OVER (ORDER BY {all} {it}) AS a FROM reg.person AS p",
    "statement": "{it}",
}


class WideAuthor:
    """Fills templates over ``items``: kinds by dataset and item."""

    def __init__(self, chance: Random, items: Mapping[str, Mapping[str, str]]) -> None:
        self._chance = chance
        self._items = items["reg.person"]

    def statement(self) -> Statement:
        """One of the shapes, filled at random."""
        return Statement(self._made("statement", 3), [])

    def every(self) -> list[Statement]:
        """One statement for each template there is."""
        return [
            Statement(self._filled(shape.replace("{it}", template), 0), [])
            for kind, shape in _SHOWN.items()
            for template in TEMPLATES[kind]
        ]

    def _filled(self, template: str, depth: int) -> str:
        first: list[str] = []

        def fill(hole: re.Match[str]) -> str:
            if hole[1] == "1":
                return first[0]
            made = self._made(hole[1], depth)
            first.append(made)
            return made

        return _HOLE.sub(fill, template)

    def _made(self, kind: str, depth: int) -> str:
        if kind == "one":
            return f"p.{next(iter(self._items))}"
        if kind == "all":
            return ", ".join(f"p.{name}" for name in self._items)
        if kind not in _LITERALS:
            return self._filled(self._chance.choice(TEMPLATES[kind]), depth - 1)
        if depth <= 0 or self._chance.random() < 0.2:
            items = [f"p.{name}" for name, k in self._items.items() if k == kind]
            return self._chance.choice(items or _LITERALS[kind])
        return self._filled(self._chance.choice(TEMPLATES[kind]), depth - 1)
