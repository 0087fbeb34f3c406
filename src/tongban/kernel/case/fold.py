"""A case is its events: how each kind of event changes what is known.

Nothing is checked here. Events are what happened; whether they were allowed to
happen was settled by `decide` before they were written.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from tongban.kernel.case.declaration import Procedure
from tongban.kernel.case.fold_after import (
    answered,
    contested,
    drawn,
    looked_at,
    promise_broken,
    promise_kept,
    promise_repaired,
    promised,
    promised_returned,
    promised_supplied,
)
from tongban.kernel.case.model import (
    Assignment,
    Case,
    Correction,
    Decision,
    Event,
    ExtensionRequest,
    Kind,
    Outcome,
    Pause,
    Phase,
    Recusal,
    Signature,
    StepState,
    Vow,
)
from tongban.kernel.terms import SYSTEM_ACCOUNT, Subject, SubjectKind


def fold(events: Iterable[Event]) -> Case:
    """The state that ``events``, in their order, amount to.

    ValueError for events that no `decide` ever made: an empty history, one that
    does not begin with the opening, or one that opens twice.
    """
    case: Case | None = None
    for event in events:
        case = evolve(case, event)
    if case is None:
        raise ValueError("a case without events is no case")
    return case


def evolve(case: Case | None, event: Event) -> Case:
    """``case`` after one more event; ``None`` before the first."""
    if case is None:
        return _opened(event)
    if event.kind is Kind.OPENED:
        raise ValueError(f"case {case.number} is opened twice")
    changes = _CHANGES[event.kind](case, event)
    changes["moved"] = event.at
    if event.by != SYSTEM_ACCOUNT and not event.kind.is_desk:
        changes["touched"] = event.at
    return replace(case, version=case.version + 1, **changes)


def _opened(event: Event) -> Case:
    if event.kind is not Kind.OPENED:
        raise ValueError(f"a case begins with its opening, not with {event.kind}")
    data = event.data
    applicant = data["applicant"]
    return Case(
        number=data["number"],
        type=data["type"],
        type_version=data["type_version"],
        applicant=Subject(SubjectKind(applicant["kind"]), applicant["id"]),
        opened=event.at,
        phase=Phase.SUBMITTED,
        data=data["data"],
        materials=data["materials"],
        channel=data["channel"],
        parent=data["parent"],
        sources=data["sources"],
        about=data.get("about"),
        signed=data.get("signed", {}),
        person=data.get("person", False),
        vows=tuple(
            Vow(vow["item"], vow["signed"], tuple(vow["materials"]))
            for vow in data.get("promises", ())
        ),
        excluded=frozenset(data.get("excluded", ())),
        pack=data.get("pack", ""),
        moved=event.at,
        touched=event.at,
        version=1,
    )


# The fields of a case that an event changes, with their new values. Mappings an
# event does not touch are shared between the old and the new state, never copied.
Changes = dict[str, Any]


def _correction_asked(case: Case, event: Event) -> Changes:
    notice = Correction(tuple(event.data["missing"]), event.data["note"], event.at)
    return {"phase": Phase.CORRECTING, "corrections": (*case.corrections, notice)}


def _correction_supplied(case: Case, event: Event) -> Changes:
    *earlier, last = case.corrections
    return {
        "phase": Phase.SUBMITTED,
        "corrections": (*earlier, replace(last, supplied=event.at)),
        "data": {**case.data, **event.data["data"]},
        "materials": {**case.materials, **event.data["materials"]},
    }


def _accepted(case: Case, event: Event) -> Changes:
    """What the law deems accepted was accepted when it came in (许可法 art. 32)."""
    deemed = event.data["deemed"]
    return {
        "phase": Phase.ACCEPTED,
        "accepted": case.received if deemed else event.at,
        "deemed": deemed,
    }


def _step_started(case: Case, event: Event) -> Changes:
    return _with_step(case, event, StepState(event.at))


def _step_done(case: Case, event: Event) -> Changes:
    done = replace(
        case.steps[event.data["step"]],
        done=event.at,
        outcome=Outcome(event.data["outcome"]),
        opinion=event.data["opinion"],
        by=event.by,
        child=event.data["child"],
    )
    return _with_step(case, event, done)


def _step_dropped(case: Case, event: Event) -> Changes:
    state = case.steps.get(event.data["step"], StepState(event.at))
    dropped = replace(
        state,
        done=event.at,
        opinion=event.data["because"],
        by=event.by,
        dropped=True,
    )
    return _with_step(case, event, dropped)


def _with_step(case: Case, event: Event, state: StepState) -> Changes:
    return {"steps": {**case.steps, event.data["step"]: state}}


def _opinion_amended(case: Case, event: Event) -> Changes:
    state = case.steps[event.data["step"]]
    earlier = (*state.earlier, state.opinion)
    amended = replace(state, opinion=event.data["opinion"], earlier=earlier)
    return _with_step(case, event, amended)


def _paused(case: Case, event: Event) -> Changes:
    data = event.data
    procedure = Procedure(data["procedure"])
    pause = Pause(procedure, data["reason"], int(data["days"]), event.at)
    return {"pauses": (*case.pauses, pause)}


def _resumed(case: Case, event: Event) -> Changes:
    return {"pauses": _ended(case, event, event.data["result"])}


def _ended(case: Case, event: Event, result: str = "") -> tuple[Pause, ...]:
    *earlier, last = case.pauses
    return (*earlier, replace(last, until=event.at, result=result))


def _extended(case: Case, event: Event) -> Changes:
    return {"extension": case.extension + int(event.data["days"]), "request": None}


def _extension_asked(_case: Case, event: Event) -> Changes:
    data = event.data
    wish = ExtensionRequest(int(data["days"]), data["reason"], event.by, event.at)
    return {"request": wish}


def _extension_declined(_case: Case, _event: Event) -> Changes:
    return {"request": None}


def _signed(case: Case, event: Event) -> Changes:
    data = event.data
    charge = data["charge"]
    outcome = Outcome(data["outcome"])
    new = Signature(data["seat"], event.by, outcome, data["opinion"], event.at)
    signed = (*case.signatures.get(charge, ()), new)
    return {"signatures": {**case.signatures, charge: signed}}


def _claimed(case: Case, event: Event) -> Changes:
    holder = event.data.get("for", event.by)
    return _assigned(case, event.data["charge"], officer=holder)


def _released(case: Case, event: Event) -> Changes:
    return _assigned(case, event.data["charge"], officer=None)


def _reassigned(case: Case, event: Event) -> Changes:
    data = event.data
    changes: Changes = {"officer": data["officer"] or None}
    if data["post"]:
        changes["post"] = data["post"]
    return _assigned(case, data["charge"], **changes)


def _assigned(case: Case, charge: str, **changes: Any) -> Changes:
    given = replace(case.assignments.get(charge, Assignment()), **changes)
    return {"assignments": {**case.assignments, charge: given}}


def _recused(case: Case, event: Event) -> Changes:
    """Who has no part in a case keeps no charge of it."""
    account = event.data["account"]
    recusal = Recusal(account, event.at, event.data["head"])
    left = {
        charge: replace(given, officer=None) if given.officer == account else given
        for charge, given in case.assignments.items()
    }
    return {"recusals": (*case.recusals, recusal), "assignments": left}


def _urged(_case: Case, _event: Event) -> Changes:
    return {}


def _decided(case: Case, event: Event) -> Changes:
    data = event.data
    outcome = Outcome(data["outcome"])
    decision = Decision(
        outcome=outcome,
        reasons=data["reasons"],
        automatic=data["automatic"],
        at=event.at,
        by=event.by,
        explanation=tuple(data["explanation"]),
        deemed=data.get("deemed", False),
        wording=data.get("wording", ""),
    )
    granted = case.granted
    if outcome is Outcome.GRANTED:
        granted = granted or event.at
    return {
        "decision": decision,
        "granted": granted,
        **_closed(case, event, outcome),
    }


def _not_accepted(case: Case, event: Event) -> Changes:
    decision = Decision(
        Outcome.DECLINED, event.data["reasons"], False, event.at, event.by
    )
    return {"decision": decision, **_closed(case, event, Outcome.DECLINED)}


def _revoked(_case: Case, event: Event) -> Changes:
    return {"granted": None, "revoked": event.at}


def _withdrawn(case: Case, event: Event) -> Changes:
    return _closed(case, event, Outcome.WITHDRAWN)


def _closed(case: Case, event: Event, outcome: Outcome) -> Changes:
    return {
        "phase": Phase.CLOSED,
        "closed": event.at,
        "outcome": outcome,
        "pauses": _ended(case, event) if case.is_paused else case.pauses,
        "request": None,
    }


def _decided_anew(case: Case, event: Event) -> Changes:
    """A person begins afresh: the decision and the steps it rested on are gone.

    What was granted stays in force until there is another decision. What had not
    been accepted now is: whoever answered for the refusal answered for that too.
    """
    return {
        "phase": Phase.ACCEPTED,
        "accepted": case.accepted or event.at,
        "reviews": (*case.reviews, event.at),
        "decision": None,
        "closed": None,
        "outcome": None,
        "steps": {},
        "extension": 0,
        "assignments": {},
        "signatures": {},
    }


def _migrated(case: Case, event: Event) -> Changes:
    lost = event.data["lost"]
    steps = {name: state for name, state in case.steps.items() if name not in lost}
    return {"pack": event.data["pack"], "steps": steps}


def _told(case: Case, event: Event) -> Changes:
    return {"told": {**case.told, event.data["case"]: Outcome(event.data["outcome"])}}


_CHANGES: Mapping[Kind, Callable[[Case, Event], Changes]] = {
    Kind.CORRECTION_ASKED: _correction_asked,
    Kind.CORRECTION_SUPPLIED: _correction_supplied,
    Kind.ACCEPTED: _accepted,
    Kind.STEP_STARTED: _step_started,
    Kind.STEP_DONE: _step_done,
    Kind.STEP_DROPPED: _step_dropped,
    Kind.PAUSED: _paused,
    Kind.RESUMED: _resumed,
    Kind.EXTENDED: _extended,
    Kind.DECIDED: _decided,
    Kind.NOT_ACCEPTED: _not_accepted,
    Kind.REVIEW_ASKED: _decided_anew,
    Kind.REOPENED: _decided_anew,
    Kind.WITHDRAWN: _withdrawn,
    Kind.REVOKED: _revoked,
    Kind.PROMISED: promised,
    Kind.PROMISED_SUPPLIED: promised_supplied,
    Kind.PROMISED_RETURNED: promised_returned,
    Kind.PROMISE_KEPT: promise_kept,
    Kind.PROMISE_BROKEN: promise_broken,
    Kind.PROMISE_REPAIRED: promise_repaired,
    Kind.SAMPLE_DRAWN: drawn,
    Kind.SAMPLE_REVIEWED: looked_at,
    Kind.OBJECTED: contested,
    Kind.OBJECTION_ANSWERED: answered,
    Kind.MIGRATED: _migrated,
    Kind.EXTENSION_ASKED: _extension_asked,
    Kind.EXTENSION_DECLINED: _extension_declined,
    Kind.SIGNED: _signed,
    Kind.OPINION_AMENDED: _opinion_amended,
    Kind.CLAIMED: _claimed,
    Kind.RELEASED: _released,
    Kind.REASSIGNED: _reassigned,
    Kind.RECUSED: _recused,
    Kind.URGED: _urged,
    Kind.TOLD: _told,
}
