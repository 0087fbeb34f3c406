"""What is refused about who works on a case, one row each; read by test_refusals."""

from dataclasses import replace

from tests.spec.case.declared import (
    CITIZEN,
    DIRECTOR,
    EXAMINER,
    FOOD,
    HEARD,
    HEARING,
    INSPECTOR,
    OUTSIDER,
    PLAIN,
    REVIEWER,
    SHOP,
    WINDOW,
    official,
)

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
from tongban.kernel.case.declaration import Joint, Oversight, Seat
from tongban.kernel.case.model import Outcome


YES, NO = Outcome.GRANTED, Outcome.REFUSED
ABOVE = Oversight("data-bureau", "supervisor", "leader")
SUPERVISOR = official("supervisor", "data-bureau")
LEADER = official("leader", "data-bureau")
FIREMAN = official("inspector", "fire")

# Two examiners decide, and somebody of the fire department (行政许可法 art. 34).
TOGETHER = replace(
    PLAIN,
    oversight=ABOVE,
    joint=Joint((Seat("examiner"), Seat("examiner"), Seat("inspector", "fire"))),
)
SECOND = replace(EXAMINER, account="examiner2@market")
CLERK = replace(WINDOW, account="window2@market")
KIN = replace(EXAMINER, related="relative")

ACCEPT = (WINDOW, "10-12 10:00", Accept())
GRANT = (EXAMINER, "10-14 10:00", Decide(YES, ""))
ASK = (EXAMINER, "10-13 10:00", AskExtension(5, "复杂"))
DECLINE = (DIRECTOR, "10-13 11:00", DeclineExtension("材料不多"))
TAKEN = (WINDOW, "10-12 09:30", Claim("accept"))
LEFT = (EXAMINER, "10-13 09:00", Recuse("申请人是我表弟"))
INSPECTED = (INSPECTOR, "10-13 10:00", CompleteStep("inspect", YES, "齐全"))


def signs(by, outcome=YES, opinion="见附件"):
    return by, "10-13 10:00", Sign("decide", outcome, opinion)


def in_time(by, command):
    return by, "10-13 12:00", command


DESK_ROWS = [
    # special procedures and longer limits
    (PLAIN, [ACCEPT], in_time(EXAMINER, replace(HEARING, days=0)), "case.wrong-length"),
    (
        PLAIN,
        [ACCEPT],
        in_time(EXAMINER, replace(HEARING, days=251)),
        "case.wrong-length",
    ),
    (
        PLAIN,
        [ACCEPT, in_time(EXAMINER, HEARING)],
        in_time(EXAMINER, replace(HEARD, result=" ")),
        "case.reasons-missing",
    ),
    (PLAIN, [ACCEPT], (WINDOW, *ASK[1:]), "case.not-yours"),
    (PLAIN, [ACCEPT, ASK], ASK, "case.already"),
    (PLAIN, [ACCEPT], in_time(EXAMINER, AskExtension(11, "x")), "case.no-extension"),
    (replace(PLAIN, head=None), [ACCEPT], ASK, "case.no-extension"),
    (PLAIN, [ACCEPT], DECLINE, "case.not-ready"),
    (PLAIN, [ACCEPT, ASK], (EXAMINER, *DECLINE[1:]), "case.not-yours"),
    (PLAIN, [ACCEPT, ASK], in_time(EXAMINER, Extend(5, "复杂")), "case.not-yours"),
    (PLAIN, [ACCEPT, ASK, DECLINE], DECLINE, "case.not-ready"),
    # who has a charge
    (PLAIN, [TAKEN], (CLERK, *ACCEPT[1:]), "case.claimed"),
    (PLAIN, [TAKEN], (CLERK, *TAKEN[1:]), "case.claimed"),
    (PLAIN, [TAKEN], in_time(CLERK, Release("accept")), "case.claimed"),
    (PLAIN, [TAKEN], TAKEN, "case.already"),
    (PLAIN, [], in_time(WINDOW, Release("accept")), "case.not-ready"),
    (PLAIN, [], in_time(EXAMINER, Claim("decide")), "case.not-ready"),
    (PLAIN, [], in_time(EXAMINER, Claim("tea")), "case.undeclared"),
    (SHOP, [], in_time(DIRECTOR, Claim("accept")), "case.undeclared"),
    (PLAIN, [], in_time(WINDOW, Reassign("accept", "忙", "window")), "case.not-yours"),
    (
        PLAIN,
        [],
        in_time(DIRECTOR, Reassign("accept", "", "window")),
        "case.reasons-missing",
    ),
    (
        PLAIN,
        [],
        in_time(DIRECTOR, Reassign("accept", "忙", "cook")),
        "case.undeclared",
    ),
    (PLAIN, [], in_time(DIRECTOR, Reassign("accept", "忙")), "case.undeclared"),
    (PLAIN, [], in_time(OUTSIDER, Reassign("accept", "忙", "x")), "case.not-yours"),
    (PLAIN, [], in_time(SUPERVISOR, Urge("三日内办结")), "case.not-yours"),
    (TOGETHER, [], in_time(DIRECTOR, Urge("三日内办结")), "case.not-yours"),
    (TOGETHER, [], in_time(SUPERVISOR, Urge(" ")), "case.reasons-missing"),
    # ties to a party
    (PLAIN, [ACCEPT, LEFT], GRANT, "case.conflict-of-interest"),
    (PLAIN, [ACCEPT], (KIN, *GRANT[1:]), "case.conflict-of-interest"),
    (
        PLAIN,
        [],
        in_time(replace(DIRECTOR, related="relative"), Reassign("accept", "x", "y")),
        "case.conflict-of-interest",
    ),
    (PLAIN, [ACCEPT, LEFT], LEFT, "case.already"),
    (PLAIN, [ACCEPT], in_time(EXAMINER, Recuse("")), "case.reasons-missing"),
    (PLAIN, [ACCEPT], in_time(CITIZEN, Recuse("x")), "case.not-yours"),
    (PLAIN, [ACCEPT], in_time(OUTSIDER, Recuse("x")), "case.not-yours"),
    # signing together
    (TOGETHER, [ACCEPT], GRANT, "case.not-signed"),
    (TOGETHER, [ACCEPT, signs(SECOND)], GRANT, "case.not-signed"),
    (TOGETHER, [ACCEPT, signs(EXAMINER), signs(FIREMAN)], GRANT, "case.not-signed"),
    (TOGETHER, [ACCEPT, signs(SECOND, NO), signs(FIREMAN)], GRANT, "case.not-signed"),
    (TOGETHER, [ACCEPT], signs(SECOND, NO, ""), "case.reasons-missing"),
    (TOGETHER, [ACCEPT], signs(SECOND, Outcome.PARTIAL), "case.wrong-outcome"),
    (TOGETHER, [ACCEPT], signs(WINDOW), "case.not-yours"),
    (TOGETHER, [ACCEPT], signs(replace(KIN, account="k")), "case.conflict-of-interest"),
    (TOGETHER, [], signs(SECOND), "case.not-ready"),
    (
        TOGETHER,
        [ACCEPT, signs(SECOND), signs(EXAMINER), signs(FIREMAN)],
        signs(replace(EXAMINER, account="third@market")),
        "case.already",
    ),
    (PLAIN, [ACCEPT], signs(EXAMINER), "case.not-yours"),
    # opinions
    (
        FOOD,
        [ACCEPT],
        in_time(INSPECTOR, AmendOpinion("inspect", "x")),
        "case.not-ready",
    ),
    (
        FOOD,
        [ACCEPT, INSPECTED],
        in_time(replace(INSPECTOR, account="i2"), AmendOpinion("inspect", "x")),
        "case.not-yours",
    ),
    (
        FOOD,
        [ACCEPT, INSPECTED],
        in_time(INSPECTOR, AmendOpinion("inspect", "")),
        "case.reasons-missing",
    ),
    (
        FOOD,
        [ACCEPT, INSPECTED],
        in_time(REVIEWER, AmendOpinion("inspect", "x")),
        "case.not-yours",
    ),
]
