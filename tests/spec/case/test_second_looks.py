"""What follows a decision: samples, objections, silence, and what is not accepted."""

from dataclasses import replace

import pytest
from tests.spec.case.declared import (
    AUTUMN,
    CITIZEN,
    DIRECTOR,
    EXAMINER,
    EXPLANATION,
    HEARD,
    HEARING,
    LACKING,
    LICENCE,
    PLAIN,
    RENEWAL,
    REVIEWER,
    SAMPLED,
    SYSTEM,
    WINDOW,
    Course,
    at,
    day,
    opened,
    opening,
)

from tongban.kernel.case.clocks import clocks
from tongban.kernel.case.commands import (
    Accept,
    AnswerObjection,
    AskCorrection,
    AskReview,
    CompleteStep,
    Decide,
    Draw,
    Extend,
    Object,
    RefuseAcceptance,
    ReviewSample,
    SupplyCorrection,
    Withdraw,
)
from tongban.kernel.case.declaration import Clock
from tongban.kernel.case.lapse import at_now
from tongban.kernel.case.model import Kind, Outcome, Phase
from tongban.kernel.terms import WorkingCalendar


INSTANT = Decide(Outcome.GRANTED, "", EXPLANATION, Draw(50, "commitment", drawn=True))
GRANT, REFUSE = Decide(Outcome.GRANTED, ""), Decide(Outcome.REFUSED, "不符合")


def clock(course, name, when):
    views = clocks(course.case_type, course.state, AUTUMN, at(when))
    return next((view for view in views if view.name == name), None)


# ---------------------------------------------------------------------- samples


def test_a_drawn_decision_is_looked_at_and_stands():
    course = opened(SAMPLED)
    assert course.act(SYSTEM, "10-12 09:00", INSTANT) == [
        "accepted",
        "decided granted",
        "sample-drawn",
    ]
    decided = next(e for e in course.events if e.kind is Kind.DECIDED)
    assert decided.data["sample"] == {"per-thousand": 50, "key": "commitment"}
    assert clock(course, "sample", "10-12 10:00").due == day("10-26")
    course.act(DIRECTOR, "10-13 09:00", ReviewSample(agrees=True))
    assert (course.state.phase, course.state.sample.agrees) == (Phase.CLOSED, True)
    assert clock(course, "sample", "11-12 10:00").state == "met"


def test_what_the_rule_got_wrong_is_decided_anew_by_a_person():
    course = opened(SAMPLED)
    course.act(SYSTEM, "10-12 09:00", INSTANT)
    found = ReviewSample(agrees=False, reasons="名称与登记冲突")
    assert course.act(DIRECTOR, "10-13 09:00", found) == [
        "sample-reviewed",
        "reopened",
        "step-started check",
    ]
    # what was granted holds until somebody decides otherwise
    assert course.state.granted == at("10-12 09:00")
    course.act(REVIEWER, "10-13 10:00", CompleteStep("check", Outcome.REFUSED, "冲突"))
    assert course.act(EXAMINER, "10-14 09:00", REFUSE) == ["decided refused", "revoked"]
    assert course.state.granted is None


def test_granted_again_it_is_in_force_since_the_first_time():
    course = opened(LICENCE)
    course.act(SYSTEM, "10-12 09:00", Decide(Outcome.GRANTED, "", EXPLANATION))
    course.act(CITIZEN, "10-13 09:00", AskReview())
    course.act(REVIEWER, "10-13 10:00", CompleteStep("check", Outcome.GRANTED))
    assert course.act(EXAMINER, "10-14 09:00", GRANT) == ["decided granted"]
    assert course.state.granted == at("10-12 09:00")


def test_withdrawing_what_was_granted_gives_it_up():
    course = opened(LICENCE)
    course.act(SYSTEM, "10-12 09:00", Decide(Outcome.GRANTED, "", EXPLANATION))
    course.act(CITIZEN, "10-13 09:00", AskReview())
    assert course.act(CITIZEN, "10-14 09:00", Withdraw())[-2:] == [
        "withdrawn",
        "revoked",
    ]


# ------------------------------------------------------------------- objections


def refused():
    course = opened(LACKING)
    course.act(WINDOW, "10-12 10:00", Accept())
    course.act(EXAMINER, "10-13 10:00", REFUSE)
    return course


def test_an_objection_upheld_has_the_case_decided_anew():
    course = refused()
    # 15 working days from Tuesday 13 October: Tuesday 3 November
    objecting = Object("7", "事实不清")
    assert course.act(CITIZEN, "11-03 23:59", objecting) == ["objected"]
    assert course.state.phase is Phase.CLOSED
    upheld = AnswerObjection("7", Outcome.GRANTED, "应当重新核实")
    assert course.act(SYSTEM, "11-05 09:00", upheld) == [
        "objection-answered granted",
        "reopened",
    ]
    assert (course.state.phase, course.state.decision) == (Phase.ACCEPTED, None)
    assert clock(course, "decision", "11-05 09:00").due == day("12-03")
    assert course.act(EXAMINER, "11-06 09:00", GRANT) == ["decided granted"]


def test_an_objection_dismissed_leaves_the_decision():
    course = refused()
    course.act(CITIZEN, "10-14 09:00", Object("7", "事实不清"))
    dismissed = AnswerObjection("7", Outcome.REFUSED, "事实清楚")
    assert course.act(SYSTEM, "10-16 09:00", dismissed) == [
        "objection-answered refused"
    ]
    assert course.state.decision.outcome is Outcome.REFUSED
    assert course.state.contests[0].reasons == "事实清楚"


def test_each_decision_may_be_contested_once():
    course = refused()
    course.act(CITIZEN, "10-14 09:00", Object("7", "事实不清"))
    course.act(SYSTEM, "10-16 09:00", AnswerObjection("7", Outcome.GRANTED, "重办"))
    course.act(EXAMINER, "10-19 09:00", REFUSE)
    assert course.act(CITIZEN, "10-20 09:00", Object("8", "仍不服")) == ["objected"]


# --------------------------------------------------------------- 不予受理


def test_what_is_not_accepted_closes_and_may_be_contested():
    course = opened(LACKING)
    declined = RefuseAcceptance("属于城管部门职责", "urban-management")
    assert course.act(WINDOW, "10-12 10:00", declined) == ["not-accepted"]
    case = course.state
    assert (case.phase, case.outcome) == (Phase.CLOSED, Outcome.DECLINED)
    assert case.decision.reasons == "属于城管部门职责"
    course.act(CITIZEN, "10-13 09:00", Object("7", "属于你局"))
    course.act(SYSTEM, "10-14 09:00", AnswerObjection("7", Outcome.GRANTED, "应受理"))
    # whoever upholds it has accepted it
    assert course.state.accepted == at("10-14 09:00")
    assert course.state.phase is Phase.ACCEPTED


def test_of_one_that_waits_for_its_applicant_once_that_is_late():
    strict = replace(PLAIN, correction=Clock(4, "x"))
    course = opened(strict)
    course.act(WINDOW, "10-12 10:00", AskCorrection(("lease",)))
    declined = RefuseAcceptance("逾期未补正")
    with pytest.raises(Exception, match="asked for a correction"):
        course.act(WINDOW, "10-16 23:00", declined)
    assert course.act(WINDOW, "10-17 00:00", declined) == ["not-accepted"]


# ------------------------------------------------------- silence on a decision


def test_silence_on_a_renewal_grants_it():
    course = opened(RENEWAL, "10-12 09:00")
    course.act(WINDOW, "10-12 10:00", Accept())
    last = at_now(RENEWAL, course.state, at("11-09 23:59"), AUTUMN)
    assert last.phase is Phase.ACCEPTED
    now = at_now(RENEWAL, course.state, at("11-10 00:00"), AUTUMN)
    assert (now.outcome, now.granted) == (Outcome.GRANTED, at("11-10 00:00"))
    assert now.decision.deemed
    assert not now.decision.automatic


def test_silence_may_refuse_and_be_contested():
    told = replace(LACKING, decision=Clock(20, "x", silence="refused"))
    course = opened(told, "10-12 09:00")
    course.act(WINDOW, "10-12 10:00", Accept())
    assert course.act(CITIZEN, "11-10 09:00", Object("7", "未答复")) == [
        "decided refused",
        "objected",
    ]


def test_neither_pause_nor_extension_is_silence():
    course = opened(RENEWAL, "10-12 09:00")
    course.act(WINDOW, "10-12 10:00", Accept())
    course.act(DIRECTOR, "10-13 09:00", Extend(10, "案情复杂"))
    # 30 working days from 12 October: 23 November; a week of pause makes it the 30th
    course.act(EXAMINER, "10-19 09:00", HEARING)
    assert at_now(RENEWAL, course.state, at("12-20 09:00"), AUTUMN).is_open
    course.act(EXAMINER, "10-26 09:00", HEARD)
    assert at_now(RENEWAL, course.state, at("11-30 23:59"), AUTUMN).is_open
    assert not at_now(RENEWAL, course.state, at("12-01 00:00"), AUTUMN).is_open


def test_silence_speaks_twice_in_its_order():
    quick = replace(RENEWAL, decision=Clock(3, "x", silence="granted"))
    course = opened(quick, "10-12 09:00")
    # accepted by silence after the 19th, from receipt on the 12th: the decision was
    # due on the 15th, but nothing is decided before it is accepted
    now = at_now(quick, course.state, at("10-20 09:00"), AUTUMN)
    assert now.accepted == at("10-12 09:00")
    assert now.decision.at == at("10-20 00:00")


# ------------------------------------------------------------ provisional days


def test_nothing_is_written_on_a_provisional_day():
    course = opened(PLAIN, "12-28 09:00")  # five working days end in January 2027
    course.act(WINDOW, "12-28 10:00", AskCorrection(("lease",)))
    course.act(CITIZEN, "12-29 10:00", SupplyCorrection({}, {"lease": "file:1"}))
    late = at("12-31 09:00").replace(year=2027)
    assert at_now(PLAIN, course.state, late, AUTUMN).phase is Phase.SUBMITTED
    written = course.act(CITIZEN, "12-31 09:00", Withdraw())
    assert written == ["withdrawn"]
    known = replace(AUTUMN, years=frozenset({2026, 2027}))
    other = opened(PLAIN, "12-28 09:00")
    assert at_now(PLAIN, other.state, late, AUTUMN).phase is Phase.SUBMITTED
    assert at_now(PLAIN, other.state, late, known).phase is Phase.ACCEPTED


def test_what_the_notice_brings_late_is_not_dated_before_what_happened():
    course = opened(PLAIN, "10-12 09:00")
    unknown = WorkingCalendar()
    assert at_now(PLAIN, course.state, at("12-12 09:00"), unknown) == course.state
    assert course.state.touched == at("10-12 09:00")


# ---------------------------------------------------------- a person from the start


def test_a_person_asked_for_at_the_start_is_remembered():
    course = Course(LICENCE)
    course.act(CITIZEN, "10-12 09:00", replace(opening(), person=True))
    assert course.state.person
