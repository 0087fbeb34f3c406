"""What a person does in a case that runs, or has ended: answer, withdraw, contest."""

from collections.abc import Mapping

from tongban.capabilities.services import application, supplying
from tongban.capabilities.services.record import Entries, Prefilled
from tongban.capabilities.services.refusals import Incomplete
from tongban.kernel.case.commands import (
    AskReview,
    SupplyCorrection,
    SupplyPromised,
    Withdraw,
)
from tongban.kernel.case.model import Case
from tongban.kernel.terms import Actor
from tongban.store import cases, jurisdiction


def supply(*, by: Actor, case: Case, entries: Entries, key: str) -> Case:
    """Give what the notice of correction named, all at once; Incomplete if not all."""
    form, papers = supplying.wanted(case)
    catalog = jurisdiction.current().catalog
    nothing = Prefilled()
    again = supplying.asked_again(case, form, entries)
    found = application.problems(again, papers, catalog, nothing, entries)
    if found:
        raise Incomplete(found)
    command = SupplyCorrection(
        application.data(again, catalog, nothing, entries),
        application.materials(papers.uploads, entries),
    )
    return cases.act(case.number, command, by=by, key=key, seen=case.version)


def withdraw(*, by: Actor, number: str, reason: str, key: str, seen: int) -> Case:
    """Withdraw the application; it is closed for good."""
    return cases.act(number, Withdraw(reason.strip()), by=by, key=key, seen=seen)


def ask_review(*, by: Actor, number: str, reason: str, key: str, seen: int) -> Case:
    """Ask that a person decide again what a rule decided (转人工)."""
    return cases.act(number, AskReview(reason.strip()), by=by, key=key, seen=seen)


def supply_promised(
    *, by: Actor, number: str, papers: Mapping[str, str], note: str, key: str, seen: int
) -> Case:
    """Hand in what was promised, or say how a broken promise was made good."""
    command = SupplyPromised(papers, note.strip())
    return cases.act(number, command, by=by, key=key, seen=seen)


def object_to(*, by: Actor, number: str, reason: str, key: str, seen: int) -> Case:
    """Object to a person's decision (异议): somebody else looks at it."""
    return cases.object_to(number, by=by, grounds=reason.strip(), key=key, seen=seen)
