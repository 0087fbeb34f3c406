"""A pack judged with what this installation's capabilities add to it."""

from pathlib import Path

from tongban.pack.diff import Change, diff
from tongban.pack.examples import ExampleResult, run_examples
from tongban.web.packs import load


def checked(folder: Path) -> str:
    """One line about a sound pack; PackErrors with every mistake of another."""
    pack = load(folder)
    counts = {
        "datasets": len(pack.catalog.datasets),
        "case types": len(pack.case_types),
        "purposes": len(pack.purposes),
        "grants": len(pack.grants),
        "examples": len(pack.examples),
    }
    told = ", ".join(f"{count} {what}" for what, count in counts.items())
    return f"{' → '.join(pack.chain)}: sound; {told}"


def changes(a: Path, b: Path) -> list[Change]:
    """What differs from the pack in ``a`` to the one in ``b``."""
    return diff(load(a), load(b))


def tried(folder: Path) -> tuple[int, list[str]]:
    """How many examples the pack has, and a text for each that does not hold."""
    results = run_examples(load(folder))
    failures = [
        "\n".join([f"{result.example.place}: {result.example.title}", *_told(result)])
        for result in results
        if not result.passed
    ]
    return len(results), failures


def _told(result: ExampleResult) -> list[str]:
    return [f"  {failure}" for failure in result.failures]
