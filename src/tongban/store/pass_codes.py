"""One pass code for many counters and gates (一码通行).

The code says nothing of its holder: it is a short-lived token that this installation
alone can read (Fernet: AES and HMAC). Whoever scans it is shown what a declared
disclosure of their own organisation opens, and the scan is one use, with a receipt,
however often the same scanner sends it.
"""

import json
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import IntegrityError

from tongban.kernel.case.certificate import Disclosure, Holder
from tongban.kernel.terms import Actor, Refused, Subject
from tongban.store import certificate_uses, clock
from tongban.store.accounts import actor_of
from tongban.store.certificate_uses import Shown
from tongban.store.commit import batch
from tongban.store.models import PassScan, UseReceipt


LABEL = b"tongban pass code "
LIFE = timedelta(seconds=60)
CODE_BYTES = 9


class BadPass(Refused):
    """What was scanned is no pass code, or one whose time is over."""

    code = "certificate.bad-pass"


class PassUsed(Refused):
    """The code was scanned before, by somebody else or for something else."""

    code = "certificate.pass-used"


@dataclass(frozen=True, slots=True)
class PassCode:
    """A code to show: its text and the moment it ends."""

    text: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scan opened. ``again``: it is the same use as before, told once more."""

    disclosure: Disclosure
    at: datetime
    shown: tuple[Shown, ...]
    receipt: int
    again: bool = False


def issue(holder: Actor) -> PassCode:
    """A new code of the holder's own; nothing is kept until somebody scans it."""
    now = clock.now()
    told = json.dumps([secrets.token_urlsafe(CODE_BYTES), holder.account]).encode()
    token = _box().encrypt_at_time(told, int(now.timestamp()))
    return PassCode(token.decode(), now + LIFE)


def _box() -> Fernet:
    key = sha256(LABEL + settings.SECRET_KEY.encode()).digest()
    return Fernet(urlsafe_b64encode(key))


def scan(text: str, disclosure: str, *, by: Actor) -> Scan:
    """What the code opens to ``by`` under a declared disclosure.

    The receipt is on the disk before this returns. BadPass, PassUsed, and
    NotDisclosed when no such disclosure is open to ``by``.
    """
    declared = certificate_uses.disclosure(disclosure, by, Holder.PRESENT)
    code, holder = _read(text)
    for _ in range(2):
        before = PassScan.objects.select_related("receipt").filter(pk=code).first()
        if before is not None:
            return _again(before, declared, by)
        try:
            return _first(code, declared, holder, by)
        except IntegrityError:
            continue  # sent twice at the same moment: the other one was first
    raise used()


def _read(text: str) -> tuple[str, Subject]:
    now = int(clock.now().timestamp())
    try:
        told = _box().decrypt_at_time(text.strip(), LIFE.seconds, now)
    except InvalidToken as error:
        raise _bad() from error
    code, account = json.loads(told)
    holder = actor_of(account)
    if holder is None or holder.subject is None:
        raise _bad()
    return code, holder.subject


def _first(code: str, declared: Disclosure, holder: Subject, by: Actor) -> Scan:
    with batch(by=by) as draft:
        day: date = draft.at.date()
        shown = certificate_uses.held_by(holder, declared, day)
        kept: UseReceipt = certificate_uses.receipt(draft, declared, holder, shown)
        draft.row(
            PassScan(
                code=code,
                by=by.account,
                disclosure=declared.code,
                at=draft.at,
                receipt=kept,
            )
        )
    return Scan(declared, draft.at, shown, kept.pk)


def _again(before: PassScan, declared: Disclosure, by: Actor) -> Scan:
    if (before.by, before.disclosure) != (by.account, declared.code):
        raise used()
    shown = certificate_uses.shown_by(before.receipt, declared)
    at = clock.local(before.at)
    return Scan(declared, at, shown, before.receipt_id, again=True)


def _bad() -> BadPass:
    return BadPass(
        "this is no pass code, or its minute is over",
        why=f"a code lives for {LIFE.seconds} seconds",
        mend="ask the holder to show a new one",
        seconds=LIFE.seconds,
    )


def used() -> PassUsed:
    """The refusal of a code that has opened something already."""
    return PassUsed(
        "this code has been used",
        why="a code opens once, to one scanner, for one purpose",
        mend="ask the holder to show a new one",
    )
