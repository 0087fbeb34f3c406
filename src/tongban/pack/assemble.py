"""Kernel objects from records that have passed the rules."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import chain

from tongban.kernel.case.certificate import CertificateType, Disclosure
from tongban.kernel.case.declaration import CaseKind, CaseType, Objection, ended
from tongban.kernel.case.oversight import oversight_of
from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.query.model import Grant, Purpose
from tongban.pack.draft import Draft
from tongban.pack.kinds import (
    case_types,
    catalog,
    certificates,
    organizations,
    promises,
    purposes,
    relations,
)
from tongban.pack.model import RelationSource


@dataclass(frozen=True, slots=True)
class Assembly:
    """The kernel's view of a draft: what rules on SQL need, and the pack keeps."""

    catalog: Catalog
    purposes: Mapping[str, Purpose]
    grants: tuple[Grant, ...]
    versions: Mapping[str, tuple[CaseType, ...]]
    certificates: Mapping[str, CertificateType]
    relation_sources: tuple[RelationSource, ...]
    disclosures: Mapping[str, Disclosure]


def assemble(draft: Draft) -> Assembly:
    """Build everything; the draft must be without problems."""
    entries = _catalog(draft)
    versions = _versions(draft, entries)
    return Assembly(
        catalog=entries,
        purposes={
            code: purposes.purpose(code, each)
            for code, each in draft.of("purpose").items()
        },
        grants=tuple(
            purposes.grant(code, each) for code, each in draft.of("grant").items()
        ),
        versions=versions,
        certificates={
            code: certificates.certificate(
                code, each, chain.from_iterable(versions.values()), entries.elements
            )
            for code, each in draft.of("certificate").items()
        },
        relation_sources=tuple(
            relations.relation_source(code, each)
            for code, each in draft.of("relation-source").items()
        ),
        disclosures={
            code: certificates.disclosure(code, each)
            for code, each in draft.of("disclosure").items()
        },
    )


def _catalog(draft: Draft) -> Catalog:
    declared = catalog.standards(draft.of("element"), draft.of("grade").items())
    held = {
        code: organizations.organization(code, each)
        for code, each in draft.of("organization").items()
    }
    return Catalog(
        organizations=held,
        powers={
            code: organizations.power(code, each, held[each["organization"]])
            for code, each in draft.of("power").items()
        },
        elements=declared.elements,
        code_sets={
            code: catalog.code_set(code, each, draft.codes[code])
            for code, each in draft.of("code-set").items()
        },
        datasets={
            code: catalog.dataset(code, each, declared)
            for code, each in draft.of("dataset").items()
        },
    )


def _versions(draft: Draft, entries: Catalog) -> dict[str, tuple[CaseType, ...]]:
    around = case_types.Around(
        entries,
        {code: each["title"] for code, each in draft.of("certificate").items()},
        {code: each["title"] for code, each in draft.of("item").items()},
    )
    things = {
        code: [
            case_types.one_thing(code, each, around)
            for each in draft.editions("one-thing", code)
        ]
        for code in draft.of("one-thing")
    }
    built = dict(things)
    for kind in (CaseKind.ITEM, CaseKind.APPLICATION):
        for code in draft.of(kind):
            above = [
                version
                for versions in things.values()
                for version in versions
                if any(step.case_type == code for step in version.steps)
            ]
            built[code] = [
                case_types.work(code, kind, record, above, around)
                for record in draft.editions(kind, code)
            ]
    way = _way_to_object(draft)
    return {
        code: tuple(ended([_completed(each, entries, way) for each in versions]))
        for code, versions in built.items()
    }


def _way_to_object(draft: Draft) -> Objection | None:
    """The one way in which the decisions of every item are objected to."""
    ways = [
        promises.objection(code, record)
        for code, record in draft.of("application").items()
        if record["contests"]
    ]
    return ways[0] if ways else None


def _completed(declared: CaseType, entries: Catalog, way: Objection | None) -> CaseType:
    above = oversight_of(entries.organizations, declared.organization)
    contested = way if declared.kind is CaseKind.ITEM else None
    return replace(declared, oversight=above, objection=contested)
