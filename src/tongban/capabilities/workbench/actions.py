"""What an official does to a case, headless: the story and the pages call the same."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from tongban.kernel.case.commands import Command
from tongban.kernel.case.model import Case
from tongban.kernel.query.model import Grant, Purpose
from tongban.kernel.terms import Actor
from tongban.store import cases, clock, uses
from tongban.store import grants as kept
from tongban.store.jurisdiction import current


MOST_ROWS = 50


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


def purposes(case: Case, organization: str | None) -> list[Purpose]:
    """The purposes for which this case lets its organisation look into registers.

    Those that only a declared rule or a form reads under are not an official's.
    """
    pack = current()
    kind = pack.case_types[case.type]
    taken = {kind.purpose, kind.rule.purpose if kind.rule else None}
    granted = {g.purpose for g in kept.in_force(pack.grants)} if organization else ()
    return [
        purpose
        for purpose in pack.purposes.values()
        if case.type in purpose.case_types
        and purpose.code not in taken
        and purpose.code in granted
        and organization == kind.organization
    ]


def look_up(*, by: Actor, number: str, purpose: str) -> Sequence[LookUp]:
    """Read what the registers granted for ``purpose`` say of the case's applicant.

    Every register read leaves a receipt that the applicant sees. Refused as any
    use is: a closed case, another's case, a purpose without a grant.
    """
    case = cases.case(number, viewer=by)
    today = clock.now().date()
    granted = [
        grant
        for grant in kept.in_force(current().grants)
        if grant.purpose == purpose
        and grant.organization == by.organization
        and grant.in_force(today)
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
