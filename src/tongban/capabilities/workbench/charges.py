"""Who has which part of a case, and who has signed, as an official reads it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tongban.capabilities.workbench.act_form import charge_title
from tongban.kernel.case import charges
from tongban.kernel.case.declaration import CaseType, Seat
from tongban.kernel.case.duties import EXTEND, RESUME, SIGN
from tongban.kernel.case.model import Case, Signature
from tongban.kernel.terms import Text
from tongban.store.cases import CaseRow
from tongban.words.catalogue import language, say


@dataclass(frozen=True, slots=True)
class Held:
    """A charge that one official has in hand, or another post than the declared one."""

    title: Text
    officer: str
    post: str


@dataclass(frozen=True, slots=True)
class Signing:
    """A seat of those who sign together, and what was signed from it."""

    title: Text
    organization: str
    seat: Seat
    signature: Signature | None


def waiting(
    rows: Iterable[CaseRow], types: Mapping[str, CaseType]
) -> list[tuple[CaseRow, str]]:
    """Rows of a list, each with what is awaited in it."""
    return [(row, _awaited(types.get(row.type), row.act)) for row in rows]


def _awaited(kind: CaseType | None, act: str) -> str:
    if act in (RESUME, EXTEND):
        return say(f"workbench.act.{act}")
    if kind is None or not act:
        return ""
    if not act.startswith(SIGN):
        return charge_title(kind, act).get(language())
    charge = act.removeprefix(SIGN).rpartition(":")[0]
    title = charge_title(kind, charge).get(language())
    return say("workbench.to-sign", title=title)


def held(kind: CaseType, case: Case) -> list[Held]:
    """Who has what the case waits for, where somebody was named."""
    waits = charges.awaited(kind, case)
    return [
        Held(charge_title(kind, charge), given.officer or "", given.post or "")
        for charge, given in case.assignments.items()
        if charge in waits and (given.officer or given.post)
    ]


def signed(kind: CaseType, case: Case) -> list[Signing]:
    """Every seat of the charges that wait or were signed, in their order."""
    found = []
    for charge in charges.declared(kind):
        joint = charges.joint_of(kind, charge)
        given = {s.seat: s for s in case.signatures.get(charge, ())}
        if joint and (given or charge in charges.awaited(kind, case)):
            title = charge_title(kind, charge)
            found += [
                Signing(title, charges.office_of(kind, seat), seat, given.get(number))
                for number, seat in enumerate(joint.seats)
            ]
    return found
