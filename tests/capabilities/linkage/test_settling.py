"""What becomes of pairs: a person's word first, and one partner for a row."""

from dataclasses import replace
from pathlib import Path

import pytest

from tongban.capabilities.linkage.declaration import SECTION
from tongban.capabilities.linkage.model import Linkage, Method, Pair
from tongban.capabilities.linkage.settling import Verdict, quality, settle
from tongban.pack.loader import load


PACK = Path(__file__).parents[2] / "packs" / "febrl"
SURE, DOUBTFUL = 0.999, 0.5


@pytest.fixture(scope="module")
def linkage() -> Linkage:
    found = load(PACK, sections=[SECTION]).sections["linkage"]["people"]
    assert isinstance(found, Linkage)
    return found


def pair(left: str, right: str, probability: float) -> Pair:
    return Pair(left, right, probability, Method.MODEL, weight=1.0)


def keys(pairs: tuple[Pair, ...]) -> list[str]:
    return [f"{each.left}{each.right}" for each in pairs]


def test_the_sure_are_linked_and_the_doubtful_asked_about(linkage: Linkage) -> None:
    found = settle(linkage, [pair("a", "1", SURE), pair("b", "2", DOUBTFUL)], {}, 3)
    assert (keys(found.links), keys(found.reviews), found.none) == (["a1"], ["b2"], 3)


def test_the_likeliest_are_asked_about_first(linkage: Linkage) -> None:
    pairs = [pair("a", "1", 0.4), pair("b", "2", 0.8), pair("c", "3", 0.6)]
    assert keys(settle(linkage, pairs, {}, 0).reviews) == ["b2", "c3", "a1"]


def test_two_partners_are_asked_about_however_sure(linkage: Linkage) -> None:
    pairs = [pair("a", "1", SURE), pair("a", "2", SURE), pair("b", "3", SURE)]
    found = settle(linkage, pairs, {}, 0)
    assert (keys(found.links), keys(found.reviews)) == (["b3"], ["a1", "a2"])


def test_where_many_may_match_two_partners_are_linked(linkage: Linkage) -> None:
    many = replace(linkage, one_to_one=False)
    pairs = [pair("a", "1", SURE), pair("a", "2", SURE)]
    assert keys(settle(many, pairs, {}, 0).links) == ["a1", "a2"]


def test_a_person_who_said_same_makes_a_link_and_ends_its_rivals(
    linkage: Linkage,
) -> None:
    pairs = [pair("a", "1", SURE), pair("a", "2", SURE)]
    found = settle(linkage, pairs, {("a", "1"): Verdict.SAME}, 0)
    assert [(p.left, p.right, p.method) for p in found.links] == [
        ("a", "1", Method.PERSON)
    ]
    assert (found.reviews, found.none) == ((), 1)


def test_a_link_by_a_person_stays_though_nothing_finds_it_again(
    linkage: Linkage,
) -> None:
    found = settle(linkage, [], {("a", "1"): Verdict.SAME}, 0)
    assert keys(found.links) == ["a1"]


@pytest.mark.parametrize(
    "verdict", [Verdict.DIFFERENT, Verdict.UNKNOWN, Verdict.WAITING]
)
def test_what_was_said_or_asked_is_neither_linked_nor_asked_again(
    linkage: Linkage, verdict: Verdict
) -> None:
    found = settle(linkage, [pair("a", "1", SURE)], {("a", "1"): verdict}, 0)
    assert (found.links, found.reviews) == ((), ())


def test_precision_and_recall_by_hand() -> None:
    """Of 4 links one is outside the labels, one wrong; of 5 labelled pairs 2 found."""
    labelled = {("a", "1"), ("b", "2"), ("c", "3"), ("d", "4"), ("e", "5")}
    links = [pair(*keys_, SURE) for keys_ in ("a1", "b2", "c4", "z9")]
    found = quality(links, labelled)
    assert (found.labelled, found.precision, found.recall) == (5, 2 / 3, 2 / 5)


def test_of_nothing_no_share_is_told() -> None:
    found = quality([], set())
    assert (found.precision, found.recall) == (None, None)
