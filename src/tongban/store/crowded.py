"""Made-up cases in great number, as lists see them: for measuring lists, nothing else.

They have no events: a store so filled is no store to work in, and fsck says so.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from tongban.kernel.case.model import Outcome, Phase
from tongban.kernel.terms import SubjectKind
from tongban.store import clock, statements
from tongban.store.jurisdiction import current
from tongban.store.models import CaseDuty, CaseRecord


OFFICES = 20  # the case type's own, and made-up ones beside it
POSTS = 10  # the acceptor's, and made-up ones beside it
LATE_FROM = 17  # days spent
OPEN_IN = 5  # one case of so many is open
TOGETHER = 1000  # rows of one statement


def fill(type_code: str, size: int) -> int:
    """``size`` cases of one type, shared out among offices and posts; their number.

    One in five waits for its acceptance, at limits of a hundred days around today.
    """
    now = clock.now()
    for start in range(0, size, TOGETHER):
        places = range(start, min(start + TOGETHER, size))
        with transaction.atomic():
            _insert(CaseRecord, [_case(type_code, place, now) for place in places])
            waiting = [_duty(type_code, place, now) for place in places if _open(place)]
            _insert(CaseDuty, waiting)
    return size


def _insert(model: Any, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        statements.insert_values(
            model, tuple(rows[0]), [tuple(r.values()) for r in rows]
        )


def _open(place: int) -> bool:
    return place % OPEN_IN == 0


def _case(type_code: str, place: int, now: datetime) -> dict[str, Any]:
    waits = _open(place)
    opened = now - timedelta(minutes=place)
    return {
        "number": _number(place),
        "type": type_code,
        "pack": current().digest,
        "applicant_kind": SubjectKind.PERSON.value,
        "applicant_id": f"99019019900101{place % 10_000:04d}",
        "organization": _organization(type_code, place),
        "phase": (Phase.SUBMITTED if waits else Phase.CLOSED).value,
        "due": _due(place, now) if waits else None,
        "opened": opened,
        "closed": None if waits else opened + timedelta(days=3),
        "outcome": "" if waits else Outcome.GRANTED.value,
        "spent": None if waits else place % 20,
        "late": None if waits else place % 20 > LATE_FROM,
        "closed_by": "",
        "returned": 0,
        "version": 1,
    }


def _duty(type_code: str, place: int, now: datetime) -> dict[str, Any]:
    declared = current().case_types[type_code]
    post = place // (OPEN_IN * OFFICES) % POSTS
    due = _due(place, now)
    return {
        "case": _number(place),
        "organization": _organization(type_code, place),
        "post": declared.acceptor if post == 0 else f"post-{post}",
        "head": declared.head or "",
        "officer": "",
        "superior": declared.oversight.organization if declared.oversight else "",
        "type": type_code,
        "act": "accept",
        "due": due,
        "head_from": due + timedelta(days=1),
        "superior_from": due + timedelta(days=7),
        "leader_from": due + timedelta(days=14),
    }


def _number(place: int) -> str:
    return f"00000000{place:08d}"


def _organization(type_code: str, place: int) -> str:
    office = place // OPEN_IN % OFFICES
    own: str = current().case_types[type_code].organization
    return own if office == 0 else f"office-{office}"


def _due(place: int, now: datetime) -> Any:
    return now.date() + timedelta(days=place // OPEN_IN % 100 - 50)
