import pytest
from tests.spec.case.declared import (
    AUTUMN,
    CITIZEN,
    COMPANY,
    DIRECTOR,
    EXAMINER,
    EXPLANATION,
    FOOD,
    INSPECTOR,
    LICENCE,
    OUTSIDER,
    SHOP,
    SYSTEM,
    WINDOW,
    at,
    opened,
)

from tongban.kernel.case.commands import Accept, CompleteStep, Decide
from tongban.kernel.case.decide import next_acts
from tongban.kernel.case.model import Outcome


AT_THE_WINDOW = ("accept", "ask-correction", "refuse-acceptance")


def acts(course, by, when="10-13 09:00"):
    return next_acts(course.case_type, course.case, by, at(when), AUTUMN)


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (CITIZEN, ("open",)),
        (SYSTEM, ("open",)),
        (COMPANY, ()),
        (WINDOW, ()),
    ],
)
def test_before_the_opening(by, expected):
    assert next_acts(FOOD, None, by, at("10-12 09:00"), AUTUMN) == expected


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (CITIZEN, ("withdraw",)),
        (WINDOW, (*AT_THE_WINDOW, "claim:accept", "recuse")),
        (DIRECTOR, (*AT_THE_WINDOW, "claim:accept", "reassign:accept", "recuse")),
        (OUTSIDER, ()),
        (EXAMINER, ("recuse",)),
        (SYSTEM, ("tell",)),
    ],
)
def test_of_a_submitted_case(by, expected):
    assert acts(opened(FOOD), by) == expected


def work(course, by, when="10-13 09:00"):
    """Without the acts that say who works on it."""
    desk = ("claim", "release", "reassign", "recuse")
    return tuple(a for a in acts(course, by, when) if not a.startswith(desk))


def test_of_an_accepted_case():
    course = opened(FOOD)
    course.act(WINDOW, "10-12 10:00", Accept())
    assert work(course, WINDOW) == ()
    assert work(course, INSPECTOR) == ("complete-step:inspect",)
    assert work(course, EXAMINER) == ("pause-clock", "ask-extension")
    assert work(course, DIRECTOR) == (
        "complete-step:inspect",
        "complete-step:papers",
        "pause-clock",
        "ask-extension",
        "extend",
    )
    course.act(INSPECTOR, "10-13 08:00", CompleteStep("inspect", Outcome.REFUSED, "x"))
    assert work(course, EXAMINER) == (
        "pause-clock",
        "ask-extension",
        "decide:refused",
    )


def test_silence_has_accepted_before_anybody_looks():
    course = opened(FOOD, "09-28 10:00")
    assert work(course, WINDOW, "10-10 23:59") == AT_THE_WINDOW
    assert work(course, WINDOW, "10-11 00:00") == ()
    assert work(course, INSPECTOR, "10-11 00:00") == ("complete-step:inspect",)


def test_a_rule_and_the_right_to_a_person():
    course = opened(LICENCE)
    assert work(course, SYSTEM) == ("decide:granted", "tell")
    course.act(SYSTEM, "10-12 09:00", Decide(Outcome.GRANTED, "", EXPLANATION))
    assert work(course, CITIZEN) == ("ask-review",)
    assert work(course, SYSTEM) == ()


def test_the_books_of_a_one_thing_are_the_systems():
    course = opened(SHOP)
    assert work(course, SYSTEM) == ("complete-step:licence", "tell")
    assert work(course, CITIZEN) == ("withdraw",)
    assert work(course, DIRECTOR) == ()
