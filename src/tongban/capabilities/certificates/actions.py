"""Issuing: what `on-granted: [certificates.issue]` in a pack means."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from tongban.capabilities.certificates.identifier import identifier
from tongban.kernel.case.declaration import CaseType
from tongban.kernel.case.model import Case, Event
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


def fields_of(kind: CertificateType, case: Case) -> Mapping[str, str]:
    """What the certificate shows: the case's data of the declared names."""
    return {name: str(case.data[name]) for name in kind.fields if name in case.data}
