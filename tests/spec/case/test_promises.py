"""Promises told in full: kept, broken by time, by a finding, and made good."""

from dataclasses import replace

from tests.spec.case.declared import (
    AUTUMN,
    CITIZEN,
    COMMITTED,
    EXAMINER,
    INSPECTOR,
    LACKING,
    LICENCE,
    REVIEWER,
    SHOP,
    SYSTEM,
    WINDOW,
    Course,
    at,
    day,
    opening,
    vow,
)

from tongban.kernel.case.clocks import clocks
from tongban.kernel.case.commands import (
    Accept,
    AskCorrection,
    BreakPromise,
    CompleteStep,
    Decide,
    KeepPromise,
    ReturnPromised,
    SupplyCorrection,
    SupplyPromised,
)
from tongban.kernel.case.decide import next_acts
from tongban.kernel.case.lapse import at_now
from tongban.kernel.case.model import Outcome, PromiseStanding


GRANT = Decide(Outcome.GRANTED, "")
PAPER = SupplyPromised({"lease": "file:02"})


def lacking(when="10-12 09:00"):
    course = Course(LACKING)
    bare = replace(opening(), materials={}, promises=(vow(LACKING, "lease"),))
    assert course.act(CITIZEN, when, bare) == ["opened", "promised"]
    return course


def committed(when="10-12 09:00"):
    course = Course(COMMITTED)
    course.act(CITIZEN, when, replace(opening(), promises=(vow(COMMITTED),)))
    return course


def clock(course, name, when):
    views = clocks(course.case_type, course.state, AUTUMN, at(when))
    return next(view for view in views if view.name == name)


def standing(course, when):
    return at_now(course.case_type, course.state, at(when), AUTUMN).promise.standing


def test_the_case_goes_on_and_the_paper_comes_in_time():
    course = lacking()
    course.act(WINDOW, "10-12 10:00", Accept())
    course.act(EXAMINER, "10-13 10:00", GRANT)
    assert course.state.granted == at("10-13 10:00")
    # promised on Monday 12 October: ten working days end on Monday the 26th
    view = clock(course, "promise", "10-23 09:00")
    assert (view.due, view.state, view.remaining) == (day("10-26"), "running", 1)
    assert next_acts(LACKING, course.state, CITIZEN, at("10-23 09:00"), AUTUMN) == (
        "supply-promised",
    )
    assert course.act(CITIZEN, "10-26 23:00", PAPER) == ["promised-supplied"]
    assert course.state.materials == {"lease": "file:02"}
    # whatever came in in time cannot lapse; the office looks within five days
    assert standing(course, "11-02 09:00") is PromiseStanding.RUNNING
    assert clock(course, "promise-check", "10-27 09:00").due == day("11-02")
    assert clock(course, "promise", "10-28 09:00").state == "paused"
    assert course.act(WINDOW, "10-28 09:00", KeepPromise()) == ["promise-kept"]
    assert clock(course, "promise", "12-28 09:00").state == "met"
    assert course.state.granted == at("10-13 10:00")


def test_a_paper_given_back_may_come_again_in_what_was_left_of_the_limit():
    course = lacking()
    course.act(CITIZEN, "10-23 09:00", PAPER)
    course.act(WINDOW, "10-28 09:00", ReturnPromised("看不清"))
    # of ten days nine were used when it came in on the 23rd, which was lost to the
    # office as were the 26th and 27th: the last two are the 28th and the 29th
    assert clock(course, "promise", "10-28 10:00").due == day("10-29")
    assert standing(course, "10-29 23:59") is PromiseStanding.RUNNING
    assert standing(course, "10-30 00:00") is PromiseStanding.BROKEN


def test_time_alone_breaks_a_promise_and_takes_back_what_was_granted():
    course = lacking()
    course.act(WINDOW, "10-12 10:00", Accept())
    course.act(EXAMINER, "10-13 10:00", GRANT)
    assert standing(course, "10-26 23:59") is PromiseStanding.RUNNING
    broken = at_now(LACKING, course.state, at("10-27 00:00"), AUTUMN)
    assert broken.promise.lapsed
    assert (broken.granted, broken.revoked) == (None, at("10-27 00:00"))
    assert broken.outcome is Outcome.GRANTED
    # and with the next command it is written
    assert course.act(CITIZEN, "10-28 09:00", PAPER) == [
        "promise-broken",
        "revoked",
        "promised-supplied",
    ]
    assert course.act(WINDOW, "10-29 09:00", KeepPromise()) == ["promise-repaired"]
    assert course.state.promise.standing is PromiseStanding.REPAIRED
    # what was taken back stays taken back: it is applied for anew
    assert course.state.granted is None


def test_a_case_that_is_still_open_may_only_be_refused_when_the_promise_broke():
    course = lacking("09-28 09:00")
    course.act(WINDOW, "09-28 10:00", Accept())
    # 28 September and ten working days, the holiday week left out: 16 October
    acts = next_acts(LACKING, course.state, EXAMINER, at("10-17 09:00"), AUTUMN)
    assert "decide:refused" in acts
    assert "decide:granted" not in acts
    assert course.act(EXAMINER, "10-17 09:00", Decide(Outcome.REFUSED, "缺租约")) == [
        "promise-broken",
        "decided refused",
    ]


def test_a_promise_of_a_case_that_was_refused_breaks_nothing():
    course = lacking()
    course.act(WINDOW, "10-12 10:00", Accept())
    course.act(EXAMINER, "10-13 10:00", Decide(Outcome.REFUSED, "不符合"))
    assert standing(course, "12-28 09:00") is PromiseStanding.RUNNING
    assert clock(course, "promise", "12-28 09:00").state == "met"


def test_in_answer_to_a_correction():
    course = Course(LACKING)
    course.act(CITIZEN, "10-12 09:00", opening())
    course.act(WINDOW, "10-12 10:00", AskCorrection(("lease", "address")))
    answer = SupplyCorrection({"address": "1"}, {}, vow(LACKING, "lease"))
    assert course.act(CITIZEN, "10-13 09:00", answer) == [
        "correction-supplied",
        "promised",
    ]
    assert clock(course, "promise", "10-13 09:00").due == day("10-27")


def test_decided_on_the_applicants_word_and_looked_into_afterwards():
    course = committed()
    assert course.act(WINDOW, "10-12 10:00", Accept()) == [
        "accepted",
        "step-started papers",
    ]
    # the report needs both: the inspection is spared, the papers are not
    assert course.act(
        REVIEWER, "10-13 09:00", CompleteStep("papers", Outcome.GRANTED)
    ) == ["step-done papers granted", "step-started report"]
    course.act(REVIEWER, "10-13 10:00", CompleteStep("report", Outcome.GRANTED))
    assert course.act(EXAMINER, "10-13 11:00", GRANT) == ["decided granted"]
    # twenty working days from the decision on 13 October
    check = clock(course, "promise-check", "11-11 09:00")
    assert (check.due, check.state) == (day("11-10"), "overdue")
    # that the office is late breaks no promise of the applicant's
    assert standing(course, "11-30 09:00") is PromiseStanding.RUNNING
    found = BreakPromise("疏散通道被占用")
    assert course.act(INSPECTOR, "11-12 09:00", found) == ["promise-broken", "revoked"]
    assert course.state.promise.reasons == "疏散通道被占用"
    mended = SupplyPromised({}, "通道已清理")
    assert course.act(CITIZEN, "11-16 09:00", mended) == ["promised-supplied"]
    assert clock(course, "promise-check", "11-16 09:00").due == day("11-23")
    assert course.act(INSPECTOR, "11-17 09:00", KeepPromise()) == ["promise-repaired"]


def test_a_commitment_found_kept():
    course = committed()
    course.act(WINDOW, "10-12 10:00", Accept())
    for step in ("papers", "report"):
        course.act(REVIEWER, "10-13 09:00", CompleteStep(step, Outcome.GRANTED))
    course.act(EXAMINER, "10-13 11:00", GRANT)
    assert course.act(INSPECTOR, "10-20 09:00", KeepPromise("合格")) == ["promise-kept"]
    assert clock(course, "promise-check", "12-20 09:00").state == "met"


def test_the_same_steps_are_all_walked_without_a_promise():
    course = Course(COMMITTED)
    course.act(CITIZEN, "10-12 09:00", opening())
    assert course.act(WINDOW, "10-12 10:00", Accept())[1:] == [
        "step-started inspect",
        "step-started papers",
    ]


def test_a_one_thing_carries_promises_to_its_items():
    course = Course(SHOP)
    promises = (vow(LACKING, "lease"),)
    course.act(CITIZEN, "10-12 09:00", replace(opening(), promises=promises))
    assert course.state.vows == promises
    child = Course(LACKING)
    signed_before = replace(promises[0], signed="0" * 64)
    item = replace(opening("2", parent="1"), promises=(signed_before,))
    # what was signed when the one-thing began holds, whatever the text is now
    assert child.act(SYSTEM, "10-13 09:00", item) == ["opened", "promised"]
    assert child.state.promise.digest == "0" * 64


def test_a_promise_of_another_item_is_not_made_here():
    child = Course(LICENCE)
    item = replace(opening("2", parent="1"), promises=(vow(LACKING, "lease"),))
    assert child.act(SYSTEM, "10-13 09:00", item) == ["opened"]


def test_the_digest_is_of_the_words():
    text = LACKING.promise.text
    other = replace(LACKING.promise, text=replace(text, en="I shall"))
    assert other.digest != LACKING.promise.digest
    assert len(other.digest) == 64
