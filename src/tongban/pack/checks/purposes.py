"""Purposes and grants: nothing beyond the purpose, nothing the law withholds."""

from collections.abc import Iterator

from tongban.kernel.catalog.model import SharingType
from tongban.kernel.query.model import Scope
from tongban.kernel.terms import did_you_mean
from tongban.pack.draft import Draft, item_names
from tongban.pack.problems import PackProblem


def population_with_cases(draft: Draft) -> Iterator[PackProblem]:
    for code, purpose in draft.of("purpose").items():
        if purpose["scope"] is Scope.POPULATION and purpose["case-types"]:
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
    for head in ("dataset", "grant"):
        for code, record in draft.of(head).items():
            if record["until"] and record["until"] < record["since"]:
                yield PackProblem(
                    "date-order",
                    record.at("until"),
                    f"{draft.name(head, code)} ends on {record['until']}, before it "
                    f"begins on {record['since']}",
                    mend="change one of the two days",
                )
