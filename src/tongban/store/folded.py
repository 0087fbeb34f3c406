"""What a case was at one of its events, kept so that a long one need not be folded.

A case is its events. After every hundredth the sum is kept beside it; who wants to
know how the case stands begins there. `fsck` folds all events and compares.
"""

from pydantic import TypeAdapter

from tongban.kernel.case.model import Case


EVERY = 100  # events
_CASE = TypeAdapter(Case)


def due(before: int, after: int) -> bool:
    """Whether the sum is kept when a case grows from ``before`` to ``after`` events."""
    return before // EVERY < after // EVERY


def kept(case: Case) -> str:
    """``case`` as it is kept, JSON."""
    return _CASE.dump_json(case).decode()


def restored(text: str) -> Case:
    """The case that was kept as ``text``."""
    return _CASE.validate_json(text)
