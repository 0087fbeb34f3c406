"""What counters asked wallets to show, and what was shown: each a use of data."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tongban.kernel.case.certificate import Disclosure
from tongban.kernel.terms import SYSTEM, Actor, Refused, Subject
from tongban.store import certificate_uses, clock
from tongban.store.certificate_uses import Shown
from tongban.store.commit import batch
from tongban.store.models import PresentationRecord


GOOD = timedelta(minutes=10)  # to answer
LOOKED_AT = timedelta(minutes=30)  # how long a counter may look at what was shown
KEPT = timedelta(days=30)  # that it was asked at all


class NotYourPresentation(Refused):
    """No such presentation, or another organisation's: which of them is not told."""

    code = "presentation.unknown"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request to show certificates, made by the account ``by``.

    ``key`` is the private JWK for its answer.
    """

    id: str
    declared: str
    by: str
    nonce: str
    state: str
    key: Mapping[str, Any]
    at: datetime
    until: datetime
    answered: datetime | None
    answer: str
    refusal: str
    shown: tuple[Mapping[str, Any], ...]


def ask(asked: Asked, *, organization: str, by: Actor) -> None:
    """Keep what is asked; what is over is forgotten on the way."""
    with batch(by=by, at=asked.at) as draft:
        sweep(asked.at)
        draft.row(
            PresentationRecord(
                id=asked.id,
                declared=asked.declared,
                organization=organization,
                by=asked.by,
                nonce=asked.nonce,
                state=asked.state,
                key=dict(asked.key),
                at=asked.at,
                until=asked.until,
            )
        )


def of_counter(key: str, by: Actor, at: datetime) -> Asked:
    """A request of the official's own organisation. Raises NotYourPresentation."""
    row = PresentationRecord.objects.filter(pk=key).first()
    if row is None or row.organization != by.organization:
        raise NotYourPresentation(
            "there is no such request here",
            why="it is over, or it is another organisation's",
            mend="ask again from your own counter",
        )
    return _of(row, at)


def of_wallet(key: str, at: datetime) -> Asked | None:
    """A request that may still be answered, or was: for who was shown its code."""
    row = PresentationRecord.objects.filter(pk=key, until__gt=at).first()
    return row and _of(row, at)


def accept(
    asked: Asked,
    declared: Disclosure,
    shown: Iterable[Shown],
    *,
    answer: str,
    at: datetime,
) -> bool:
    """Record what was shown, with a receipt that each holder finds.

    False, and nothing is recorded, when another answer came before.
    """
    by = Actor(asked.by, declared.organization)
    with batch(by=by, at=at) as draft:
        row = _unanswered(asked)
        if row is None:
            return False
        holders: dict[Subject, list[Shown]] = {}
        for each in shown:
            holders.setdefault(each.certificate.holder, []).append(each)
        for holder, own in holders.items():
            certificate_uses.receipt(draft, declared, holder, own)
        row.shown = [
            {"type": each.certificate.type, "fields": dict(each.fields)}
            for own in holders.values()
            for each in own
        ]
        row.answered, row.answer = at, answer
        row.save(update_fields=["shown", "answered", "answer"])
    return True


def refuse(asked: Asked, *, answer: str, refusal: str, at: datetime) -> None:
    """Record why an answer was not taken, for the counter to see."""
    with batch(by=SYSTEM, at=at):
        row = _unanswered(asked)
        if row is not None:
            row.answered, row.answer, row.refusal = at, answer, refusal
            row.save(update_fields=["answered", "answer", "refusal"])


def _unanswered(asked: Asked) -> PresentationRecord | None:
    """The row, held for this transaction; None when it was answered meanwhile."""
    rows = PresentationRecord.objects.select_for_update()
    return rows.filter(pk=asked.id, answered=None).first()


def sweep(at: datetime) -> None:
    """Forget what counters may not look at any more; the worker sees to it too."""
    rows = PresentationRecord.objects
    rows.filter(until__lt=at - KEPT).delete()
    rows.filter(until__lt=at - LOOKED_AT).exclude(key={}).update(shown=[], key={})


def _of(row: PresentationRecord, at: datetime) -> Asked:
    looked_at = row.answered is not None and at <= row.answered + LOOKED_AT
    return Asked(
        id=row.pk,
        declared=row.declared,
        by=row.by,
        nonce=row.nonce,
        state=row.state,
        key=row.key,
        at=clock.local(row.at),
        until=clock.local(row.until),
        answered=row.answered and clock.local(row.answered),
        answer=row.answer,
        refusal=row.refusal,
        shown=tuple(row.shown) if looked_at else (),
    )
