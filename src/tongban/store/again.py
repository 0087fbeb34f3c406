"""Run the use of a receipt again: the same statement over the same versions.

A receipt keeps the print of its answer, sealed, and a keyed print of its plan,
and not the statement: what an author wrote into it may name a person. Whoever wants the
proof therefore brings the statement; a statement of another plan is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tongban.kernel.query.explaining.fingerprint import fingerprint
from tongban.kernel.terms import Actor, Refused, Subject, SubjectKind
from tongban.store import clock, uses
from tongban.store.models import LeafOpening, UseReceipt
from tongban.store.prints import plan_print
from tongban.store.receipts import ANSWER


class UnknownReceipt(Refused):
    """No such receipt, or none of this organisation: which of them is not told."""

    code = "query.no-receipt"


class AnotherPlan(Refused):
    """The statement, on the terms of today, is not what the receipt was given for."""

    code = "query.another-plan"


@dataclass(frozen=True, slots=True)
class Again:
    """A use that was run again, under a receipt of its own.

    ``same`` is whether the answer is the one that was given then; None when the
    print of that answer is not kept any more.
    """

    result: uses.Result
    same: bool | None


def again(
    receipt: int | str,
    *,
    by: Actor,
    sql: str,
    params: Mapping[str, Any] | None = None,
) -> Again:
    """Run ``sql`` over the versions that ``receipt`` names, and compare the answers.

    Grants, purpose and case are judged now, as for any use. Raises UnknownReceipt,
    AnotherPlan, NoVersion where a version is not kept (a department's own database
    keeps none), and what `uses.use` raises.
    """
    row = _receipt(receipt, by)
    spec = uses.UseSpec(
        row.organization,
        row.purpose,
        sql,
        params or {},
        row.case or None,
        Subject(SubjectKind(row.subject_kind), row.subject_id)
        if row.subject_id
        else None,
        # As many rows as there were, and a look whether there are more.
        limit=max(row.rows, 1),
        data_of=row.data_of or clock.local(row.at).date(),
        versions=row.versions,
    )
    _check_plan(spec, row, by)
    (found,) = uses.use_many([spec], by=by)
    if isinstance(found, uses.SourceUnavailable):
        raise found
    openings = LeafOpening.objects.filter(leaf=row.leaf_id, name=ANSWER)
    then = openings.values_list("value", flat=True).first()
    now = fingerprint(found.columns, found.rows, found.truncated)
    return Again(found, None if then is None else then == now)


def _receipt(receipt: int | str, by: Actor) -> UseReceipt:
    number = int(receipt) if str(receipt).isdecimal() else 0
    row = UseReceipt.objects.filter(pk=number).first()
    if row is None or not (by.is_system or by.organization == row.organization):
        raise UnknownReceipt(
            f"no receipt {receipt} of {by.organization or by.account}",
            why="a use is run again in the name of the organisation whose it was",
            mend="name the number that the use was answered with",
        )
    return row


def _check_plan(spec: uses.UseSpec, row: UseReceipt, by: Actor) -> None:
    told = uses.explain(
        by=by,
        organization=spec.organization,
        purpose=spec.purpose,
        sql=spec.sql,
        case=spec.case,
        subject=spec.subject,
        data_of=spec.data_of,
    )
    if told.plan is not None and plan_print(told.plan) != row.plan:
        raise AnotherPlan(
            f"receipt {row.pk} is not of this statement on the terms of today",
            why="the statement, a mask or a grant's filter is not what it was",
            mend="give the very statement of that use; other terms give other rows",
        )
