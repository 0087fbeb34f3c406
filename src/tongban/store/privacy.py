"""The budget of a purpose of aggregate scope: what was asked, what may still be.

A question is computed only while there is budget left, and one that fails on the
data costs as well, for that tells something, too. It is admitted before it is
receipted: its answer must not lie too close to an earlier one of the same period.
What it costs is spent in the transaction of its receipt, by a comparison with what
was spent when it was admitted: two at once cannot both spend the last of it, nor
escape comparison.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from tongban.kernel.query.engines import Answer, MemoryOverrun, Overrun, ValueFault
from tongban.kernel.query.model import Plan, Purpose, Scope, Use
from tongban.kernel.query.room.differencing import Question, identity
from tongban.kernel.query.room.disclosure import (
    TooManyGroups,
    release,
    too_many_groups,
)
from tongban.kernel.query.terms.access import bindings
from tongban.kernel.terms import Refused
from tongban.store import budgets, comparing, jurisdiction
from tongban.store.commit import Batch
from tongban.store.models import PrivacyQuestion, UseReceipt
from tongban.store.receipts import Planned
from tongban.store.versions import still_there


Written = TypeVar("Written")
_ON_DATA = (Overrun, MemoryOverrun, ValueFault, TooManyGroups)


class PastAsked(Refused):
    """Figures of another day's data."""

    code = "query.aggregate-past"


class TooClose(Refused):
    """The answer and an earlier one would tell of fewer than the threshold."""

    code = "query.differencing"


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
    found: dict[str, str] = {}
    for versions in _read_since(use.purpose, since):
        found |= versions
    lake = settings.HOME.lake
    return {
        code: still_there(lake, code, found[code])
        for code in sorted(plan.datasets & found.keys())
    }


def _read_since(purpose: str, since: date) -> Iterator[dict[str, str]]:
    """What the questions of one period read, the newest first."""
    read = UseReceipt.objects.filter(
        privacyquestion__purpose=purpose,
        privacyquestion__since=since,
        data_of=None,
    )
    yield from read.order_by("-pk").values_list("versions", flat=True)


def rested_on(day: date) -> dict[tuple[str, str], tuple[str, date]]:
    """The data versions that questions of a period running on ``day`` read.

    By dataset and version: a purpose that needs it, and the day its period is over.
    """
    found: dict[tuple[str, str], tuple[str, date]] = {}
    for purpose in jurisdiction.current().purposes.values():
        if purpose.scope is not Scope.AGGREGATE:
            continue
        since, until = purpose.privacy.budget.per.around(day)
        for versions in _read_since(purpose.code, since):
            for version in versions.items():
                _, last = found.get(version, ("", until))
                if until >= last:
                    found[version] = purpose.code, until
    return found


def check_before(planned: Sequence[Planned]) -> None:
    """Refuse with BudgetSpent what there is no budget for, before it is computed.

    A use of any other scope passes, and so does a question that was asked before.
    One whose values are not given yet is a new one.
    """
    new: dict[str, set[str]] = {}
    for number, each in enumerate(planned):
        if each.plan.recipe is None:
            continue
        purpose = _purpose(each.use)
        since, until = purpose.privacy.budget.per.around(each.use.at.date())
        name = _name(each)
        if name is not None and _is_known(purpose, name):
            continue
        ahead = new.setdefault(purpose.code, set())
        again = name is not None and not budgets.cost(purpose.privacy)
        if not (again and name in ahead):
            spent = budgets.so_far(purpose.code, since)
            spent = budgets.after(spent, len(ahead), purpose.privacy)
            budgets.check_left(purpose, spent, until)
            ahead.add(name if name and again else f"{number}")


def _name(planned: Planned) -> str | None:
    """The identity of a question to be asked; None while a value of it is missing."""
    recipe = planned.plan.recipe
    assert recipe is not None
    given = _bindings(planned.use)
    if not Question.named_in(recipe) <= given.keys():
        return None
    question = Question.of(recipe, given)
    return identity(planned.plan.digest, question, planned.pinned)


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
    for _ in range(budgets.TRIES):
        try:
            return write(admissions())
        except budgets.Overtaken:
            continue
    raise budgets.busy()


def admit(
    plan: Plan,
    use: Use,
    versions: Mapping[str, str],
    beside: Sequence[Admission] = (),
) -> Admission:
    """The admission of a question that was computed and not yet shown to anybody.

    ``beside`` are those of the same call before it: it is charged after them, and
    compared with them as well. Raises BudgetSpent, and TooClose naming the receipt
    of the earlier use; the latter tells something of the data and so costs a
    question itself.
    """
    assert plan.recipe is not None
    purpose = _purpose(use)
    since, until = purpose.privacy.budget.per.around(use.at.date())
    question = Question.of(plan.recipe, _bindings(use))
    name = identity(plan.digest, question, versions)
    before, cost = budgets.so_far(purpose.code, since), budgets.cost(purpose.privacy)
    new = [each for each in beside if not each.again]
    ahead = [each for each in new if each.purpose == purpose.code]
    spent = budgets.after(before, len(ahead), purpose.privacy)
    admission = Admission(
        *(purpose.code, since, spent.questions, _newest(), name, question, cost),
        again=False,
    )
    same = not cost and any(each.identity == name for each in ahead)
    if same or _is_known(purpose, name):
        return replace(admission, again=True)
    budgets.check_left(purpose, spent, until)
    if cost:
        return admission
    others = [comparing.Earlier(a.purpose, a.question) for a in new if not a.epsilon]
    with charged(plan, use):
        found = comparing.closest(plan, use, question, versions, others)
    if found is None:
        return admission
    _charge(replace(admission, seen=before.questions))
    raise _too_close(found, plan.recipe.privacy.threshold, until)


def _too_close(found: Sequence[comparing.Earlier], least: int, until: date) -> TooClose:
    receipts = [each.receipt for each in found if each.receipt]
    which = [f"receipt {receipt}" for receipt in receipts]
    which += ["another of this call"] * (len(found) > len(receipts))
    them = "those of " + ", ".join(which) if which else "another of its grouping sets"
    return TooClose(
        f"the answer lies too close to {them}",
        why=f"all together would tell of fewer than {least} subjects",
        mend="ask for groups that differ and share more, or repeat an earlier "
        "question, which costs nothing",
        receipt=", ".join(receipts) or "—",
        resets=until.isoformat(),
    )


def spend(draft: Batch, admission: Admission, receipt: UseReceipt) -> None:
    """Spend what the question costs, inside the transaction of its receipt.

    Raises Overtaken when its admission no longer holds.
    """
    if admission.again:
        return
    if not admission.epsilon and _newest() != admission.newest:
        raise budgets.Overtaken
    budgets.add(admission.purpose, admission.since, admission.seen, admission.epsilon)
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
    for _ in range(budgets.TRIES):
        spent = budgets.so_far(purpose.code, since)
        budgets.check_left(purpose, spent, until)
        try:
            with transaction.atomic():
                budgets.add(
                    purpose.code, since, spent.questions, budgets.cost(purpose.privacy)
                )
        except budgets.Overtaken:
            continue
        return
    raise budgets.busy()


def _charge(admission: Admission) -> None:
    with transaction.atomic():
        budgets.add(admission.purpose, admission.since, admission.seen, Decimal(0))


def _newest() -> int:
    """The number of the last question kept, of any purpose."""
    return PrivacyQuestion.objects.aggregate(last=Max("pk"))["last"] or 0


def _is_known(purpose: Purpose, name: str) -> bool:
    """Whether the same was asked before, and may be answered again."""
    # Noise is drawn anew each time, and so tells more each time.
    if budgets.cost(purpose.privacy):
        return False
    asked = PrivacyQuestion.objects.filter(purpose=purpose.code, identity=name)
    return asked.exists()
