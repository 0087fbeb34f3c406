"""How a command is carried out: once, on the newest state, with all it brings about.

A command is planned in memory first, where it may be refused and where departments
are asked; then it is written in one short transaction. If somebody was quicker, it
is planned anew on what they left.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.db import IntegrityError

from tongban.kernel.case.commands import Draw
from tongban.kernel.case.declaration import CaseType
from tongban.kernel.case.fold import fold
from tongban.kernel.case.model import Case, Event
from tongban.kernel.terms import Actor, Refused, UserError, canonical_json
from tongban.store import (
    certificates,
    clock,
    handlers,
    history,
    numbers,
    sampling,
    statements,
    verdicts,
)
from tongban.store.commit import Batch, prepared
from tongban.store.flow import Explanation, Flow, Moving, Surroundings
from tongban.store.jurisdiction import current
from tongban.store.models import CommandKey
from tongban.store.write import Overtaken, hold, record, record_verdict, write


TRIES = 8
K = TypeVar("K")
V = TypeVar("V")

Begin = Callable[[Flow], str]

_COLUMNS = ("digest", "case", "version")
_BY_KEY = "FROM store_commandkey WHERE key = %s"


class KeyReused(Refused):
    """One key was sent with two different commands."""

    code = "case.key-reused"


class Busy(Refused):
    """Others were quicker again and again."""

    code = "case.busy"


@dataclass(frozen=True, slots=True)
class Wish:
    """A command as its sender names it: the key, and a digest of who wants what.

    Keys are each account's own: nobody learns of, or stands in the way of, another's.
    They are kept as digests, so that whatever a sender makes up has one length.
    """

    key: str
    digest: str

    @classmethod
    def of(cls, key: str, by: Actor, *what: Any) -> "Wish":
        return cls(_digest(by.account, key), _digest(by.account, list(what)))

    def done(self) -> Case | None:
        """The result of the first time, if this was carried out before."""
        found = statements.select(CommandKey, _COLUMNS, _BY_KEY, self.key)
        for digest, number, version in found:
            if digest != self.digest:
                raise KeyReused(
                    "this form was sent before with other content",
                    why="what was sent first has been carried out",
                    mend="open the page again and send it anew",
                )
            return fold(history.whole(number).events[:version])
        return None

    def note(self, draft: Batch, case: Case) -> None:
        draft.row(
            CommandKey(
                key=self.key,
                digest=self.digest,
                case_id=case.number,
                version=case.version,
                at=draft.at,
            )
        )


def _digest(*parts: Any) -> str:
    return hashlib.sha256(canonical_json(list(parts))).hexdigest()


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be carried out; ``also`` is done in the transaction that writes.

    A job without a wish may be done any number of times.
    """

    begin: Begin
    by: Actor
    wish: Wish | None = None
    also: Callable[[], None] = lambda: None

    def done(self) -> Case | None:
        return self.wish.done() if self.wish else None


def carry_out(job: Job) -> Case:
    """The case after ``job``; what refused it, when it was refused."""
    if (first := job.done()) is not None:
        return first
    needs = _Needs()
    for _ in range(TRIES):
        try:
            plan = _planned(job, needs, clock.now())
            return _written(job, needs, plan)
        except (Overtaken, IntegrityError, UserError) as problem:
            # Sent twice at the same moment: the other one was carried out.
            if (first := job.done()) is not None:
                return first
            if isinstance(problem, UserError):
                raise
    raise Busy(
        "others acted on this case at the same time",
        why=f"{TRIES} tries met a newer state each time",
        mend="look at the case as it is now and try again",
    )


@dataclass(slots=True)
class _Needs:
    """What the first run of a flow found out, for the second to use."""

    numbers: dict[tuple[str, str], str] = field(default_factory=dict)
    verdicts: dict[str, Explanation | None] = field(default_factory=dict)

    def number(self, parent: str, step: str) -> str:
        return _needed(self.numbers, (parent, step))

    def verdict(self, _case_type: CaseType, case: Case) -> Explanation | None:
        return _needed(self.verdicts, case.number)


def _planned(job: Job, needs: _Needs, at: datetime) -> Flow:
    """The flow without its effects: departments are asked here, not while writing."""

    def number(parent: str, step: str) -> str:
        return _once(needs.numbers, (parent, step), lambda: numbers.take(at))

    def verdict(case_type: CaseType, case: Case) -> Explanation | None:
        return _once(
            needs.verdicts,
            case.number,
            lambda: verdicts.verdict(case_type, case, at),
        )

    around = Surroundings(
        verdict, number, lost=lambda case: _lost(case, at), draw=_drawing(at)
    )
    flow = Flow(at, current().calendar, around)
    job.begin(flow)
    return flow


def _drawing(at: datetime) -> Callable[[CaseType, str], Draw | None]:
    return lambda case_type, number: sampling.draw(case_type, number, at)


def _once(known: dict[K, V], key: K, find: Callable[[], V]) -> V:
    if key not in known:
        known[key] = find()
    return known[key]


def _written(job: Job, needs: _Needs, plan: Flow) -> Case:
    """The flow once more, with what it writes; the transaction opens when it must."""
    stored = [each for each in plan.known.values() if each.before is not None]
    with prepared(by=job.by, at=plan.at, first=lambda: hold(stored)) as draft:
        flow = Flow(plan.at, plan.calendar, _writing(draft, needs))
        for each in stored:
            flow.remember(each)
        case = flow.known[job.begin(flow)].case
        draft.begin()
        write(draft, flow.moved, flow.calendar)
        if job.wish is not None:
            job.wish.note(draft, case)
        job.also()
    return case


def _tell(
    names: Sequence[str],
    case_type: CaseType,
    case: Case,
    events: Sequence[Event],
    draft: Batch,
) -> None:
    """Have the handlers of capabilities do what a grant or its end means to them."""
    if not names:
        return
    draft.begin()
    for name in names:
        act = handlers.named(name)
        act(case_type, case, events, by=draft.by, at=draft.at, draft=draft)
    draft.flush()


def _writing(draft: Batch, needs: _Needs) -> Surroundings:
    def happened(moving: Moving, events: Sequence[Event]) -> None:
        record(draft, moving, events)

    def granted(case_type: CaseType, case: Case, events: Sequence[Event]) -> None:
        _tell(case_type.on_granted, case_type, case, events, draft)

    def revoked(case_type: CaseType, case: Case, events: Sequence[Event]) -> None:
        _tell(case_type.on_revoked, case_type, case, events, draft)

    def papers(case_type: CaseType, parent: Case) -> Mapping[str, str]:
        draft.begin()
        return certificates.found_for(case_type, parent)

    def lost(case: Case) -> list[str]:
        if certificates.relied_on(case):
            draft.begin()
        return _lost(case, draft.at)

    def unmet(case: Case, explanation: Explanation) -> None:
        record_verdict(draft, case, explanation)

    return Surroundings(
        verdict=needs.verdict,
        number=needs.number,
        papers=papers,
        lost=lost,
        granted=granted,
        happened=happened,
        unmet=unmet,
        revoked=revoked,
        draw=_drawing(draft.at),
    )


def _lost(case: Case, at: datetime) -> list[str]:
    return [each.number for each in certificates.lost([case], at.date())]


def _needed(known: Mapping[K, V], key: K) -> V:
    """What the first run found; another way than the first means a newer state."""
    if key not in known:
        raise Overtaken
    return known[key]
