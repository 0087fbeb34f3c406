"""Kernel objects from records that have passed the rules."""

from collections.abc import Mapping
from dataclasses import dataclass

from tongban.kernel.case.certificate import CertificateType, Disclosure
from tongban.kernel.case.declaration import CaseKind, CaseType
from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.query.model import Grant, Purpose
from tongban.pack.draft import Draft
from tongban.pack.kinds import (
    case_types,
    catalog,
    certificates,
    organizations,
    purposes,
)


@dataclass(frozen=True, slots=True)
class Assembly:
    """The kernel's view of a draft: what rules on SQL need, and the pack keeps."""

    catalog: Catalog
    purposes: Mapping[str, Purpose]
    grants: tuple[Grant, ...]
    case_types: Mapping[str, CaseType]
    certificates: Mapping[str, CertificateType]
    disclosures: Mapping[str, Disclosure]


def assemble(draft: Draft) -> Assembly:
    """Build everything; the draft must be without problems."""
    entries = _catalog(draft)
    case_types = _case_types(draft, entries)
    return Assembly(
        catalog=entries,
        purposes={
            code: purposes.purpose(code, each)
            for code, each in draft.of("purpose").items()
        },
        grants=tuple(
            purposes.grant(code, each) for code, each in draft.of("grant").items()
        ),
        case_types=case_types,
        certificates={
            code: certificates.certificate(
                code, each, case_types.values(), entries.elements
            )
            for code, each in draft.of("certificate").items()
        },
        disclosures={
            code: certificates.disclosure(code, each)
            for code, each in draft.of("disclosure").items()
        },
    )


def _catalog(draft: Draft) -> Catalog:
    declared = catalog.standards(draft.of("element"), draft.of("grade").items())
    return Catalog(
        organizations={
            code: organizations.organization(code, each)
            for code, each in draft.of("organization").items()
        },
        powers={
            code: organizations.power(code, each)
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


def _case_types(draft: Draft, entries: Catalog) -> dict[str, CaseType]:
    standards = case_types.Standards(entries.elements, entries.code_sets)
    titles = {code: each["title"] for code, each in draft.of("item").items()}
    parents = {
        code: case_types.one_thing(code, each, titles, standards)
        for code, each in draft.of("one-thing").items()
    }
    built = dict(parents)
    for head, kind in (
        ("item", CaseKind.ITEM),
        ("application", CaseKind.APPLICATION),
    ):
        for code, record in draft.of(head).items():
            above = [
                parent
                for parent in parents.values()
                if any(step.case_type == code for step in parent.steps)
            ]
            built[code] = case_types.work(code, kind, record, above, standards)
    return built
