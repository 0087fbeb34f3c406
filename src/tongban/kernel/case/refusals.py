"""Why a case says no.

Every refusal has a stable code, which interfaces translate with its facts::

    Refused
      CaseRefused
        NotYours       case.not-yours        another's act: who may is in the text
        Closed         case.closed           nothing more happens to this case
        Already        case.already          it has been done: no second effect
        NotReady       case.not-ready        something else has to come first
        TooLate        case.too-late         the limit for it has passed
        Stale          case.stale            the case moved on since it was read
        ReasonsMissing case.reasons-missing  the law wants reasons
        TooLong        case.too-long         more words than are kept with an act
        NoExtension    case.no-extension     the limit may not be made longer so
        NoClock        case.no-clock         there is no limit to stop
        NoReview       case.no-review        no rule decided, so none is reviewed
        WrongOutcome   case.wrong-outcome    it cannot end like this
        WrongLength    case.wrong-length     so long no procedure is expected to take
        NotInForce     case.not-in-force     it is not, or no longer, applied for
        StepDropped    case.step-dropped     the step has fallen away
        NoPromise      case.no-promise       nothing may be promised here, or not this
        Barred         case.barred           a broken promise has to be made good first
        PromiseChanged case.promise-changed  another text was signed than holds now
        NoSample       case.no-sample        this decision was not drawn for review
        NoObjection    case.no-objection     there is nothing to object to
        Immovable      case.immovable        it cannot run under the new declarations
        Claimed        case.claimed          another official has it in hand
        NotSigned      case.not-signed       others have to sign with them
        ConflictOfInterest case.conflict-of-interest  they have no part in it (回避)
    UserError
      Unknown          case.unknown          there is no such case
      UnknownStep      case.unknown-step     there is no such step
      Undeclared       case.undeclared       something the case type does not ask for
      StillMissing     case.still-missing    the correction is not complete
"""

from tongban.kernel.terms import Refused, UserError


class CaseRefused(Refused):
    """A well-formed command that this case, now, or this actor does not allow."""

    code = "case.refused"


class NotYours(CaseRefused):
    code = "case.not-yours"


class Closed(CaseRefused):
    code = "case.closed"


class Already(CaseRefused):
    code = "case.already"


class NotReady(CaseRefused):
    code = "case.not-ready"


class TooLate(CaseRefused):
    code = "case.too-late"


class Stale(CaseRefused):
    code = "case.stale"


class ReasonsMissing(CaseRefused):
    code = "case.reasons-missing"


class TooLong(CaseRefused):
    code = "case.too-long"


class NotInForce(CaseRefused):
    code = "case.not-in-force"


class NoExtension(CaseRefused):
    code = "case.no-extension"


class NoClock(CaseRefused):
    code = "case.no-clock"


class NoReview(CaseRefused):
    code = "case.no-review"


class WrongOutcome(CaseRefused):
    code = "case.wrong-outcome"


class WrongLength(CaseRefused):
    code = "case.wrong-length"


class StepDropped(CaseRefused):
    code = "case.step-dropped"


class NoPromise(CaseRefused):
    code = "case.no-promise"


class Barred(CaseRefused):
    code = "case.barred"


class PromiseChanged(CaseRefused):
    code = "case.promise-changed"


class NoSample(CaseRefused):
    code = "case.no-sample"


class NoObjection(CaseRefused):
    code = "case.no-objection"


class Immovable(CaseRefused):
    code = "case.immovable"


class Claimed(CaseRefused):
    code = "case.claimed"


class NotSigned(CaseRefused):
    code = "case.not-signed"


class ConflictOfInterest(CaseRefused):
    code = "case.conflict-of-interest"


class Unknown(UserError):
    code = "case.unknown"


class UnknownStep(UserError):
    code = "case.unknown-step"


class Undeclared(UserError):
    code = "case.undeclared"


class StillMissing(UserError):
    code = "case.still-missing"


def already(number: str, participle: str) -> Already:
    """What was done once and is not done again, told by its participle."""
    return Already(
        f"case {number} was {participle} already",
        why="it is done once",
        mend="nothing to do: look at the case as it is now",
        number=number,
        done=participle,
    )
