"""The list of services and its search.

Chinese has no blanks between words, so texts are compared by pairs of neighbouring
characters; what people call a matter (``guide.aliases``) is declared in the pack.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from tongban.kernel.case.declaration import CaseKind, CaseType
from tongban.kernel.case.planning import plan
from tongban.kernel.catalog.checks import normalise
from tongban.kernel.terms import Text
from tongban.pack.model import Pack


# Half of what was typed must be found in one text, or it is about something else.
ENOUGH = 0.5
EMPTY_WORDS = frozenset(
    [
        "a",
        "an",
        "and",
        "do",
        "for",
        "get",
        "how",
        "i",
        "in",
        "my",
        "of",
        "on",
        "the",
        "to",
        "want",
    ]
)
# How people begin a question; it says nothing about the matter.
OPENINGS = re.compile(r"^(我想要?|我要|怎么样?|如何|办理?|申请)+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One service of the list: days are working days, None where no clock runs."""

    code: str
    title: Text
    organization: Text
    departments: int
    items: int
    promised: int
    statutory: int
    instant: bool
    group: Text | None


def entries(pack: Pack, day: date) -> tuple[Entry, ...]:
    """Everything a citizen may start on ``day``, one-things first."""
    return tuple(_entry(kind, pack) for kind in _offered(pack, day))


def search(pack: Pack, query: str, day: date) -> tuple[Entry, ...]:
    """The services that ``query`` may mean, the likeliest first."""
    wish = _clean(query)
    if not wish:
        return entries(pack, day)
    scored = [
        (max(score(wish, text) for text in _texts(kind, pack)), _entry(kind, pack))
        for kind in _offered(pack, day)
    ]
    fitting = [pair for pair in scored if pair[0] >= ENOUGH]
    return tuple(entry for _, entry in sorted(fitting, key=_likeliest))


def _likeliest(pair: tuple[float, Entry]) -> float:
    return -pair[0]


def groups(found: Iterable[Entry]) -> list[tuple[Text | None, list[Entry]]]:
    """Entries by life event in the order they appear; those without come last."""
    by_event: dict[Text | None, list[Entry]] = {}
    for entry in found:
        by_event.setdefault(entry.group, []).append(entry)
    return sorted(by_event.items(), key=lambda pair: pair[0] is None)


def score(wish: str, text: str) -> float:
    """How much of the cleaned ``wish`` a cleaned ``text`` answers: above 1 if all."""
    if wish in text:
        return 1 + len(wish) / len(text)
    wanted = grams(wish)
    return len(wanted & grams(text)) / len(wanted) if wanted else 0.0


def grams(text: str) -> frozenset[str]:
    """Pairs of neighbouring Chinese characters, and whole words of other scripts."""
    found: set[str] = set()
    for run in re.findall(r"[\u4e00-\u9fff]+|[a-z0-9]+", text):
        if run.isascii():
            found |= {run.removesuffix("s")} - EMPTY_WORDS
        elif len(run) == 1:
            found.add(run)
        else:
            found |= {run[n : n + 2] for n in range(len(run) - 1)}
    return frozenset(found)


def _clean(text: str) -> str:
    return OPENINGS.sub("", normalise(text).lower())


def _offered(pack: Pack, day: date) -> list[CaseType]:
    offered = [
        kind
        for kind in pack.case_types.values()
        if kind.alone and kind.kind is not CaseKind.APPLICATION and kind.in_force(day)
    ]
    return sorted(offered, key=lambda kind: kind.kind is not CaseKind.ONE_THING)


def _entry(kind: CaseType, pack: Pack) -> Entry:
    parts = _parts(kind, pack)
    whole = plan(kind, pack.case_types) if kind.kind is CaseKind.ONE_THING else None
    clock = kind.decision
    return Entry(
        code=kind.code,
        title=kind.title,
        organization=pack.catalog.organizations[kind.organization].title,
        departments=len({part.organization for part in parts}),
        items=len(kind.steps) if whole else 0,
        promised=whole.promised if whole else (clock.working if clock else 0),
        statutory=whole.statutory if whole else (clock.days if clock else 0),
        instant=any(part.rule for part in parts),
        group=kind.guide.life_event if kind.guide else None,
    )


def _parts(kind: CaseType, pack: Pack) -> list[CaseType]:
    inner = [pack.case_types[step.case_type] for step in kind.steps if step.case_type]
    return inner or [kind]


def _texts(kind: CaseType, pack: Pack) -> Iterator[str]:
    for part in (kind, *_parts(kind, pack)):
        texts = [part.title, *(step.title for step in part.steps)]
        if part.guide is not None:
            texts += part.guide.aliases
            texts += [part.guide.result.title] if part.guide.result else []
        texts += [field.hint for field in part.fields if field.hint is not None]
        texts += [group.title for group in part.groups]
        for text in texts:
            yield from filter(None, (_clean(text.zh), _clean(text.en)))
