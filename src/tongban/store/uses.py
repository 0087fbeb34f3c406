"""The one door to departments' data: compile, run, receipt, and only then rows."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from tongban.kernel.query.engines import Answer, Crossing, SourceUnavailable, run
from tongban.kernel.query.explaining.explain import Check, Explanation
from tongban.kernel.query.explaining.fingerprint import fingerprint
from tongban.kernel.query.explaining.origins import UseLineage
from tongban.kernel.query.model import CaseView, Column, Scope
from tongban.kernel.query.recipe import Privacy
from tongban.kernel.query.room.disclosure import MOST_GROUPS
from tongban.kernel.query.terms.access import bindings
from tongban.kernel.terms import Actor, Refused, Subject, UserError
from tongban.store import budgets, clock, jurisdiction, planning, privacy, quotas
from tongban.store.commit import Batch, batch
from tongban.store.models import UseReceipt
from tongban.store.receipts import ANSWER, LIMIT, Planned, UseSpec, receipt


__all__ = [
    "Result",
    "SourceUnavailable",
    "UseSpec",
    "explain",
    "lineage",
    "use",
    "use_many",
]


@dataclass(frozen=True, slots=True)
class Result:
    """Rows of typed values with what was kept of the use.

    ``versions`` name the data read, ``grants`` what allowed it, ``at`` when;
    ``crossed`` what each department's system gave for it, ``data_of`` the day whose
    data were asked for, if one was.
    ``privacy`` tells how the clean room protected the figures; ``withheld`` are the
    places (row, column) that it left empty.
    """

    columns: tuple[Column, ...]
    rows: list[tuple[Any, ...]]
    receipt_id: str
    truncated: bool
    versions: Mapping[str, str]
    grants: frozenset[str]
    at: datetime
    crossed: tuple[Crossing, ...] = ()
    data_of: date | None = None
    withheld: frozenset[tuple[int, int]] = frozenset()
    privacy: Privacy | None = None


def use(
    *,
    by: Actor,
    organization: str,
    purpose: str,
    sql: str,
    params: Mapping[str, Any] | None = None,
    case: str | None = None,
    subject: Subject | None = None,
    limit: int = LIMIT,
    as_of: date | None = None,
    data_of: date | None = None,
) -> Result:
    """One governed use. Its receipt is on the disk before the rows are returned.

    Raises what the compiler refuses (codes ``query.…``), SourceUnavailable,
    NotForThem when ``by`` does not act for ``organization``, NotYetDay for a day in
    the future, and NoVersion when none is kept for the day ``data_of``.
    """
    spec = UseSpec(
        organization, purpose, sql, params or {}, case, subject, limit, as_of, data_of
    )
    (found,) = use_many([spec], by=by)
    if isinstance(found, SourceUnavailable):
        raise found
    return found


def use_many(
    specs: Sequence[UseSpec],
    *,
    by: Actor,
    at: datetime | None = None,
    about: Mapping[str, CaseView] | None = None,
) -> list[Result | SourceUnavailable]:
    """Several uses with one commit for all receipts, in the order of ``specs``.

    A source that cannot be read takes the place of its result and hinders no other
    use; a refusal of any refuses all, before anything is read. ``about`` tells of
    cases that are only about to be opened.
    """
    planned = planning.plans(specs, by=by, at=at or clock.now(), about=about or {})
    _check_quotas(planned)
    privacy.check_before(planned)
    answers: list[Answer | SourceUnavailable] = []
    with quotas.failures_counted(planned, answers):
        answers.extend(map(_answer, planned))
        return _settled(planned, answers, by)


def explain(*, by: Actor, **wish: Any) -> Explanation:
    """Which grants allow the use, or what is missing: no rows, hence no receipt.

    ``wish`` is what UseSpec takes; values of placeholders need not be given. Of
    aggregate scope, it tells the budget as it is before the use; where that or a
    quota is spent, the use is not allowed, and the check says when it will be.
    """
    use, view = planning.wished(by, wish)
    found = jurisdiction.compiler().explain(use, view)
    purpose = jurisdiction.current().purposes.get(use.purpose)
    if purpose is not None and purpose.scope is Scope.AGGREGATE:
        found = replace(found, budget=budgets.left(purpose, use.at.date()))
    if found.plan is None:
        return found
    left = quotas.limits(found.plan.quotas, use.at, jurisdiction.zone())
    given = Planned(UseSpec(**wish), use, found.plan, {})
    checks = [*found.checks, *_checked_now(given)]
    return replace(found, left=tuple(left), checks=tuple(checks))


def _checked_now(planned: Planned) -> Iterator[Check]:
    """What would refuse a use that its grants allow, were it made at this moment."""
    try:
        pins = planning.pinned(planned.spec, planned.use, planned.plan)
    except UserError as problem:
        yield Check("data", problem)
        return
    for name, check in (("quota", _check_quotas), ("budget", privacy.check_before)):
        try:
            check([replace(planned, pinned=pins)])
        except Refused as problem:
            yield Check(name, problem)


def lineage(*, by: Actor, **wish: Any) -> UseLineage:
    """Which item would come into which column: no rows, hence no receipt.

    ``wish`` is what UseSpec takes. Raises what the compiler refuses.
    """
    use, view = planning.wished(by, wish)
    return jurisdiction.compiler().lineage(use, view)


def _check_quotas(planned: Sequence[Planned]) -> None:
    """Whether the grants still have something to give. Raises QuotaSpent."""
    given = quotas.of(planned)
    if given:
        calls = Counter(grant for each in planned for grant in each.plan.quotas)
        at = planned[0].use.at
        quotas.check_before(given, calls, at, jurisdiction.zone())


def _charge(
    planned: Sequence[Planned], answers: Sequence[Answer | SourceUnavailable]
) -> None:
    """Count what is delivered, in the transaction of the receipts."""
    given = quotas.of(planned)
    if given:
        counts = quotas.together(
            (grant, quotas.delivered(answer.rows))
            for each, answer in zip(planned, answers, strict=True)
            if isinstance(answer, Answer)
            for grant in each.plan.quotas
        )
        quotas.charge(given, counts, planned[0].use.at, jurisdiction.zone())


def _answer(planned: Planned) -> Answer | SourceUnavailable:
    try:
        with privacy.charged(planned.plan, planned.use):
            found = run(
                planned.plan,
                bindings(planned.use, jurisdiction.pseudonym_secret()),
                jurisdiction.sources(),
                at=planned.use.at,
                limit=MOST_GROUPS if planned.plan.recipe else planned.spec.limit,
                pinned=planned.pinned,
                share=planned.spec.organization,
            )
            return privacy.released(
                planned.plan, planned.use, found, planned.spec.limit
            )
    except SourceUnavailable as failure:
        return failure


def _settled(
    planned: Sequence[Planned],
    answers: Sequence[Answer | SourceUnavailable],
    by: Actor,
) -> list[Result | SourceUnavailable]:
    """The results, admitted and paid for where a budget stands over them."""
    return privacy.settled(
        lambda: _admissions(planned, answers),
        lambda admissions: _receipted(planned, answers, admissions, by),
    )


def _admissions(
    planned: Sequence[Planned], answers: Sequence[Answer | SourceUnavailable]
) -> list[privacy.Admission | None]:
    """Those of all questions of the clean room, one after the other."""
    found: list[privacy.Admission | None] = []
    for each, answer in zip(planned, answers, strict=True):
        if each.plan.recipe is None or isinstance(answer, SourceUnavailable):
            found.append(None)
            continue
        before = [admission for admission in found if admission]
        found.append(privacy.admit(each.plan, each.use, answer.versions, before))
    return found


def _receipted(
    planned: Sequence[Planned],
    answers: Sequence[Answer | SourceUnavailable],
    admissions: Sequence[privacy.Admission | None],
    by: Actor,
) -> list[Result | SourceUnavailable]:
    """The results, once all their receipts are on the disk."""
    at = planned[0].use.at if planned else None
    with batch(by=by, at=at) as draft:
        _charge(planned, answers)
        receipts = [
            None
            if isinstance(answer, SourceUnavailable)
            else (answer, _receipt(draft, each, answer))
            for each, answer in zip(planned, answers, strict=True)
        ]
        for kept, admission in zip(receipts, admissions, strict=True):
            if kept and admission:
                privacy.spend(draft, admission, kept[1])
    return [
        _result(each, *kept) if kept else failure
        for each, failure, kept in zip(planned, answers, receipts, strict=True)
    ]


def _receipt(draft: Batch, planned: Planned, answer: Answer) -> UseReceipt:
    # Told in clear, the print of a short answer would let anybody guess it.
    columns = planned.plan.columns
    sealed = {ANSWER: fingerprint(columns, answer.rows, answer.truncated)}
    return receipt(draft, planned, answer.versions, len(answer.rows), sealed)


def _result(planned: Planned, answer: Answer, receipt: UseReceipt) -> Result:
    return Result(
        columns=planned.plan.columns,
        rows=answer.rows,
        receipt_id=str(receipt.pk),
        truncated=answer.truncated,
        versions=answer.versions,
        grants=planned.plan.grants,
        at=planned.use.at,
        crossed=answer.crossed,
        data_of=planned.spec.data_of,
        withheld=answer.withheld,
        privacy=planned.plan.recipe and planned.plan.recipe.privacy,
    )
