"""From a wish to use data to what may be run: for whom, of which case and data."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from tongban.kernel.query.compiler import Compiler
from tongban.kernel.query.model import CaseView, Plan, Use
from tongban.kernel.terms import Actor, Refused, Subject, SubjectKind
from tongban.store import clock, drafts, jurisdiction, lineages, privacy, versions
from tongban.store.models import CaseRecord
from tongban.store.receipts import Planned, UseSpec


class NotForThem(Refused):
    """Somebody uses data in the name of an organisation that is not theirs."""

    code = "query.not-of-organization"


class NotYetDay(Refused):
    """A use is of a day that is still to come."""

    code = "query.future"


def plan(spec: UseSpec, *, by: Actor) -> Planned:
    """What would be run for one use; raises as ``use`` does, before data are read."""
    return _plan(spec, by, clock.now(), _view(spec), jurisdiction.compiler())


def plans(
    specs: Sequence[UseSpec],
    *,
    by: Actor,
    at: datetime,
    about: Mapping[str, CaseView],
) -> list[Planned]:
    """What would be run for each; ``about`` tells of cases not opened yet."""
    views = {**about, **_views({s.case for s in specs if s.case} - about.keys())}
    compiler = jurisdiction.compiler()
    return [_plan(spec, by, at, views.get(spec.case or ""), compiler) for spec in specs]


def wished(by: Actor, wish: Mapping[str, Any]) -> tuple[Use, CaseView | None]:
    """A use that nobody has to be permitted yet, and what is known of its case."""
    spec = UseSpec(**wish)
    return _use(spec, by, clock.now()), _view(spec)


def _plan(
    spec: UseSpec, by: Actor, at: datetime, view: CaseView | None, compiler: Compiler
) -> Planned:
    use = _use(spec, by, at)
    _permit(by, spec, view)
    found = compiler.compile(use, view)
    lineage = lineages.untold(found, lambda: compiler.lineage(use, view))
    return Planned(spec, use, found, pinned(spec, use, found), lineage)


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


def pinned(spec: UseSpec, use: Use, plan: Plan) -> Mapping[str, str]:
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


def _view(spec: UseSpec) -> CaseView | None:
    """What the compiler must know of the case or draft that one use is for."""
    return _views([spec.case]).get(spec.case) if spec.case else None


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
