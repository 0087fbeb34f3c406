"""A licence of 何小雨, and what the office that issued it does to it."""

from dataclasses import replace
from typing import Any

from tests.capabilities.acts import open_shop
from tests.capabilities.qinghe import citizen, official

from tongban.capabilities.certificates import actions
from tongban.kernel.case.certificate import Change
from tongban.kernel.case.commands import Accept, Decide
from tongban.kernel.case.model import Case, Outcome
from tongban.kernel.terms import Actor, Subject, SubjectKind
from tongban.store import cases, certificates
from tongban.store.certificates import Certificate


def officer(organization: str, *posts: str) -> Actor:
    """An official as one signs in: the office may be an applicant itself."""
    body = Subject(SubjectKind.ORGANIZATION, organization)
    return replace(official(organization, *posts), subject=body)


OFFICER = officer("market-regulation", "data-officer")
DIRECTOR = officer("market-regulation", "director")
POLICE = officer("public-security", "data-officer")
INSPECTOR = officer("fire-rescue", "inspector")


def licence(key: str = "open") -> Certificate:
    """The licence that a rule grants at once when a shop is opened."""
    number = open_shop(key=key).number
    (found,) = certificates.certificates_in(
        child.number for child in cases.children(number, citizen())
    )
    return found


def asked(
    change: Change, number: str, by: Actor = OFFICER, key: str = "", **answers: Any
) -> Case:
    """The case that somebody opens to have a certificate changed."""
    told = {"reason": "现场核查与申请不符", **answers}
    return actions.ask(
        change, number, by=by, answers=told, key=key or f"{change}-{number}"
    )


def granted(case: Case, by: Actor = DIRECTOR) -> Case:
    """The case as the head of the office accepts and grants it."""
    cases.act(case.number, Accept(), by=by, key=f"accept-{case.number}")
    decide = Decide(Outcome.GRANTED, "事实清楚")
    return cases.act(case.number, decide, by=by, key=f"decide-{case.number}")


def changed(change: Change, number: str, **answers: Any) -> Certificate:
    """The certificate after an officer asked for a change and the head granted it."""
    granted(asked(change, number, **answers))
    return certificates.one(number, OFFICER)
