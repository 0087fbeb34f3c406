"""Whether an official is tied to the parties of a case (回避).

What the official has declared is the platform's own record. Who stands behind an
applicant is a department's: it is read by a governed use, for the purpose that the
pack declares, in the case it serves, and leaves a receipt that the applicant sees.
So it is read only where an official with something declared is about to act.
"""

from sqlglot import exp

from tongban.kernel.case.declaration import CaseType
from tongban.kernel.case.model import Case
from tongban.kernel.terms import Subject
from tongban.pack.model import RelationSource
from tongban.store import uses
from tongban.store.jurisdiction import current
from tongban.store.staff import Facts


MOST_PARTIES = 100
UNREADABLE = "unreadable"


def tie(known: Facts, case: Case, case_type: CaseType) -> str:
    """What ties the official to a party of the case: a `Tie`, or empty for nothing.

    ``unreadable`` when a register of parties could not be read: who has something
    declared does not act on a case whose parties are unknown.
    """
    if not known.relations:
        return ""
    ties = {subject: kind.value for kind, subject in known.relations}
    if case.applicant in ties:
        return ties[case.applicant]
    sources = [
        source
        for source in current().relation_sources
        if case.type in current().purposes[source.purpose].case_types
        and case.applicant.kind in current().catalog.dataset(source.dataset).subjects
    ]
    if not sources or not case.is_open:
        return ""
    specs = [_asking(source, case, case_type) for source in sources]
    answers = uses.use_many(specs, by=known.actor)
    for source, answer in zip(sources, answers, strict=True):
        if isinstance(answer, uses.SourceUnavailable) or answer.truncated:
            return UNREADABLE
        parties = {Subject(source.kind, str(value)) for (value,) in answer.rows}
        for party in parties & ties.keys():
            return ties[party]
    return ""


def _asking(source: RelationSource, case: Case, case_type: CaseType) -> uses.UseSpec:
    schema, _, table = source.dataset.partition(".")
    parties = exp.select(exp.column(source.party)).from_(exp.table_(table, db=schema))
    return uses.UseSpec(
        organization=case_type.organization,
        purpose=source.purpose,
        sql=parties.sql(dialect="duckdb"),
        case=case.number,
        subject=case.applicant,
        limit=MOST_PARTIES,
    )
