"""What an official does to a case, headless: the story and the pages call the same."""

from tongban.kernel.case.commands import Command
from tongban.kernel.case.model import Case
from tongban.kernel.terms import Actor
from tongban.store import cases


def act(
    *, by: Actor, number: str, command: Command, key: str, seen: int | None = None
) -> Case:
    """Carry out ``command`` on case ``number`` once, however often it is sent.

    ``key`` makes it idempotent; ``seen`` is the version of the case that the
    official had before them: if it moved on since, `Stale` is raised.
    """
    return cases.act(number, command, by=by, key=key, seen=seen)
