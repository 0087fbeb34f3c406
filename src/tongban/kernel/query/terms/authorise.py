"""Which grant allows what a statement reads of each dataset, or what is missing.

One grant must cover all that is read of a dataset: two grants are two terms of
use, and their union is a third that nobody agreed to.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.model import Dataset, SharingType
from tongban.kernel.query.language.reading import Wanted
from tongban.kernel.query.model import Grant, Purpose
from tongban.kernel.terms import Refused, SubjectKind


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a use of one dataset is allowed: by which grant, or why not.

    ``items`` are those that will be read. ``missing`` are those that nothing
    allows; ``code`` and ``why`` say what stands against them.
    """

    dataset: str
    items: frozenset[str]
    grant: Grant | None = None
    missing: frozenset[str] = frozenset()
    code: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Demand:
    """Who wants it, for what, of which kind of subject (None: of everyone)."""

    organization: str
    purpose: Purpose
    kind: SubjectKind | None


def judge(
    wanted: Wanted, demand: Demand, dataset: Dataset, grants: Sequence[Grant]
) -> Verdict:
    """The verdict over one dataset; ``grants`` are those in force, oldest first."""
    if demand.kind and dataset.subjects and demand.kind not in dataset.subjects:
        why = f"it says nothing about a subject of kind {demand.kind.value}"
        return _no(wanted, wanted.required, "query.subject", why)
    needed = demand.purpose.items
    listed = frozenset(i for i in dataset.items if f"{dataset.code}.{i}" in needed)
    beyond = wanted.required - listed
    # A statement may read rows without naming an item: COUNT(*).
    meant = wanted.required | wanted.optional or listed
    if beyond or not listed & meant:
        why = f"purpose {demand.purpose.code!r} does not list them"
        return _no(wanted, beyond or wanted.optional, "query.purpose-items", why)
    if not grants:
        why = "no grant in force allows any of it"
        return _no(wanted, wanted.required | wanted.optional, "query.no-grant", why)
    return _choose(wanted, grants, listed)


def _choose(wanted: Wanted, grants: Sequence[Grant], listed: frozenset[str]) -> Verdict:
    """The oldest grant that covers; for ``*`` the one that gives most."""
    covering = [grant for grant in grants if wanted.required <= grant.items]
    brought = {grant.id: wanted.optional & grant.items & listed for grant in covering}
    best = max(covering, key=lambda grant: len(brought[grant.id]), default=None)
    if best is None:
        near = max(grants, key=lambda grant: len(wanted.required & grant.items))
        why = f"grant {near.id!r} does not cover them"
        return _no(wanted, wanted.required - near.items, "query.grant-items", why)
    items = wanted.required | brought[best.id]
    if wanted.optional and not items:
        why = f"grant {best.id!r} gives nothing that the purpose lists"
        return _no(wanted, wanted.optional, "query.grant-items", why)
    return Verdict(wanted.dataset, items, best)


def _no(wanted: Wanted, missing: frozenset[str], code: str, why: str) -> Verdict:
    return Verdict(wanted.dataset, wanted.required, missing=missing, code=code, why=why)


def explain_absence(verdict: Verdict, grants: Iterable[Grant], day: date) -> Verdict:
    """A verdict of no grant, told apart: none, of another scope, or not in force."""
    if verdict.code != "query.no-grant":
        return verdict
    timely = [grant for grant in grants if grant.in_force(day)]
    past = [grant for grant in grants if not grant.in_force(day)]
    if timely:
        code, why = "query.no-grant", f"grant {timely[0].id!r} is for another scope"
    elif past:
        last = past[-1]
        since, until = last.since.isoformat(), last.until or "further notice"
        why = f"grant {last.id!r} is in force from {since} until {until} only"
        code = "query.expired"
    else:
        return verdict
    return Verdict(
        verdict.dataset, verdict.items, missing=verdict.missing, code=code, why=why
    )


def out_of_force(verdict: Verdict, dataset: Dataset, day: date) -> Verdict | None:
    """The verdict over an entry that the catalogue did not have on ``day``."""
    if dataset.in_force(day):
        return None
    since, until = dataset.since.isoformat(), dataset.until or "further notice"
    why = f"the catalogue has it from {since} until {until} only"
    return Verdict(
        dataset.code,
        verdict.items,
        missing=verdict.items | verdict.missing,
        code="query.expired",
        why=why,
    )


def for_a_filter(verdict: Verdict, of: Verdict) -> Verdict:
    """A verdict over what only the filter of a grant looks into, saying so."""
    if verdict.grant is not None or of.grant is None:
        return verdict
    why = f"the filter of grant {of.grant.id!r} of {of.dataset} reads it, and "
    return replace(verdict, why=f"{why}{verdict.why}")


def too_deep(verdict: Verdict) -> Verdict:
    """The refusal of a filter that looks into what is filtered by a third dataset."""
    assert verdict.grant is not None
    why = f"grant {verdict.grant.id!r} has a filter that looks into a dataset itself"
    return replace(
        verdict, grant=None, missing=verdict.items, code="query.filter-depth", why=why
    )


def of_no_division(verdict: Verdict) -> Verdict:
    """The refusal of a filter by division, to an organisation that has none."""
    assert verdict.grant is not None
    why = f"the filter of grant {verdict.grant.id!r} asks for its division"
    return replace(
        verdict, grant=None, missing=verdict.items, code="query.division", why=why
    )


def refusal(verdicts: Iterable[Verdict], demand: Demand, catalog: Catalog) -> Refused:
    """The refusal of a use: what is missing, whose it is, how to ask.

    Names the first dataset that stands against it; ``facts["missing"]`` has all.
    """
    refused = [verdict for verdict in verdicts if verdict.grant is None]
    verdict = refused[0]
    dataset = catalog.dataset(verdict.dataset)
    names = _item_names(verdict)
    return Refused(
        f"{demand.organization} may not use {', '.join(names) or dataset.code} "
        f"for {demand.purpose.code}",
        why=verdict.why,
        mend=_how_to_ask(verdict.code, dataset, catalog),
        code=verdict.code,
        dataset=dataset.code,
        items=names,
        provider=dataset.provider,
        purpose=demand.purpose.code,
        organization=demand.organization,
        missing={each.dataset: _item_names(each) for each in refused},
    )


def _item_names(verdict: Verdict) -> list[str]:
    return sorted(f"{verdict.dataset}.{item}" for item in verdict.missing)


def _how_to_ask(code: str, dataset: Dataset, catalog: Catalog) -> str:
    if code == "query.purpose-items":
        return "leave them out, or have the purpose declared with them and its basis"
    if code == "query.subject":
        return "use data that are about the subject of the case"
    if code == "query.division":
        return "have the organisation declared with its division"
    if code == "query.filter-depth":
        return "have the filter say it of fewer datasets"
    provider = catalog.organizations.get(dataset.provider)
    whom = f"{provider.title} ({provider.code})" if provider else dataset.provider
    if dataset.sharing.type is SharingType.WITHHELD:
        return f"{whom} does not share it: {dataset.sharing.basis}"
    terms = dataset.sharing.conditions
    return f"apply to {whom} for sharing{f' on its terms: {terms}' if terms else ''}"
