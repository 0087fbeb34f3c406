"""Value types that every kernel noun shares: errors, parties, texts, working days.

Errors have two roots only::

    UserError            shown to the person who can mend it, never a traceback
      Refused            the law, a grant or a case says no; the text says which
    anything else        a defect of ours, shown as a traceback to us alone
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from difflib import get_close_matches
from enum import StrEnum
from typing import Any


class UserError(Exception):
    """A mistake or a refusal that its reader can act on.

    ``what`` happened, ``where`` (file:line:column, field, step), ``why`` it is
    not allowed, and how to ``mend`` it. ``code`` is a stable, dotted name for
    interfaces and translations; ``facts`` fill the translated sentence.
    """

    code = "error"

    def __init__(
        self,
        what: str,
        *,
        where: str | None = None,
        why: str | None = None,
        mend: str | None = None,
        code: str | None = None,
        **facts: object,
    ) -> None:
        super().__init__(what)
        self.what, self.where, self.why, self.mend = what, where, why, mend
        self.code = code or type(self).code
        self.facts = facts

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        tail = [
            f"  {label}: {text}"
            for label, text in (("why", self.why), ("mend", self.mend))
            if text
        ]
        return "\n".join([head, *tail])


class Refused(UserError):
    """A rule says no to a well-formed wish."""

    code = "refused"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint naming the nearest of ``known``, or what there is, in one sentence."""
    choices = sorted(known)
    near = get_close_matches(word, choices, n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]!r}?"
    shown = ", ".join(choices[:8]) + (", …" if len(choices) > 8 else "")
    return f"known here: {shown}" if choices else "none is declared yet"


def canonical_json(value: Any) -> bytes:
    """The one byte string of a JSON value (RFC 8785 without numbers' odd cases).

    Keys sorted, no white space, UTF-8. Floats are refused: two machines may
    print the same float differently and a commitment to it would not verify.
    """
    _refuse_floats(value)
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError(f"canonical JSON carries no floats: {value!r}")
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise TypeError(f"canonical JSON keys are text: {key!r}")
            _refuse_floats(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_floats(inner)


@dataclass(frozen=True, slots=True)
class Text:
    """A text people read, in the jurisdiction's languages; Chinese is never absent."""

    zh: str
    en: str = ""

    def __str__(self) -> str:
        return self.zh

    def get(self, language: str) -> str:
        """The text in ``language`` (``zh-hans``, ``en`` …), else the Chinese one."""
        return self.en if language.startswith("en") and self.en else self.zh


class SubjectKind(StrEnum):
    """Whom data or a case are about: 自然人, 企业法人, or a department itself."""

    PERSON = "person"
    ENTERPRISE = "enterprise"
    ORGANIZATION = "organization"


@dataclass(frozen=True, slots=True)
class Subject:
    """One person (GB 11643 number) or one enterprise (GB 32100 code)."""

    kind: SubjectKind
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


SYSTEM_ACCOUNT = "system"


@dataclass(frozen=True, slots=True)
class Deputising:
    """That an official stands in for an absent one (代理): whose posts these are."""

    account: str
    posts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an account, in the name of an organisation's posts or of a subject.

    ``account`` is the sign-in name; ``system`` acts for no person and only where
    a declaration says that a step is automatic. No account may bear that name.

    ``deputises`` are the absent officials of the same organisation in whose place
    this one may act today. ``related`` names what ties the official to the parties
    of the case that is being acted on (a kind of relation, empty for none): who is
    tied to a case has no say in it (回避).
    """

    account: str
    organization: str | None = None
    posts: frozenset[str] = frozenset()
    subject: Subject | None = None
    deputises: tuple[Deputising, ...] = ()
    related: str = ""

    @property
    def is_system(self) -> bool:
        return self.account == SYSTEM_ACCOUNT


SYSTEM = Actor(SYSTEM_ACCOUNT)


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Working days (工作日) of a jurisdiction.

    ``holidays`` are days off that fall on weekdays, ``workdays`` are weekend
    days worked in exchange (调休), both from the yearly State Council notice.
    ``years`` says for which years the notice is known: a date beyond them is
    counted by weekdays and what ``holidays`` has of them, and is provisional until
    the notice is out. ``zone`` is the civil time in which a day begins and ends;
    all of China keeps UTC+8.
    """

    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()
    years: frozenset[int] = field(default=frozenset())
    zone: tzinfo = timezone(timedelta(hours=8))

    def day(self, at: datetime) -> date:
        """The civil day of ``at``; TypeError for a time without zone, our defect."""
        if at.tzinfo is None:
            raise TypeError("a time without zone has no day")
        return at.astimezone(self.zone).date()

    def start_of(self, day: date) -> datetime:
        """The first moment of ``day``."""
        return datetime.combine(day, time.min, self.zone)

    def is_working(self, day: date) -> bool:
        if day in self.workdays:
            return True
        return day.weekday() < 5 and day not in self.holidays

    def is_provisional(self, day: date) -> bool:
        return day.year not in self.years

    def add(self, start: date, days: int) -> date:
        """The last day of a limit of ``days`` working days counted from ``start``.

        The day of the event is not counted (民法典 art. 201), so ``add(d, 1)`` is
        the first working day after ``d``; ``add(d, 0)`` is ``d`` itself.
        """
        day = start
        for _ in range(days):
            day += timedelta(days=1)
            while not self.is_working(day):
                day += timedelta(days=1)
        return day

    def count(self, after: date, until: date) -> int:
        """Working days in (``after``, ``until``]; negative when ``until`` is past."""
        if until < after:
            return -self.count(until, after)
        span = (until - after).days
        return sum(self.is_working(after + timedelta(n)) for n in range(1, span + 1))
