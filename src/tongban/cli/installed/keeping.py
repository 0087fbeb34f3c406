"""Whether store and ledger are whole."""

from tongban.store import ledger
from tongban.store.fsck import Problem
from tongban.store.fsck import fsck as check


def fsck() -> tuple[list[Problem], int]:
    """What differs, and how many leaves the newest checkpoint covers."""
    problems = check()
    head = ledger.latest()
    return problems, 0 if head is None else head.size
