"""The officials' part: each works through the own inbox, day by day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tongban.capabilities.workbench import actions
from tongban.cli.installed.story.teller import Teller, on, read
from tongban.kernel.case.commands import Accept, Command, CompleteStep, Decide, Sign
from tongban.kernel.case.declaration import CaseType
from tongban.kernel.case.model import Outcome
from tongban.kernel.terms import Actor
from tongban.pack.model import AccountKind, CastMember
from tongban.store import cases, clock, jurisdiction
from tongban.words.catalogue import say


# A city whose officials need longer than this breaks a promise anyway.
MOST_DAYS = 60
OPENS = time(10)


@dataclass(frozen=True, slots=True)
class Act:
    """One act as it was carried out: enough to send the very same again."""

    number: str
    label: str
    account: str
    key: str
    version: int


def work_through(
    parent: str, viewer: Actor, first: date, teller: Teller
) -> tuple[Act, ...]:
    """Let the cast's officials act until the one-thing ``parent`` is closed."""
    done: list[Act] = []
    for day in _working_days(first):
        acts = tuple(_day(parent, day, teller))
        done += acts
        with clock.at(_at(day, 0) + timedelta(hours=8)):
            if not cases.case(parent, viewer).is_open:
                return tuple(done)
    teller.promise("finished", False, days=MOST_DAYS)
    return tuple(done)


def _working_days(first: date) -> Iterator[date]:
    calendar = jurisdiction.current().calendar
    day = first
    for _ in range(MOST_DAYS):
        yield day
        day = calendar.add(day, 1)


def _at(day: date, minutes: int) -> datetime:
    return datetime.combine(day, OPENS, clock.now().tzinfo) + timedelta(minutes=minutes)


def _day(parent: str, day: date, teller: Teller) -> Iterator[Act]:
    """One act of each official on each item that waits for them, the nearest first."""
    told = False
    minutes = 0
    touched: set[str] = set()
    for member in jurisdiction.current().cast.values():
        if member.kind is not AccountKind.OFFICIAL:
            continue
        with clock.at(_at(day, minutes)):
            for number in _waiting(parent, actor_of(member)):
                if number in touched:
                    continue
                act = _act(number, member, teller, None if told else day)
                if act is not None:
                    told = True
                    touched.add(number)
                    yield act
        minutes += 7


def actor_of(member: CastMember) -> Actor:
    return Actor(member.account, member.organization, member.posts)


def _waiting(parent: str, by: Actor) -> list[str]:
    found = []
    page: str | None = "1"
    while page is not None:
        rows = cases.inbox(by, page=page)
        found += [row.number for row in rows.rows if row.parent == parent]
        page = rows.next
    return list(dict.fromkeys(found))


def _act(
    number: str, member: CastMember, teller: Teller, day: date | None
) -> Act | None:
    by = actor_of(member)
    case = cases.case(number, by)
    case_type = jurisdiction.current().case_types[case.type]
    label = next_act(cases.acts(number, by))
    if label is None:
        return None
    if day is not None:
        teller.say("day", day=on(day))
    key = f"story-{number}-{case.version}"
    after = actions.act(
        by=by, number=number, command=command(label), key=key, seen=case.version
    )
    teller.acknowledge(
        "act",
        number=number,
        label=label,
        account=member.account,
        key=key,
        version=after.version,
    )
    teller.say(
        "act",
        who=read(member.title),
        item=read(case_type.title),
        what=_what(label, case_type),
    )
    return Act(number, label, member.account, key, after.version)


def next_act(labels: tuple[str, ...]) -> str | None:
    """Accept before steps, steps before the decision; nothing else is needed."""
    for wanted in ("accept", "complete-step:", "sign:", "decide:granted"):
        for label in labels:
            if label == wanted or (wanted.endswith(":") and label.startswith(wanted)):
                return label
    return None


def command(label: str) -> Command:
    """The command that the story gives under this label of the table of acts."""
    name, _, target = label.partition(":")
    if name == "accept":
        return Accept()
    if name == "complete-step":
        return CompleteStep(target, Outcome.GRANTED, say("story.opinion"))
    if name == "sign":
        return Sign(target, Outcome.GRANTED, say("story.opinion"))
    return Decide(Outcome(target), say("story.reasons"))


def _what(label: str, case_type: CaseType) -> str:
    name, _, target = label.partition(":")
    if name == "complete-step":
        return say("story.acts.complete-step", step=read(case_type.step(target).title))
    return say(f"story.acts.{name}")
