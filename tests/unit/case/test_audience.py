from dataclasses import replace

import pytest
from tests.spec.case.declared import (
    AUTUMN,
    CITIZEN,
    FOOD,
    PLAIN,
    WINDOW,
    at,
    opened,
)

from tongban.kernel.case.audience import Addressee, escalated_to
from tongban.kernel.case.clocks import clocks
from tongban.kernel.case.commands import Accept, AskCorrection
from tongban.kernel.case.declaration import Clock


EXAMINER = Addressee("market", "examiner")
HEAD = Addressee("market", "director")
SUPERIOR = Addressee("data-bureau")


def views(course, when):
    found = clocks(course.case_type, course.state, AUTUMN, at(when))
    return {view.name: view for view in found}


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ("10-13 09:00", ()),
        ("11-02 09:00", (EXAMINER,)),
        ("11-10 09:00", (EXAMINER, HEAD)),
        ("11-16 09:00", (EXAMINER, HEAD, SUPERIOR)),
    ],
)
def test_the_later_the_higher(now, told):
    course = opened(PLAIN)
    course.act(WINDOW, "10-12 10:00", Accept())
    decision = views(course, now)["decision"]
    assert escalated_to(PLAIN, decision, "data-bureau") == told
    if now == "11-16 09:00":
        assert escalated_to(PLAIN, decision) == (EXAMINER, HEAD)


def test_each_clock_has_its_own_post():
    course = opened(FOOD)
    waiting = views(course, "10-19 09:00")["acceptance"]
    assert escalated_to(FOOD, waiting) == (Addressee("market", "window"),)
    course.act(WINDOW, "10-12 10:00", Accept())
    papers = views(course, "10-16 09:00")["step:papers"]
    assert escalated_to(FOOD, papers) == (Addressee("market", "reviewer"), HEAD)


def test_the_head_who_is_also_the_decider_is_told_once():
    small = replace(PLAIN, decider="director")
    course = opened(small)
    course.act(WINDOW, "10-12 10:00", Accept())
    assert escalated_to(small, views(course, "11-12 09:00")["decision"]) == (HEAD,)


def test_where_no_posts_are_declared_nobody_is_told():
    course = opened(PLAIN)
    course.act(WINDOW, "10-12 10:00", Accept())
    overdue = views(course, "11-12 09:00")["decision"]
    assert escalated_to(replace(PLAIN, decider=None, head=None), overdue) == ()


def test_an_official_is_not_told_of_the_applicants_own_clock():
    strict = replace(PLAIN, correction=Clock(2, "local"))
    course = opened(strict)
    course.act(WINDOW, "10-12 10:00", AskCorrection(("lease",)))
    correction = views(course, "11-12 09:00")["correction"]
    assert correction.escalation == 1
    assert escalated_to(strict, correction) == ()
    assert course.state.applicant == CITIZEN.subject
