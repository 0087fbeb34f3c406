"""What an official does to a case, headless: the story and the pages call the same."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlglot import exp

from tongban.kernel.case.commands import Command
from tongban.kernel.case.model import Case
from tongban.kernel.query.model import Grant, Purpose
from tongban.kernel.terms import Actor, Refused, UserError
from tongban.store import cases, clock, uses
from tongban.store import grants as kept
from tongban.store.jurisdiction import current


MOST_ROWS = 50
CHOSEN = re.compile(r"([^|]{1,16})\|([^|]{1,80})\|([^|]{1,120})\|([0-9]{1,9})")


def act(
    *, by: Actor, number: str, command: Command, key: str, seen: int | None = None
) -> Case:
    """Carry out ``command`` on case ``number`` once, however often it is sent.

    ``key`` makes it idempotent; ``seen`` is the version of the case that the
    official had before them: if it moved on since, `Stale` is raised.
    """
    return cases.act(number, command, by=by, key=key, seen=seen)


@dataclass(frozen=True, slots=True)
class LookUp:
    """What a register says of the applicant, or that it could not be read."""

    grant: Grant
    answer: uses.Result | uses.SourceUnavailable

    @property
    def result(self) -> uses.Result | None:
        return self.answer if isinstance(self.answer, uses.Result) else None


def purposes(case: Case, by: Actor) -> list[Purpose]:
    """The purposes for which this case lets an official look into registers.

    The official works on the case by post; what only a declared rule or a form
    reads under is not an official's.
    """
    pack = current()
    kind = cases.kind_of(case, pack)
    posts = {kind.acceptor, kind.decider, kind.head, *(s.post for s in kind.steps)}
    if by.organization != kind.organization or not posts & by.posts:
        return []
    taken = {
        *(each.purpose for each in pack.case_types.values()),
        *(each.rule.purpose for each in pack.case_types.values() if each.rule),
    }
    granted = {grant.purpose for grant in kept.in_force(pack.grants)}
    return [
        purpose
        for purpose in pack.purposes.values()
        if case.type in purpose.case_types
        and purpose.code in granted
        and purpose.code not in taken
    ]


def look_up(*, by: Actor, number: str, purpose: str) -> Sequence[LookUp]:
    """Read what the registers granted for ``purpose`` say of the case's applicant.

    Every register read leaves a receipt that the applicant sees. Refused as any
    use is: a closed case, another's case, a purpose without a grant.
    """
    case = cases.case(number, viewer=by)
    if purpose not in {each.code for each in purposes(case, by)}:
        raise Refused(
            "this look-up is not for you to make in this case",
            why="registers are read for the purposes declared for the case, by post",
            mend="choose one of the look-ups that the page of the case offers",
            code="workbench.no-such-purpose",
        )
    today = clock.now().date()
    datasets = current().catalog.datasets
    granted = [
        grant
        for grant in kept.in_force(current().grants)
        if grant.purpose == purpose
        and grant.organization == by.organization
        and grant.in_force(today)
        # What is about nobody says nothing of the applicant.
        and case.applicant.kind in datasets[grant.dataset].subjects
    ]
    specs = [
        uses.UseSpec(
            organization=grant.organization,
            purpose=purpose,
            sql=_everything(grant.dataset),
            case=number,
            subject=case.applicant,
            limit=MOST_ROWS,
        )
        for grant in granted
    ]
    answers = uses.use_many(specs, by=by)
    return [LookUp(g, a) for g, a in zip(granted, answers, strict=True)]


def _everything(dataset: str) -> str:
    """All granted items of a dataset; the compiler knows which these are."""
    schema, _, table = dataset.partition(".")
    return exp.select("*").from_(exp.table_(table, db=schema)).sql(dialect="duckdb")


# -------------------------------------------------------------- several at once


@dataclass(frozen=True, slots=True)
class Chosen:
    """One case of a batch, as it stood in the list that it was chosen from."""

    number: str
    type: str
    act: str
    version: int

    @property
    def value(self) -> str:
        return f"{self.number}|{self.type}|{self.act}|{self.version}"


@dataclass(frozen=True, slots=True)
class Done:
    """What came of one case of a batch: nothing is refused where it was done."""

    number: str
    refused: UserError | None = None


class WantsCommand(Protocol):
    """A form, sound and filled in, that stands for one act."""

    def command(self) -> Command: ...


def chosen(values: Sequence[str]) -> list[Chosen]:
    """What a list of cases sends; what it could not have sent is left out."""
    found = (CHOSEN.fullmatch(value) for value in dict.fromkeys(values))
    rows = [Chosen(m[1], m[2], m[3], int(m[4])) for m in found if m]
    return rows[:MOST_ROWS]


def act_on_each(
    *, by: Actor, rows: Sequence[Chosen], form: WantsCommand, key: str
) -> tuple[Done, ...]:
    """Carry out one act on each of several cases; each once, each by itself."""
    done = []
    for row in rows:
        own = f"{key}-{row.number}"
        try:
            act(
                by=by,
                number=row.number,
                command=form.command(),
                key=own,
                seen=row.version,
            )
            done.append(Done(row.number))
        except UserError as refused:
            done.append(Done(row.number, refused))
    return tuple(done)
