"""What happens, act by act: each course told in full and worked by hand."""

from tests.spec.case.declared import (
    AUTUMN,
    CITIZEN,
    DIRECTOR,
    EXAMINER,
    EXPLANATION,
    FOOD,
    HEARING,
    INSPECTOR,
    LICENCE,
    PLAIN,
    REVIEWER,
    SHARING,
    SHOP,
    SYSTEM,
    WINDOW,
    Course,
    at,
    opened,
    opening,
)

from tongban.kernel.case.commands import (
    Accept,
    AskCorrection,
    AskReview,
    CompleteStep,
    Decide,
    Open,
    SupplyCorrection,
    Withdraw,
)
from tongban.kernel.case.declaration import Procedure
from tongban.kernel.case.model import Decision, Outcome, Pause, Phase
from tongban.kernel.terms import Actor, Subject, SubjectKind


def step(name: str, outcome: Outcome = Outcome.GRANTED) -> CompleteStep:
    return CompleteStep(name, outcome, "seen")


def test_an_item_with_steps():
    course = opened(FOOD, "10-12 09:00")
    assert course.act(WINDOW, "10-12 10:00", Accept()) == [
        "accepted",
        "step-started inspect",
        "step-started papers",
    ]
    assert course.act(INSPECTOR, "10-13 09:00", step("inspect")) == [
        "step-done inspect granted"
    ]
    assert course.act(REVIEWER, "10-14 09:00", step("papers")) == [
        "step-done papers granted",
        "step-started report",
    ]
    course.act(REVIEWER, "10-15 09:00", step("report"))
    assert course.act(EXAMINER, "10-16 09:00", Decide(Outcome.GRANTED, "")) == [
        "decided granted"
    ]
    case = course.state
    assert (case.phase, case.outcome) == (Phase.CLOSED, Outcome.GRANTED)
    assert case.closed == at("10-16 09:00")
    assert case.version == len(course.events) == 9
    assert case.decision == Decision(
        Outcome.GRANTED, "", False, at("10-16 09:00"), "examiner@market"
    )


def test_a_failed_step_drops_what_needs_it_and_allows_an_early_refusal():
    course = opened(FOOD, "10-12 09:00")
    course.act(WINDOW, "10-12 10:00", Accept())
    assert course.act(INSPECTOR, "10-13 09:00", step("inspect", Outcome.REFUSED)) == [
        "step-done inspect refused",
        "step-dropped report needs:inspect",
    ]
    refusal = Decide(Outcome.REFUSED, "食品安全法 第三十三条")
    assert course.act(EXAMINER, "10-13 10:00", refusal) == [
        "step-dropped papers decided",
        "decided refused",
    ]
    papers = course.state.steps["papers"]
    assert (papers.dropped, papers.outcome, papers.opinion) == (True, None, "decided")
    report = course.state.steps["report"]
    assert (report.started, report.done) == (at("10-13 09:00"), at("10-13 09:00"))


def test_an_item_without_steps_goes_straight_to_decision():
    course = opened(PLAIN)
    assert course.act(WINDOW, "10-12 10:00", Accept()) == ["accepted"]
    granted = Decide(Outcome.GRANTED, "", ({"title": "齐全", "holds": True},))
    assert course.act(EXAMINER, "10-12 11:00", granted) == ["decided granted"]


def test_the_head_may_do_the_work_of_every_post():
    course = opened(FOOD)
    course.act(DIRECTOR, "10-12 10:00", Accept())
    for name in ("inspect", "papers", "report"):
        course.act(DIRECTOR, "10-12 11:00", step(name))
    course.act(DIRECTOR, "10-12 12:00", Decide(Outcome.GRANTED, ""))
    assert course.state.outcome is Outcome.GRANTED


def test_one_correction_and_back():
    course = opened(PLAIN)
    notice = AskCorrection(("address", "lease"), "看不清")
    assert course.act(WINDOW, "10-12 10:00", notice) == ["correction-asked"]
    assert course.state.phase is Phase.CORRECTING
    supply = SupplyCorrection({"address": "云州路 1 号"}, {"lease": "file:01"})
    assert course.act(CITIZEN, "10-13 10:00", supply) == ["correction-supplied"]
    case = course.state
    assert case.phase is Phase.SUBMITTED
    assert case.data == {"address": "云州路 1 号"}
    assert case.materials == {"lease": "file:01"}
    assert case.received == at("10-13 10:00")
    (correction,) = case.corrections
    assert (correction.missing, correction.note) == (("address", "lease"), "看不清")


def test_silence_comes_before_the_command_that_finds_it():
    course = opened(FOOD, "09-28 10:00")
    assert course.act(INSPECTOR, "10-12 10:00", step("inspect")) == [
        "accepted",
        "step-started inspect",
        "step-started papers",
        "step-done inspect granted",
    ]
    assert course.state.steps["inspect"].started == at("10-11 00:00")


def test_withdrawing_ends_the_work_at_hand_and_the_pause():
    course = opened(FOOD)
    course.act(WINDOW, "10-12 10:00", Accept())
    course.act(EXAMINER, "10-13 10:00", HEARING)
    assert course.act(CITIZEN, "10-14 10:00", Withdraw("不开了")) == [
        "step-dropped inspect withdrawn",
        "step-dropped papers withdrawn",
        "withdrawn",
    ]
    case = course.state
    assert (case.phase, case.outcome, case.decision) == (
        Phase.CLOSED,
        Outcome.WITHDRAWN,
        None,
    )
    since, until = at("10-13 10:00"), at("10-14 10:00")
    hearing = Pause(Procedure.HEARING, "申请人要求听证", 10, since, until)
    assert case.pauses == (hearing,)


def test_a_rule_grants_at_once_and_stands_in_for_acceptance_and_steps():
    course = opened(LICENCE)
    instant = Decide(Outcome.GRANTED, "", EXPLANATION)
    assert course.act(SYSTEM, "10-12 09:00", instant) == ["accepted", "decided granted"]
    decision = course.state.decision
    assert decision is not None
    assert (decision.automatic, decision.by) == (True, "system")
    assert decision.explanation == EXPLANATION


def test_a_rule_may_still_speak_while_nobody_has_ended_a_step():
    course = opened(LICENCE)
    course.act(WINDOW, "10-12 10:00", Accept())
    assert course.act(
        SYSTEM, "10-12 11:00", Decide(Outcome.GRANTED, "", EXPLANATION)
    ) == ["step-dropped check decided", "decided granted"]


def test_after_a_rule_a_person_looks_again_from_the_beginning():
    course = opened(LICENCE)
    course.act(WINDOW, "10-12 10:00", Accept())
    course.act(SYSTEM, "10-12 11:00", Decide(Outcome.GRANTED, "", EXPLANATION))
    assert course.act(CITIZEN, "10-19 09:00", AskReview("名称不对")) == [
        "review-asked",
        "step-started check",
    ]
    case = course.state
    assert (case.phase, case.decision, case.outcome, case.closed) == (
        Phase.ACCEPTED,
        None,
        None,
        None,
    )
    assert case.accepted == at("10-12 10:00")
    course.act(REVIEWER, "10-19 10:00", step("check"))
    course.act(EXAMINER, "10-19 11:00", Decide(Outcome.REFUSED, "名称重复"))
    assert course.state.outcome is Outcome.REFUSED


def test_a_one_thing_opens_its_items_as_their_needs_are_met():
    course = Course(SHOP)
    assert course.act(CITIZEN, "10-12 09:00", opening()) == [
        "opened",
        "accepted",
        "step-started licence",
    ]
    licence = CompleteStep("licence", Outcome.GRANTED, child="2")
    assert course.act(SYSTEM, "10-12 09:01", licence) == [
        "step-done licence granted",
        "step-started food",
        "step-started sign",
    ]
    assert course.state.steps["licence"].child == "2"
    assert course.act(SYSTEM, "10-13 09:00", step("sign")) == ["step-done sign granted"]
    assert course.act(SYSTEM, "10-14 09:00", step("food", Outcome.REFUSED)) == [
        "step-done food refused",
        "step-dropped party needs:food",
        "decided partial",
    ]
    decision = course.state.decision
    assert decision is not None
    assert decision.explanation == (
        {"step": "licence", "outcome": "granted"},
        {"step": "food", "outcome": "refused"},
        {"step": "sign", "outcome": "granted"},
        {"step": "party", "outcome": None},
    )


def test_a_one_thing_of_which_all_was_granted():
    course = opened(SHOP)
    for name in ("licence", "food", "sign"):
        course.act(SYSTEM, "10-13 09:00", step(name))
    last = course.act(SYSTEM, "10-13 09:00", step("party"))
    assert last == ["step-done party granted", "decided granted"]


def test_when_the_first_item_falls_so_do_all_that_rest_on_it():
    course = opened(SHOP)
    assert course.act(SYSTEM, "10-13 09:00", step("licence", Outcome.REFUSED)) == [
        "step-done licence refused",
        "step-dropped food needs:licence",
        "step-dropped sign needs:licence",
        "step-dropped party needs:food",
        "decided refused",
    ]


def test_a_one_thing_whose_items_were_all_withdrawn():
    course = opened(SHOP)
    course.act(SYSTEM, "10-13 09:00", step("licence", Outcome.WITHDRAWN))
    assert course.state.outcome is Outcome.WITHDRAWN
    assert course.state.decision is not None


def test_withdrawing_a_one_thing_drops_its_running_items():
    course = opened(SHOP)
    course.act(SYSTEM, "10-13 09:00", step("licence"))
    assert course.act(CITIZEN, "10-14 09:00", Withdraw()) == [
        "step-dropped food withdrawn",
        "step-dropped sign withdrawn",
        "withdrawn",
    ]


def test_the_system_withdraws_the_item_of_a_withdrawn_one_thing():
    course = Course(PLAIN)
    course.act(SYSTEM, "10-12 09:00", opening("2", parent="1"))
    assert course.state.parent == "1"
    assert course.act(SYSTEM, "10-13 09:00", Withdraw("1")) == ["withdrawn"]


def test_where_nothing_is_to_be_accepted_work_begins_at_once():
    organ = Subject(SubjectKind.ENTERPRISE, "11990100MB00000000")
    course = Course(SHARING)
    wish = Open("1", organ, {}, {})
    assert course.act(Actor("tax", subject=organ), "10-12 09:00", wish) == [
        "opened",
        "accepted",
    ]
    course.act(DIRECTOR, "10-13 09:00", Decide(Outcome.GRANTED, ""))
    assert course.state.outcome is Outcome.GRANTED
    assert AUTUMN.day(course.state.opened).day == 12
