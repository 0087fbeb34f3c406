from datetime import datetime

import pytest
from tests.spec.case.declared import AUTUMN, FOOD, at, day

from tongban.kernel.case.model import Event, Kind


NAIVE = datetime.fromisoformat("2026-10-12T09:00")


def test_an_event_has_a_moment_not_a_reading_of_some_clock():
    with pytest.raises(TypeError, match="time zone"):
        Event(Kind.RESUMED, NAIVE, "lin")


def test_the_calendar_knows_days_by_the_clock_on_the_wall():
    assert AUTUMN.day(at("10-12 00:00")) == day("10-12")
    assert AUTUMN.day(at("10-12 23:59")) == day("10-12")
    assert AUTUMN.start_of(day("10-12")) == at("10-12 00:00")
    with pytest.raises(TypeError, match="without zone"):
        AUTUMN.day(NAIVE)


def test_a_step_is_found_by_its_name():
    assert FOOD.step("papers") is FOOD.steps[1]
    with pytest.raises(KeyError):
        FOOD.step("paper")
