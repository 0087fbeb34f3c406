"""Prints the size and shape of the code against the budget we hold ourselves to.

The figures are warning lamps, not aims: splitting a clear table in three to please
a counter makes the code worse. What must hold is tested in tests/architecture.
"""

import io
import re
import statistics
import tokenize
from dataclasses import dataclass

from tools.source import (
    Module,
    duplicates,
    functions,
    length,
    local_imports,
    modules,
    mutual_packages,
    stateless_classes,
    wide_excepts,
)


@dataclass(frozen=True)
class Figure:
    """A figure, the highest and lowest value wished for, and its unit."""

    name: str
    value: float
    most: float
    least: float = 0
    unit: str = ""

    def __str__(self) -> str:
        kept = self.least <= self.value <= self.most
        wish = f"{self.least:g}-{self.most:g}" if self.least else f"<= {self.most:g}"
        lamp = "  " if kept else "! "
        return f"{lamp}{self.name:<44}{self.value:>8.2f} {self.unit:<6} ({wish})"


def comment_share(source: list[Module]) -> float:
    """Lines with a comment alone, in percent of the lines that are not blank."""
    comments = code = 0
    for m in source:
        code += sum(bool(line.strip()) for line in m.text.splitlines())
        tokens = tokenize.generate_tokens(io.StringIO(m.text).readline)
        comments += sum(
            t.type == tokenize.COMMENT and t.line.lstrip().startswith("#")
            for t in tokens
        )
    return 100 * comments / max(code, 1)


def percentile(values: list[int], share: float) -> int:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def figures(source: list[Module], tests: list[Module]) -> list[Figure]:
    lengths = [length(f) for m in source for f in functions(m.tree)] or [0]
    sizes = [m.lines for m in source] or [0]
    core = [m for m in source if m.path.startswith(CORE)]
    rest = [m for m in source if not m.path.startswith(CORE)]
    kloc = max(sum(m.lines for m in rest) / 1000, 1)
    repeated, looked_at = duplicates(source)
    cases = [f for m in tests for f in functions(m.tree) if f.name.startswith("test_")]
    mocks = sum(len(re.findall(r"\bmock\.|\bpatch\(", m.text)) for m in tests)
    long_share = 100 * sum(n > 50 for n in lengths) / len(lengths)
    tested = sum(m.lines for m in tests) / max(sum(sizes), 1)
    return [
        Figure("function, median", statistics.median(lengths), 9, unit="lines"),
        Figure(
            "function, 99th percentile", percentile(lengths, 0.99), 60, unit="lines"
        ),
        Figure("functions above 50 lines", long_share, 4, unit="%"),
        Figure("file, median", statistics.median(sizes), 120, unit="lines"),
        Figure("file, longest", max(sizes), 400, unit="lines"),
        Figure("comment lines", comment_share(source), 12, 6, "%"),
        Figure("tests to source", tested, 2.0, 1.2, "times"),
        Figure("mocks per test", mocks / max(len(cases), 1), 0.05),
        Figure("wide excepts in kernel and pack", len(wide_excepts(core)), 0),
        Figure(
            "wide excepts elsewhere, per 1000 lines",
            len(wide_excepts(rest)) / kloc,
            0.2,
        ),
        Figure("packages that import one another", len(mutual_packages(source)), 0),
        Figure("imports inside functions", len(local_imports(source)), 0),
        Figure("classes of static methods only", len(stateless_classes(source)), 0),
        Figure(
            "repeated functions", 100 * len(repeated) / max(looked_at, 1), 1, unit="%"
        ),
    ]


CORE = ("src/tongban/kernel/", "src/tongban/pack/")


if __name__ == "__main__":
    product, tested_by = modules("src"), modules("tests")
    total = sum(m.lines for m in product)
    print(f"{len(product)} files of source, {total} lines; ! is outside the budget")
    for figure in figures(product, tested_by):
        print(figure)
