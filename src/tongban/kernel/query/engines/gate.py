"""Who may run next on an engine that all organisations share.

A statement takes all cores it finds, so letting more of them in makes each slower
and none sooner. At most ``slots`` run at a time; the others wait in a queue for
each organisation, and the queues are served in turn: whoever asks a thousand times
delays itself, and everybody else by one statement. As long as there are two slots,
an organisation never holds them all: the last is free for another to come.
"""

import threading
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil
from typing import Literal

from tongban.kernel.terms import UserError


# Weight of the last statement in the mean that an advice to wait is made of.
_NEWEST = 0.2


class Busy(UserError):
    """Too many uses wait for the engine; ``facts["retry_s"]`` says when to return."""

    code = "query.busy"

    def __init__(self, waited_s: float, waiting: int, retry_s: int) -> None:
        super().__init__(
            f"no turn came within {waited_s:g} seconds",
            why=f"{waiting} more uses of this organisation or others wait",
            mend=f"try again in {retry_s} seconds, or with fewer uses at a time",
            retry_s=retry_s,
        )


class Left(UserError):
    """The caller went away while it waited."""

    code = "query.cancelled"


@dataclass(slots=True, eq=False)
class Ticket:
    """One caller at a gate, from asking to the end of its statement."""

    gate: "Gate"
    share: str
    state: Literal["waiting", "admitted", "left"] = "waiting"
    turn: threading.Event = field(default_factory=threading.Event)
    since: float = 0.0

    def leave(self) -> None:
        """Give it up, waiting or admitted; from any thread, any number of times.

        One who waits there raises Left.
        """
        self.gate.release(self)


@dataclass(slots=True)
class Gate:
    """Lets ``slots`` statements run at a time, organisations in turn. Thread-safe.

    One who waits longer than ``patience_s`` seconds is sent away with Busy.
    """

    slots: int
    patience_s: float = 30.0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _running: Counter[str] = field(default_factory=Counter)
    _queues: dict[str, deque[Ticket]] = field(default_factory=dict)  # next share first
    _mean_s: float = 0.0

    @contextmanager
    def turn(self, share: str) -> Iterator[None]:
        """The block runs when it is the turn of ``share``, an organisation's code.

        Raises Busy, or Left when another thread gives the ticket up.
        """
        ticket = self.ask(share)
        try:
            self.wait(ticket)
            yield
        finally:
            ticket.leave()

    def ask(self, share: str) -> Ticket:
        """A ticket for the queue of ``share``, admitted at once if it can be.

        Whoever asks must leave.
        """
        ticket = Ticket(self, share)
        with self._lock:
            self._queues.setdefault(share, deque()).append(ticket)
            self._admit()
        return ticket

    def wait(self, ticket: Ticket) -> None:
        """Return when ``ticket`` is admitted. Raises Busy, Left."""
        came = ticket.turn.wait(self.patience_s)
        with self._lock:
            if ticket.state == "admitted":
                return
            if came:
                raise Left("the use was given up while it waited")
            self._unqueue(ticket)
            waiting = self.waiting
        raise Busy(self.patience_s, waiting, self._advice(waiting))

    def release(self, ticket: Ticket) -> None:
        """Forget ``ticket`` and let the next ones in."""
        with self._lock:
            if ticket.state == "waiting":
                self._unqueue(ticket)
            elif ticket.state == "admitted":
                self._running[ticket.share] -= 1
                took = time.monotonic() - ticket.since
                self._mean_s += _NEWEST * (took - self._mean_s)
            ticket.state = "left"
            ticket.turn.set()
            self._admit()

    @property
    def waiting(self) -> int:
        """How many wait now."""
        return sum(map(len, self._queues.values()))

    def _advice(self, waiting: int) -> int:
        """Whole seconds until those who wait are likely to have been served."""
        return max(1, ceil(waiting * self._mean_s / self.slots))

    def _admit(self) -> None:
        while (share := self._next()) is not None:
            queue = self._queues.pop(share)
            ticket = queue.popleft()
            if queue:
                # Behind all others: they come first.
                self._queues[share] = queue
            self._running[share] += 1
            ticket.state, ticket.since = "admitted", time.monotonic()
            ticket.turn.set()

    def _next(self) -> str | None:
        free = self.slots - self._running.total()
        for share in self._queues:
            last = free == 1 < self.slots and self._running[share] == self.slots - 1
            if free > 0 and not last:
                return share
        return None

    def _unqueue(self, ticket: Ticket) -> None:
        queue = self._queues.get(ticket.share)
        if queue is not None and ticket in queue:
            queue.remove(ticket)
            if not queue:
                del self._queues[ticket.share]
