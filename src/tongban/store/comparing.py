"""Laying a question of the clean room over those that were answered before it.

Whoever subtracts does not mind for which purpose a figure was given; hence questions
of all purposes are compared, as long as a period lasts in which one was asked.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, time
from typing import Any, NamedTuple

from django.db.models import Q

from tongban.kernel.query.engines import run
from tongban.kernel.query.model import Fetch, Plan, Scope, Use
from tongban.kernel.query.room.differencing import Question, is_too_close, overlays
from tongban.kernel.query.room.disclosure import MOST_GROUPS, too_many_groups
from tongban.kernel.query.terms.access import bindings
from tongban.kernel.terms import Refused
from tongban.store import jurisdiction
from tongban.store.models import PrivacyQuestion


MOST_COMPARED = 100


class TooManyCompared(Refused):
    """More earlier questions about the same datasets than can be compared."""

    code = "query.comparisons"


class Earlier(NamedTuple):
    """A question that is answered already, or before another of the same call."""

    purpose: str
    question: Question
    receipt: str | None = None


def closest(
    plan: Plan,
    use: Use,
    question: Question,
    versions: Mapping[str, str],
    beside: Iterable[Earlier] = (),
) -> Earlier | None:
    """The first earlier question that ``question`` lies too close to, if any.

    All are computed on ``versions``; ``beside`` are those of the same call. Raises
    TooManyCompared.
    """
    every = [*_running(use), *beside]
    earlier = [each for each in every if _shares(each.question, question)]
    if len(earlier) > MOST_COMPARED:
        raise TooManyCompared(
            f"more than {MOST_COMPARED} questions about the same datasets",
            why="an answer is compared with all of the period, of every purpose, "
            f"and with {MOST_COMPARED} at most",
            mend="ask in the next period, or repeat an earlier question",
        )
    for each in earlier:
        if _is_close(plan, use, each, question, versions):
            return each
    return None


def _running(use: Use) -> Iterator[Earlier]:
    """The exact questions whose period, or that of the purpose of ``use``, lasts."""
    day, purposes = use.at.date(), jurisdiction.current().purposes
    since, _ = purposes[use.purpose].privacy.budget.per.around(day)
    lasts = Q(receipt__at__gte=datetime.combine(since, time.min, use.at.tzinfo))
    for purpose in purposes.values():
        if purpose.scope is Scope.AGGREGATE:
            first, _ = purpose.privacy.budget.per.around(day)
            lasts |= Q(purpose=purpose.code, since=first)
    for kept in PrivacyQuestion.objects.filter(lasts, epsilon=0).order_by("pk"):
        question = Question.from_json(kept.text)
        yield Earlier(kept.purpose, question, str(kept.receipt_id))


def _shares(earlier: Question, question: Question) -> bool:
    """Whether both questions are about subjects of one dataset."""
    about = {anchor.dataset for anchor in earlier.anchors}
    return not about.isdisjoint(anchor.dataset for anchor in question.anchors)


def _is_close(
    plan: Plan,
    use: Use,
    kept: Earlier,
    question: Question,
    versions: Mapping[str, str],
) -> bool:
    """Whether the two, computed on the same data, tell of a few by subtraction."""
    assert plan.recipe is not None
    earlier = kept.question
    datasets = tuple(sorted(question.datasets | earlier.datasets))
    given = _given("a", replace(use, purpose=kept.purpose)) | _given("b", use)
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
            share=use.organization,
        )
        if found.truncated:
            raise too_many_groups()
        if is_too_close(overlay, found.rows, plan.recipe.privacy.threshold):
            return True
    return False


def _given(side: str, use: Use) -> dict[str, Any]:
    """What placeholders of one side of an overlay are bound to."""
    values = bindings(use, jurisdiction.pseudonym_secret())
    return {f"{side}_{name}": value for name, value in values.items()}
