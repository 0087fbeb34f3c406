"""The budget of a purpose of aggregate scope: what was asked, what may still be.

A question is computed only while there is budget left, and one that fails on the
data costs as well, for that tells something, too. It is admitted before it is
receipted: its answer must not lie too close to an earlier one of the same period.
What it costs is spent in the transaction of its receipt, by a comparison with what
was spent when it was admitted: two at once cannot both spend the last of it, nor
escape comparison.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max

from tongban.kernel.query.engines import Answer, MemoryOverrun, Overrun, ValueFault
from tongban.kernel.query.model import Plan, Purpose, Use
from tongban.kernel.query.recipe import BudgetLeft, Privacy
from tongban.kernel.query.room.differencing import Question, identity
from tongban.kernel.query.room.disclosure import (
    TooManyGroups,
    release,
    too_many_groups,
)
from tongban.kernel.query.terms.access import bindings
from tongban.kernel.terms import Refused
from tongban.store import comparing, jurisdiction
from tongban.store.commit import Batch
from tongban.store.models import PrivacyQuestion, PrivacySpent, UseReceipt
from tongban.store.versions import still_there


Written = TypeVar("Written")
_TRIES = 20
_ON_DATA = (Overrun, MemoryOverrun, ValueFault, TooManyGroups)


class BudgetSpent(Refused):
    """A purpose has asked as much as it may until its next period."""

    code = "query.budget"


class PastAsked(Refused):
    """Figures of another day's data."""

    code = "query.aggregate-past"


class Busy(Refused):
    """Too many use one purpose at the same moment."""

    code = "query.contended"


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
    newest: int  # the last question that it could be compared with
    identity: str
    question: Question
    epsilon: Decimal
    again: bool  # the same question as before, which costs nothing


def left(purpose: Purpose, day: date) -> BudgetLeft:
    """What is left of the budget of ``purpose`` on ``day``, and when it is full."""
    budget = purpose.privacy.budget
    since, until = budget.per.around(day)
    spent = _spent(purpose.code, since)
    return BudgetLeft(
        questions=max(0, budget.questions - spent.questions),
        of_questions=budget.questions,
        epsilon=None if budget.epsilon is None else budget.epsilon - spent.epsilon,
        of_epsilon=budget.epsilon,
        cost=_cost(purpose.privacy),
        resets=until,
    )


def pinned(plan: Plan, use: Use, wanted: Mapping[str, str]) -> dict[str, str]:
    """The versions that questions of this period read, as far as one has read them.

    Raises PastAsked for a use of a day's data or of the versions ``wanted``: a
    period's own would be no more than what was asked first.
    """
    if use.data_of is not None or wanted:
        raise PastAsked(
            "figures of a past day are not answered in the clean room",
            why="the figures of two days together tell who came and who went",
            mend="ask without a day; all of a period read the same data",
        )
    since, _ = _purpose(use).privacy.budget.per.around(use.at.date())
    read = UseReceipt.objects.filter(
        privacyquestion__purpose=use.purpose,
        privacyquestion__since=since,
        data_of=None,
    )
    found: dict[str, str] = {}
    for versions in read.order_by("-pk").values_list("versions", flat=True):
        found |= versions
    lake = settings.HOME.lake
    return {
        code: still_there(lake, code, found[code])
        for code in sorted(plan.datasets & found.keys())
    }


def check_before(plan: Plan, use: Use, pins: Mapping[str, str]) -> None:
    """Refuse with BudgetSpent what there is no budget for, before it is computed.

    A use of any other scope passes, and so does a question that was asked before.
    """
    if plan.recipe is None:
        return
    purpose = _purpose(use)
    since, until = purpose.privacy.budget.per.around(use.at.date())
    name = identity(plan.digest, Question.of(plan.recipe, _bindings(use)), pins)
    if not _is_known(purpose, name):
        _check_left(purpose, _spent(purpose.code, since), until)


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
    raise _busy()


def _busy() -> Busy:
    return Busy(
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
    since, until = purpose.privacy.budget.per.around(use.at.date())
    question = Question.of(plan.recipe, _bindings(use))
    name = identity(plan.digest, question, versions)
    spent, newest = _spent(purpose.code, since), _newest()
    cost = _cost(purpose.privacy)
    admission = Admission(
        purpose.code, since, spent.questions, newest, name, question, cost, again=False
    )
    if _is_known(purpose, name):
        return replace(admission, again=True)
    _check_left(purpose, spent, until)
    if cost:
        return admission
    with charged(plan, use):
        kept = comparing.closest(plan, use, question, versions)
    if kept is None:
        return admission
    _charge(admission)
    raise TooClose(
        f"the answer lies too close to that of receipt {kept.receipt_id}",
        why="both together would tell of fewer than "
        f"{plan.recipe.privacy.threshold} subjects",
        mend="ask for groups that differ and share more, or repeat the earlier "
        "question, which costs nothing",
        receipt=str(kept.receipt_id),
        resets=until.isoformat(),
    )


def spend(draft: Batch, admission: Admission, receipt: UseReceipt) -> None:
    """Spend what the question costs, inside the transaction of its receipt.

    Raises Overtaken when its admission no longer holds.
    """
    if admission.again:
        return
    if not admission.epsilon and _newest() != admission.newest:
        raise Overtaken
    _add(admission.purpose, admission.since, admission.seen, admission.epsilon)
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


@contextmanager
def charged(plan: Plan, use: Use) -> Iterator[None]:
    """Whatever fails on the data in here costs what an answer would.

    Raises BudgetSpent instead where that is more than is left.
    """
    try:
        yield
    except _ON_DATA:
        charge_failure(plan, use)
        raise


def charge_failure(plan: Plan, use: Use) -> None:
    """Count a question whose computing failed on the data: that tells something, too.

    A use of any other scope costs nothing. Raises BudgetSpent when nothing was left.
    """
    if plan.recipe is None:
        return
    purpose = _purpose(use)
    since, until = purpose.privacy.budget.per.around(use.at.date())
    for _ in range(_TRIES):
        spent = _spent(purpose.code, since)
        _check_left(purpose, spent, until)
        try:
            with transaction.atomic():
                _add(purpose.code, since, spent.questions, _cost(purpose.privacy))
        except Overtaken:
            continue
        return
    raise _busy()


def _charge(admission: Admission) -> None:
    with transaction.atomic():
        _add(admission.purpose, admission.since, admission.seen, Decimal(0))


def _add(purpose: str, since: date, seen: int, epsilon: Decimal) -> None:
    """Spend one question, if no more than ``seen`` have been. Raises Overtaken."""
    key = {"purpose": purpose, "since": since}
    first = PrivacySpent(**key)
    PrivacySpent.objects.bulk_create([first], ignore_conflicts=True)
    row = PrivacySpent.objects.filter(**key, questions=seen)
    if not row.update(questions=F("questions") + 1, epsilon=F("epsilon") + epsilon):
        raise Overtaken


def _newest() -> int:
    """The number of the last question kept, of any purpose."""
    return PrivacyQuestion.objects.aggregate(last=Max("pk"))["last"] or 0


def _is_known(purpose: Purpose, name: str) -> bool:
    """Whether the same was asked before, and may be answered again."""
    # Noise is drawn anew each time, and so tells more each time.
    if _cost(purpose.privacy):
        return False
    asked = PrivacyQuestion.objects.filter(purpose=purpose.code, identity=name)
    return asked.exists()


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
