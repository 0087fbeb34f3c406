"""The governed query: what its parts measure, each in a module of its own."""

from collections.abc import Callable, Sequence
from pathlib import Path

from tongban.cli.installed.bench import explaining, grants, point, policy, ratios
from tongban.cli.measures import Area, joined


# Each gets a folder to work in and gives the areas that it measured.
PARTS: Sequence[Callable[[Path], Sequence[Area]]] = (
    ratios.measure,
    grants.measure,
    explaining.measure,
    point.measure,
    policy.measure,
)


def measure(scratch: Path) -> Area:
    """All parts as one area."""
    return joined("query", [area for part in PARTS for area in part(scratch)])
