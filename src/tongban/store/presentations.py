"""What counters asked wallets to show, and what was shown: each a use of data."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tongban.kernel.terms import SYSTEM, Actor, Refused, Subject
from tongban.store import clock
from tongban.store.commit import Batch, batch
from tongban.store.models import PresentationRecord, UseReceipt
from tongban.store.prints import keyed_print


GOOD = timedelta(minutes=10)  # to answer
LOOKED_AT = timedelta(minutes=30)  # how long a counter may look at what was shown
KEPT = timedelta(days=30)  # that it was asked at all


class NotYourPresentation(Refused):
    """No such presentation, or another organisation's: which of them is not told."""

    code = "presentation.unknown"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request to show certificates; ``key`` is the private JWK for its answer."""

    id: str
    declared: str
    nonce: str
    state: str
    key: Mapping[str, Any]
    at: datetime
    until: datetime
    answered: datetime | None
    answer: str
    refusal: str
    shown: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """What was shown of one certificate: the asked claims and no other."""

    type: str
    number: str
    holder: Subject
    claims: Mapping[str, Any]


def ask(asked: Asked, *, organization: str, by: Actor) -> None:
    """Keep what is asked; what is over is forgotten on the way."""
    with batch(by=by, at=asked.at) as draft:
        _sweep(asked.at)
        draft.row(
            PresentationRecord(
                id=asked.id,
                declared=asked.declared,
                organization=organization,
                by=by.account,
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
    seen: Iterable[Seen],
    *,
    answer: str,
    purpose: str,
    at: datetime,
) -> bool:
    """Record what was shown: a receipt for each certificate, told to its holder.

    False, and nothing is recorded, when another answer came before.
    """
    with batch(by=SYSTEM, at=at) as draft:
        row = _unanswered(asked)
        if row is None:
            return False
        row.shown = [_kept(draft, row, each, purpose) for each in seen]
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


def _kept(
    draft: Batch, row: PresentationRecord, seen: Seen, purpose: str
) -> dict[str, Any]:
    public = {
        "organization": row.organization,
        "purpose": purpose,
        "items": sorted(f"certificate.{seen.type}.{name}" for name in seen.claims),
        "grants": [f"presentation.{row.declared}"],
        "plan": keyed_print(f"presentation {row.declared}"),
        "versions": {},
    }
    sealed = {"by": row.by, "subject": str(seen.holder), "case": "", "rows": 1}
    receipt = draft.row(
        UseReceipt(
            by=row.by,
            subject_kind=seen.holder.kind.value,
            subject_id=seen.holder.id,
            rows=1,
            at=draft.at,
            leaf=draft.leaf("use", public, sealed),
            **public,
        )
    )
    draft.flush()
    told = {"type": seen.type, "number": seen.number, "claims": dict(seen.claims)}
    return {**told, "receipt": receipt.pk}


def _sweep(at: datetime) -> None:
    """Forget what counters may not look at any more."""
    rows = PresentationRecord.objects
    rows.filter(until__lt=at - KEPT).delete()
    rows.filter(until__lt=at - LOOKED_AT).exclude(key={}).update(shown=[], key={})


def _of(row: PresentationRecord, at: datetime) -> Asked:
    looked_at = row.answered is not None and at <= row.answered + LOOKED_AT
    return Asked(
        id=row.pk,
        declared=row.declared,
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
