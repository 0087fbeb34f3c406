"""The table of acts: whose each is, when it may be done, what it needs and does.

`decide` and `next_acts` both read this table and nothing else, so that no button
is shown that is then refused, and none is hidden that would have worked.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from tongban.kernel.case import attempt as authority
from tongban.kernel.case import contents, effects, guards
from tongban.kernel.case.attempt import Attempt
from tongban.kernel.case.commands import (
    Accept,
    AskCorrection,
    AskReview,
    CompleteStep,
    Decide,
    Extend,
    PauseClock,
    ResumeClock,
    SupplyCorrection,
    Tell,
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

    ``who`` and ``when`` raise if the act is not theirs or not now; of a command's
    words they know only the ``target``, the step it ends or the outcome it decides
    (``targets`` are those there can be). ``carries`` judges the other words,
    ``does`` makes the events.
    """

    name: str
    who: Callable[[Attempt], None]
    when: Callable[[Attempt], None]
    does: Callable[[Attempt, C], Iterable[Event]]
    carries: Callable[[Attempt, C], None] = _nothing
    target: Callable[[C], str] = _whole_case
    targets: Callable[[CaseType], Iterable[str]] = _once

    def label(self, target: str) -> str:
        return f"{self.name}:{target}" if target else self.name

    def permit(self, attempt: Attempt) -> None:
        """Return if the act is open to this actor now; else raise why not."""
        self.who(attempt)
        self.when(attempt)


def _step_of(command: CompleteStep) -> str:
    return command.step


def _steps_of(case_type: CaseType) -> Iterable[str]:
    return (step.name for step in case_type.steps)


def _outcome_of(command: Decide) -> str:
    return command.outcome.value


def _outcomes(_case_type: CaseType) -> Iterable[str]:
    return (outcome.value for outcome in Outcome)


# Odd edges, with their reasons:
# - a closed case opens again, once, when its applicant asks for a person after a
#   rule decided; no official can reopen one;
# - a rule decides a case that is only submitted: its conditions are what
#   acceptance and steps would look into;
# - a correction brings a case back to submitted, with a fresh acceptance clock,
#   because what came in has to be looked at again;
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
    CompleteStep: Transition[CompleteStep](
        "complete-step",
        authority.step_owner,
        guards.to_complete_step,
        effects.complete_step,
        contents.step_end,
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
        "resume-clock", authority.decider, guards.to_resume, effects.resume_clock
    ),
    Extend: Transition[Extend](
        "extend", authority.head, guards.to_extend, effects.extend, contents.extension
    ),
    Decide: Transition[Decide](
        "decide",
        authority.judge,
        guards.to_decide,
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
    Tell: Transition[Tell]("tell", authority.system, guards.open_case, effects.tell),
}
