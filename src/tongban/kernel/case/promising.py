"""The acts about a promise that was made: when, in what words, to what effect."""

from collections.abc import Iterator

from tongban.kernel.case.attempt import Attempt
from tongban.kernel.case.commands import (
    BreakPromise,
    KeepPromise,
    ReturnPromised,
    SupplyPromised,
)
from tongban.kernel.case.contents import bounded, reasons
from tongban.kernel.case.declaration import Promise, PromiseKind
from tongban.kernel.case.effects import event, take_back
from tongban.kernel.case.model import Event, Kind, Promised, PromiseStanding
from tongban.kernel.case.refusals import (
    NoPromise,
    NotReady,
    StillMissing,
    already,
)
from tongban.kernel.case.runs import promise_binds


# ----------------------------------------------------------------------- when


def _made(attempt: Attempt) -> tuple[Promise, Promised]:
    declared, promise = attempt.case_type.promise, attempt.case.promise
    if declared is None or promise is None:
        raise NoPromise(
            "nothing was promised in this case",
            why="the applicant made no promise",
            mend="nothing to do",
            number=attempt.case.number,
        )
    if promise.is_settled:
        raise already(attempt.case.number, "settled as to its promise")
    return declared, promise


def _binding(attempt: Attempt) -> None:
    """A promise ends with its case, unless something was granted on it."""
    if not promise_binds(attempt.case):
        raise NoPromise(
            "the promise binds nobody any more",
            why="the case ended and nothing was granted on it",
            mend="nothing to do",
            number=attempt.case.number,
        )


def to_supply(attempt: Attempt) -> None:
    """A paper that follows, in time or late; of a broken word, that it is mended."""
    declared, promise = _made(attempt)
    if promise.supplied is not None:
        raise already(attempt.case.number, "supplied with what was promised")
    if promise.standing is PromiseStanding.BROKEN:
        return
    _binding(attempt)
    if declared.kind is not PromiseKind.LACKING:
        raise NotReady(
            "nothing is to be handed in",
            why="the office looks by itself whether the promise is kept",
            mend="keep what was promised",
            number=attempt.case.number,
        )


def to_keep(attempt: Attempt) -> None:
    """Once there is something to look at: the paper, or what was granted."""
    declared, promise = _made(attempt)
    if promise.standing is PromiseStanding.BROKEN:
        _came_in(attempt, promise)
        return
    _binding(attempt)
    if declared.kind is PromiseKind.LACKING:
        _came_in(attempt, promise)
    else:
        _granted(attempt)


def to_return(attempt: Attempt) -> None:
    _, promise = _made(attempt)
    _came_in(attempt, promise)


def to_break(attempt: Attempt) -> None:
    declared, promise = _made(attempt)
    if promise.standing is PromiseStanding.BROKEN:
        raise already(attempt.case.number, "found with its promise broken")
    _binding(attempt)
    if declared.kind is PromiseKind.LACKING:
        _came_in(attempt, promise)
    else:
        _granted(attempt)


def _came_in(attempt: Attempt, promise: Promised) -> None:
    if promise.supplied is None:
        raise NotReady(
            "nothing has come in to be looked at",
            why="the applicant has not given what was promised",
            mend="wait for it; when the limit passes, time alone breaks the promise",
            number=attempt.case.number,
        )


def _granted(attempt: Attempt) -> None:
    if attempt.case.granted is None:
        raise NotReady(
            "nothing has been granted on this promise yet",
            why="whether it is kept is looked into after the decision",
            mend="decide first",
            number=attempt.case.number,
        )


# ---------------------------------------------------------------- in what words


def supplied(attempt: Attempt, command: SupplyPromised) -> None:
    """All the papers that were promised; of a broken word, at least what was done."""
    declared, promise = _made(attempt)
    bounded(command.note)
    missing = [name for name in promise.materials if not command.materials.get(name)]
    if missing:
        raise StillMissing(
            f"still missing: {', '.join(missing)}",
            why="these were promised",
            mend="add them",
            missing=missing,
        )
    if declared.kind is PromiseKind.COMMITMENT:
        reasons(command.note, "making a promise good", "say what was done")


def kept(_attempt: Attempt, command: KeepPromise) -> None:
    bounded(command.note)


def returned(_attempt: Attempt, command: ReturnPromised) -> None:
    reasons(command.reason, "giving a paper back", "say what is wrong with it")


def broken(_attempt: Attempt, command: BreakPromise) -> None:
    reasons(command.reasons, "a finding that a promise is broken", "say what was found")


# --------------------------------------------------------------- to what effect


def supply(attempt: Attempt, command: SupplyPromised) -> Iterator[Event]:
    given = dict(command.materials)
    yield event(attempt, Kind.PROMISED_SUPPLIED, materials=given, note=command.note)


def keep(attempt: Attempt, command: KeepPromise) -> Iterator[Event]:
    _, promise = _made(attempt)
    broken_before = promise.standing is PromiseStanding.BROKEN
    kind = Kind.PROMISE_REPAIRED if broken_before else Kind.PROMISE_KEPT
    yield event(attempt, kind, note=command.note)


def give_back(attempt: Attempt, command: ReturnPromised) -> Iterator[Event]:
    yield event(attempt, Kind.PROMISED_RETURNED, reason=command.reason)


def find_broken(attempt: Attempt, command: BreakPromise) -> Iterator[Event]:
    """The finding, and what it takes back; made good, it may be applied for anew."""
    found = command.reasons
    yield event(attempt, Kind.PROMISE_BROKEN, reasons=found, lapsed=False)
    yield from take_back(attempt, found)
