"""What a person may promise with an application, and what became of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tongban.capabilities.services.record import Problem
from tongban.kernel.case.declaration import CaseType, Material, Promise, PromiseKind
from tongban.kernel.case.model import Case, PromiseStanding, Vow
from tongban.kernel.terms import Text


# A promise for item `i` is chosen by `promise-i`, its text named by `signed-i`, and the
# papers that follow by `follows-i`; `person` asks that no rule decide.
PROMISE, SIGNED, FOLLOWS, PERSON = "promise-", "signed-", "follows-", "person"
YES = "yes"


@dataclass(frozen=True, slots=True)
class Offer:
    """A promise that one item of a matter lets its applicant make."""

    item: CaseType
    promise: Promise
    papers: tuple[Material, ...]
    spared: tuple[Text, ...]
    is_chosen: bool
    follows: frozenset[str]

    @property
    def name(self) -> str:
        return f"{PROMISE}{self.item.code}"

    @property
    def is_lacking(self) -> bool:
        return self.promise.kind is PromiseKind.LACKING


def parts(matter: CaseType, types: Mapping[str, CaseType]) -> Iterator[CaseType]:
    """The matter and the items it is made of."""
    yield matter
    for step in matter.steps:
        if step.case_type is not None:
            yield types[step.case_type]


def offers(
    matter: CaseType, types: Mapping[str, CaseType], post: Mapping[str, str]
) -> list[Offer]:
    """What may be promised, each with what the form says of it."""
    found = []
    for item in parts(matter, types):
        if item.promise is None:
            continue
        lackable = item.promise.lackable
        papers = tuple(m for m in item.materials if m.name in lackable)
        spared = (step for step in item.steps if step.name in item.promise.spares)
        found.append(
            Offer(
                item,
                item.promise,
                papers,
                tuple(step.title for step in spared),
                post.get(f"{PROMISE}{item.code}") == YES,
                frozenset(_follows(item, papers, post)),
            )
        )
    return found


def _follows(
    item: CaseType, papers: tuple[Material, ...], post: Mapping[str, str]
) -> Iterator[str]:
    for paper in papers:
        if post.get(f"{FOLLOWS}{item.code}-{paper.name}") == YES:
            yield paper.name


def vows(offered: list[Offer], post: Mapping[str, str]) -> tuple[Vow, ...]:
    """The promises that were chosen, each with the text that was read."""
    return tuple(
        Vow(
            offer.item.code,
            post.get(f"{SIGNED}{offer.item.code}", ""),
            tuple(sorted(offer.follows)),
        )
        for offer in offered
        if offer.is_chosen
    )


def besides(
    promises: Sequence[Vow], problems: Iterable[Problem]
) -> tuple[Problem, ...]:
    """What is wrong beside the papers that are promised to follow."""
    follow = {name for vow in promises for name in vow.materials}
    return tuple(problem for problem in problems if problem.where not in follow)


def is_decided_by_rule(matter: CaseType, types: Mapping[str, CaseType]) -> bool:
    """Whether a rule may decide some part of it."""
    return any(part.rule is not None for part in parts(matter, types))


# ------------------------------------------------------------------- what became


@dataclass(frozen=True, slots=True)
class Kept:
    """A promise of one case as its applicant sees it."""

    case: Case
    title: Text
    text: Text
    standing: PromiseStanding
    papers: tuple[Text, ...]
    may_supply: bool


def kept(case: Case, kind: CaseType, acts: tuple[str, ...]) -> Kept | None:
    made, declared = case.promise, kind.promise
    if made is None or declared is None:
        return None
    titles = {material.name: material.title for material in kind.materials}
    return Kept(
        case,
        kind.title,
        declared.text,
        made.standing,
        tuple(titles[name] for name in made.materials if name in titles),
        "supply-promised" in acts,
    )
