"""Uses of everyone's data side by side: each has an engine to itself while it runs."""

from collections.abc import Iterator
from contextlib import contextmanager

from tongban.kernel.query.engines.duckdb import Lake
from tongban.kernel.query.engines.faults import MemoryOverrun, Overrun
from tongban.kernel.query.engines.gate import Gate


class Lane:
    """As many engines as statements may run at a time. Thread-safe.

    The memory of one DuckDB is shared by all who use it: beside a use that took it
    all, a third of the others' were refused.
    """

    def __init__(self, engines: list[Lake]) -> None:
        self._gate = Gate(len(engines))
        self._idle = engines

    @contextmanager
    def turn(self, share: str) -> Iterator[Lake]:
        """An engine for as long as the block runs, when the turn of ``share`` comes."""
        with self._gate.turn(share):
            lake = self._idle.pop()
            try:
                yield lake
            except (Overrun, MemoryOverrun):
                # Its memory and its files are given back at once.
                lake.close()
                raise
            finally:
                self._idle.append(lake)

    def close(self) -> None:
        for lake in self._idle:
            lake.close()
