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
        (WINDOW, ("accept", "ask-correction")),
        (DIRECTOR, ("accept", "ask-correction")),
        (OUTSIDER, ()),
        (EXAMINER, ()),
        (SYSTEM, ("tell",)),
    ],
)
def test_of_a_submitted_case(by, expected):
    assert acts(opened(FOOD), by) == expected


def test_of_an_accepted_case():
    course = opened(FOOD)
    course.act(WINDOW, "10-12 10:00", Accept())
    assert acts(course, WINDOW) == ()
    assert acts(course, INSPECTOR) == ("complete-step:inspect",)
    assert acts(course, EXAMINER) == ("pause-clock",)
    assert acts(course, DIRECTOR) == (
        "complete-step:inspect",
        "complete-step:papers",
        "pause-clock",
        "extend",
    )
    course.act(INSPECTOR, "10-13 08:00", CompleteStep("inspect", Outcome.REFUSED, "x"))
    assert acts(course, EXAMINER) == ("pause-clock", "decide:refused")


def test_silence_has_accepted_before_anybody_looks():
    course = opened(FOOD, "09-28 10:00")
    assert acts(course, WINDOW, "10-10 23:59") == ("accept", "ask-correction")
    assert acts(course, WINDOW, "10-11 00:00") == ()
    assert acts(course, INSPECTOR, "10-11 00:00") == ("complete-step:inspect",)


def test_a_rule_and_the_right_to_a_person():
    course = opened(LICENCE)
    assert acts(course, SYSTEM) == ("decide:granted", "tell")
    course.act(SYSTEM, "10-12 09:00", Decide(Outcome.GRANTED, "", EXPLANATION))
    assert acts(course, CITIZEN) == ("ask-review",)
    assert acts(course, SYSTEM) == ()


def test_the_books_of_a_one_thing_are_the_systems():
    course = opened(SHOP)
    assert acts(course, SYSTEM) == ("complete-step:licence", "tell")
    assert acts(course, CITIZEN) == ("withdraw",)
    assert acts(course, DIRECTOR) == ()
