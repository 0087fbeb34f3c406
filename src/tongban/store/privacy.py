"""The budget of a purpose of aggregate scope: what was asked, what may still be.

A question is admitted before it is receipted: there must be budget left, and its
answer must not lie too close to an earlier one of the same period. What it costs is
spent in the transaction of its receipt, by a comparison with what was spent when it
was admitted: two at once cannot both spend the last of it, nor escape comparison.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import F

from tongban.kernel.query.engines import Answer, run
from tongban.kernel.query.model import Fetch, Plan, Purpose, Use
from tongban.kernel.query.recipe import BudgetLeft, BudgetPeriod, Privacy
from tongban.kernel.query.room.differencing import (
    Question,
    identity,
    is_too_close,
    overlays,
)
from tongban.kernel.query.room.disclosure import MOST_GROUPS, release, too_many_groups
from tongban.kernel.query.terms.access import bindings
from tongban.kernel.terms import Refused
from tongban.store import jurisdiction
from tongban.store.commit import Batch
from tongban.store.models import PrivacyQuestion, PrivacySpent, UseReceipt
from tongban.store.versions import still_there


Written = TypeVar("Written")
_TRIES = 20


class BudgetSpent(Refused):
    """A purpose has asked as much as it may until its next period."""

    code = "query.budget"


class PastAsked(Refused):
    """Figures of another day's data."""

    code = "query.aggregate-past"


class Busy(Refused):
    """Too many use one purpose at the same moment."""

    code = "query.busy"


class TooClose(Refused):
    """The answer and an earlier one would tell of fewer than the threshold."""

    code = "query.differencing"


class Overtaken(Exception):
    """Somebody else asked for the same purpose since this question was admitted."""


@dataclass(frozen=True, slots=True)
class Admission:
    """A question that may be answered, and what its purpose had spent before it."""

    purpose: str
    since: date
    seen: int
    identity: str
    question: Question
    epsilon: Decimal
    again: bool  # the same question as before, which costs nothing


def left(purpose: Purpose, day: date) -> BudgetLeft:
    """What is left of the budget of ``purpose`` on ``day``, and when it is full."""
    budget = purpose.privacy.budget
    since, until = _period(budget.per, day)
    spent = _spent(purpose.code, since)
    return BudgetLeft(
        questions=max(0, budget.questions - spent.questions),
        of_questions=budget.questions,
        epsilon=None if budget.epsilon is None else budget.epsilon - spent.epsilon,
        of_epsilon=budget.epsilon,
        cost=_cost(purpose.privacy),
        resets=until,
    )


def pinned(plan: Plan, use: Use) -> dict[str, str]:
    """The versions that questions of this period read, as far as one has read them.

    Raises PastAsked for a use of another day's data.
    """
    if use.is_past:
        raise PastAsked(
            "figures of a past day are not answered in the clean room",
            why="the figures of two days together tell who came and who went",
            mend="ask without a day; all of a period read the same data",
        )
    since, _ = _period(_purpose(use).privacy.budget.per, use.at.date())
    read = UseReceipt.objects.filter(
        privacyquestion__purpose=use.purpose, privacyquestion__since=since
    )
    found: dict[str, str] = {}
    for versions in read.order_by("-pk").values_list("versions", flat=True):
        found |= versions
    lake = settings.HOME.lake
    return {
        code: still_there(lake, code, found[code])
        for code in sorted(plan.datasets & found.keys())
    }


def released(plan: Plan, use: Use, found: Answer, limit: int) -> Answer:
    """What of the groups computed may be shown: nobody else learns of the others.

    An answer of any other scope passes as it is.
    """
    if plan.recipe is None:
        return found
    if found.truncated:
        raise too_many_groups()
    shown = release(plan.recipe, found.rows, _bindings(use))
    return replace(
        found,
        rows=shown.rows[:limit],
        truncated=len(shown.rows) > limit,
        withheld=frozenset(place for place in shown.withheld if place[0] < limit),
    )


def settled(
    admissions: Callable[[], list[Admission | None]],
    write: Callable[[list[Admission | None]], Written],
) -> Written:
    """What ``write`` did with the admissions, once they held until it was done."""
    for _ in range(_TRIES):
        try:
            return write(admissions())
        except Overtaken:
            continue
    raise Busy(
        "others use the same purpose at this moment",
        why=f"{_TRIES} tries met another question each time",
        mend="ask again in a moment",
    )


def admit(plan: Plan, use: Use, versions: Mapping[str, str]) -> Admission:
    """The admission of a question that was computed and not yet shown to anybody.

    Raises BudgetSpent, and TooClose naming the receipt of the earlier use; the
    latter tells something of the data and so costs a question itself.
    """
    assert plan.recipe is not None
    purpose = _purpose(use)
    since, until = _period(purpose.privacy.budget.per, use.at.date())
    question = Question.of(plan.recipe, _bindings(use))
    name = identity(plan.digest, question, versions)
    spent = _spent(purpose.code, since)
    earlier = PrivacyQuestion.objects.filter(purpose=purpose.code)
    cost = _cost(purpose.privacy)
    admission = Admission(
        purpose.code, since, spent.questions, name, question, cost, again=False
    )
    # Noise is drawn anew each time, and so tells more each time.
    if not cost and earlier.filter(identity=name).exists():
        return replace(admission, again=True)
    _check_left(purpose, spent, until)
    if cost:
        return admission
    for kept in earlier.filter(since=since).order_by("pk"):
        other = Question.from_json(kept.text)
        if _is_close(plan, question, other, versions, use):
            _charge(admission)
            raise TooClose(
                f"the answer lies too close to that of receipt {kept.receipt_id}",
                why="one subtracted from the other would tell of fewer than "
                f"{plan.recipe.privacy.threshold} subjects",
                mend="ask for groups that differ by more, or repeat the earlier "
                "question, which costs nothing",
                receipt=str(kept.receipt_id),
                resets=until.isoformat(),
            )
    return admission


def spend(draft: Batch, admission: Admission, receipt: UseReceipt) -> None:
    """Spend what the question costs, inside the transaction of its receipt.

    Raises Overtaken when its admission no longer holds.
    """
    if admission.again:
        return
    _add(admission, epsilon=admission.epsilon)
    draft.row(
        PrivacyQuestion(
            purpose=admission.purpose,
            since=admission.since,
            identity=admission.identity,
            text=admission.question.to_json(),
            epsilon=admission.epsilon,
            receipt=receipt,
        )
    )


def _bindings(use: Use) -> dict[str, Any]:
    return bindings(use, jurisdiction.pseudonym_secret())


def _purpose(use: Use) -> Purpose:
    return jurisdiction.current().purposes[use.purpose]


def charge_failure(plan: Plan, use: Use) -> None:
    """Count a question whose computing failed on the data: that tells something, too.

    A use of any other scope costs nothing.
    """
    if plan.recipe is None:
        return
    since, _ = _period(_purpose(use).privacy.budget.per, use.at.date())
    key = {"purpose": use.purpose, "since": since}
    with transaction.atomic():
        PrivacySpent.objects.bulk_create([PrivacySpent(**key)], ignore_conflicts=True)
        PrivacySpent.objects.filter(**key).update(questions=F("questions") + 1)


def _charge(admission: Admission) -> None:
    with transaction.atomic():
        _add(admission, epsilon=Decimal(0))


def _add(admission: Admission, epsilon: Decimal) -> None:
    key = {"purpose": admission.purpose, "since": admission.since}
    first = PrivacySpent(**key)
    PrivacySpent.objects.bulk_create([first], ignore_conflicts=True)
    row = PrivacySpent.objects.filter(**key, questions=admission.seen)
    if not row.update(questions=F("questions") + 1, epsilon=F("epsilon") + epsilon):
        raise Overtaken


def _spent(purpose: str, since: date) -> PrivacySpent:
    found = PrivacySpent.objects.filter(purpose=purpose, since=since).first()
    return found or PrivacySpent(purpose=purpose, since=since)


def _cost(privacy: Privacy) -> Decimal:
    """The privacy loss of one use; 0 where figures are exact and compared instead."""
    return privacy.epsilon or Decimal(0)


def _check_left(purpose: Purpose, spent: PrivacySpent, until: date) -> None:
    budget = purpose.privacy.budget
    questions = spent.questions >= budget.questions
    loss = spent.epsilon + _cost(purpose.privacy)
    if not questions and (budget.epsilon is None or loss <= budget.epsilon):
        return
    what = "different questions" if questions else "privacy loss"
    raise BudgetSpent(
        f"the budget of {purpose.code} is spent: its {what}",
        why="many answers about the same people tell of each of them",
        mend=f"it is full again on {until.isoformat()}; a question asked before "
        "may be repeated",
        purpose=purpose.code,
        resets=until.isoformat(),
    )


def _is_close(
    plan: Plan,
    question: Question,
    earlier: Question,
    versions: Mapping[str, str],
    use: Use,
) -> bool:
    """Whether the two, computed on the same data, tell of a few by subtraction."""
    assert plan.recipe is not None
    datasets = tuple(sorted(question.datasets | earlier.datasets))
    given = _bindings(use)
    for overlay in overlays(earlier, question):
        params = {**overlay.params, **{name: given[name] for name in overlay.secrets}}
        fetch = Fetch("duckdb", "", overlay.sql, tuple(params), "", datasets)
        laid = replace(plan, fetches=(fetch,), final=None, recipe=None)
        found = run(
            laid,
            params,
            jurisdiction.sources(),
            at=use.at,
            limit=MOST_GROUPS,
            pinned=versions,
        )
        if found.truncated:
            raise too_many_groups()
        if is_too_close(overlay, found.rows, plan.recipe.privacy.threshold):
            return True
    return False


def _period(per: BudgetPeriod, day: date) -> tuple[date, date]:
    """The first day of the period that ``day`` is in, and of the next one."""
    match per:
        case BudgetPeriod.DAY:
            return day, day + timedelta(days=1)
        case BudgetPeriod.MONTH:
            first = day.replace(day=1)
            return first, (first + timedelta(days=31)).replace(day=1)
        case BudgetPeriod.YEAR:
            return date(day.year, 1, 1), date(day.year + 1, 1, 1)
