"""Purposes and grants: nothing beyond the purpose, nothing the law withholds."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from tongban.kernel.catalog.model import SharingType
from tongban.kernel.query.model import Scope
from tongban.kernel.terms import did_you_mean
from tongban.pack.draft import Draft, item_names
from tongban.pack.problems import PackProblem


def population_with_cases(draft: Draft) -> Iterator[PackProblem]:
    for code, purpose in draft.of("purpose").items():
        if purpose["scope"] is not Scope.SUBJECT and purpose["case-types"]:
            yield PackProblem(
                "population-with-cases",
                purpose.at("case-types"),
                f"{draft.name('purpose', code)} concerns everyone and names case types",
                why="a use over the population serves no single case",
                mend="leave out 'case-types', or write 'scope: subject'",
            )


def subject_without_cases(draft: Draft) -> Iterator[PackProblem]:
    for code, purpose in draft.of("purpose").items():
        if purpose["scope"] is Scope.SUBJECT and not purpose["case-types"]:
            yield PackProblem(
                "subject-without-cases",
                purpose.at("scope"),
                f"{draft.name('purpose', code)} concerns one subject and names no case "
                "type",
                why="one person's data are used for an open case of theirs only",
                mend="add 'case-types: [...]', or write 'scope: population'",
            )


def privacy_outside_aggregate(draft: Draft) -> Iterator[PackProblem]:
    for code, purpose in draft.of("purpose").items():
        if purpose["privacy"] and purpose["scope"] is not Scope.AGGREGATE:
            yield PackProblem(
                "privacy-outside-aggregate",
                purpose.at("privacy"),
                f"{draft.name('purpose', code)} declares how figures are protected, "
                "and its uses yield rows",
                why="only the clean room makes figures of groups",
                mend="leave out 'privacy', or write 'scope: aggregate'",
            )


def privacy_unsound(draft: Draft) -> Iterator[PackProblem]:
    for purpose in draft.of("purpose").values():
        for key, why, mend in _unsound(purpose["privacy"] or {}):
            yield PackProblem(
                "privacy-unsound",
                purpose.at("privacy", key),
                f"the {key} {purpose['privacy'][key]} protects nobody",
                why=why,
                mend=mend,
            )


def _unsound(privacy: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """The keys whose values undo what they are for: why, and how to mend."""
    if privacy.get("threshold", 3) < 3:
        why = "of two people each knows the other's part"
        yield "threshold", why, "write 3 or more; 10 is usual"
    if (privacy.get("rounding") or 2) % 2:
        yield "rounding", "a band of odd width has no middle", "write 6"
    if privacy.get("dominance", 1) > 100:
        yield "dominance", "it is a share in percent", "write 80"
    if privacy.get("delta", 0) > Decimal("0.001"):
        why = "it is the chance that somebody is not protected at all"
        yield "delta", why, "write 0.000001"


def epsilon_without_budget(draft: Draft) -> Iterator[PackProblem]:
    for code, purpose in draft.of("purpose").items():
        privacy = purpose["privacy"]
        if not privacy or not privacy["epsilon"]:
            continue
        budget = privacy["budget"]["epsilon"] if privacy["budget"] else None
        if budget is None or budget < privacy["epsilon"]:
            yield PackProblem(
                "epsilon-without-budget",
                privacy.at("epsilon"),
                f"{draft.name('purpose', code)} adds noise of epsilon "
                f"{privacy['epsilon']}, its budget is {budget or 'none'}",
                why="without a budget, the mean of many answers is exact",
                mend="add 'budget: {epsilon: …}' of several uses",
            )


def bounds_unsound(draft: Draft) -> Iterator[PackProblem]:
    for purpose in draft.of("purpose").values():
        bounds = purpose["privacy"]["bounds"] if purpose["privacy"] else {}
        for item, ends in bounds.items():
            known = item in purpose["items"]
            if known and len(ends) == 2 and ends[0] < ends[1]:
                continue
            yield PackProblem(
                "bounds-unsound",
                purpose.at("privacy", "bounds", item),
                f"the bounds of {item!r}",
                why="they are the least and the greatest value of an item"
                if known
                else "the purpose does not list this item",
                mend="write [least, greatest]"
                if known
                else did_you_mean(item, purpose["items"]),
            )


def grant_scope(draft: Draft) -> Iterator[PackProblem]:
    for code, grant in draft.of("grant").items():
        purpose = draft.get("purpose", grant["purpose"])
        if purpose and purpose["scope"] is not grant["scope"]:
            yield PackProblem(
                "grant-scope",
                grant.at("scope"),
                f"{draft.name('grant', code)} has scope {grant['scope'].value!r}, its "
                f"purpose {purpose['scope'].value!r}",
                mend=f"write 'scope: {purpose['scope'].value}'",
            )


def grant_outside_purpose(draft: Draft) -> Iterator[PackProblem]:
    for grant in draft.of("grant").values():
        purpose = draft.get("purpose", grant["purpose"])
        dataset = draft.get("dataset", grant["dataset"])
        if purpose is None or dataset is None:
            continue
        known = item_names(dataset)
        for place, item in enumerate(grant["items"]):
            name = f"{grant['dataset']}.{item}"
            if item in known and name not in purpose["items"]:
                yield PackProblem(
                    "grant-outside-purpose",
                    grant.at("items", place),
                    f"{name!r} is not among the items of purpose {grant['purpose']!r}",
                    why="a grant gives what the purpose needs and nothing else "
                    "(最小必要)",
                    mend="leave it out, or add it to the purpose if its use needs it",
                )


def reveal_outside_items(draft: Draft) -> Iterator[PackProblem]:
    for grant in draft.of("grant").values():
        for place, item in enumerate(grant["reveal"]):
            if item not in grant["items"]:
                yield PackProblem(
                    "reveal-outside-items",
                    grant.at("reveal", place),
                    f"{item!r} is revealed but not granted",
                    mend=did_you_mean(item, grant["items"]),
                )


def quota_of_nothing(draft: Draft) -> Iterator[PackProblem]:
    for code, grant in draft.of("grant").items():
        quota = grant["quota"]
        if quota and not any(quota[key] for key in ("calls", "rows", "bytes", "rate")):
            yield PackProblem(
                "quota-of-nothing",
                quota.at("per"),
                f"{draft.name('grant', code)} has a quota (限额) that limits nothing",
                why="a period alone says how often counting begins anew",
                mend="add calls, rows, bytes or rate, or leave the quota out",
            )


def grant_on_withheld(draft: Draft) -> Iterator[PackProblem]:
    for code, grant in draft.of("grant").items():
        dataset = draft.get("dataset", grant["dataset"])
        if (
            dataset
            and dataset["sharing"]["type"] is SharingType.WITHHELD
            and dataset["provider"] != grant["organization"]
        ):
            yield PackProblem(
                "grant-on-withheld",
                grant.at("dataset"),
                f"{draft.name('grant', code)} is on {grant['dataset']!r}, which is "
                "withheld (不予共享)",
                why=f"by {dataset['sharing']['basis']}",
                mend="remove the grant, or change the sharing type if the law allows",
            )


def date_order(draft: Draft) -> Iterator[PackProblem]:
    dated = [
        (head, code, record)
        for head in ("dataset", "grant", "disclosure")
        for code, record in draft.of(head).items()
    ]
    for head, code, record in (*dated, *draft.case_types()):
        since, until = record["since"], record["until"]
        if since and until and until < since:
            yield PackProblem(
                "date-order",
                record.at("until"),
                f"{draft.name(head, code)} ends on {until}, before it begins on "
                f"{since}",
                mend="change one of the two days",
            )
