"""The one door to departments' data: compile, run, receipt, and only then rows."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.conf import settings

from tongban.kernel.query.compiler import Compiler
from tongban.kernel.query.engines import Answer, Crossing, SourceUnavailable, run
from tongban.kernel.query.explaining.explain import Explanation
from tongban.kernel.query.explaining.fingerprint import fingerprint
from tongban.kernel.query.explaining.origins import UseLineage
from tongban.kernel.query.model import CaseView, Column, Plan, Scope, Use
from tongban.kernel.query.recipe import Privacy
from tongban.kernel.query.room.disclosure import MOST_GROUPS
from tongban.kernel.query.terms.access import bindings
from tongban.kernel.terms import Actor, Refused, Subject, SubjectKind
from tongban.store import (
    clock,
    drafts,
    jurisdiction,
    lineages,
    privacy,
    quotas,
    versions,
)
from tongban.store.commit import Batch, batch
from tongban.store.models import CaseRecord, UseReceipt
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


class NotForThem(Refused):
    """Somebody uses data in the name of an organisation that is not theirs."""

    code = "query.not-of-organization"


class NotYetDay(Refused):
    """A use is of a day that is still to come."""

    code = "query.future"


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
    known = dict(about or {})
    views = known | _views({s.case for s in specs if s.case} - known.keys())
    compiler = jurisdiction.compiler()
    planned = [
        _plan(spec, by, at or clock.now(), views.get(spec.case or ""), compiler)
        for spec in specs
    ]
    _check_quotas(planned)
    for each in planned:
        privacy.check_before(each.plan, each.use, each.pinned)
    answers: list[Answer | SourceUnavailable] = []
    with quotas.failures_counted(planned, answers):
        answers.extend(map(_answer, planned))
        return _settled(planned, answers, by)


def plan(spec: UseSpec, *, by: Actor) -> Planned:
    """What would be run for one use; raises as ``use`` does, before data are read."""
    view = _views({spec.case} if spec.case else set()).get(spec.case or "")
    return _plan(spec, by, clock.now(), view, jurisdiction.compiler())


def _plan(
    spec: UseSpec, by: Actor, at: datetime, view: CaseView | None, compiler: Compiler
) -> Planned:
    use = _use(spec, by, at)
    _permit(by, spec, view)
    found = compiler.compile(use, view)
    lineage = lineages.untold(found, lambda: compiler.lineage(use, view))
    return Planned(spec, use, found, _pinned(spec, use, found), lineage)


def explain(*, by: Actor, **wish: Any) -> Explanation:
    """Which grants allow the use, or what is missing: no rows, hence no receipt.

    ``wish`` is what UseSpec takes; values of placeholders need not be given. Of
    aggregate scope, it tells the budget as it is before the use.
    """
    use, view = _wished(by, wish)
    found = jurisdiction.compiler().explain(use, view)
    purpose = jurisdiction.current().purposes.get(use.purpose)
    if purpose is not None and purpose.scope is Scope.AGGREGATE:
        found = replace(found, budget=privacy.left(purpose, use.at.date()))
    if found.plan is None:
        return found
    left = quotas.limits(found.plan.quotas, use.at, jurisdiction.zone())
    return replace(found, left=tuple(left))


def lineage(*, by: Actor, **wish: Any) -> UseLineage:
    """Which item would come into which column: no rows, hence no receipt.

    ``wish`` is what UseSpec takes. Raises what the compiler refuses.
    """
    use, view = _wished(by, wish)
    return jurisdiction.compiler().lineage(use, view)


def _wished(by: Actor, wish: Mapping[str, Any]) -> tuple[Use, CaseView | None]:
    spec = UseSpec(**wish)
    view = _views({spec.case} if spec.case else set()).get(spec.case or "")
    return _use(spec, by, clock.now()), view


def _use(spec: UseSpec, by: Actor, at: datetime) -> Use:
    for day in (spec.as_of, spec.data_of):
        if day is not None and day > at.date():
            raise NotYetDay(
                f"{day} is still to come",
                why="nobody knows yet what will be on record that day",
                mend="name today or a day before it",
                day=str(day),
            )
    return Use(
        by=by.account,
        organization=spec.organization,
        purpose=spec.purpose,
        sql=spec.sql,
        at=at,
        params=spec.params,
        case=spec.case,
        subject=spec.subject,
        as_of=spec.as_of,
        data_of=spec.data_of,
    )


def _pinned(spec: UseSpec, use: Use, plan: Plan) -> Mapping[str, str]:
    """The version of each dataset that is not read as it is now. Raises NoVersion."""
    lake = settings.HOME.lake
    if plan.recipe is not None:
        pins = privacy.pinned(plan, use, spec.versions)
        # Whom a filter lets in is known today alone.
        return {code: v for code, v in pins.items() if code not in plan.beside}
    if plan.beside and (spec.versions or use.is_past):
        raise _filter_of_today(plan)
    if spec.versions:
        return {
            code: versions.still_there(lake, code, spec.versions[code])
            for code in sorted(plan.datasets)
        }
    if not use.is_past:
        return {}
    day = use.law_day
    return {code: versions.on(lake, code, day) for code in sorted(plan.datasets)}


def _filter_of_today(plan: Plan) -> Refused:
    """A filter is judged today: who withdrew consent since must stay out."""
    names = ", ".join(sorted(plan.beside))
    return Refused(
        f"a grant's filter looks into {names}, as it is today",
        why="data of another day beside it would not be what the grant gives",
        mend="ask without a day",
        code="query.past-filter",
    )


def _views(wanted: Iterable[str]) -> dict[str, CaseView]:
    """What the compiler must know of cases and drafts, by number."""
    numbers = set(wanted)
    if not numbers:
        return {}
    found = {
        row.number: CaseView(
            number=row.number,
            type=row.type,
            is_open=row.closed is None,
            parties=frozenset(
                {Subject(SubjectKind(row.applicant_kind), row.applicant_id)}
            ),
        )
        for row in CaseRecord.objects.filter(pk__in=numbers)
    }
    if missing := numbers - found.keys():
        found |= drafts.views(missing)
    return found


def _permit(by: Actor, spec: UseSpec, view: CaseView | None) -> None:
    """Officials use data for their own organisation; applicants for their own case.

    The applicant's form is filled in the name of the organisation that answers for
    the case type, at the applicant's own request: until it is sent, nobody else uses
    data for it.
    """
    acts_for_it = by.is_system or by.organization == spec.organization
    if acts_for_it and not (view is not None and view.in_preparation):
        return
    if by.subject is not None and view is not None and by.subject in view.parties:
        answering = jurisdiction.current().case_types[view.type].organization
        if by.subject == spec.subject and answering == spec.organization:
            return
    raise NotForThem(
        f"{by.account} does not act for {spec.organization}",
        why="data are used by an organisation's own people, or for one's own case",
        mend="sign in with an account of that organisation",
        organization=spec.organization,
    )


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
        lambda: [
            _admitted(each, answer)
            for each, answer in zip(planned, answers, strict=True)
        ],
        lambda admissions: _receipted(planned, answers, admissions, by),
    )


def _admitted(
    planned: Planned, answer: Answer | SourceUnavailable
) -> privacy.Admission | None:
    if planned.plan.recipe is None or isinstance(answer, SourceUnavailable):
        return None
    return privacy.admit(planned.plan, planned.use, answer.versions)


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
