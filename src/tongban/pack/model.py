"""A jurisdiction as one value: what a pack and those above it declare together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from tongban.kernel.case.certificate import CertificateType, Disclosure
from tongban.kernel.case.declaration import CaseType
from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.query.model import Grant, Purpose
from tongban.kernel.terms import Subject, Text, WorkingCalendar


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

    ``chain`` names the packs from the highest (national) to this one.
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
