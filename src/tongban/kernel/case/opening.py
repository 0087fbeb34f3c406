"""How a case begins: by its applicant, or by the system as an item of a one-thing."""

from collections.abc import Iterator
from datetime import date, datetime

from tongban.kernel.case.commands import Open
from tongban.kernel.case.declaration import CaseType
from tongban.kernel.case.model import Event, Kind
from tongban.kernel.case.refusals import NotInForce, NotYours
from tongban.kernel.terms import SYSTEM, Actor


NAME = "open"


def may_open(case_type: CaseType, by: Actor) -> bool:
    """Whether ``by`` can open a case of this type for somebody at all."""
    if by.is_system:
        return True
    mine = by.subject is not None and by.subject.kind in case_type.applicants
    return mine and case_type.alone


def permit_opening(case_type: CaseType, command: Open, by: Actor) -> None:
    """Return if ``by`` may open this very case; raise `NotYours` if not.

    One applies for oneself. Only the system ties a case to a one-thing: a person
    who could name a parent could put a case of theirs under somebody else's.
    """
    if command.applicant.kind not in case_type.applicants:
        kinds = ", ".join(sorted(case_type.applicants))
        raise NotYours(
            f"{case_type.code} is not for a {command.applicant.kind}",
            why=f"it is for: {kinds}",
            mend="apply in the name of one of these",
            applicants=kinds,
        )
    if by.is_system != (command.parent is not None):
        raise NotYours(
            "only the system opens the items of a one-thing, and nothing else",
            why="the one-thing is its applicant's, and so are its items",
            mend="open the one-thing, or the item by itself",
            parent=command.parent,
        )
    if not (by.is_system or case_type.alone):
        raise NotYours(
            f"{case_type.code} is not applied for by itself",
            why="it is only an item of a one-thing",
            mend="apply for the one-thing",
            type=case_type.code,
        )
    if not by.is_system and by.subject != command.applicant:
        raise NotYours(
            "one applies for oneself",
            why="the applicant is somebody else",
            mend="sign in as the applicant, or as somebody who may act for them",
            number=command.number,
        )


def permit_day(case_type: CaseType, by: Actor, day: date) -> None:
    """Return if ``case_type`` is applied for on ``day``; raise `NotInForce` if not.

    An item of a one-thing follows the day on which that was applied for, so the
    system opens it whatever the day.
    """
    if not by.is_system and not case_type.in_force(day):
        early = case_type.since is not None and day < case_type.since
        raise NotInForce(
            f"{case_type.code} cannot be applied for on {day}",
            why="it is not in force yet" if early else "it is no longer in force",
            mend=f"apply from {case_type.since} on"
            if early
            else "look for what has replaced it",
            type=case_type.code,
        )


def opened(
    case_type: CaseType, command: Open, by: Actor, at: datetime
) -> Iterator[Event]:
    """The opening; where nothing is to be accepted, work begins with it."""
    data = {
        "number": command.number,
        "type": case_type.code,
        "type_version": case_type.version,
        "applicant": {"kind": command.applicant.kind.value, "id": command.applicant.id},
        "data": dict(command.data),
        "materials": dict(command.materials),
        "channel": command.channel,
        "parent": command.parent,
        "sources": dict(command.sources),
    }
    if command.about is not None:
        data["about"] = command.about
    if command.signed:
        data["signed"] = dict(command.signed)
    yield Event(Kind.OPENED, at, by.account, data)
    if case_type.acceptance is None:
        yield Event(Kind.ACCEPTED, at, SYSTEM.account, {"deemed": False})
