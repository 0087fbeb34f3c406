"""The table of differences between engines, as data: see differences.txt."""

from pathlib import Path


TABLE = Path(__file__).with_suffix(".txt")


def reasons() -> dict[tuple[str, str], str]:
    """The reason of each difference, by engine and sample."""
    found, engine, reason = {}, "", ""
    for line in TABLE.read_text("utf-8").splitlines():
        if line.startswith("== "):
            engine, _, reason = line.removeprefix("== ").partition(": ")
        elif line and not line.startswith("#"):
            assert (engine, line) not in found, line
            found[engine, line] = reason
    return found
