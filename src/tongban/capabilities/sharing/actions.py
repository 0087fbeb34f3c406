"""Applying for data of another department, and what granting the application does."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from tongban.kernel.case.declaration import CaseType
from tongban.kernel.case.model import Case, Event
from tongban.kernel.catalog.model import Dataset
from tongban.kernel.query.model import Grant
from tongban.kernel.terms import Actor, Refused, Subject, SubjectKind
from tongban.store import cases, clock
from tongban.store import grants as kept
from tongban.store.commit import Batch
from tongban.store.handlers import handler
from tongban.store.jurisdiction import current


APPLICATION = "sharing.application"


def grants() -> tuple[Grant, ...]:
    """The grants in force now: the pack's and those given on application."""
    today = clock.now().date()
    known = kept.in_force(current().grants)
    return tuple(grant for grant in known if grant.in_force(today))


def apply(*, by: Actor, dataset: Dataset, answers: Mapping[str, str], key: str) -> Case:
    """Open the application of ``by``'s organisation at the dataset's provider.

    ``answers`` carry what Decree 809 art. 20 asks, by the fields of the case type
    (items joined by commas, dates in ISO form). Sent again with the same ``key``
    it is the same case. `Refused` when the dataset is one's own.
    """
    if by.organization is None or by.organization == dataset.provider:
        raise Refused(
            "an organisation does not apply for its own data",
            why=f"{dataset.code} is the duty of {dataset.provider}",
            mend="use it under your own duty",
            code="sharing.own-data",
        )
    return cases.open_case(
        APPLICATION,
        by=by,
        key=key,
        applicant=Subject(SubjectKind.ORGANIZATION, by.organization),
        data=answers,
        materials={},
    )


@handler("sharing.grant")
def give_grant(
    case_type: CaseType,  # noqa: ARG001
    case: Case,
    events: Sequence[Event],  # noqa: ARG001
    *,
    by: Actor,
    at: datetime,
    draft: Batch,
) -> None:
    """Put in force what the application asked for, from today to its last day."""
    data = case.data
    purpose = current().purposes[data["purpose"]]
    grant = Grant(
        id=f"application-{case.number}",
        organization=case.applicant.id,
        purpose=purpose.code,
        dataset=data["dataset"],
        items=frozenset(data["items"].split(",")),
        scope=purpose.scope,
        basis=data["legal_basis"],
        since=at.date(),
        until=date.fromisoformat(data["until"]),
    )
    kept.give(grant, by=by, draft=draft, case=case.number)
