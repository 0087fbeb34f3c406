"""What is refused about promises, samples and objections, one row each."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from tests.spec.case.declared import (
    CITIZEN,
    COMMITTED,
    DIRECTOR,
    EXAMINER,
    EXPLANATION,
    INSPECTOR,
    LACKING,
    LICENCE,
    LIN,
    OBJECTION,
    OUTSIDER,
    PLAIN,
    SAMPLED,
    STRANGER,
    SYSTEM,
    WINDOW,
    Course,
    opening,
    vow,
)

from tongban.kernel.case.commands import (
    Accept,
    AnswerObjection,
    AskCorrection,
    AskReview,
    BreakPromise,
    Command,
    Decide,
    Draw,
    KeepPromise,
    Object,
    Open,
    RefuseAcceptance,
    ReturnPromised,
    ReviewSample,
    SupplyCorrection,
    SupplyPromised,
)
from tongban.kernel.case.declaration import CaseType
from tongban.kernel.case.model import Outcome, Vow
from tongban.kernel.terms import Actor, UserError


Act = tuple[Actor, str, Command]

PAPER = {"lease": "file:02"}
OPEN = (CITIZEN, "10-12 09:00", opening())
PROMISING = replace(opening(), promises=(vow(LACKING, "lease"),))
LACK = (CITIZEN, "10-12 09:00", PROMISING)
COMMIT = (
    CITIZEN,
    "10-12 09:00",
    replace(opening(), promises=(vow(COMMITTED),)),
)
ACCEPT = (WINDOW, "10-12 10:00", Accept())
GRANT = (EXAMINER, "10-13 10:00", Decide(Outcome.GRANTED, ""))
REFUSE = (EXAMINER, "10-13 10:00", Decide(Outcome.REFUSED, "第三十三条"))
SUPPLY = (CITIZEN, "10-14 10:00", SupplyPromised(PAPER))
KEEP = (WINDOW, "10-15 10:00", KeepPromise())
RETURN = (WINDOW, "10-15 10:00", ReturnPromised("看不清"))
BREAK = (WINDOW, "10-15 10:00", BreakPromise("是伪造的"))
DECLINE = (WINDOW, "10-12 10:00", RefuseAcceptance("不需要许可"))
DRAWN = Decide(Outcome.GRANTED, "", EXPLANATION, Draw(50, "k", drawn=True))
INSTANT = (SYSTEM, "10-12 09:00", DRAWN)
SPARED = (SYSTEM, "10-12 09:00", replace(DRAWN, draw=Draw(50, "k", drawn=False)))
LOOK = (DIRECTOR, "10-13 10:00", ReviewSample(agrees=True))
OBJECT = (CITIZEN, "10-14 10:00", Object("7", "事实不清"))
ANSWER = (SYSTEM, "10-16 10:00", AnswerObjection("7", Outcome.REFUSED, "理由"))
ASK = (WINDOW, "10-12 10:00", AskCorrection(("lease",)))


def as_(by: Actor, act: Act) -> Act:
    return by, act[1], act[2]


def open_(*vows: Vow, barred: tuple[str, ...] = ()) -> Act:
    return CITIZEN, OPEN[1], replace(opening(), promises=vows, barred=barred)


ROWS: Sequence[tuple[CaseType, Sequence[Act], Act, str]] = [
    # what may be promised, and by whom
    (PLAIN, [], open_(Vow("plain", "x", ("lease",))), "case.no-promise"),
    (LACKING, [], open_(vow(LACKING)), "case.no-promise"),
    (LACKING, [], open_(vow(LACKING, "plan")), "case.no-promise"),
    (
        LACKING,
        [],
        open_(Vow("plain", "0" * 64, ("lease",))),
        "case.promise-changed",
    ),
    (LACKING, [], open_(vow(LACKING, "lease"), barred=("3",)), "case.barred"),
    (
        LACKING,
        [OPEN, ASK],
        (
            CITIZEN,
            "10-13 10:00",
            SupplyCorrection({}, {}, vow(LACKING, "lease"), ("3",)),
        ),
        "case.barred",
    ),
    (
        LACKING,
        [LACK, ASK],
        (CITIZEN, "10-13 10:00", SupplyCorrection({}, {}, vow(LACKING, "lease"))),
        "case.already",
    ),
    (
        COMMITTED,
        [OPEN, ASK],
        (CITIZEN, "10-13 10:00", SupplyCorrection({}, PAPER, vow(COMMITTED))),
        "case.no-promise",
    ),
    # nothing was promised, or it binds no longer
    (LACKING, [OPEN], SUPPLY, "case.no-promise"),
    (LACKING, [LACK, ACCEPT, REFUSE], SUPPLY, "case.no-promise"),
    (LACKING, [LACK, SUPPLY, KEEP], SUPPLY, "case.already"),
    (LACKING, [LACK, SUPPLY, KEEP], BREAK, "case.already"),
    (LACKING, [LACK, SUPPLY], SUPPLY, "case.already"),
    (LACKING, [LACK, SUPPLY, BREAK], BREAK, "case.already"),
    # whose act it is
    (LACKING, [LACK], as_(STRANGER, SUPPLY), "case.not-yours"),
    (LACKING, [LACK, SUPPLY], as_(EXAMINER, KEEP), "case.not-yours"),
    (LACKING, [LACK, SUPPLY], as_(CITIZEN, KEEP), "case.not-yours"),
    (COMMITTED, [COMMIT], as_(WINDOW, BREAK), "case.not-yours"),
    # what comes first
    (LACKING, [LACK], KEEP, "case.not-ready"),
    (LACKING, [LACK], BREAK, "case.not-ready"),
    (LACKING, [LACK, SUPPLY, RETURN], KEEP, "case.not-ready"),
    (COMMITTED, [COMMIT], SUPPLY, "case.not-ready"),
    (COMMITTED, [COMMIT, ACCEPT], as_(INSPECTOR, BREAK), "case.not-ready"),
    (LACKING, [LACK, ACCEPT, SUPPLY, BREAK], GRANT, "case.not-ready"),
    # with which words
    (
        LACKING,
        [LACK],
        (CITIZEN, "10-14 10:00", SupplyPromised({})),
        "case.still-missing",
    ),
    (
        LACKING,
        [LACK, SUPPLY],
        (WINDOW, "10-15 10:00", BreakPromise(" ")),
        "case.reasons-missing",
    ),
    (
        LACKING,
        [LACK, SUPPLY],
        (WINDOW, "10-15 10:00", ReturnPromised("")),
        "case.reasons-missing",
    ),
    # 不予受理
    (PLAIN, [OPEN], as_(EXAMINER, DECLINE), "case.not-yours"),
    (PLAIN, [OPEN, ACCEPT], DECLINE, "case.already"),
    (PLAIN, [OPEN, ASK], DECLINE, "case.not-ready"),
    (
        PLAIN,
        [OPEN],
        (WINDOW, "10-12 10:00", RefuseAcceptance("")),
        "case.reasons-missing",
    ),
    # samples
    (SAMPLED, [OPEN, SPARED], LOOK, "case.no-sample"),
    (SAMPLED, [OPEN, INSTANT, LOOK], LOOK, "case.already"),
    (SAMPLED, [OPEN, INSTANT], as_(EXAMINER, LOOK), "case.not-yours"),
    (
        SAMPLED,
        [OPEN, INSTANT],
        (DIRECTOR, "10-13 10:00", ReviewSample(agrees=False)),
        "case.reasons-missing",
    ),
    (
        SAMPLED,
        [OPEN, INSTANT, (CITIZEN, "10-12 10:00", AskReview())],
        LOOK,
        "case.no-sample",
    ),
    # objections
    (LACKING, [OPEN], OBJECT, "case.no-objection"),
    (LACKING, [OPEN, ACCEPT, GRANT], OBJECT, "case.no-objection"),
    (LICENCE, [OPEN, INSTANT], OBJECT, "case.no-objection"),
    (PLAIN, [OPEN, ACCEPT, REFUSE], OBJECT, "case.no-objection"),
    (LACKING, [OPEN, ACCEPT, REFUSE], as_(STRANGER, OBJECT), "case.not-yours"),
    (LACKING, [OPEN, ACCEPT, REFUSE, OBJECT], OBJECT, "case.already"),
    (
        LACKING,
        [OPEN, ACCEPT, REFUSE],
        (CITIZEN, "10-14 10:00", Object("7", "")),
        "case.reasons-missing",
    ),
    # the refusal of 13 October may be contested until 3 November
    (
        LACKING,
        [OPEN, ACCEPT, REFUSE],
        (CITIZEN, "11-04 00:00", Object("7", "事实不清")),
        "case.too-late",
    ),
    (LACKING, [OPEN, ACCEPT, REFUSE], ANSWER, "case.no-objection"),
    (LACKING, [OPEN, ACCEPT, REFUSE, OBJECT], as_(DIRECTOR, ANSWER), "case.not-yours"),
    # a person from the start
    (
        LICENCE,
        [(CITIZEN, "10-12 09:00", replace(opening(), person=True))],
        (SYSTEM, "10-12 09:00", Decide(Outcome.GRANTED, "", EXPLANATION)),
        "case.not-yours",
    ),
]

AFTERWARDS = {
    "case.no-promise",
    "case.promise-changed",
    "case.barred",
    "case.no-sample",
    "case.no-objection",
}


@pytest.mark.parametrize(("case_type", "before", "act", "code"), ROWS)
def test_refused(case_type, before, act, code):
    course = Course(case_type)
    for earlier in before:
        course.act(*earlier)
    with pytest.raises(UserError) as refusal:
        course.act(*act)
    assert refusal.value.code == code
    assert refusal.value.why
    assert refusal.value.mend


def test_every_code_is_met():
    assert {code for *_, code in ROWS} > AFTERWARDS


CONTEST = Open("7", LIN, {}, {}, about="1", excluded=frozenset({"director@market"}))


@pytest.mark.parametrize(
    ("case_type", "by", "command"),
    [
        (OBJECTION, CITIZEN, CONTEST),
        (OBJECTION, CITIZEN, replace(CONTEST, about=None)),
        (OBJECTION, SYSTEM, replace(CONTEST, about=None)),
        (PLAIN, SYSTEM, CONTEST),
    ],
)
def test_an_objection_is_opened_by_the_case_it_contests_alone(case_type, by, command):
    with pytest.raises(UserError) as refusal:
        Course(case_type).act(by, "10-14 10:00", command)
    assert refusal.value.code == "case.not-yours"


def test_nobody_answers_an_objection_to_their_own_decision():
    course = Course(OBJECTION)
    course.act(SYSTEM, "10-14 10:00", CONTEST)
    with pytest.raises(UserError) as refusal:
        course.act(DIRECTOR, "10-14 11:00", Accept())
    assert refusal.value.code == "case.conflict-of-interest"
    assert course.act(WINDOW, "10-14 11:00", Accept()) == ["accepted"]
    assert OUTSIDER.account not in course.state.excluded
