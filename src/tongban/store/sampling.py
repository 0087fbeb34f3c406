"""Which instant decisions a person looks at again, drawn so that nobody can tell.

The draw is an HMAC over the number of the case under the key of the month, which
itself is an HMAC of the installation's secret. Every instant decision is recorded
with the SHA-256 of the month's key; once the month is over the key may be disclosed,
and anybody can then draw again and compare (docs/adr/0012).
"""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q

from tongban.kernel.case.commands import Draw
from tongban.kernel.case.declaration import CaseType
from tongban.kernel.terms import Actor, Refused
from tongban.store import clock
from tongban.store.jurisdiction import pseudonym_secret
from tongban.store.models import SampleRecord


_LABEL = b"tongban sample "
_OF = 1000
_BYTES = 8  # of the digest: a draw is fair to one part in 10**16


class NotOver(Refused):
    """A key whose month is still being drawn from."""

    code = "sample.not-over"


def draw(case_type: CaseType, number: str, at: datetime) -> Draw | None:
    """Whether the decision of case ``number`` is drawn; None where none is sampled."""
    rule = case_type.rule
    if rule is None or rule.sample is None:
        return None
    key, rate = _key(_month(at.date())), rule.sample.per_thousand
    return Draw(rate, commitment(key), is_drawn(key, number, rate))


def is_drawn(key: bytes, number: str, per_thousand: int) -> bool:
    """HMAC-SHA-256 of the number, as a number of eight bytes, modulo a thousand."""
    digest = hmac.digest(key, number.encode(), hashlib.sha256)
    return int.from_bytes(digest[:_BYTES]) % _OF < per_thousand


def commitment(key: bytes) -> str:
    """What is published of a key before it is disclosed: SHA-256 in hex."""
    return hashlib.sha256(key).hexdigest()


def disclosed(month: str) -> bytes:
    """The key of a month that is over, ``2026-11``; NotOver before that."""
    if month >= _month(clock.now().date()):
        raise NotOver(
            f"the key of {month} still draws",
            why="who knew it could tell which decisions will be looked at",
            mend="ask again when the month is over",
            month=month,
        )
    return _key(month)


def _month(day: date) -> str:
    return f"{day:%Y-%m}"


def _key(month: str) -> bytes:
    secret = pseudonym_secret()
    return hmac.digest(secret, _LABEL + month.encode(), hashlib.sha256)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often people agreed with the rule of one case type.

    ``waiting`` are drawn and not yet looked at.
    """

    type: str
    drawn: int
    agreed: int
    wrong: int
    waiting: int


def agreement(viewer: Actor) -> Iterator[Agreement]:
    """By case type, of the viewer's organisation; of all for the system."""
    rows = SampleRecord.objects.all()
    if not viewer.is_system:
        rows = rows.filter(organization=viewer.organization or "")
    counted = rows.values("type").annotate(
        drawn=Count("pk"),
        agreed=Count("pk", filter=Q(agrees=True)),
        wrong=Count("pk", filter=Q(agrees=False)),
        waiting=Count("pk", filter=Q(agrees=None)),
    )
    for row in counted.order_by("type"):
        yield Agreement(**row)
