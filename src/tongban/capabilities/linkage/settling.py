"""What becomes of the pairs that were found: links, reviews, or nothing."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from tongban.capabilities.linkage.model import Linkage, Method, Pair, Quality


class Verdict(StrEnum):
    """What a person said of a pair, or that nobody has yet."""

    SAME = "same"
    DIFFERENT = "different"
    UNKNOWN = "unknown"
    WAITING = "waiting"


Keys = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Settled:
    """``links`` by keys; ``reviews`` nobody was asked about yet, likeliest first."""

    links: tuple[Pair, ...]
    reviews: tuple[Pair, ...]
    none: int


def settle(
    linkage: Linkage, pairs: Iterable[Pair], said: Mapping[Keys, Verdict], none: int
) -> Settled:
    """A person's word stands before any rule or model, also where neither finds the
    pair again; ``none`` is how many pairs were too improbable from the start.

    One to one, a row has one partner: where several are probable enough, a person
    chooses; where a person has chosen, the others fall away.
    """
    found = {(pair.left, pair.right): pair for pair in pairs}
    chosen = [keys for keys, verdict in said.items() if verdict is Verdict.SAME]
    links = {keys: _by_person(keys, found.get(keys)) for keys in chosen}
    open_ones = [pair for keys, pair in found.items() if keys not in said]
    if linkage.one_to_one:
        kept = _beside(open_ones, chosen)
        none += len(open_ones) - len(kept)
        open_ones = kept
    sure = [pair for pair in open_ones if pair.probability >= linkage.accept]
    rivals = _rivals(sure) if linkage.one_to_one else set()
    reviews = []
    for pair in open_ones:
        keys = pair.left, pair.right
        if pair.probability >= linkage.accept and keys not in rivals:
            links[keys] = pair
        else:
            reviews.append(pair)
    reviews.sort(key=lambda pair: (-pair.probability, pair.left, pair.right))
    return Settled(tuple(links[keys] for keys in sorted(links)), tuple(reviews), none)


def _by_person(keys: Keys, found: Pair | None) -> Pair:
    known = found or Pair(*keys, 1.0, Method.PERSON)
    return replace(known, probability=1.0, method=Method.PERSON)


def _beside(pairs: Iterable[Pair], chosen: Iterable[Keys]) -> list[Pair]:
    """The pairs neither of whose rows has a partner by a person's word."""
    lefts, rights = {left for left, _ in chosen}, {right for _, right in chosen}
    return [p for p in pairs if p.left not in lefts and p.right not in rights]


def _rivals(pairs: Collection[Pair]) -> set[Keys]:
    """The pairs that share a row with another."""
    lefts = Counter(pair.left for pair in pairs)
    rights = Counter(pair.right for pair in pairs)
    return {
        (pair.left, pair.right)
        for pair in pairs
        if lefts[pair.left] > 1 or rights[pair.right] > 1
    }


def quality(links: Iterable[Pair], labelled: Collection[Keys]) -> Quality:
    """Precision and recall on the labelled pairs.

    Precision counts the links of which a row is labelled: of the others nobody has
    said what is true.
    """
    lefts, rights = {left for left, _ in labelled}, {right for _, right in labelled}
    told = [p for p in links if p.left in lefts or p.right in rights]
    right = sum((p.left, p.right) in labelled for p in told)
    return Quality(
        labelled=len(labelled),
        precision=right / len(told) if told else None,
        recall=right / len(labelled) if labelled else None,
    )
