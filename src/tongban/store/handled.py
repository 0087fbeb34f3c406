"""The record set of cases (办件) that the national platform asks for, row by row.

Five tables of kernel.catalog.platform, made of the events of items as they are
read: 受理, 过程, 结果, 特别程序, 材料 (domain facts §4.5). A record keeps its key for
ever and has a row for each time it became another: ``created`` is when it came to
be, ``changed`` when it became as this row says. Rows are added and never changed, so
that a stretch of time is told alike whenever it is asked for. Nobody's name, and
nothing of a form, is in them.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from itertools import groupby
from typing import Any

from tongban.kernel.case.clocks import clocks
from tongban.kernel.case.declaration import CaseKind, CaseType
from tongban.kernel.case.fold import fold
from tongban.kernel.case.model import Case, Event, Kind
from tongban.kernel.query.lowering.asking import Ask
from tongban.kernel.terms import SubjectKind
from tongban.store import clock, history, records
from tongban.store.jurisdiction import current
from tongban.store.models import CaseEvent


Record = dict[str, Any]
_CHUNK = 2_000
# 业务动作 and 环节名称 of what happens; other kinds of event bear their own word.
_ACTS: Mapping[Kind, tuple[str, str]] = {
    Kind.OPENED: ("申请", "收件"),
    Kind.ACCEPTED: ("受理", "受理"),
    Kind.CORRECTION_ASKED: ("受理", "补正告知"),
    Kind.CORRECTION_SUPPLIED: ("受理", "补正"),
    Kind.PAUSED: ("特别程序", "启动"),
    Kind.RESUMED: ("特别程序", "结束"),
    Kind.EXTENDED: ("决定", "延期"),
    Kind.DECIDED: ("决定", "办结"),
    Kind.WITHDRAWN: ("决定", "撤回"),
    Kind.NOT_ACCEPTED: ("受理", "不予受理"),
    Kind.REVOKED: ("决定", "撤销"),
    Kind.REOPENED: ("决定", "重新办理"),
}
_WORDS = ("opinion", "reasons", "note", "reason")
# What applicants do: the account is theirs and no officer's, the words no opinion.
_APPLICANTS = {
    *(Kind.OPENED, Kind.CORRECTION_SUPPLIED, Kind.PROMISED, Kind.PROMISED_SUPPLIED),
    *(Kind.WITHDRAWN, Kind.REVIEW_ASKED, Kind.OBJECTED),
}
_OUTCOMES = {
    "granted": "准予",
    "refused": "不予",
    "withdrawn": "撤回",
    "declined": "不予受理",
}
_IDENTITY = {
    SubjectKind.PERSON: "公民身份号码",
    SubjectKind.ENTERPRISE: "统一社会信用代码",
}


class _Seen:
    """One item's case with what the tables tell of it."""

    def __init__(self, case: Case, events: tuple[Event, ...], kind: CaseType) -> None:
        self.case, self.events, self.kind = case, events, kind

    def record(self, key: str, created: datetime, changed: datetime) -> Record:
        return {
            "record": f"{self.case.number}-{key}",
            "created": created,
            "changed": changed,
            "number": self.case.number,
        }


def rows(ask: Ask, subject: str | None = None) -> Iterator[tuple[Any, ...]]:
    """What is asked of one of the tables, streamed; of one applicant if named."""
    of = RECORDS[ask.path]
    for seen in _seen(subject):
        for record in of(seen):
            yield tuple(record[column] for _, column in ask.members)


def _seen(subject: str | None) -> Iterator[_Seen]:
    """The cases of items, by number; what a pack no longer declares is left out."""
    told = CaseEvent.objects.order_by("case_id", "seq")
    if subject is not None:
        told = told.filter(case__applicant_id=subject)
    types = current().case_types
    columns = ("case_id", "kind", "at", "by", "data")
    stream = told.values_list(*columns).iterator(chunk_size=_CHUNK)
    for _, group in groupby(stream, key=lambda row: row[0]):
        events = tuple(
            Event(Kind(kind), clock.local(at), by, data)
            for _, kind, at, by, data in group
        )
        case = fold(events)
        if case.type in types and types[case.type].kind is CaseKind.ITEM:
            yield _Seen(case, events, history.type_of(case))


def _accepted(seen: _Seen) -> Iterator[Record]:
    """As it was handed in; and again as accepted, with the day it is promised for."""
    case, kind = seen.case, seen.kind
    listing, whose = kind.listing, current().catalog.organizations[kind.organization]
    told = {
        "item_title": kind.title.zh,
        "item_code": (listing and (listing.handling or listing.implementation)) or "",
        "item_version": kind.version,
        "applicant_kind": case.applicant.kind.value,
        "applicant_id_kind": _IDENTITY.get(case.applicant.kind, ""),
        "applicant_id": case.applicant.id,
        "channel": case.channel,
        "applied": case.opened,
        "department": whose.title.zh,
        "department_code": whose.uscc,
        "handling": kind.guide.handling.label.zh if kind.guide else "",
    }
    before = {"accepted": None, "promised_until": None}
    yield seen.record("A", case.opened, case.opened) | told | before
    if case.accepted is not None:
        due = _due(seen, case.accepted)
        then = {"accepted": case.accepted, "promised_until": due}
        yield seen.record("A", case.opened, case.accepted) | told | then


def _due(seen: _Seen, accepted: datetime) -> date | None:
    """The day that the decision was due when the case was accepted."""
    events = (event for event in seen.events if event.at <= accepted)
    views = clocks(seen.kind, fold(events), current().calendar, accepted)
    return next((view.due for view in views if view.name == "decision"), None)


def _process(seen: _Seen) -> Iterator[Record]:
    for place, event in enumerate(seen.events, 1):
        stage, act = _ACTS.get(event.kind, ("", event.kind.value))
        step = event.data.get("step")
        if step:
            stage = next((s.title.zh for s in seen.kind.steps if s.name == step), step)
        own = event.kind in _APPLICANTS
        words = (event.data.get(name) for name in _WORDS if not own)
        yield seen.record(f"P{place}", event.at, event.at) | {
            "stage": stage,
            "act": act,
            "started": event.at,
            "ended": event.at,
            "opinion": next((word for word in words if isinstance(word, str)), ""),
            "officer": "" if own else event.by,
        }


def _results(seen: _Seen) -> Iterator[Record]:
    case, guide = seen.case, seen.kind.guide
    if case.closed is None or case.outcome is None:
        return
    granted = case.outcome.value == "granted"
    yield seen.record("R", case.closed, case.closed) | {
        "closed": case.closed,
        "outcome": _OUTCOMES.get(case.outcome.value, case.outcome.value),
        "description": case.decision.reasons if case.decision else "",
        "result_title": guide.result.title.zh
        if granted and guide and guide.result
        else "",
        "courier": bool(guide and guide.channels.courier),
    }


def _special(seen: _Seen) -> Iterator[Record]:
    """As it began; and again as it ended."""
    for place, pause in enumerate(seen.case.pauses, 1):
        told = {"title": pause.procedure.label.zh, "reason": pause.reason}
        yield from _lasting(seen, f"S{place}", told, pause.since, pause.until)
    for step in seen.kind.steps:
        state = seen.case.steps.get(step.name)
        if step.special and state is not None:
            told = {
                "title": step.title.zh,
                "reason": step.clock.basis if step.clock else "",
            }
            yield from _lasting(seen, f"S-{step.name}", told, state.started, state.done)


def _lasting(
    seen: _Seen, key: str, told: Record, since: datetime, until: datetime | None
) -> Iterator[Record]:
    begun = {"started": since, "ended": None}
    yield seen.record(key, since, since) | told | begun
    if until is not None:
        over = {"started": since, "ended": until}
        yield seen.record(key, since, until) | told | over


def _materials(seen: _Seen) -> Iterator[Record]:
    """Papers by the event that brought them: another paper is another record's."""
    titles = {each.name: each.title.zh for each in seen.kind.materials}
    for place, event in enumerate(seen.events, 1):
        if event.kind not in (Kind.OPENED, Kind.CORRECTION_SUPPLIED):
            continue
        for name, reference in event.data["materials"].items():
            yield seen.record(f"M{place}-{name}", event.at, event.at) | {
                "title": titles.get(name, name),
                "attachment": reference,
                "way": "电子证照" if reference.startswith("certificate:") else "上传",
                "count": 1,
            }


RECORDS: Mapping[str, Callable[[_Seen], Iterator[Record]]] = {
    "case_accepted": _accepted,
    "case_process": _process,
    "case_results": _results,
    "case_special": _special,
    "case_materials": _materials,
}
records.DERIVED.update(dict.fromkeys(RECORDS, rows))
