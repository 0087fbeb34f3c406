"""What people may wish of a case in good words, and a history told as it goes."""

from dataclasses import dataclass, field
from datetime import datetime

from tests.generative.case.declaring import FIREMAN, OFFICIALS, SUPERVISOR
from tests.spec.case.declared import (
    AUTUMN,
    CITIZEN,
    EXPLANATION,
    HEARD,
    HEARING,
    WINDOW,
)

from tongban.kernel.case import charges
from tongban.kernel.case.clocks import clocks
from tongban.kernel.case.commands import (
    Accept,
    AmendOpinion,
    AnswerObjection,
    AskCorrection,
    AskExtension,
    AskReview,
    BreakPromise,
    Claim,
    Command,
    CompleteStep,
    Decide,
    DeclineExtension,
    Draw,
    Extend,
    KeepPromise,
    Object,
    Reassign,
    Recuse,
    RefuseAcceptance,
    Release,
    ReturnPromised,
    ReviewSample,
    Sign,
    SupplyCorrection,
    SupplyPromised,
    Tell,
    Urge,
    Withdraw,
)
from tongban.kernel.case.decide import decide
from tongban.kernel.case.declaration import (
    CaseType,
)
from tongban.kernel.case.fold import evolve
from tongban.kernel.case.model import (
    Case,
    Event,
    Kind,
    Outcome,
    Vow,
)
from tongban.kernel.case.refusals import CaseRefused
from tongban.kernel.terms import SYSTEM


WISHES: dict[str, Command] = {
    "accept": Accept(),
    "ask-correction": AskCorrection(("lease",), "看不清"),
    "supply-correction": SupplyCorrection({"address": "1"}, {"lease": "file:1"}),
    "pause-clock": HEARING,
    "resume-clock": HEARD,
    "ask-extension": AskExtension(1, "案情复杂"),
    "extend": Extend(1, "案情复杂"),
    "decline-extension": DeclineExtension("材料不多"),
    "recuse": Recuse("亲属"),
    "urge": Urge("尽快办结"),
    "ask-review": AskReview("名称"),
    "withdraw": Withdraw(),
    "tell": Tell("9", Outcome.GRANTED),
    "refuse-acceptance": RefuseAcceptance("不需要许可"),
    "supply-promised": SupplyPromised({"lease": "file:2"}, "已补"),
    "keep-promise": KeepPromise(),
    "return-promised": ReturnPromised("看不清"),
    "break-promise": BreakPromise("不实"),
    "review-sample": ReviewSample(agrees=False, reasons="有误"),
    "object": Object("7", "事实不清"),
    "answer-objection": AnswerObjection("7", Outcome.GRANTED, "重办"),
}
DRAWN = Draw(50, "commitment", drawn=True)
WISHES |= {f"decide:{o}": Decide(o, "理由", EXPLANATION, DRAWN) for o in Outcome}


def wishes(case_type: CaseType) -> dict[str, Command]:
    """Every act on such a case, in good words, by its name in `next_acts`."""
    steps = {
        f"complete-step:{step.name}": CompleteStep(step.name, Outcome.GRANTED)
        for step in case_type.steps
    }
    amended = {
        f"amend-opinion:{step.name}": AmendOpinion(step.name, "更正")
        for step in case_type.steps
    }
    desk: dict[str, Command] = {}
    for charge in charges.declared(case_type):
        desk[f"claim:{charge}"] = Claim(charge)
        desk[f"release:{charge}"] = Release(charge)
        desk[f"reassign:{charge}"] = Reassign(charge, "忙", officer=WINDOW.account)
        desk[f"sign:{charge}"] = Sign(charge, Outcome.GRANTED)
    return WISHES | steps | amended | desk


def vows_of(case_type: CaseType) -> tuple[Vow, ...]:
    declared = case_type.promise
    if declared is None:
        return ()
    return (Vow(case_type.code, declared.digest, tuple(sorted(declared.lackable))),)


@dataclass
class History:
    case_type: CaseType
    now: datetime
    events: list[Event] = field(default_factory=list)
    case: Case | None = None
    acts: dict[tuple, tuple[str, ...]] = field(default_factory=dict)  # asked often

    def act(self, command, by) -> None:
        new = decide(
            self.case_type, self.case, command, by=by, at=self.now, calendar=AUTUMN
        )
        assert new
        for event in new:
            self.case = evolve(self.case, event)
        self.events += new

    def permits(self, command, by) -> bool:
        try:
            decide(
                self.case_type, self.case, command, by=by, at=self.now, calendar=AUTUMN
            )
        except CaseRefused:
            return False
        return True

    def due(self):
        views = clocks(self.case_type, self.case, AUTUMN, self.now)
        return {(view.name, view.started): view.due for view in views}


# Those to whom different things are open; the others may do nothing at all.
ACTIVE = (CITIZEN, *OFFICIALS[:6], FIREMAN, SUPERVISOR, SYSTEM)


OPENING_AGAIN = (AskReview, ReviewSample, AnswerObjection)
REOPENED = (Kind.REVIEW_ASKED, Kind.REOPENED)
ENDED = (Kind.DECIDED, Kind.WITHDRAWN, Kind.NOT_ACCEPTED)
# What may happen in a case that has ended, and leaves it ended.
AFTERWARDS = (
    Kind.CLAIMED,
    Kind.RELEASED,
    Kind.REASSIGNED,
    Kind.TOLD,
    Kind.REVOKED,
    Kind.SAMPLE_DRAWN,
    Kind.SAMPLE_REVIEWED,
    Kind.OBJECTED,
    Kind.OBJECTION_ANSWERED,
    Kind.PROMISED_SUPPLIED,
    Kind.PROMISED_RETURNED,
    Kind.PROMISE_KEPT,
    Kind.PROMISE_BROKEN,
    Kind.PROMISE_REPAIRED,
)


def ends_for_good(by, act) -> bool:
    return act.startswith(("withdraw", "decide")) and by is not SYSTEM
