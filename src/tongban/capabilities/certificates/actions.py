"""Issuing: what `on-granted: [certificates.issue]` in a pack means."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from tongban.capabilities.certificates.identifier import identifier
from tongban.kernel.case.declaration import CaseType
from tongban.kernel.case.model import Case, Event, Kind
from tongban.kernel.terms import Actor
from tongban.pack.model import CertificateType
from tongban.store import certificates
from tongban.store.commit import Batch
from tongban.store.handlers import handler
from tongban.store.jurisdiction import current


@handler("certificates.issue")
def issue(
    case_type: CaseType,
    case: Case,
    events: Sequence[Event],  # noqa: ARG001
    *,
    by: Actor,  # noqa: ARG001
    at: datetime,
    draft: Batch,
) -> None:
    """Issue the certificate type that the case type names, in the same transaction.

    The case's number is the serial: a case yields one certificate, so asked twice
    it would fail on the unique number rather than issue twice.
    """
    pack = current()
    kind = pack.certificates[case_type.certificate or ""]
    issuer = pack.catalog.organizations[kind.issuer]
    days = kind.validity_days
    certificates.issue(
        draft,
        number=identifier(kind.type_code, issuer.uscc, case.number),
        type=kind.code,
        holder=case.applicant,
        case=case.number,
        fields=fields_of(kind, case),
        issued_at=at,
        valid_until=at.date() + timedelta(days) if days is not None else None,
    )


@handler("certificates.take-back")
def take_back(
    case_type: CaseType,  # noqa: ARG001
    case: Case,
    events: Sequence[Event],
    *,
    by: Actor,  # noqa: ARG001
    at: datetime,  # noqa: ARG001
    draft: Batch,
) -> None:
    """Revoke what the case issued: the promise it rested on was broken, or the case
    was decided anew and otherwise.
    """
    reasons = [e.data["reasons"] for e in events if e.kind is Kind.REVOKED]
    for held in certificates.certificates_in([case.number]):
        certificates.revoke(draft, held.number, reason=reasons[-1], case=case.number)


def fields_of(kind: CertificateType, case: Case) -> Mapping[str, str]:
    """What the certificate shows: the case's data of the declared names."""
    return {name: str(case.data[name]) for name in kind.fields if name in case.data}
