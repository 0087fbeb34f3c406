"""What a use is wished for as, and what is kept of it: no rows without a receipt."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tongban.kernel.query.explaining.origins import UseLineage
from tongban.kernel.query.model import Plan, Use
from tongban.kernel.terms import Subject
from tongban.store import lineages
from tongban.store.commit import Batch
from tongban.store.models import UseReceipt
from tongban.store.prints import plan_print


LIMIT = 1000
ANSWER = "answer"  # the name of its print among what a receipt seals


@dataclass(frozen=True, slots=True)
class UseSpec:
    """One wish to use data; ``limit`` bounds the rows, and the result tells if it did.

    ``case`` is the number of a case or of a draft; ``subject`` whom it concerns.
    ``as_of`` is the value of ``:as_of``, today without one, and nothing else: grants,
    case, receipt and data are those of the moment. ``data_of`` is the day whose data
    and catalogue are meant, and the value of ``:as_of`` without another; who may use
    them is judged at the moment all the same. ``versions`` name the data still more
    narrowly: those that a receipt of that day names.
    """

    organization: str
    purpose: str
    sql: str
    params: Mapping[str, Any] = field(default_factory=dict)
    case: str | None = None
    subject: Subject | None = None
    limit: int = LIMIT
    as_of: date | None = None
    data_of: date | None = None
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Planned:
    """A use that is allowed, with its plan and the versions it must read.

    ``lineage`` is there where none is kept of the plan yet.
    """

    spec: UseSpec
    use: Use
    plan: Plan
    pinned: Mapping[str, str]
    lineage: UseLineage | None = None


def receipt(
    draft: Batch,
    planned: Planned,
    versions: Mapping[str, str],
    rows: int,
    sealed: Mapping[str, str],
) -> UseReceipt:
    """What is kept of a use that read ``versions`` and gave so many ``rows``."""
    spec, plan = planned.spec, planned.plan
    public = {
        "organization": spec.organization,
        "purpose": spec.purpose,
        "items": sorted(plan.items),
        "grants": sorted(plan.grants),
        "plan": plan_print(plan),
        "versions": dict(versions),
    }
    day = spec.data_of
    told = {**public, "data_of": day.isoformat()} if day else public
    # A case leads to a person, and a count of rows tells what is on record of them.
    private = {"case": spec.case or "", "rows": rows}
    subject = spec.subject
    whose = {"by": draft.by.account, "subject": str(subject) if subject else ""}
    if planned.lineage is not None:
        lineages.keep(plan, planned.lineage)
    kept = UseReceipt(
        by=draft.by.account,
        subject_kind=subject.kind.value if subject else "",
        subject_id=subject.id if subject else "",
        at=draft.at,
        leaf=draft.leaf("use", told, {**private, **whose, **sealed}),
        data_of=day,
        **public,
        **private,
    )
    return draft.row(kept)
