"""The table of acts: whose each is, when it may be done, what it needs and does.

`decide` and `next_acts` both read this table and nothing else, so that no button
is shown that is then refused, and none is hidden that would have worked.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from tongban.kernel.case import attempt as authority
from tongban.kernel.case import (
    charges,
    contents,
    contesting,
    cosigning,
    effects,
    guards,
    promising,
    staffing,
)
from tongban.kernel.case.attempt import Attempt
from tongban.kernel.case.commands import (
    Accept,
    AmendOpinion,
    AnswerObjection,
    AskCorrection,
    AskExtension,
    AskReview,
    BreakPromise,
    Claim,
    CompleteStep,
    Decide,
    DeclineExtension,
    Extend,
    KeepPromise,
    Object,
    PauseClock,
    Reassign,
    Recuse,
    RefuseAcceptance,
    Release,
    ResumeClock,
    ReturnPromised,
    ReviewSample,
    Sign,
    SupplyCorrection,
    SupplyPromised,
    Tell,
    Urge,
    Withdraw,
)
from tongban.kernel.case.declaration import CaseType
from tongban.kernel.case.model import Event, Outcome


C = TypeVar("C")


def _nothing(_attempt: Attempt, _command: Any) -> None:
    """For commands whose words cannot be wrong."""


def _whole_case(_command: Any) -> str:
    return ""


def _once(_case_type: CaseType) -> Iterable[str]:
    return ("",)


# Without slots: Python 3.11 cannot make a slotted, frozen class by `Transition[X]`,
# and the X is what has the type checker compare each row's functions.
@dataclass(frozen=True)
class Transition(Generic[C]):
    """One row of the table.

    ``who`` and ``when`` raise if the act is not theirs or not now; ``who`` answers in
    whose place it is done. Of a command's words they know only the ``target``: the
    step it ends, the charge it is about or the outcome it decides (``targets`` are
    those there can be). ``carries`` judges the other words,
    ``does`` makes the events.
    """

    name: str
    who: Callable[[Attempt], str]
    when: Callable[[Attempt], None]
    does: Callable[[Attempt, C], Iterable[Event]]
    carries: Callable[[Attempt, C], None] = _nothing
    target: Callable[[C], str] = _whole_case
    targets: Callable[[CaseType], Iterable[str]] = _once

    def label(self, target: str) -> str:
        return f"{self.name}:{target}" if target else self.name

    def permit(self, attempt: Attempt) -> Attempt:
        """The attempt with in whose place it is, if it is open now; else raise why."""
        allowed = replace(attempt, behalf=self.who(attempt))
        self.when(allowed)
        return allowed


def _step_of(command: CompleteStep | AmendOpinion) -> str:
    return command.step


def _charge_of(command: Sign | Claim | Release | Reassign) -> str:
    return command.charge


def _steps_of(case_type: CaseType) -> Iterable[str]:
    return (step.name for step in case_type.steps)


def _outcome_of(command: Decide) -> str:
    return command.outcome.value


def _outcomes(_case_type: CaseType) -> Iterable[str]:
    return (outcome.value for outcome in Outcome)


# Odd edges, with their reasons:
# - a closed case opens again when its applicant asks for a person after a rule
#   decided, when the review of a sample finds the rule wrong, and when an objection
#   is upheld; no official opens one by their own will;
# - promises outlive the decision: what was granted on one is looked into, and may
#   fall, when the case has long been closed;
# - a rule decides a case that is only submitted: its conditions are what
#   acceptance and steps would look into;
# - a correction brings a case back to submitted, with a fresh acceptance clock,
#   because what came in has to be looked at again;
# - who is tied to a party may still step back, and do nothing else;
# - the system withdraws, but only items of a one-thing whose applicant withdrew.
TRANSITIONS: Mapping[type, Transition[Any]] = {
    Accept: Transition[Accept](
        "accept", authority.acceptor, guards.to_accept, effects.accept
    ),
    AskCorrection: Transition[AskCorrection](
        "ask-correction",
        authority.acceptor,
        guards.to_ask_correction,
        effects.ask_correction,
        contents.notice,
    ),
    SupplyCorrection: Transition[SupplyCorrection](
        "supply-correction",
        authority.applicant,
        guards.to_supply,
        effects.supply_correction,
        contents.correction,
    ),
    RefuseAcceptance: Transition[RefuseAcceptance](
        "refuse-acceptance",
        authority.acceptor,
        guards.to_refuse_acceptance,
        effects.refuse_acceptance,
        contents.refused_acceptance,
    ),
    CompleteStep: Transition[CompleteStep](
        "complete-step",
        authority.step_owner,
        cosigning.to_complete_step,
        effects.complete_step,
        cosigning.step_end,
        _step_of,
        _steps_of,
    ),
    PauseClock: Transition[PauseClock](
        "pause-clock",
        authority.decider,
        guards.to_pause,
        effects.pause_clock,
        contents.pause,
    ),
    ResumeClock: Transition[ResumeClock](
        "resume-clock",
        authority.decider,
        guards.to_resume,
        effects.resume_clock,
        contents.result,
    ),
    AskExtension: Transition[AskExtension](
        "ask-extension",
        authority.decider,
        guards.to_ask_extension,
        effects.ask_extension,
        contents.extension,
    ),
    Extend: Transition[Extend](
        "extend", authority.head, guards.to_extend, effects.extend, contents.extension
    ),
    DeclineExtension: Transition[DeclineExtension](
        "decline-extension",
        authority.head,
        guards.to_decline_extension,
        effects.decline_extension,
        contents.declined,
    ),
    Sign: Transition[Sign](
        "sign",
        cosigning.signer,
        cosigning.to_sign,
        cosigning.sign,
        cosigning.opinion,
        _charge_of,
        charges.declared,
    ),
    AmendOpinion: Transition[AmendOpinion](
        "amend-opinion",
        authority.author,
        guards.to_amend_opinion,
        effects.amend_opinion,
        contents.amended_opinion,
        _step_of,
        _steps_of,
    ),
    Decide: Transition[Decide](
        "decide",
        authority.judge,
        cosigning.to_decide,
        effects.decide_case,
        contents.grounds,
        _outcome_of,
        _outcomes,
    ),
    AskReview: Transition[AskReview](
        "ask-review",
        authority.applicant,
        guards.to_ask_review,
        effects.ask_review,
        contents.words,
    ),
    Withdraw: Transition[Withdraw](
        "withdraw",
        authority.withdrawer,
        guards.to_withdraw,
        effects.withdraw,
        contents.words,
    ),
    SupplyPromised: Transition[SupplyPromised](
        "supply-promised",
        authority.applicant,
        promising.to_supply,
        promising.supply,
        promising.supplied,
    ),
    KeepPromise: Transition[KeepPromise](
        "keep-promise",
        authority.checker,
        promising.to_keep,
        promising.keep,
        promising.kept,
    ),
    ReturnPromised: Transition[ReturnPromised](
        "return-promised",
        authority.checker,
        promising.to_return,
        promising.give_back,
        promising.returned,
    ),
    BreakPromise: Transition[BreakPromise](
        "break-promise",
        authority.checker,
        promising.to_break,
        promising.find_broken,
        promising.broken,
    ),
    ReviewSample: Transition[ReviewSample](
        "review-sample",
        authority.reviewer,
        contesting.to_review_sample,
        contesting.review,
        contesting.reviewed,
    ),
    Object: Transition[Object](
        "object",
        authority.applicant,
        contesting.to_object,
        contesting.contest,
        contesting.objected,
    ),
    AnswerObjection: Transition[AnswerObjection](
        "answer-objection",
        authority.system,
        contesting.to_answer,
        contesting.answer,
    ),
    Claim: Transition[Claim](
        "claim",
        staffing.holder,
        staffing.to_claim,
        staffing.claim,
        target=_charge_of,
        targets=charges.declared,
    ),
    Release: Transition[Release](
        "release",
        staffing.holder,
        staffing.to_release,
        staffing.release,
        target=_charge_of,
        targets=charges.declared,
    ),
    Reassign: Transition[Reassign](
        "reassign",
        staffing.mover,
        staffing.to_reassign,
        staffing.reassign,
        staffing.destination,
        _charge_of,
        charges.declared,
    ),
    Recuse: Transition[Recuse](
        "recuse",
        staffing.officer,
        staffing.to_recuse,
        staffing.recuse,
        staffing.grounds,
    ),
    Urge: Transition[Urge](
        "urge", staffing.superior, staffing.to_urge, staffing.urge, staffing.note
    ),
    Tell: Transition[Tell]("tell", authority.system, guards.open_case, effects.tell),
}
