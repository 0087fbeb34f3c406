"""What capabilities do when a case is granted, by the names that packs use."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from tongban.kernel.case.declaration import CaseType
from tongban.kernel.case.model import Case, Event
from tongban.kernel.terms import Actor
from tongban.store.commit import Batch


class Handler(Protocol):
    """Called inside the transaction that records the decision.

    It adds rows and leaves to ``draft``; what it raises undoes the decision.
    """

    def __call__(
        self,
        case_type: CaseType,
        case: Case,
        events: Sequence[Event],
        *,
        by: Actor,
        at: datetime,
        draft: Batch,
    ) -> None: ...


_known: dict[str, Handler] = {}


def handler(name: str) -> Callable[[Handler], Handler]:
    """Register a function under the name by which ``on-granted`` calls it."""

    def register(function: Handler) -> Handler:
        if _known.setdefault(name, function) is not function:
            raise TypeError(f"two handlers are called {name!r}")
        return function

    return register


def names() -> frozenset[str]:
    """Every registered name, for the check of packs."""
    return frozenset(_known)


def named(name: str) -> Handler:
    """The handler of that name; KeyError is a pack that was not checked."""
    return _known[name]
