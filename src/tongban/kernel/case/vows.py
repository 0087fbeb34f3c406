"""Whether a promise may be made (容缺受理, 告知承诺), and how it is written down."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from tongban.kernel.case.declaration import CaseType, PromiseKind
from tongban.kernel.case.model import Event, Kind, Vow
from tongban.kernel.case.refusals import (
    Barred,
    NoPromise,
    PromiseChanged,
    Unknown,
)
from tongban.kernel.terms import Actor, did_you_mean


def permit_vow(case_type: CaseType, vow: Vow, barred: tuple[str, ...]) -> None:
    """Return if ``vow`` may be made for a case of ``case_type``; raise why not.

    ``barred`` are the cases of the same applicant whose promise is broken and not
    made good. Raises NoPromise, Barred, PromiseChanged. Nobody has to promise: who
    may not, or will not, hands in what is asked for.
    """
    declared = case_type.promise
    if declared is None:
        raise NoPromise(
            f"nothing may be promised for {case_type.code}",
            why="the item does not declare it",
            mend="hand in what is asked for",
            type=case_type.code,
        )
    if barred:
        raise Barred(
            "an earlier promise is broken and not made good",
            why=f"it was made in: {', '.join(barred)} (国办发〔2020〕42号)",
            mend="make it good there, then promise again; or hand in what is asked for",
            cases=", ".join(barred),
        )
    if declared.kind is PromiseKind.LACKING:
        _only_lackable(vow, declared.lackable)
    if vow.signed != declared.digest:
        raise PromiseChanged(
            "the text of the promise is not the one that was signed",
            why="it was changed since the page was shown",
            mend="read the text as it is now and sign it",
            type=case_type.code,
        )


def permit_all(
    case_type: CaseType,
    types: Mapping[str, CaseType],
    vows: Iterable[Vow],
    barred: tuple[str, ...],
) -> None:
    """Return if ``vows`` may be made for ``case_type`` and its items, out of ``types``.

    What an item could only refuse when it begins is refused when the one-thing is
    sent: afterwards nobody is there to sign anew. Unknown for what is no item of it,
    and what `permit_vow` raises.
    """
    items = {s.case_type: types[s.case_type] for s in case_type.steps if s.case_type}
    items[case_type.code] = case_type
    for vow in vows:
        if vow.item not in items:
            raise Unknown(
                f"{case_type.code} has no item {vow.item!r}",
                why="one promises for the items of what one applies for",
                mend=did_you_mean(vow.item, items),
                type=vow.item,
            )
        permit_vow(items[vow.item], vow, barred)


def _only_lackable(vow: Vow, lackable: frozenset[str]) -> None:
    if not vow.materials:
        raise NoPromise(
            "the promise names no paper",
            why="it says which paper follows",
            mend="name the papers that will follow, or hand in all of them",
        )
    for name in vow.materials:
        if name not in lackable:
            raise NoPromise(
                f"{name!r} cannot follow later",
                why="only papers that the item lists may be missing, no core one",
                mend=did_you_mean(name, lackable),
                name=name,
            )


def promised(vow: Vow, by: Actor, at: datetime) -> Event:
    data = {"materials": list(vow.materials), "digest": vow.signed}
    return Event(Kind.PROMISED, at, by.account, data)
