"""A jurisdiction as one value: what a pack and those above it declare together."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from tongban.kernel.case.certificate import CertificateType, Disclosure
from tongban.kernel.case.declaration import CaseType, numbered, on
from tongban.kernel.case.model import Case
from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.query.model import Grant, Purpose
from tongban.kernel.terms import Subject, SubjectKind, Text, WorkingCalendar


@dataclass(frozen=True, slots=True)
class RelationSource:
    """A dataset that tells who stands behind an applicant (法定代表人, 股东).

    ``party`` is the item that holds their identifier, ``kind`` what it identifies;
    it is read under ``purpose``, in the case and of its applicant.
    """

    code: str
    dataset: str
    party: str
    kind: SubjectKind
    purpose: str


class AccountKind(StrEnum):
    """Who signs in."""

    CITIZEN = "citizen"
    OFFICIAL = "official"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class CastMember:
    """An account of the practice city, and what to try with it.

    ``role`` is the part that the practice data guarantee (``founder``).
    """

    account: str
    title: Text
    kind: AccountKind
    subject: Subject | None
    organization: str | None
    posts: frozenset[str]
    role: str
    hint: Text | None


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must come out of an example; None and () ask nothing."""

    automatic: bool | None = None
    failing: tuple[str, ...] = ()
    critical_path: tuple[str, ...] = ()
    promised_days: int | None = None
    parallel: tuple[tuple[str, ...], ...] = ()
    lackable: tuple[str, ...] = ()
    spares: tuple[str, ...] = ()
    promise_due: date | None = None
    objection_until: date | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A given–when–then of an office: rows of datasets and a form, and the outcome."""

    title: str
    case_type: str
    at: date | None
    given: Mapping[str, tuple[Mapping[str, Any], ...]]
    form: Mapping[str, Any]
    subject: Subject | None
    then: Expectation
    place: str  # file:line:column


@dataclass(frozen=True, slots=True)
class Pack:
    """Everything a jurisdiction declares, resolved and checked.

    ``chain`` names the packs from the highest (national) to this one. ``versions``
    are those of each case type, oldest first; ``case_types`` the one of each that
    counts on the day for which the pack was asked (`on`), the first unless asked.
    ``sections`` holds what capabilities let it declare, by head and code.
    ``declarations`` are the same as JSON values, by head and code, for comparison;
    ``digest`` is the SHA-256 of their canonical form in hex, examples left out.
    """

    name: str
    title: Text
    version: str
    chain: tuple[str, ...]
    division: str
    languages: tuple[str, ...]
    timezone: str
    crypto: str
    origin: str
    catalog: Catalog
    purposes: Mapping[str, Purpose]
    grants: tuple[Grant, ...]
    versions: Mapping[str, tuple[CaseType, ...]]
    case_types: Mapping[str, CaseType]
    certificates: Mapping[str, CertificateType]
    disclosures: Mapping[str, Disclosure]
    cast: Mapping[str, CastMember]
    examples: tuple[Example, ...]
    calendar: WorkingCalendar
    data_scripts: tuple[Path, ...]
    declarations: Mapping[str, Mapping[str, Any]]
    digest: str
    sections: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    relation_sources: tuple[RelationSource, ...] = ()

    @property
    def dated(self) -> bool:
        """Whether the day matters: some case type has more than one version."""
        return any(len(versions) > 1 for versions in self.versions.values())

    def on(self, day: date) -> "Pack":
        """The same pack with the case types of ``day``."""
        chosen = {code: on(versions, day) for code, versions in self.versions.items()}
        return replace(self, case_types=chosen)

    def type_of(self, case: Case) -> CaseType:
        """The version by which ``case`` is worked: of the day it was applied for.

        The last version where the pack no longer has that one.
        """
        return numbered(self.versions[case.type], case.type_version)
