"""Figures against their limits: shown, as JSON, or kept in a page with the machine."""

import os
import platform
import re
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from rich.table import Table


HEAD = """# Measures

What `make bench` measured, against the limits that the project set itself. Each area
names the day and the machine; `tongban bench AREA --write` renews its section, and
nothing else writes this page.
"""
SECTION = re.compile(r"^## (\S+)\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure; ``most`` or ``least`` is its limit, or neither."""

    name: str
    value: float
    unit: str
    most: float | None = None
    least: float | None = None

    @property
    def holds(self) -> bool:
        too_much = self.most is not None and self.value > self.most
        too_little = self.least is not None and self.value < self.least
        return not (too_much or too_little)

    @property
    def limit(self) -> str:
        if self.most is not None:
            return f"≤ {self.most:g}"
        return f"≥ {self.least:g}" if self.least is not None else ""

    @property
    def shown(self) -> str:
        return f"{self.value:,.0f}" if self.value >= 1000 else f"{self.value:.3g}"


@dataclass(frozen=True, slots=True)
class Area:
    """What one area measured, with a sentence on how.

    ``facts`` are what its JSON tells beside the figures, by names of its own.
    """

    name: str
    how: str
    figures: tuple[Figure, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        return all(figure.holds for figure in self.figures)


def joined(name: str, parts: Sequence[Area]) -> Area:
    """One area of several parts, each figure with the name of its part."""
    return Area(
        name,
        "\n\n".join(part.how for part in parts),
        tuple(
            replace(figure, name=f"{part.name}: {figure.name}")
            for part in parts
            for figure in part.figures
        ),
        {key: fact for part in parts for key, fact in part.facts.items()},
    )


def p95(seconds: Sequence[float]) -> float:
    """The 95th percentile of durations, in milliseconds."""
    return statistics.quantiles(seconds, n=20, method="inclusive")[-1] * 1000


def median(seconds: Sequence[float]) -> float:
    """The median of durations, in milliseconds."""
    return statistics.median(seconds) * 1000


def machine() -> str:
    """The machine in one line: cores, processor, memory, system, Python."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return ", ".join(
        (
            f"{os.cpu_count()} cores",
            _processor(),
            f"{memory:.0f} GiB",
            f"{platform.system()} {platform.machine()}",
            f"Python {platform.python_version()}",
        )
    )


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown processor"


def table(areas: Iterable[Area]) -> Table:
    shown = Table("area", "figure", "measured", "limit", "")
    for area in areas:
        for figure in area.figures:
            shown.add_row(
                area.name,
                figure.name,
                f"{figure.shown} {figure.unit}",
                f"{figure.limit} {figure.unit}" if figure.limit else "",
                "ok" if figure.holds else "[red]missed[/red]",
            )
    return shown


def as_json(areas: Iterable[Area], day: str) -> dict[str, Any]:
    several = list(areas)
    return {
        "machine": machine(),
        "day": day,
        "areas": {
            area.name: {
                "how": area.how,
                "figures": [{**asdict(f), "holds": f.holds} for f in area.figures],
            }
            for area in several
        },
        **{key: fact for area in several for key, fact in area.facts.items()},
    }


def write(page: Path, areas: Iterable[Area], day: str, order: Sequence[str]) -> None:
    """Renew the sections of ``areas`` in the page; the others stay as they are.

    ``order`` names every area there is, in the order of the page.
    """
    text = page.read_text("utf-8") if page.exists() else ""
    sections = {match[1]: match[0].rstrip() for match in SECTION.finditer(text)}
    for area in areas:
        sections[area.name] = _section(area, day)
    page.parent.mkdir(parents=True, exist_ok=True)
    kept = [f"{sections[name]}\n" for name in order if name in sections]
    page.write_text("\n".join([HEAD, *kept]), "utf-8")


def _kept(figure: Figure) -> str:
    if not figure.limit:
        return ""
    return "yes" if figure.holds else "**no**"


def _section(area: Area, day: str) -> str:
    rows = (
        f"| {f.name} | {f.shown} {f.unit} | {f.limit} | {_kept(f)} |"
        for f in area.figures
    )
    return "\n".join(
        (
            f"## {area.name}",
            "",
            f"{area.how}",
            "",
            f"`tongban bench {area.name}` on {day}: {machine()}.",
            "",
            "| figure | measured | limit | kept |",
            "|---|---|---|---|",
            *rows,
        )
    )
