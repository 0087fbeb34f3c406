"""Durations of repeated work."""

import time
from collections.abc import Callable


def durations(work: Callable[[], object], times: int, warm: int = 3) -> list[float]:
    """Seconds of each of ``times`` runs, after ``warm`` runs that do not count."""
    for _ in range(warm):
        work()
    return [once(work) for _ in range(times)]


def once(work: Callable[[], object]) -> float:
    """Seconds of one run."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
