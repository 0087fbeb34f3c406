"""Why a use is allowed, or what is missing and how to get it.

An explanation says the same as the compiler would, of every dataset and every
check at once, and reads no data: it needs no receipt.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.query.model import Fetch, Plan
from tongban.kernel.query.quota import Left
from tongban.kernel.query.recipe import BudgetLeft
from tongban.kernel.query.terms.authorise import Demand, Verdict, refusal
from tongban.kernel.query.terms.bind import shown_masked
from tongban.kernel.terms import UserError


@dataclass(frozen=True, slots=True)
class Check:
    """One question asked of a use: of its statement, purpose, scope or case."""

    name: str
    refusal: UserError | None

    def to_json(self) -> dict[str, Any]:
        verdict: dict[str, Any] = {"check": self.name, "passed": self.refusal is None}
        return verdict | (_words(self.refusal) if self.refusal else {})


@dataclass(frozen=True, slots=True)
class DatasetVerdict:
    """What the use wants of one dataset, and what allows it or is missing."""

    dataset: str
    title: str
    provider: str
    items: tuple[str, ...]
    masked: tuple[str, ...]
    grant: str | None
    basis: str | None
    filter: str | None
    missing: tuple[str, ...]
    refusal: UserError | None

    def to_json(self) -> dict[str, Any]:
        kept = {
            "dataset": self.dataset,
            "title": self.title,
            "provider": self.provider,
            "items": list(self.items),
            "masked": list(self.masked),
            "grant": self.grant,
            "basis": self.basis,
            "filter": self.filter,
            "missing": list(self.missing),
        }
        return kept | (_words(self.refusal) if self.refusal else {})


@dataclass(frozen=True, slots=True)
class Explanation:
    """All verdicts of one use; ``plan`` when its grants allow it.

    ``budget`` is that of a purpose of aggregate scope before the use. Where it, or a
    quota, is spent, a check of ``checks`` says so: the use is not allowed now.
    """

    checks: tuple[Check, ...]
    datasets: tuple[DatasetVerdict, ...]
    plan: Plan | None
    left: tuple[Left, ...] = ()  # of the quotas of its grants
    budget: BudgetLeft | None = None

    @property
    def allowed(self) -> bool:
        return self.plan is not None and not any(c.refusal for c in self.checks)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, for interfaces and the command line."""
        return {
            "allowed": self.allowed,
            "checks": [check.to_json() for check in self.checks],
            "datasets": [verdict.to_json() for verdict in self.datasets],
            **({"quota": [each.to_json() for each in self.left]} if self.left else {}),
            **({"budget": self.budget.to_json()} if self.budget else {}),
            **(_planned(self.plan) if self.plan else {}),
        }

    def __str__(self) -> str:
        lines = ["allowed" if self.allowed else "refused"]
        for check in self.checks:
            lines.append(f"{check.name}: {_sentence(check.refusal, 'passed')}")
        for verdict in self.datasets:
            granted = f"grant {verdict.grant} ({verdict.basis})"
            lines.append(f"{verdict.dataset}: {_sentence(verdict.refusal, granted)}")
            lines.append(f"  items: {', '.join(verdict.items) or '(rows only)'}")
            if verdict.masked:
                lines.append(f"  masked: {', '.join(verdict.masked)}")
            if verdict.filter:
                lines.append(f"  rows: {verdict.filter}")
        lines += [f"quota {each}" for each in self.left]
        if self.budget:
            lines.append(f"budget: {self.budget}")
        for statement in _statements(self.plan) if self.plan else ():
            lines.append(f"{statement['engine']} {statement['database']}".rstrip())
            lines.append(f"  {statement['sql']}")
            lines += [
                f"  {part}: {statement[part]}" for part in _PUSHED if statement[part]
            ]
        return "\n".join(lines)


def dataset_verdicts(
    verdicts: Sequence[Verdict],
    demand: Demand,
    catalog: Catalog,
) -> tuple[DatasetVerdict, ...]:
    """The verdicts with the words a reader needs."""
    found = []
    for verdict in verdicts:
        dataset, grant = catalog.dataset(verdict.dataset), verdict.grant
        hidden = shown_masked(verdict.items, dataset, grant) if grant else ()
        found.append(
            DatasetVerdict(
                dataset=dataset.code,
                title=dataset.title.zh,
                provider=dataset.provider,
                items=tuple(i for i in dataset.items if i in verdict.items),
                masked=tuple(sorted(hidden)),
                grant=grant.id if grant else None,
                basis=grant.basis if grant else None,
                filter=grant.filter if grant else None,
                missing=tuple(i for i in dataset.items if i in verdict.missing),
                refusal=None if grant else refusal([verdict], demand, catalog),
            )
        )
    return tuple(found)


def _words(refusal: UserError) -> dict[str, Any]:
    return {
        "code": refusal.code,
        "what": refusal.what,
        "where": refusal.where,
        "why": refusal.why,
        "mend": refusal.mend,
    }


def _sentence(refusal: UserError | None, otherwise: str) -> str:
    return otherwise if refusal is None else f"[{refusal.code}] {refusal}"


def _planned(plan: Plan) -> dict[str, Any]:
    return {
        "columns": [
            {"name": c.name, "sources": sorted(c.sources), "masked": c.masked}
            for c in plan.columns
        ],
        "statements": _statements(plan),
        "digest": plan.digest,
    }


# What is told of a statement beside its text: which columns leave the place, which
# condition chooses the rows there, and that nothing is left to be done elsewhere.
_PUSHED = ("columns", "filter", "pushed")


def _statements(plan: Plan) -> list[dict[str, str]]:
    several = [*plan.fetches, *([plan.final] if plan.final else [])]
    return [
        {
            "engine": fetch.kind,
            "database": fetch.database,
            "sql": fetch.sql,
            "columns": ", ".join(fetch.columns),
            "filter": fetch.filter,
            "pushed": "the whole statement" if _is_whole(plan, fetch) else "",
        }
        for fetch in several
    ]


def _is_whole(plan: Plan, fetch: Fetch) -> bool:
    return plan.final is None and fetch.kind != "duckdb"
