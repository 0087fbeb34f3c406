"""How a case begins: by its applicant, or by the system as an item of a one-thing."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from tongban.kernel.case.commands import Open
from tongban.kernel.case.declaration import CaseType
from tongban.kernel.case.model import Event, Kind, Vow
from tongban.kernel.case.refusals import NotInForce, NotYours
from tongban.kernel.case.vows import permit_vow, promised
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
    if by.is_system != (command.parent is not None or case_type.contests):
        raise NotYours(
            "only the system opens what follows from another case, and nothing else",
            why="the one-thing is its applicant's, and so are its items; an objection "
            "is made in the case it contests",
            mend="open the one-thing, or the item by itself",
            parent=command.parent,
        )
    if case_type.contests and command.about is None:
        raise NotYours(
            f"{case_type.code} is not opened like this",
            why="an objection is to one decision, and nothing else is",
            mend="object in the case whose decision is contested",
            type=case_type.code,
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
    """The opening with what is promised; where nothing is accepted, work begins.

    What the system opens carries promises that were looked at when they were signed.
    """
    own = [vow for vow in command.promises if vow.item == case_type.code]
    if not by.is_system:
        for vow in own:
            permit_vow(case_type, vow, command.barred)
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
        **_so(command, own),
    }
    yield Event(Kind.OPENED, at, by.account, data)
    if own and case_type.promise is not None:
        yield promised(own[0], by, at)
    if case_type.acceptance is None:
        yield Event(Kind.ACCEPTED, at, SYSTEM.account, {"deemed": False})


def _so(command: Open, own: list[Vow]) -> dict[str, Any]:
    """What is true of few cases is written only where it is."""
    passed_on = [
        {"item": vow.item, "signed": vow.signed, "materials": list(vow.materials)}
        for vow in command.promises
        if vow not in own
    ]
    told = {
        "person": command.person,
        "promises": passed_on,
        "about": command.about,
        "signed": dict(command.signed),
        "excluded": sorted(command.excluded),
        "pack": command.pack,
    }
    return {name: value for name, value in told.items() if value}
