"""Who works on a case and what it waits for, each course told and dated by hand."""

from dataclasses import replace

import pytest
from tests.spec.case.declared import (
    AUTUMN,
    DIRECTOR,
    EXAMINER,
    FOOD,
    HEARD,
    HEARING,
    INSPECTOR,
    PLAIN,
    REVIEWER,
    SHOP,
    WINDOW,
    Course,
    at,
    day,
    official,
    opened,
)
from tests.spec.case.desk_rows import FIREMAN, NO, SECOND, SUPERVISOR, TOGETHER, YES

from tongban.kernel.case.clocks import clocks, days_spent
from tongban.kernel.case.commands import (
    Accept,
    AmendOpinion,
    AskExtension,
    Claim,
    CompleteStep,
    Decide,
    DeclineExtension,
    Extend,
    Reassign,
    Recuse,
    Release,
    Sign,
    Urge,
)
from tongban.kernel.case.duties import Rise, duties
from tongban.kernel.case.model import Outcome
from tongban.kernel.terms import Deputising


def waits(course: Course, when: str) -> list[tuple[str, str, str]]:
    """Act, organisation and post (or officer) of everything it waits for."""
    found = duties(course.case_type, course.state, AUTUMN, at(when))
    return [(d.act, d.organization, d.officer or d.post) for d in found]


def rise(course: Course, when: str) -> Rise:
    (only,) = duties(course.case_type, course.state, AUTUMN, at(when))
    return only.rise


def accepted(case_type=PLAIN) -> Course:
    course = opened(case_type, "10-12 09:00")
    course.act(WINDOW, "10-12 10:00", Accept())
    return course


# ------------------------------------------------------------------ special procedures


def test_a_special_procedure_has_its_own_days_and_result() -> None:
    course = accepted()
    course.act(EXAMINER, "10-13 10:00", HEARING)
    assert waits(course, "10-14 09:00") == [("resume-clock", "market", "examiner")]
    (hearing,) = (
        view
        for view in clocks(PLAIN, course.state, AUTUMN, at("10-14 09:00"))
        if view.name == "procedure"
    )
    # Ten working days from Tuesday the 13th: Tuesday the 27th.
    assert (hearing.due, hearing.title.zh) == (day("10-27"), "听证")
    assert hearing.basis == "《行政许可法》第四十五条"
    # It is not idle as long as it takes what was told, and rises the day after.
    told = Rise(head=day("10-28"), superior=day("11-03"), leader=day("11-10"))
    assert rise(course, "10-14 09:00") == told
    course.act(EXAMINER, "10-20 10:00", HEARD)
    (pause,) = course.state.pauses
    assert (pause.result, pause.until) == ("听证笔录已入卷", at("10-20 10:00"))
    assert waits(course, "10-20 11:00") == [("decide", "market", "examiner")]


def test_days_of_a_procedure_are_not_spent() -> None:
    course = accepted()
    course.act(EXAMINER, "10-13 10:00", HEARING)
    course.act(EXAMINER, "10-20 10:00", HEARD)
    # The 13th to 16th and the 19th stand still; the 20th, 21st and 22nd count.
    assert days_spent(PLAIN, course.state, AUTUMN, at("10-22 10:00")) == 3


def test_a_longer_limit_is_asked_for_and_given_by_the_head() -> None:
    course = accepted()
    course.act(EXAMINER, "10-13 10:00", AskExtension(5, "案情复杂"))
    assert waits(course, "10-14 09:00") == [
        ("decide", "market", "examiner"),
        ("extend", "market", "director"),
    ]
    assert course.act(DIRECTOR, "10-14 10:00", DeclineExtension("不复杂")) == [
        "extension-declined"
    ]
    assert course.state.request is None
    course.act(EXAMINER, "10-15 10:00", AskExtension(10, "专家意见不一"))
    course.act(DIRECTOR, "10-15 11:00", Extend(8, "同意延长八日"))
    assert (course.state.extension, course.state.request) == (8, None)


# ------------------------------------------------------------------ what is left undone


def test_what_nothing_happens_to_rises_by_shares_of_its_limit() -> None:
    # Acceptance: 5 working days, half is 3 (rounded up). From Monday the 12th: the
    # 15th, the 20th; overdue on the 20th anyway; the 23rd.
    course = opened(PLAIN, "10-12 09:00")
    assert rise(course, "10-12 10:00") == Rise(day("10-15"), day("10-20"), day("10-23"))
    # Decision: 20 days, so 10, 20 and 30 from the acceptance.
    course.act(WINDOW, "10-12 10:00", Accept())
    assert rise(course, "10-12 11:00") == Rise(day("10-26"), day("11-09"), day("11-23"))
    quick = replace(PLAIN, idle_share=10)
    hasty = opened(quick, "10-12 09:00")
    # A tenth of five would be a day: two is the least.
    assert rise(hasty, "10-12 10:00") == Rise(day("10-14"), day("10-16"), day("10-20"))


def test_passing_it_round_is_not_work() -> None:
    course = opened(TOGETHER, "10-12 09:00")
    course.act(WINDOW, "10-13 09:00", Claim("accept"))
    course.act(DIRECTOR, "10-13 10:00", Reassign("accept", "换人", officer="w2"))
    course.act(SUPERVISOR, "10-13 11:00", Urge("尽快"))
    assert rise(course, "10-14 09:00").head == day("10-15")


def test_a_recusal_brings_it_to_the_head_and_the_heads_above() -> None:
    course = accepted()
    course.act(EXAMINER, "10-13 10:00", Recuse("申请人是我表弟"))
    assert rise(course, "10-13 11:00").head == day("10-13")
    course.act(DIRECTOR, "10-14 10:00", Recuse("我也是"))
    told = rise(course, "10-14 11:00")
    assert (told.head, told.superior) == (day("10-13"), day("10-14"))


def test_a_one_thing_waits_for_nobody_itself() -> None:
    assert waits(opened(SHOP), "10-12 10:00") == []


# ------------------------------------------------------------------ who has it


def test_a_charge_is_claimed_released_and_moved() -> None:
    course = opened(PLAIN)
    course.act(WINDOW, "10-12 10:00", Claim("accept"))
    assert waits(course, "10-12 11:00") == [("accept", "market", "window@market")]
    course.act(WINDOW, "10-12 11:00", Release("accept"))
    assert waits(course, "10-12 12:00") == [("accept", "market", "window")]
    course.act(DIRECTOR, "10-12 12:00", Reassign("accept", "忙", post="examiner"))
    assert course.act(EXAMINER, "10-12 13:00", Accept()) == ["accepted"]


def test_the_head_may_act_whoever_has_claimed_it() -> None:
    course = opened(PLAIN)
    course.act(WINDOW, "10-12 10:00", Claim("accept"))
    assert course.act(DIRECTOR, "10-12 11:00", Accept()) == ["accepted"]


def test_who_steps_back_keeps_no_charge() -> None:
    course = opened(PLAIN)
    course.act(WINDOW, "10-12 10:00", Claim("accept"))
    course.act(WINDOW, "10-12 11:00", Recuse("亲属"))
    assert waits(course, "10-12 12:00") == [("accept", "market", "window")]


def test_a_deputy_acts_by_x_for_y() -> None:
    away = Deputising(EXAMINER.account, EXAMINER.posts)
    deputy = replace(official("archivist"), deputises=(away,))
    course = accepted()
    course.act(deputy, "10-13 10:00", Decide(YES, ""))
    decided = course.events[-1]
    assert (decided.by, decided.data["for"]) == (deputy.account, EXAMINER.account)
    own = replace(EXAMINER, deputises=(Deputising("x", EXAMINER.posts),))
    course = accepted()
    course.act(own, "10-13 10:00", Decide(YES, ""))
    assert "for" not in course.events[-1].data


# ------------------------------------------------------------------ signing together


def sign(course: Course, by, outcome=YES) -> None:
    course.act(by, "10-13 10:00", Sign("decide", outcome, "见附件"))


def test_two_of_one_post_and_one_elsewhere_decide() -> None:
    course = accepted(TOGETHER)
    assert waits(course, "10-12 11:00") == [
        ("decide", "market", "examiner"),
        ("sign:decide:0", "market", "examiner"),
        ("sign:decide:2", "fire", "inspector"),
    ]
    sign(course, FIREMAN)
    sign(course, SECOND)
    assert waits(course, "10-13 11:00") == [("decide", "market", "examiner")]
    # The examiner's own act is the third signature.
    course.act(EXAMINER, "10-13 12:00", Decide(YES, ""))
    assert course.state.outcome is Outcome.GRANTED


@pytest.mark.parametrize(
    ("votes", "granted", "refused"),
    [
        ((YES, YES), True, False),
        ((YES, NO), True, True),
        ((NO, NO), False, True),
    ],
)
def test_two_of_three_settle_it(votes, granted, refused) -> None:
    """The third is the examiner who decides: their act counts as they decide."""
    assert TOGETHER.joint is not None
    most = replace(TOGETHER, joint=replace(TOGETHER.joint, quorum=2))
    for outcome, allowed in ((YES, granted), (NO, refused)):
        course = accepted(most)
        for by, vote in zip((FIREMAN, SECOND), votes, strict=True):
            sign(course, by, vote)
        command = Decide(outcome, "理由")
        if allowed:
            course.act(EXAMINER, "10-13 12:00", command)
            assert course.state.outcome is outcome
        else:
            with pytest.raises(Exception, match="have not agreed"):
                course.act(EXAMINER, "10-13 12:00", command)


def test_one_person_with_two_posts_has_one_voice() -> None:
    both = replace(EXAMINER, posts=frozenset({"examiner", "director"}))
    course = accepted(TOGETHER)
    sign(course, both)
    with pytest.raises(Exception, match="signed already"):
        sign(course, both)
    assert len(course.state.signatures["decide"]) == 1


# ------------------------------------------------------------------ opinions


def test_an_amended_opinion_keeps_the_old_one() -> None:
    course = accepted(FOOD)
    course.act(INSPECTOR, "10-13 10:00", CompleteStep("inspect", YES, "合格"))
    course.act(INSPECTOR, "10-14 10:00", AmendOpinion("inspect", "合格，通道已清"))
    state = course.state.steps["inspect"]
    assert (state.opinion, state.earlier) == ("合格，通道已清", ("合格",))
    assert state.done == at("10-13 10:00")
    course.act(REVIEWER, "10-14 11:00", CompleteStep("papers", YES))
