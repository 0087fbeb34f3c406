"""What can go wrong between a plan and its rows.

::

    UserError
      SourceUnavailable   a department's database or a lake file cannot be read
      Overrun             the statement took longer than a use may take
  MemoryOverrun       it needed more memory, or more room beside it, than one may take
      ValueFault          the statement cannot be computed on the values it met
    SourceFault           what an engine alone knows of a failing place; becomes
                          SourceUnavailable once it is known whose data it is

An engine's own message may quote a cell that the caller has no right to see,
so none of these carries it.
"""

from collections.abc import Collection
from enum import StrEnum

from tongban.kernel.terms import UserError


class Reason(StrEnum):
    """Why a place cannot be read."""

    MISSING = "missing"
    LOCKED = "locked"
    CORRUPT = "corrupt"
    STRUCTURE = "structure"
    VALUE = "value"
    UNBOUND = "unbound"
    UNREACHABLE = "unreachable"
    SLOW = "slow"
    DENIED = "denied"
    ANSWER = "answer"
    PAGES = "pages"
    SIZE = "size"
    ENCODING = "encoding"
    OLD = "old"


_SENTENCES = {
    Reason.MISSING: "its database or file is not there",
    Reason.LOCKED: "its database is locked by another program",
    Reason.CORRUPT: "its database or file is damaged",
    Reason.STRUCTURE: "its table no longer has the catalogued items",
    Reason.VALUE: "a value is not of the catalogued type",
    Reason.UNBOUND: "the site has no address for it in sources.toml",
    Reason.UNREACHABLE: "its server does not answer",
    Reason.SLOW: "its server did not answer in time",
    Reason.DENIED: "its server does not let the site in, or the secret is not safe",
    Reason.ANSWER: "its answer is not in the agreed form",
    Reason.PAGES: "its pages run in a circle, or never end",
    Reason.SIZE: "its answer is larger than one use may fetch",
    Reason.ENCODING: "its database does not keep text as UTF-8",
    Reason.OLD: "its server is older than MariaDB 10.2 or MySQL 8.0.17",
}


def sentence(reason: Reason) -> str:
    """The reason as its reader is told it."""
    return _SENTENCES[reason]


class SourceFault(Exception):
    """One place failed; ``datasets`` says which of those asked, if it is known."""

    def __init__(self, reason: Reason, datasets: Collection[str] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.datasets = tuple(datasets)


class SourceUnavailable(UserError):
    """The rows of ``dataset``, kept by ``provider``, could not be fetched."""

    code = "source.unavailable"

    def __init__(
        self, dataset: str, *, provider: str, database: str, reason: Reason
    ) -> None:
        super().__init__(
            f"the data of {dataset!r} could not be fetched",
            where=database or "lake",
            why=_SENTENCES[reason],
            mend=f"ask {provider!r} to mend it, or go on without these data",
            dataset=dataset,
            provider=provider,
            database=database,
            reason=str(reason),
        )
        self.dataset, self.provider, self.database = dataset, provider, database
        self.reason = reason


class Overrun(UserError):
    """A statement was stopped because it took too long."""

    code = "query.overrun"

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"the statement was stopped after {seconds:g} seconds",
            why="one use may not hold an engine up for others",
            mend="ask for less: fewer datasets, a narrower condition",
            seconds=seconds,
        )


class MemoryOverrun(UserError):
    """A statement was stopped because it needed too much memory or disk."""

    code = "query.memory"

    def __init__(self, memory: str, spill: str) -> None:
        super().__init__(
            f"the statement needs more than {memory} of memory and {spill} of disk",
            why="one use may not take the memory of others",
            mend="ask for less: fewer rows, fewer items, a narrower condition",
            memory=memory,
            spill=spill,
        )


class ValueFault(UserError):
    """The statement cannot be computed: a value overflows, does not convert …"""

    code = "query.value"

    def __init__(self, what: str, *, why: str) -> None:
        super().__init__(
            what,
            why=why,
            mend="use TRY_CAST for values that may not convert, or a wider type",
        )
