"""The plan of steps as a small drawing: where each box stands and what leads where."""

from collections.abc import Mapping
from dataclasses import dataclass

from tongban.kernel.case.declaration import CaseType


WIDTH, HEIGHT = 212, 84
GAP_X, GAP_Y = 52, 16
MARGIN = 4


@dataclass(frozen=True, slots=True)
class Box:
    """One step: its upper left corner, in user units of the drawing."""

    name: str
    x: int
    y: int
    critical: bool

    @property
    def text_x(self) -> int:
        return self.x + 14

    @property
    def title_y(self) -> int:
        return self.y + 26

    @property
    def note_y(self) -> int:
        return self.y + 70


@dataclass(frozen=True, slots=True)
class Arrow:
    """A line from the right edge of one box to the left edge of the next."""

    path: str
    critical: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """Boxes and arrows with the size of the whole."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    width: int
    height: int
    box_width: int = WIDTH
    box_height: int = HEIGHT


def draw(case_type: CaseType, critical: tuple[str, ...]) -> Drawing:
    """Columns by what has to come before, the critical step on top of its column."""
    columns = _columns(case_type)
    boxes: dict[str, Box] = {}
    for across, names in enumerate(columns):
        names.sort(key=lambda name: name not in critical)
        for down, name in enumerate(names):
            boxes[name] = Box(
                name,
                MARGIN + across * (WIDTH + GAP_X),
                MARGIN + down * (HEIGHT + GAP_Y),
                name in critical,
            )
    return Drawing(
        tuple(boxes.values()),
        tuple(
            _arrow(boxes[need], boxes[step.name])
            for step in case_type.steps
            for need in sorted(step.needs)
        ),
        2 * MARGIN + len(columns) * (WIDTH + GAP_X) - GAP_X,
        2 * MARGIN + max(map(len, columns), default=0) * (HEIGHT + GAP_Y) - GAP_Y,
    )


def _columns(case_type: CaseType) -> list[list[str]]:
    depths: dict[str, int] = {}
    needs = {step.name: step.needs for step in case_type.steps}
    for name in needs:
        _depth(name, needs, depths)
    columns: list[list[str]] = [[] for _ in set(depths.values())]
    for name in needs:
        columns[depths[name]].append(name)
    return columns


def _depth(
    name: str, needs: Mapping[str, frozenset[str]], depths: dict[str, int]
) -> int:
    if name not in depths:
        before = [_depth(need, needs, depths) for need in needs[name]]
        depths[name] = max(before, default=-1) + 1
    return depths[name]


def _arrow(start: Box, end: Box) -> Arrow:
    x1, y1 = start.x + WIDTH, start.y + HEIGHT // 2
    x2, y2 = end.x - 2, end.y + HEIGHT // 2
    middle = (x1 + x2) // 2
    path = (
        f"M{x1} {y1}H{middle}V{y2}H{x2}M{x2 - 7} {y2 - 5}L{x2} {y2}L{x2 - 7} {y2 + 5}"
    )
    return Arrow(path, start.critical and end.critical)
