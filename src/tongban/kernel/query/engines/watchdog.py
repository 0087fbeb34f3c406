"""Stops statements that run too long."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from duckdb import DuckDBPyConnection


@dataclass(slots=True)
class Watchdog:
    """Interrupts what runs longer than ``seconds``, to a twentieth of them.

    One sleeping thread watches all statements: a timer thread for each would
    cost a keyed read more than the read itself.
    """

    seconds: float
    _running: dict[int, tuple[float, DuckDBPyConnection]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _some: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    @contextmanager
    def over(self, statement: DuckDBPyConnection) -> Iterator[None]:
        """Watch ``statement`` for as long as the block runs."""
        with self._lock:
            self._running[id(statement)] = (time.monotonic() + self.seconds, statement)
            self._some.set()
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                del self._running[id(statement)]

    def _watch(self) -> None:
        while True:
            self._some.wait()
            with self._lock:
                now = time.monotonic()
                for deadline, statement in self._running.values():
                    if now > deadline:
                        statement.interrupt()
                if not self._running:
                    self._some.clear()
            time.sleep(self.seconds / 20)
