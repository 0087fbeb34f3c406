"""Keep the few processes of an installation running, and end them together.

Each child holds one end of a pipe as its standard input. When this process ends,
by whatever signal, the pipe closes and the child ends itself: `leash`.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread
from types import FrameType


FIRST_DELAY = 0.5
LONGEST_DELAY = 30.0
# A child that has run this long was healthy: its next fault is a first fault.
HEALTHY_S = 60.0
GRACE_S = 15.0
TICK_S = 0.2
STOPPING = (signal.SIGINT, signal.SIGTERM)

Tell = Callable[[str], None]


@dataclass(slots=True)
class Child:
    """One process to keep: its name for people and the words that start it."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    delay: float = FIRST_DELAY
    due: float = 0.0

    def start(self) -> None:
        # A session of its own: Ctrl-C reaches the supervisor alone, which then
        # ends its children in order.
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, start_new_session=True
        )
        self.started = time.monotonic()

    def look(self, tell: Tell) -> None:
        """Start it if it is due; note its end and when it may start again."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.due:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        if now - self.started >= HEALTHY_S:
            self.delay = FIRST_DELAY
        tell(f"{self.name} ended with {_cause(code)}; again in {self.delay:g} s")
        # A process that it had started would go on holding the port.
        _bury(self.process)
        self.process = None
        self.due = now + self.delay
        self.delay = min(2 * self.delay, LONGEST_DELAY)

    def signal(self, number: int) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)


def _bury(process: subprocess.Popen[bytes]) -> None:
    """End what is left of it and of the processes that it started itself."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdin is not None:
        process.stdin.close()


def _cause(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"


@dataclass(slots=True)
class Supervisor:
    """Runs children until it is told to stop; a dead child is started again."""

    children: Sequence[Child]
    tell: Tell
    stop: Event = field(default_factory=Event)

    def run(self, each_tick: Callable[[], None] = lambda: None) -> None:
        """Return when SIGINT or SIGTERM came and every child has ended."""
        with signals_to(self._on_signal):
            try:
                while not self.stop.wait(TICK_S):
                    for child in self.children:
                        child.look(self.tell)
                    each_tick()
            finally:
                self._end()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        del frame
        self.tell(f"{signal.Signals(number).name}: ending")
        self.stop.set()

    def _end(self) -> None:
        for child in self.children:
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_S
        for child in self.children:
            if child.process is None:
                continue
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self.tell(f"{child.name} does not end: killed")
            _bury(child.process)


@contextmanager
def signals_to(
    handler: Callable[[int, FrameType | None], None],
) -> Iterator[None]:
    """Hand SIGINT and SIGTERM to ``handler``, and back as it was afterwards."""
    before = {number: signal.signal(number, handler) for number in STOPPING}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)


@contextmanager
def ending_in_order(tell: Callable[[str], None], left: str) -> Iterator[None]:
    """Let SIGINT and SIGTERM end this process tidily, and say what is ``left``.

    The first raises where the block stands, so that what must be tidied up is; an
    engine may make an error of its own of that, which tells nobody anything.
    """
    came: list[int] = []

    def end(number: int, frame: FrameType | None) -> None:
        del frame
        if not came:
            came.append(number)
            raise SystemExit(128 + number)

    with signals_to(end):
        try:
            yield
        finally:
            if came:
                tell(f"{signal.Signals(came[0]).name}: ended; {left}")
                raise SystemExit(128 + came[0]) from None


def leash() -> None:
    """End this process when its standard input does, that is with its parent."""

    def watch() -> None:
        while os.read(0, 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    Thread(target=watch, name="leash", daemon=True).start()


def this_command(*words: str) -> list[str]:
    """The words that run `tongban` again, in this interpreter."""
    return [sys.executable, "-m", "tongban", *words]
