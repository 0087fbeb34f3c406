"""The one door to cases: open one, act on one, look at them.

Every command is carried out once, whatever is sent twice, and is on the disk with
its leaf before it is acknowledged. What a case brings about in its one-thing or its
items is written in the same transaction.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.db.models import Q

from tongban.kernel.case.certificate import not_in_force
from tongban.kernel.case.clocks import clocks as clocks_of
from tongban.kernel.case.commands import (
    Command,
    Object,
    Open,
    Reassign,
    Recuse,
    SupplyCorrection,
    SupplyPromised,
)
from tongban.kernel.case.decide import next_acts
from tongban.kernel.case.declaration import CaseType
from tongban.kernel.case.lapse import at_now
from tongban.kernel.case.model import Case, ClockView, Event, Vow
from tongban.kernel.case.refusals import (
    CaseRefused,
    ConflictOfInterest,
    Undeclared,
    Unknown,
)
from tongban.kernel.case.vows import permit_all
from tongban.kernel.terms import Actor, Subject, did_you_mean
from tongban.store import (
    access,
    certificates,
    clock,
    conflicts,
    files,
    history,
    numbers,
    staff,
)
from tongban.store import promises as broken
from tongban.store.carry import Job, Wish, carry_out
from tongban.store.desk import CaseRow, inbox, mine, risen
from tongban.store.flow import Explanation, Flow
from tongban.store.history import Known, kind_of
from tongban.store.jurisdiction import current
from tongban.store.lapses import settle, sweep
from tongban.store.models import Draft, RuleVerdict


__all__ = [
    "CaseRow",
    "Dossier",
    "act",
    "acts",
    "case",
    "children",
    "clocks",
    "dossier",
    "events",
    "inbox",
    "kind_of",
    "mine",
    "object_to",
    "open_case",
    "risen",
    "settle",
    "sweep",
    "verdict",
]


# ------------------------------------------------------------------- commands


def open_case(
    type_code: str,
    *,
    by: Actor,
    key: str,
    applicant: Subject,
    data: Mapping[str, Any],
    materials: Mapping[str, str],
    channel: str = "web",
    parent: str | None = None,
    sources: Mapping[str, Any] | None = None,
    about: str | None = None,
    signed: Mapping[str, str] | None = None,
    person: bool = False,
    promises: Sequence[Vow] = (),
) -> Case:
    """Open a case of ``type_code``; a draft of it gives its number and is used up.

    ``materials`` name papers: ``file:<sha256>`` or ``certificate:<number>``;
    ``sources`` tell whose the value of a prefilled field is (JSON, kept as it is).
    ``signed`` is the declaration it was sent under (kernel.case.signing). ``about`` is
    the applicant's case, or their application in preparation, in whose course this one
    arose: it is told how this one ends. ``person`` asks that no rule decide;
    ``promises`` are signed for the case itself, or for items of a one-thing. ``key`` is
    any text that the caller gives to this wish alone: sent again, it returns the case
    as it was opened. Papers are the actor's own or the applicant's: NotYourFile,
    UnknownCertificate.
    """
    known = current().case_types
    if type_code not in known:
        raise Unknown(
            f"there is no case type {type_code!r}",
            mend=did_you_mean(type_code, known),
            type=type_code,
        )
    _refuse_foreign(materials.values(), by, applicant)
    if about is not None:
        access.refuse_foreign_matter(about, applicant)
    given = (dict(data), dict(materials), channel, parent, dict(sources or {}), about)
    signature = dict(signed or {})
    vows = tuple(promises)
    barred = _barred(applicant) if vows else ()
    permit_all(known[type_code], known, vows, barred)
    drafts = Draft.objects.filter(account=by.account, type=type_code)
    number = drafts.values_list("number", flat=True).first()

    def begin(flow: Flow) -> str:
        nonlocal number
        # Taken at the first try only: a rule's receipts name the case, so it must
        # be opened under the number they name.
        number = number or numbers.take(flow.at)
        command = Open(
            number,
            applicant,
            *given,
            signature,
            person=person,
            promises=vows,
            barred=barred,
            pack=current().digest,
        )
        flow.open(history.type_for(type_code, data, flow.at.date()), command, by)
        return number

    def use_up() -> None:
        drafts.filter(number=number).delete()

    asked = [person, *map(asdict, vows)] if person or vows else []
    wish = Wish.of(key, by, type_code, str(applicant), *given, *asked)
    return carry_out(Job(begin, by, wish, use_up))


def _barred(applicant: Subject) -> tuple[str, ...]:
    """The cases that keep ``applicant`` from promising, time's own among them."""
    for number in broken.may_have_lapsed(applicant):
        settle(number)
    return tuple(each.case for each in broken.barring(applicant))


def act(
    number: str,
    command: Command,
    *,
    by: Actor,
    key: str,
    seen: int | None = None,
) -> Case:
    """Carry out ``command`` on a case, once for each ``key``.

    ``seen`` is the version that the actor had before them: `Stale` if somebody
    acted since. The same key returns the result of the first time; with another
    command it is refused (``case.key-reused``). Papers are as in `open_case`.
    """
    if isinstance(command, SupplyCorrection | SupplyPromised):
        _refuse_foreign(command.materials.values(), by, by.subject)
    if isinstance(command, Reassign):
        _refuse_stranger(command, number)
    what = [number, type(command).__name__, asdict(command)]
    actor = _present(by, number)
    if isinstance(command, SupplyCorrection) and command.promise and by.subject:
        command = replace(command, barred=_barred(by.subject))

    def begin(flow: Flow) -> str:
        flow.act(number, command, actor, seen)
        return number

    try:
        return carry_out(Job(begin, by, Wish.of(key, by, *what)))
    except ConflictOfInterest:
        if actor.related:
            _step_back(number, replace(actor, related=""), actor.related)
        raise


def _present(by: Actor, number: str) -> Actor:
    """The actor with those they stand in for, and what ties them to this case."""
    known = staff.facts(by)
    return _tied(known, history.load(number)) if known.relations else known.actor


def _tied(known: staff.Facts, found: Known) -> Actor:
    tie = conflicts.tie(known, found.case, found.case_type)
    return replace(known.actor, related=tie)


def _step_back(number: str, by: Actor, tie: str) -> None:
    """Write down that who is tied to a party has no part: the duty shows elsewhere."""

    def begin(flow: Flow) -> str:
        flow.act(number, Recuse(f"declared:{tie}"), by)
        return number

    with suppress(CaseRefused):
        carry_out(Job(begin, by))


def _refuse_stranger(command: Reassign, number: str) -> None:
    """A charge goes to an official who is there, of the organisation that has it."""
    office = history.load(number).case_type.organization
    if command.officer and not staff.is_officer(command.officer, office):
        raise Undeclared(
            "no official of this organisation has this account",
            why="whoever is given work must be there to do it",
            mend="choose a colleague from the list",
            name=command.officer,
        )


def object_to(
    number: str,
    *,
    by: Actor,
    grounds: str,
    key: str,
    materials: Mapping[str, str] | None = None,
    seen: int | None = None,
) -> Case:
    """Object to the decision of a case: an objection is opened where it was made.

    The case objected to, as it then stands; its last contest names the objection.
    NoObjection, TooLate and what `act` raises.
    """
    papers = dict(materials or {})
    _refuse_foreign(papers.values(), by, by.subject)
    taken: list[str] = []

    def begin(flow: Flow) -> str:
        if not taken:
            taken.append(numbers.take(flow.at))
        flow.act(number, Object(taken[0], grounds, papers), by, seen)
        return number

    wish = Wish.of(key, by, number, Object.__name__, grounds, papers)
    return carry_out(Job(begin, by, wish))


def _refuse_foreign(refs: Iterable[str], by: Actor, applicant: Subject | None) -> None:
    """Papers are files that ``by`` gave or certificates of the applicant, in force."""
    papers = set(filter(None, refs))  # an empty one is the kernel's to refuse
    held = {ref for ref in papers if ref.startswith(certificates.MATERIAL)}
    files.refuse_foreign(papers - held, by)
    for ref in sorted(held):
        number = ref.removeprefix(certificates.MATERIAL)
        found = certificates.one(number, by)
        if found.holder != applicant:
            raise certificates.UnknownCertificate(
                "the applicant holds no such certificate",
                why="a case takes the applicant's own certificates",
                mend="give one of the applicant's",
                number=number,
            )
        if not found.is_valid(clock.now().date()):
            raise not_in_force([number])


# ---------------------------------------------------------------------- looks


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything a page about one case shows, at one moment.

    ``acts`` are what the viewer may do now (kernel.case.decide.next_acts);
    ``children`` the items of a one-thing in the order they were opened, with the
    events of each in ``child_events`` by number. ``verdict`` is what a rule found
    when it could not grant, condition by condition, empty otherwise. ``known`` is what
    is on record of the viewer, if an official. ``lost`` are certificates that it or
    an item relies on and that were taken away since.
    """

    case: Case
    case_type: CaseType
    events: tuple[Event, ...]
    clocks: tuple[ClockView, ...]
    acts: tuple[str, ...]
    children: tuple[Case, ...]
    child_events: Mapping[str, tuple[Event, ...]]
    verdict: Explanation
    known: staff.Facts
    lost: tuple[certificates.Certificate, ...] = ()


def dossier(number: str, viewer: Actor) -> Dossier:
    """A case with all that belongs to it, in five statements or fewer."""
    found = history.whole_seen_by(number, viewer)
    items = history.items_seen_by(found, viewer)
    known = staff.facts(viewer)
    return Dossier(
        case=_now(found),
        case_type=found.case_type,
        events=found.events,
        clocks=_clocks(found),
        acts=_acts(found, known),
        children=tuple(_now(item) for item in items),
        child_events={item.case.number: item.events for item in items},
        verdict=verdict(number, viewer) if found.case_type.rule else (),
        known=known,
        lost=certificates.lost(
            [found.case, *(item.case for item in items)], clock.now().date()
        ),
    )


def case(number: str, viewer: Actor) -> Case:
    """The case as it stands now; `Unknown`, or `NotYours` for who may not see it.

    Its applicant, the organisation that answers for it or for its one-thing, in a
    one-thing the organisations of its items, and auditors may.
    """
    return _now(history.seen_by(number, viewer))


def events(number: str, viewer: Actor) -> tuple[Event, ...]:
    """Everything that happened in the case, the first first."""
    return history.whole_seen_by(number, viewer).events


def clocks(number: str, viewer: Actor) -> tuple[ClockView, ...]:
    """The case's clocks as they stand now."""
    return _clocks(history.seen_by(number, viewer))


def acts(number: str, viewer: Actor) -> tuple[str, ...]:
    """What ``viewer`` may do now, by the names of kernel.case.transitions."""
    return _acts(history.seen_by(number, viewer), staff.facts(viewer))


def children(number: str, viewer: Actor) -> list[Case]:
    """The items of a one-thing as they stand now: those that ``viewer`` may see."""
    found = history.seen_by(number, viewer)
    return [_now(item) for item in history.items_seen_by(found, viewer)]


def verdict(number: str, viewer: Actor) -> Explanation:
    """What a rule found when it last could not grant: why a person looks at it.

    The truth of each condition with its article, for the applicant and the office
    that answers for the case; empty for everybody else and where no rule looked.
    """
    close = Q(case__organization=viewer.organization or "")
    if viewer.subject is not None:
        own = {
            "case__applicant_kind": viewer.subject.kind.value,
            "case__applicant_id": viewer.subject.id,
        }
        close |= Q(**own)
    rows = RuleVerdict.objects.filter(close, case=number).order_by("-seq")
    return rows.values_list("explanation", flat=True).first() or ()


def _now(found: Known) -> Case:
    return at_now(found.case_type, found.case, clock.now(), current().calendar)


def _clocks(found: Known) -> tuple[ClockView, ...]:
    return clocks_of(found.case_type, found.case, current().calendar, clock.now())


def _acts(found: Known, known: staff.Facts) -> tuple[str, ...]:
    actor = _tied(known, found)
    return next_acts(
        found.case_type, found.case, actor, clock.now(), current().calendar
    )
