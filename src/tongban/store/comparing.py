"""Laying a question of the clean room over those that were answered before it.

Whoever subtracts does not mind for which purpose a figure was given; hence questions
of all purposes are compared, as long as a period lasts in which one was asked.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time
from typing import Any, NamedTuple

from django.db.models import Q

from tongban.kernel.query.engines import run
from tongban.kernel.query.model import Fetch, Plan, Scope, Use
from tongban.kernel.query.room.differencing import Question, is_too_close, overlays
from tongban.kernel.query.room.disclosure import MOST_GROUPS, too_many_groups
from tongban.kernel.query.room.together import about, atoms, tell_of_few
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
) -> list[Earlier] | None:
    """The earlier questions that ``question`` lies too close to, alone or together.

    None where it does to none; nothing in the list where its own grouping sets do to
    one another. All are computed on ``versions``; ``beside`` are those of the same
    call. Raises TooManyCompared.
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
            return [each]
    return _together(plan, use, earlier, question, versions)


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
    datasets = question.datasets | earlier.datasets
    given = _given("a", replace(use, purpose=kept.purpose)) | _given("b", use)
    for overlay in overlays(earlier, question):
        params = {**overlay.params, **{name: given[name] for name in overlay.secrets}}
        rows = _computed(plan, use, overlay.sql, params, datasets, versions)
        if is_too_close(overlay, rows, plan.recipe.privacy.threshold):
            return True
    return False


def _together(
    plan: Plan,
    use: Use,
    earlier: Sequence[Earlier],
    question: Question,
    versions: Mapping[str, str],
) -> list[Earlier] | None:
    """As `closest`, of all answers that there are: by sums of any of them."""
    assert plan.recipe is not None
    several = [*(each.question for each in earlier), question]
    sets = sum(len({keys for keys, _ in each.parts}) for each in several)
    if sets < _THREE and not _has_sets(question):
        return None  # two groupings were laid over one another already
    purposes = [*(each.purpose for each in earlier), use.purpose]
    datasets = frozenset[str]().union(*(each.datasets for each in several))
    least = plan.recipe.privacy.threshold
    for whom in about(several):
        laid = atoms(several, whom, least)
        params = dict(laid.params)
        for name, number in laid.secrets.items():
            side, _, own = name.partition("_")
            values = _given(side, replace(use, purpose=purposes[number]))
            params[name] = values[f"{side}_{own}"]
        rows = _computed(plan, use, laid.sql, params, datasets, versions)
        found = tell_of_few(laid, several, rows, least)
        if found is not None:
            return [earlier[number] for number in found]
    return None


_THREE = 3


def _has_sets(question: Question) -> bool:
    return len({keys for keys, _ in question.parts}) > 1


def _computed(
    plan: Plan,
    use: Use,
    sql: str,
    params: Mapping[str, Any],
    datasets: frozenset[str],
    versions: Mapping[str, str],
) -> Sequence[Sequence[Any]]:
    """The rows of a comparison, by which nobody sees more than that it was made."""
    fetch = Fetch("duckdb", "", sql, tuple(params), "", tuple(sorted(datasets)))
    found = run(
        replace(plan, fetches=(fetch,), final=None, recipe=None),
        params,
        jurisdiction.sources(),
        at=use.at,
        limit=MOST_GROUPS,
        pinned=versions,
        share=use.organization,
    )
    if found.truncated:
        raise too_many_groups()
    return found.rows


def _given(side: str, use: Use) -> dict[str, Any]:
    """What placeholders of one side of an overlay are bound to."""
    values = bindings(use, jurisdiction.pseudonym_secret())
    return {f"{side}_{name}": value for name, value in values.items()}
