"""Versions of a case type: which counts on a day, and who may still apply."""

from dataclasses import replace

import pytest
from tests.spec.case.declared import CITIZEN, FOOD, SYSTEM, Course, day, opening

from tongban.kernel.case.declaration import ended, on
from tongban.kernel.case.refusals import NotInForce


FIRST, SECOND = ended(
    [
        replace(FOOD, until=day("12-31")),
        replace(FOOD, version=2, since=day("10-12"), until=day("12-31")),
    ]
)


@pytest.mark.parametrize(
    ("when", "version"), [("01-01", 1), ("10-11", 1), ("10-12", 2), ("12-31", 2)]
)
def test_a_version_lasts_until_the_day_before_the_next(when: str, version: int) -> None:
    assert on((FIRST, SECOND), day(when)).version == version
    assert [each.version for each in (FIRST, SECOND) if each.in_force(day(when))] == [
        version
    ]


def test_before_the_first_and_after_the_last_a_version_is_there_but_not_in_force() -> (
    None
):
    later = (replace(FOOD, since=day("10-12")),)
    assert on(later, day("10-11")) == later[0]
    assert not later[0].in_force(day("10-11"))
    assert on((FIRST, SECOND), day("12-31").replace(year=2027)) == SECOND


@pytest.mark.parametrize("when", ["10-11 23:59", "12-31 00:00"])
def test_one_applies_only_while_it_is_in_force(when: str) -> None:
    item = replace(FOOD, since=day("10-12"), until=day("12-30"))
    with pytest.raises(NotInForce):
        Course(item).act(CITIZEN, when, opening())


def test_the_first_and_the_last_day_count() -> None:
    item = replace(FOOD, since=day("10-12"), until=day("12-30"))
    assert Course(item).act(CITIZEN, "10-12 00:00", opening())[0] == "opened"
    assert Course(item).act(CITIZEN, "12-30 23:59", opening())[0] == "opened"


def test_an_item_of_a_one_thing_is_opened_whatever_the_day() -> None:
    item = replace(FOOD, until=day("10-01"))
    opened = Course(item).act(SYSTEM, "10-12 09:00", opening(parent="0"))
    assert opened[0] == "opened"


def test_a_case_knows_the_version_it_was_opened_under() -> None:
    course = Course(SECOND)
    course.act(CITIZEN, "10-12 09:00", opening())
    assert course.state.type_version == 2
