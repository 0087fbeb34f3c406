"""What is refused: to whom, when, and with which words, one row each."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from tests.spec.case.declared import (
    AUTUMN,
    CITIZEN,
    COMPANY,
    DIRECTOR,
    EXAMINER,
    EXPLANATION,
    FOOD,
    HEARD,
    HEARING,
    INSPECTOR,
    LICENCE,
    LIN,
    OUTSIDER,
    PLAIN,
    REVIEWER,
    SHOP,
    STRANGER,
    SYSTEM,
    WINDOW,
    Course,
    at,
    opened,
    opening,
)
from tests.spec.case.desk_rows import DESK_ROWS
from tests.spec.case.test_refusals_afterwards import AFTERWARDS

from tongban.kernel.case.commands import (
    Accept,
    AskCorrection,
    AskReview,
    Command,
    CompleteStep,
    Decide,
    Extend,
    Open,
    SupplyCorrection,
    Withdraw,
)
from tongban.kernel.case.decide import next_acts
from tongban.kernel.case.declaration import CaseType
from tongban.kernel.case.model import Outcome
from tongban.kernel.terms import Actor, UserError


Act = tuple[Actor, str, Command]

ACCEPT = (WINDOW, "10-12 10:00", Accept())
ASK = (WINDOW, "10-12 10:00", AskCorrection(("lease",)))
SUPPLY = (CITIZEN, "10-13 10:00", SupplyCorrection({}, {"lease": "file:01"}))
PAUSE = (EXAMINER, "10-13 10:00", HEARING)
RESUME = (EXAMINER, "10-13 11:00", HEARD)
EXTEND = (DIRECTOR, "10-13 10:00", Extend(5, "案情复杂"))
INSPECTED = (INSPECTOR, "10-13 10:00", CompleteStep("inspect", Outcome.GRANTED))
FAILED = (INSPECTOR, "10-13 10:00", CompleteStep("inspect", Outcome.REFUSED, "脏"))
LONG, TOO_LONG = "字" * 4001, "case.too-long"
GRANT = (EXAMINER, "10-14 10:00", Decide(Outcome.GRANTED, ""))
REFUSE = (EXAMINER, "10-14 10:00", Decide(Outcome.REFUSED, "第三十三条"))
INSTANT = (SYSTEM, "10-12 09:00", Decide(Outcome.GRANTED, "", EXPLANATION))
WITHDRAW = (CITIZEN, "10-15 10:00", Withdraw())
REVIEW = (CITIZEN, "10-15 10:00", AskReview("名称"))
ITEM_DONE = (SYSTEM, "10-13 10:00", CompleteStep("licence", Outcome.REFUSED))


def later(act: Act, when: str) -> Act:
    return act[0], when, act[2]


def as_(by: Actor, act: Act) -> Act:
    return by, act[1], act[2]


ROWS: Sequence[tuple[CaseType, Sequence[Act], Act, str]] = [
    # whose act it is
    (PLAIN, [], as_(CITIZEN, ACCEPT), "case.not-yours"),
    (PLAIN, [], as_(EXAMINER, ACCEPT), "case.not-yours"),
    (PLAIN, [], as_(OUTSIDER, ACCEPT), "case.not-yours"),
    (PLAIN, [], as_(SYSTEM, ACCEPT), "case.not-yours"),
    (PLAIN, [], as_(CITIZEN, ASK), "case.not-yours"),
    (PLAIN, [ASK], as_(STRANGER, SUPPLY), "case.not-yours"),
    (PLAIN, [ASK], as_(WINDOW, SUPPLY), "case.not-yours"),
    (FOOD, [ACCEPT], as_(REVIEWER, INSPECTED), "case.not-yours"),
    (FOOD, [ACCEPT], as_(SYSTEM, INSPECTED), "case.not-yours"),
    (PLAIN, [ACCEPT], as_(WINDOW, PAUSE), "case.not-yours"),
    (PLAIN, [ACCEPT], as_(EXAMINER, EXTEND), "case.not-yours"),
    (PLAIN, [ACCEPT], as_(WINDOW, GRANT), "case.not-yours"),
    (PLAIN, [ACCEPT], as_(CITIZEN, GRANT), "case.not-yours"),
    (PLAIN, [], as_(STRANGER, WITHDRAW), "case.not-yours"),
    (PLAIN, [], as_(DIRECTOR, WITHDRAW), "case.not-yours"),
    (PLAIN, [], as_(SYSTEM, WITHDRAW), "case.not-yours"),
    (LICENCE, [INSTANT], as_(STRANGER, REVIEW), "case.not-yours"),
    (SHOP, [], as_(CITIZEN, ITEM_DONE), "case.not-yours"),
    (SHOP, [], as_(DIRECTOR, ITEM_DONE), "case.not-yours"),
    (SHOP, [], as_(DIRECTOR, GRANT), "case.not-yours"),
    # a rule: declared, granting, not after a person was asked for
    (PLAIN, [], INSTANT, "case.not-yours"),
    (LICENCE, [], as_(SYSTEM, REFUSE), "case.not-yours"),
    (LICENCE, [INSTANT, REVIEW], later(INSTANT, "10-16 10:00"), "case.not-yours"),
    (
        LICENCE,
        [],
        (SYSTEM, "10-12 10:00", Decide(Outcome.GRANTED, "")),
        "case.reasons-missing",
    ),
    (LICENCE, [ASK], later(INSTANT, "10-13 10:00"), "case.not-ready"),
    (LICENCE, [ACCEPT, PAUSE], later(INSTANT, "10-14 10:00"), "case.not-ready"),
    (
        LICENCE,
        [ACCEPT, (REVIEWER, "10-12 11:00", CompleteStep("check", Outcome.GRANTED))],
        later(INSTANT, "10-13 10:00"),
        "case.not-ready",
    ),
    # done once
    (PLAIN, [ACCEPT], ACCEPT, "case.already"),
    (PLAIN, [ASK, SUPPLY], later(ASK, "10-13 11:00"), "case.already"),
    (PLAIN, [ASK], ASK, "case.already"),
    (PLAIN, [ASK, SUPPLY], SUPPLY, "case.already"),
    (FOOD, [ACCEPT, INSPECTED], INSPECTED, "case.already"),
    (PLAIN, [ACCEPT, PAUSE], PAUSE, "case.already"),
    (PLAIN, [ACCEPT, PAUSE, RESUME], RESUME, "case.already"),
    (PLAIN, [ACCEPT, EXTEND], EXTEND, "case.already"),
    (PLAIN, [ACCEPT, GRANT], GRANT, "case.already"),
    (PLAIN, [ACCEPT, GRANT], REFUSE, "case.already"),
    (PLAIN, [WITHDRAW], WITHDRAW, "case.already"),
    (LICENCE, [INSTANT], INSTANT, "case.already"),
    (LICENCE, [INSTANT, REVIEW], REVIEW, "case.already"),
    (SHOP, [ITEM_DONE], ITEM_DONE, "case.already"),
    # closed stays closed
    (PLAIN, [WITHDRAW], later(ACCEPT, "10-16 10:00"), "case.closed"),
    (PLAIN, [WITHDRAW], later(ASK, "10-16 10:00"), "case.closed"),
    (PLAIN, [WITHDRAW], later(SUPPLY, "10-16 10:00"), "case.closed"),
    (PLAIN, [WITHDRAW], later(GRANT, "10-16 10:00"), "case.closed"),
    (PLAIN, [ACCEPT, GRANT], later(PAUSE, "10-16 10:00"), "case.closed"),
    (PLAIN, [ACCEPT, PAUSE, WITHDRAW], later(RESUME, "10-16 10:00"), "case.closed"),
    (PLAIN, [ACCEPT, GRANT], later(EXTEND, "10-16 10:00"), "case.closed"),
    (PLAIN, [ACCEPT, GRANT], WITHDRAW, "case.closed"),
    (
        LICENCE,
        [INSTANT],
        (REVIEWER, "10-13 10:00", CompleteStep("check", Outcome.GRANTED)),
        "case.closed",
    ),
    # something else comes first
    (PLAIN, [ASK], later(ACCEPT, "10-12 11:00"), "case.not-ready"),
    (PLAIN, [], SUPPLY, "case.not-ready"),
    (FOOD, [], INSPECTED, "case.not-ready"),
    (
        FOOD,
        [ACCEPT],
        (REVIEWER, "10-13 10:00", CompleteStep("report", Outcome.GRANTED)),
        "case.not-ready",
    ),
    (PLAIN, [], PAUSE, "case.not-ready"),
    (PLAIN, [ACCEPT], RESUME, "case.not-ready"),
    (PLAIN, [], EXTEND, "case.not-ready"),
    (PLAIN, [], GRANT, "case.not-ready"),
    (PLAIN, [ASK], GRANT, "case.not-ready"),
    (PLAIN, [ACCEPT, PAUSE], GRANT, "case.not-ready"),
    (FOOD, [ACCEPT], GRANT, "case.not-ready"),
    (FOOD, [ACCEPT], REFUSE, "case.not-ready"),
    (FOOD, [ACCEPT, FAILED], GRANT, "case.not-ready"),
    # too late
    (PLAIN, [ACCEPT], ASK, "case.too-late"),
    (PLAIN, [], later(ASK, "10-20 00:00"), "case.too-late"),
    (PLAIN, [ACCEPT], later(EXTEND, "11-10 00:00"), "case.too-late"),
    (LICENCE, [INSTANT], later(REVIEW, "12-12 00:00"), "case.too-late"),
    # a step that fell
    (
        FOOD,
        [ACCEPT, FAILED],
        (REVIEWER, "10-13 10:00", CompleteStep("report", Outcome.GRANTED)),
        "case.step-dropped",
    ),
    # the words of a command
    (PLAIN, [], (WINDOW, "10-12 10:00", AskCorrection(())), "case.reasons-missing"),
    (PLAIN, [], (WINDOW, "10-12 10:00", AskCorrection(("tea",))), "case.undeclared"),
    (
        PLAIN,
        [ASK],
        (CITIZEN, "10-13 10:00", SupplyCorrection({"address": "x"}, {"lease": ""})),
        "case.still-missing",
    ),
    (
        FOOD,
        [ACCEPT],
        (INSPECTOR, "10-13 10:00", CompleteStep("inspect", Outcome.REFUSED, " ")),
        "case.reasons-missing",
    ),
    (
        FOOD,
        [ACCEPT],
        (INSPECTOR, "10-13 10:00", CompleteStep("inspect", Outcome.PARTIAL, "x")),
        "case.wrong-outcome",
    ),
    (
        FOOD,
        [ACCEPT],
        (INSPECTOR, "10-13 10:00", CompleteStep("inspct", Outcome.GRANTED)),
        "case.unknown-step",
    ),
    (
        PLAIN,
        [ACCEPT],
        (EXAMINER, "10-13 10:00", replace(HEARING, reason="")),
        "case.reasons-missing",
    ),
    (
        PLAIN,
        [ACCEPT],
        (DIRECTOR, "10-13 10:00", Extend(5, "")),
        "case.reasons-missing",
    ),
    (PLAIN, [ACCEPT], (DIRECTOR, "10-13 10:00", Extend(0, "x")), "case.no-extension"),
    (PLAIN, [ACCEPT], (DIRECTOR, "10-13 10:00", Extend(11, "x")), "case.no-extension"),
    (
        PLAIN,
        [ACCEPT],
        (EXAMINER, "10-13 10:00", Decide(Outcome.REFUSED, "\n")),
        "case.reasons-missing",
    ),
    (
        PLAIN,
        [ACCEPT],
        (EXAMINER, "10-13 10:00", Decide(Outcome.PARTIAL, "x")),
        "case.wrong-outcome",
    ),
    # more words than are kept, wherever words are asked for
    (PLAIN, [], (WINDOW, "10-12 10:00", AskCorrection(("lease",), LONG)), TOO_LONG),
    (
        FOOD,
        [ACCEPT],
        (INSPECTOR, "10-13 10:00", CompleteStep("inspect", Outcome.GRANTED, LONG)),
        TOO_LONG,
    ),
    (
        PLAIN,
        [ACCEPT],
        (EXAMINER, "10-13 10:00", replace(HEARING, reason=LONG)),
        TOO_LONG,
    ),
    (PLAIN, [ACCEPT], (DIRECTOR, "10-13 10:00", Extend(5, LONG)), TOO_LONG),
    (
        PLAIN,
        [ACCEPT],
        (EXAMINER, "10-13 10:00", Decide(Outcome.GRANTED, LONG)),
        TOO_LONG,
    ),
    (LICENCE, [INSTANT], (CITIZEN, "10-15 10:00", AskReview(LONG)), TOO_LONG),
    (PLAIN, [], (CITIZEN, "10-15 10:00", Withdraw(LONG)), TOO_LONG),
    # what is not there to be done
    (
        replace(PLAIN, decision=replace(PLAIN.decision, extension=0)),
        [ACCEPT],
        EXTEND,
        "case.no-extension",
    ),
    (SHOP, [], EXTEND, "case.no-extension"),
    (replace(PLAIN, decision=None), [ACCEPT], PAUSE, "case.no-clock"),
    (replace(PLAIN, decision=None), [ACCEPT], RESUME, "case.no-clock"),
    (PLAIN, [ACCEPT], REVIEW, "case.no-review"),
    (PLAIN, [ACCEPT, GRANT], REVIEW, "case.no-review"),
    (SHOP, [ITEM_DONE], REVIEW, "case.no-review"),
    *DESK_ROWS,
]


@pytest.mark.parametrize(("case_type", "before", "act", "code"), ROWS)
def test_refused(case_type, before, act, code):
    course = opened(case_type, "10-12 09:00")
    for earlier in before:
        course.act(*earlier)
    with pytest.raises(UserError) as refusal:
        course.act(*act)
    assert refusal.value.code == code
    assert refusal.value.why
    assert refusal.value.mend


def test_every_code_of_the_tree_is_met_in_this_file(refused_codes):
    elsewhere = {"case.stale", "case.unknown", "case.immovable", "case.not-in-force"}
    elsewhere |= AFTERWARDS
    assert refused_codes - elsewhere == {code for *_, code in ROWS}


@pytest.fixture
def refused_codes() -> set[str]:
    def tree(root: type[UserError]) -> set[type[UserError]]:
        return {root}.union(*(tree(kind) for kind in root.__subclasses__()))

    mine = {k for k in tree(UserError) if k.__module__.endswith("case.refusals")}
    return {kind.code for kind in mine} - {"case.refused"}


def test_four_thousand_characters_are_kept():
    withdrawn = opened(PLAIN).act(CITIZEN, "10-15 10:00", Withdraw(LONG[1:]))
    assert withdrawn == ["withdrawn"]


BARE = Open("1", LIN, {}, {})


@pytest.mark.parametrize(
    ("by", "command"),
    [
        (STRANGER, BARE),
        (WINDOW, BARE),
        (SYSTEM, BARE),
        (CITIZEN, replace(BARE, parent="7")),
        (COMPANY, replace(BARE, applicant=COMPANY.subject)),
    ],
)
def test_one_opens_for_oneself_what_is_meant_for_one(by, command):
    with pytest.raises(UserError) as refusal:
        Course(PLAIN).act(by, "10-12 09:00", command)
    assert refusal.value.code == "case.not-yours"


def test_an_item_that_is_no_matter_by_itself_is_opened_by_its_one_thing():
    part = replace(PLAIN, alone=False)
    with pytest.raises(UserError) as refusal:
        Course(part).act(CITIZEN, "10-12 09:00", BARE)
    assert refusal.value.code == "case.not-yours"
    child = replace(BARE, parent="7")
    assert Course(part).act(SYSTEM, "10-12 09:00", child) == ["opened"]
    assert next_acts(part, None, CITIZEN, at("10-12 09:00"), AUTUMN) == ()


def test_a_number_is_opened_once():
    with pytest.raises(UserError) as refusal:
        opened(PLAIN).act(CITIZEN, "10-12 09:01", opening())
    assert refusal.value.code == "case.already"


def test_a_case_that_is_not_there():
    with pytest.raises(UserError) as refusal:
        Course(PLAIN).act(CITIZEN, "10-12 09:00", Withdraw())
    assert refusal.value.code == "case.unknown"


def test_a_stale_page():
    course = opened(FOOD)
    seen = course.state.version
    course.act(*ACCEPT)
    with pytest.raises(UserError) as refusal:
        course.act(CITIZEN, "10-12 11:00", Withdraw(), seen=seen)
    assert refusal.value.code == "case.stale"
    assert refusal.value.facts == {"number": "1", "seen": 1, "version": 4}
    assert course.act(CITIZEN, "10-12 11:00", Withdraw(), seen=4)[-1] == "withdrawn"


@pytest.mark.parametrize("seen", [1, 4])
def test_time_alone_makes_no_page_stale(seen):
    course = opened(FOOD, "09-28 10:00")
    done = CompleteStep("inspect", Outcome.GRANTED)
    course.act(INSPECTOR, "10-12 10:00", done, seen=seen)
    assert course.state.accepted == at("09-28 10:00")


def test_the_review_may_be_asked_until_the_sixtieth_day():
    course = opened(LICENCE, "10-12 09:00")
    course.act(*INSTANT)
    asked = course.act(CITIZEN, "12-11 23:59", AskReview())
    assert asked == ["review-asked", "step-started check"]


def test_without_silence_in_the_law_a_late_case_is_still_to_accept():
    loud = replace(PLAIN, acceptance=replace(PLAIN.acceptance, silence=None))
    course = opened(loud, "10-12 09:00")
    with pytest.raises(UserError) as refusal:
        course.act(*later(ASK, "10-20 09:00"))
    assert refusal.value.code == "case.too-late"
    assert course.act(*later(ACCEPT, "10-20 09:00")) == ["accepted"]


def test_nobody_has_a_post_that_is_not_declared():
    headless = replace(PLAIN, acceptor=None, head=None)
    with pytest.raises(UserError) as refusal:
        opened(headless).act(*ACCEPT)
    assert refusal.value.facts["posts"] == "nobody"
