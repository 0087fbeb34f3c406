"""The budget of a purpose of aggregate scope: how much is spent, how much is left.

What a question costs is spent by a comparison with what was spent when it was looked
at: two at once cannot both spend the last of it.
"""

from datetime import date
from decimal import Decimal

from django.db.models import F

from tongban.kernel.query.model import Purpose
from tongban.kernel.query.recipe import BudgetLeft, Privacy
from tongban.kernel.terms import Refused
from tongban.store.models import PrivacySpent


TRIES = 20


class BudgetSpent(Refused):
    """A purpose has asked as much as it may until its next period."""

    code = "query.budget"


class Busy(Refused):
    """Too many use one purpose at the same moment."""

    code = "query.contended"


class Overtaken(Exception):
    """Somebody else asked for the same purpose since this question was admitted."""


def left(purpose: Purpose, day: date) -> BudgetLeft:
    """What is left of the budget of ``purpose`` on ``day``, and when it is full."""
    budget = purpose.privacy.budget
    since, until = budget.per.around(day)
    spent = so_far(purpose.code, since)
    return BudgetLeft(
        questions=max(0, budget.questions - spent.questions),
        of_questions=budget.questions,
        epsilon=None if budget.epsilon is None else budget.epsilon - spent.epsilon,
        of_epsilon=budget.epsilon,
        cost=cost(purpose.privacy),
        resets=until,
    )


def add(purpose: str, since: date, seen: int, epsilon: Decimal) -> None:
    """Spend one question, if no more than ``seen`` have been. Raises Overtaken."""
    key = {"purpose": purpose, "since": since}
    first = PrivacySpent(**key)
    PrivacySpent.objects.bulk_create([first], ignore_conflicts=True)
    row = PrivacySpent.objects.filter(**key, questions=seen)
    if not row.update(questions=F("questions") + 1, epsilon=F("epsilon") + epsilon):
        raise Overtaken


def so_far(purpose: str, since: date) -> PrivacySpent:
    """What a purpose has spent in the period that began on ``since``."""
    found = PrivacySpent.objects.filter(purpose=purpose, since=since).first()
    return found or PrivacySpent(purpose=purpose, since=since)


def cost(privacy: Privacy) -> Decimal:
    """The privacy loss of one use; 0 where figures are exact and compared instead."""
    return privacy.epsilon or Decimal(0)


def after(spent: PrivacySpent, more: int, privacy: Privacy) -> PrivacySpent:
    """What will be spent with so many ``more`` questions; nothing that is kept."""
    return PrivacySpent(
        questions=spent.questions + more,
        epsilon=spent.epsilon + more * cost(privacy),
    )


def check_left(purpose: Purpose, spent: PrivacySpent, until: date) -> None:
    """Whether one question more may be asked. Raises BudgetSpent."""
    budget = purpose.privacy.budget
    questions = spent.questions >= budget.questions
    loss = spent.epsilon + cost(purpose.privacy)
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


def busy() -> Busy:
    """The refusal of a question that others overtook each time."""
    return Busy(
        "others use the same purpose at this moment",
        why=f"{TRIES} tries met another question each time",
        mend="ask again in a moment",
    )
