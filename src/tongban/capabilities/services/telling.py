"""What happened in a matter, told in plain words."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongban.capabilities.services.progress import told
from tongban.kernel.case.declaration import CaseKind, CaseType, Procedure
from tongban.kernel.case.model import Case, Event, Kind, Outcome
from tongban.kernel.terms import Text
from tongban.pack.model import Pack
from tongban.store.cases import kind_of
from tongban.words.catalogue import language, say


TONES = {
    Outcome.GRANTED: "done",
    Outcome.PARTIAL: "done",
    Outcome.REFUSED: "bad",
    Outcome.DECLINED: "bad",
    Outcome.WITHDRAWN: "",
}
GOOD = {Kind.OPENED, Kind.ACCEPTED, Kind.CORRECTION_SUPPLIED, Kind.STEP_DONE}
# What the departments did of their own, with the words they gave for it.
REMARKS = ("note", "opinion", "reasons", "reason", "result")


@dataclass(frozen=True, slots=True)
class Moment:
    """One sentence of the log, and what the department wrote with it."""

    at: datetime
    sentence: str
    remark: str
    tone: str


def log(
    case: Case,
    children: Iterable[Case],
    events: Mapping[str, Iterable[Event]],
    pack: Pack,
) -> list[Moment]:
    """All that happened in a matter and its items, the newest first."""
    by_number = {each.number: each for each in (case, *children)}
    return [
        moment(by_number[number], event, pack)
        for number, event in told(events, _one_thing(case, pack))
    ]


def _one_thing(case: Case, pack: Pack) -> str:
    kind = kind_of(case, pack).kind
    return case.number if kind is CaseKind.ONE_THING else ""


def moment(case: Case, event: Event, pack: Pack) -> Moment:
    kind = kind_of(case, pack)
    return Moment(
        at=event.at,
        sentence=say(_key(kind, event), **_facts(kind, event, pack)),
        remark="" if _is_ours(event) else _remark(event),
        tone=_tone(event),
    )


def _key(kind: CaseType, event: Event) -> str:
    return ".".join(("services.event", event.kind, *_variant(kind, event)))


def _variant(kind: CaseType, event: Event) -> tuple[str, ...]:
    data = event.data
    one_thing = kind.kind is CaseKind.ONE_THING
    if event.kind is Kind.OPENED:
        return ("item" if data["parent"] else "whole",)
    if event.kind is Kind.ACCEPTED:
        if one_thing:
            return ("whole",)
        if data["deemed"]:
            return ("silence",)
        return ("machine" if _is_ours(event) else "person",)
    if event.kind is Kind.STEP_DONE:
        return ("passed" if data["outcome"] == Outcome.GRANTED else "failed",)
    if event.kind is Kind.TOLD:
        return (data["outcome"],)
    if event.kind is Kind.DECIDED:
        if one_thing:
            return ("whole", data["outcome"])
        if data.get("deemed"):
            return ("silence",)
        return ("rule" if data["automatic"] else data["outcome"],)
    return (_AFTERWARDS[event.kind](data) if event.kind in _AFTERWARDS else "plain",)


_AFTERWARDS: Mapping[Kind, Callable[[Mapping[str, Any]], str]] = {
    Kind.PROMISE_BROKEN: lambda data: "time" if data["lapsed"] else "person",
    Kind.SAMPLE_REVIEWED: lambda data: "right" if data["agrees"] else "wrong",
    Kind.OBJECTION_ANSWERED: lambda data: (
        "upheld" if data["outcome"] == Outcome.GRANTED else "dismissed"
    ),
}


def _facts(kind: CaseType, event: Event, pack: Pack) -> dict[str, Any]:
    organization = pack.catalog.organizations[kind.organization]
    step = next((s for s in kind.steps if s.name == event.data.get("step")), None)
    return {
        "item": _read(kind.title),
        "organization": _read(organization.short or organization.title),
        "step": _read(_title(step.case_type, step.title, pack)) if step else "",
        "days": event.data.get("days", ""),
        "procedure": _procedure(event),
        "case": event.data.get("case", ""),
    }


def _procedure(event: Event) -> str:
    begun = event.kind is Kind.PAUSED
    return _read(Procedure(event.data["procedure"]).label) if begun else ""


def _title(case_type: str | None, title: Text, pack: Pack) -> Text:
    return pack.case_types[case_type].title if case_type else title


def _read(text: Text) -> str:
    return text.get(language())


def _is_ours(event: Event) -> bool:
    return event.by == "system"


def _remark(event: Event) -> str:
    return next((event.data[key] for key in REMARKS if event.data.get(key)), "")


def _tone(event: Event) -> str:
    if event.kind is Kind.DECIDED:
        return TONES[Outcome(event.data["outcome"])]
    if event.kind is Kind.CORRECTION_ASKED:
        return "now"
    return "done" if event.kind in GOOD else ""
