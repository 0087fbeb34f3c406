import json

import pytest
from tests.spec.case.declared import (
    CITIZEN,
    EXAMINER,
    EXPLANATION,
    FOOD,
    LICENCE,
    SYSTEM,
    WINDOW,
    at,
    opened,
)

from tongban.kernel.case.commands import (
    Accept,
    AskCorrection,
    Decide,
    SupplyCorrection,
    Withdraw,
)
from tongban.kernel.case.fold import _CHANGES, evolve, fold
from tongban.kernel.case.model import Event, Kind, Outcome
from tongban.kernel.terms import canonical_json


def long_course():
    course = opened(FOOD)
    course.act(WINDOW, "10-12 10:00", AskCorrection(("lease",)))
    course.act(CITIZEN, "10-13 10:00", SupplyCorrection({}, {"lease": "file:01"}))
    course.act(WINDOW, "10-14 10:00", Accept())
    course.act(CITIZEN, "10-15 10:00", Withdraw())
    return course


def test_folding_the_history_gives_the_state_reached_step_by_step():
    course = long_course()
    assert fold(course.events) == course.case


def test_every_kind_of_event_changes_something():
    assert set(_CHANGES) == set(Kind) - {Kind.OPENED}


def test_evolve_leaves_the_state_before_as_it_was():
    opening, asked, supplied, *_ = long_course().events
    before = fold([opening, asked])
    evolve(before, supplied)
    assert before == fold([opening, asked])


def test_the_version_counts_events():
    events = long_course().events
    counted = [fold(events[:n]).version for n in range(1, len(events) + 1)]
    assert counted == list(range(1, len(events) + 1))


@pytest.mark.parametrize("case_type", [FOOD, LICENCE])
def test_history_survives_being_written_as_json(case_type):
    course = opened(case_type) if case_type is LICENCE else long_course()
    if case_type is LICENCE:
        course.act(SYSTEM, "10-12 10:00", Decide(Outcome.GRANTED, "", EXPLANATION))
    read = [
        Event(Kind(e.kind.value), e.at, e.by, json.loads(canonical_json(e.data)))
        for e in course.events
    ]
    assert fold(read) == course.case


def test_ten_thousand_events_share_what_they_do_not_change():
    opening = opened(FOOD).events[0]
    accepted = Event(Kind.ACCEPTED, at("10-12 10:00"), "x", {"deemed": False})
    begun = fold([opening, accepted])
    longer = [Event(Kind.EXTENDED, accepted.at, "x", {"days": 1, "reason": "x"})]
    case = begun
    for event in longer * 9_998:
        case = evolve(case, event)
    assert (case.version, case.extension) == (10_000, 9_998)
    assert case.data is begun.data
    assert case.steps is begun.steps


def test_a_history_that_never_was():
    course = opened(FOOD)
    withdrawn = Event(Kind.WITHDRAWN, at("10-12 10:00"), EXAMINER.account)
    with pytest.raises(ValueError, match="without events"):
        fold([])
    with pytest.raises(ValueError, match="begins with its opening"):
        fold([withdrawn])
    with pytest.raises(ValueError, match="opened twice"):
        fold(course.events * 2)
