"""What a command has to carry: reasons, names that exist, days within the law.

These are about the words of a command, not the state of the case: an act that is
open to somebody stays open while they mend what they wrote.
"""

from tongban.kernel.case.attempt import Attempt
from tongban.kernel.case.commands import (
    AmendOpinion,
    AskCorrection,
    AskExtension,
    AskReview,
    CompleteStep,
    Decide,
    DeclineExtension,
    Extend,
    PauseClock,
    RefuseAcceptance,
    ResumeClock,
    SupplyCorrection,
    Withdraw,
)
from tongban.kernel.case.declaration import PromiseKind
from tongban.kernel.case.model import Outcome, Vow
from tongban.kernel.case.refusals import (
    NoExtension,
    NoPromise,
    ReasonsMissing,
    StillMissing,
    TooLong,
    Undeclared,
    WrongLength,
    WrongOutcome,
    already,
)
from tongban.kernel.case.vows import permit_vow
from tongban.kernel.terms import did_you_mean


# An event is kept for good and read whole with every look at its case: what has to
# be longer is a paper, not a reason.
MOST_CHARACTERS = 4000
# A year of working days: beyond it nobody has told the applicant anything.
MOST_PROCEDURE_DAYS = 250


def notice(attempt: Attempt, command: AskCorrection) -> None:
    """What is missing, by name, and only what the case type asks for (art. 31)."""
    bounded(command.note)
    reasons(" ".join(command.missing), "a correction notice", "name what is missing")
    declared = attempt.case_type
    asked = {part.name for part in declared.parts}
    asked |= {material.name for material in declared.materials}
    for name in command.missing:
        if name not in asked:
            raise Undeclared(
                f"{declared.code} does not ask for {name!r}",
                why="nothing may be demanded that the matter does not need "
                "(行政许可法 art. 31)",
                mend=did_you_mean(name, asked),
                name=name,
            )


def correction(attempt: Attempt, command: SupplyCorrection) -> None:
    """All that the notice named: a second notice would not be allowed."""
    given = {
        name for name, value in command.data.items() if value not in (None, "", [])
    }
    given |= {name for name, value in command.materials.items() if value}
    if command.promise is not None:
        _promised_instead(attempt, command.promise, command.barred)
        given |= set(command.promise.materials)
    missing = [n for n in attempt.case.corrections[-1].missing if n not in given]
    if missing:
        raise StillMissing(
            f"still missing: {', '.join(missing)}",
            why="a correction may be asked once, so it has to be complete",
            mend="add them, or withdraw the application",
            missing=missing,
        )


def _promised_instead(attempt: Attempt, vow: Vow, barred: tuple[str, ...]) -> None:
    if attempt.case.promise is not None:
        raise already(attempt.case.number, "promised for")
    permit_vow(attempt.case_type, vow, barred)
    declared = attempt.case_type.promise
    if declared is not None and declared.kind is not PromiseKind.LACKING:
        raise NoPromise(
            "only a paper that follows may be promised now",
            why="what else can be promised is promised with the application",
            mend="give what the notice names",
            type=attempt.case_type.code,
        )


def refused_acceptance(_attempt: Attempt, command: RefuseAcceptance) -> None:
    bounded(command.competent)
    reasons(
        command.reasons,
        "a refusal to accept",
        "say why, and name the organ to go to where another is competent",
    )


def step_end(attempt: Attempt, command: CompleteStep) -> None:
    bounded(command.opinion)
    if attempt.by.is_system:
        return
    step_outcome(command.outcome)
    if command.outcome is Outcome.REFUSED:
        reasons(command.opinion, "a failed step", "write the opinion")


def step_outcome(outcome: Outcome) -> None:
    if outcome not in (Outcome.GRANTED, Outcome.REFUSED):
        raise WrongOutcome(
            f"a step cannot end as {outcome.value!r}",
            why="it succeeds or it fails",
            mend="choose one of the two",
            outcome=outcome.value,
        )


def amended_opinion(_attempt: Attempt, command: AmendOpinion) -> None:
    reasons(command.opinion, "an amended opinion", "write the opinion")


def pause(_attempt: Attempt, command: PauseClock) -> None:
    """The applicant is told how long it takes (行政许可法 art. 45)."""
    reasons(command.reason, "a special procedure", "say why it is needed")
    if not 1 <= command.days <= MOST_PROCEDURE_DAYS:
        raise WrongLength(
            f"a special procedure cannot be expected to take {command.days} days",
            why="the applicant has to be told in writing how long it takes "
            "(行政许可法 art. 45)",
            mend=f"give 1 to {MOST_PROCEDURE_DAYS} working days",
            days=command.days,
            most=MOST_PROCEDURE_DAYS,
        )


def result(_attempt: Attempt, command: ResumeClock) -> None:
    reasons(command.result, "the end of a special procedure", "say what came of it")


def declined(_attempt: Attempt, command: DeclineExtension) -> None:
    reasons(command.reason, "a declined extension", "say why")


def extension(attempt: Attempt, command: Extend | AskExtension) -> None:
    reasons(command.reason, "an extension", "say why; the applicant is told")
    clock = attempt.case_type.decision
    most = clock.extension if clock else 0
    if not 1 <= command.days <= most:
        raise NoExtension(
            f"{command.days} working days more are not allowed",
            why=f"the limit may be made longer by 1 to {most} working days",
            mend="choose within that",
            days=command.days,
            most=most,
        )


def grounds(attempt: Attempt, command: Decide) -> None:
    """A refusal gives reasons (art. 38), a rule shows how it came to its answer."""
    bounded(command.reasons)
    if attempt.by.is_system and not command.explanation:
        raise ReasonsMissing(
            "a rule's decision has no explanation",
            why="whoever is decided upon by a rule may know how "
            "(个人信息保护法 art. 24)",
            mend="hand over the truth of each condition with the decision",
        )
    if command.outcome is Outcome.REFUSED:
        reasons(command.reasons, "a refusal", "say why, with the article")


def words(_attempt: Attempt, command: AskReview | Withdraw) -> None:
    """What applicants may say of their own acts, or leave unsaid."""
    bounded(command.reason)


def bounded(text: str) -> None:
    if len(text) > MOST_CHARACTERS:
        raise TooLong(
            f"the text has {len(text)} characters",
            why=f"{MOST_CHARACTERS} are the most that is kept with an act",
            mend="shorten it",
            length=len(text),
            most=MOST_CHARACTERS,
        )


def reasons(text: str, act: str, mend: str) -> None:
    bounded(text)
    if not text.strip():
        raise ReasonsMissing(
            f"{act} needs reasons",
            why="whoever is affected has to be able to understand and contest it",
            mend=mend,
            act=act,
        )
