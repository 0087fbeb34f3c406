"""Consents of holders that a wallet may fetch a certificate, step by step.

What only the wallet and we may know (codes, tokens, numbers to type in) is kept as a
digest. Each step is taken once: two requests that race find the row changed.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac

from tongban.kernel.terms import SYSTEM, Actor, Refused, Subject, SubjectKind
from tongban.store import certificates
from tongban.store.certificates import Certificate
from tongban.store.commit import Batch, batch
from tongban.store.models import (
    PushedRequest,
    WalletNonce,
    WalletOffer,
)


CODE_GOOD = timedelta(minutes=10)  # RFC 6749 section 4.1.2 allows ten minutes
PUSHED_GOOD = timedelta(minutes=10)  # time to sign in by; RFC 9126 section 2.2
TOKEN_GOOD = timedelta(hours=1)
NONCE_GOOD = timedelta(minutes=5)
MOST_WRONG_PINS = 5
MOST_PUSHED = 10_000


@dataclass(frozen=True, slots=True)
class Offer:
    """A holder's consent: for ``certificate``, to ``client`` if one was named."""

    id: int
    certificate: str
    type: str
    holder: Subject
    account: str
    client: str
    redirect: str
    challenge: str
    has_pin: bool

    def fetched(self) -> Certificate:
        """The certificate, as its holder may see it."""
        return certificates.one(self.certificate, self.by)

    @property
    def by(self) -> Actor:
        """The holder, who acts through the wallet."""
        return Actor(self.account, subject=self.holder)


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _pin(code: str, pin: str) -> str:
    """Six digits are soon guessed from a bare hash; the site's secret is not."""
    made = salted_hmac(f"wallet pin {digest(code)}", pin, algorithm="sha256")
    told: str = made.hexdigest()
    return told


def offer(
    certificate: Certificate, *, by: Actor, code: str, pin: str, at: datetime
) -> None:
    """Let whoever has ``code`` and ``pin`` fetch the certificate.

    An older offer of the same certificate that nobody took up ends.
    """
    with batch(by=by, at=at) as draft:
        _sweep(at)
        WalletOffer.objects.filter(
            certificate=certificate.number, account=by.account, client="", token=None
        ).delete()
        _add(draft, certificate, code, pin=_pin(code, pin))


def consent(
    certificate: Certificate,
    *,
    by: Actor,
    code: str,
    client: str,
    redirect: str,
    challenge: str,
    at: datetime,
) -> None:
    """Let ``client`` fetch the certificate with ``code`` (RFC 6749, RFC 7636)."""
    with batch(by=by, at=at) as draft:
        _sweep(at)
        _add(
            draft,
            certificate,
            code,
            client=client,
            redirect=redirect,
            challenge=challenge,
        )


def _add(draft: Batch, certificate: Certificate, code: str, **given: str) -> None:
    draft.row(
        WalletOffer(
            certificate_id=certificate.number,
            account=draft.by.account,
            code=digest(code),
            until=draft.at + CODE_GOOD,
            **given,
        )
    )


def by_code(code: str, at: datetime) -> Offer | None:
    """The consent that ``code`` stands for, if it was not taken up and is not over."""
    rows = WalletOffer.objects.select_related("certificate")
    row = rows.filter(code=digest(code), until__gt=at, token=None).first()
    return row and _of(row)


def pin_fits(offer: Offer, code: str, pin: str) -> bool:
    """Whether the number typed in is the one shown; after a few wrong ones it never is.

    A try is counted before it is judged, so that tries at the same time count.
    """
    with batch(by=SYSTEM):
        left = WalletOffer.objects.filter(
            pk=offer.id, token=None, wrong_pins__lt=MOST_WRONG_PINS
        )
        if not left.update(wrong_pins=F("wrong_pins") + 1):
            return False
        kept = left.model.objects.values_list("pin", flat=True).get(pk=offer.id)
    return constant_time_compare(kept, _pin(code, pin))


def redeem(offer: Offer, token: str, at: datetime) -> bool:
    """Give ``token`` for the code; False if somebody was given one before."""
    with batch(by=SYSTEM, at=at):
        rows = WalletOffer.objects.filter(pk=offer.id, token=None, until__gt=at)
        return bool(rows.update(token=digest(token), token_until=at + TOKEN_GOOD))


def by_token(token: str, at: datetime) -> Offer | None:
    """The consent whose access token this is, while it is good."""
    rows = WalletOffer.objects.select_related("certificate")
    row = rows.filter(token=digest(token), token_until__gt=at).first()
    return row and _of(row)


def note(offer: Offer, event: str) -> None:
    """What the wallet tells of the credential; told again it is the same."""
    with batch(by=SYSTEM):
        WalletOffer.objects.filter(pk=offer.id).update(told=event)


def told_of(number: str, account: str) -> str | None:
    """What the wallet told last of a certificate; None before any fetched it."""
    rows = WalletOffer.objects.filter(certificate=number, account=account)
    row = rows.exclude(token=None).order_by("-pk").first()
    return row and row.told


def spend(nonce: str, request: str, at: datetime) -> bool:
    """Use a nonce up for one request; False if another request used it up.

    The same request sent again, its answer being lost, finds its nonce its own.
    """
    name, wanted = digest(nonce), digest(request)
    try:
        with batch(by=SYSTEM, at=at) as draft:
            kept = WalletNonce.objects.filter(pk=name).first()
            if kept is not None:
                return kept.request == wanted
            _sweep(at)
            draft.row(
                WalletNonce(digest=name, request=wanted, until=at + 2 * NONCE_GOOD)
            )
    except IntegrityError:
        # The other of two requests at the same moment was written first.
        return WalletNonce.objects.filter(pk=name, request=wanted).exists()
    return True


class Busy(Refused):
    """More was pushed in the last minutes than is kept."""

    code = "wallet.busy"


def push(handle: str, client: str, parameters: Mapping[str, Any], at: datetime) -> None:
    """Keep what a wallet will ask for when its holder comes. Raises Busy."""
    with batch(by=SYSTEM, at=at) as draft:
        _sweep(at)
        if PushedRequest.objects.count() >= MOST_PUSHED:
            raise Busy(
                "too many wallets ask at once",
                why="what they leave here is kept for ten minutes and is bounded",
                mend="try again in a few minutes",
            )
        draft.row(
            PushedRequest(
                digest=digest(handle),
                client=client,
                parameters=dict(parameters),
                until=at + PUSHED_GOOD,
            )
        )


def pushed(handle: str, client: str, at: datetime) -> Mapping[str, Any] | None:
    """What ``client`` pushed under ``handle``, while it is good."""
    rows = PushedRequest.objects.filter(digest=digest(handle), client=client)
    found: Mapping[str, Any] | None = (
        rows.filter(until__gt=at).values_list("parameters", flat=True).first()
    )
    return found


def _sweep(at: datetime) -> None:
    """Forget what is over. Consents stay a day, for the page that tells of them."""
    WalletNonce.objects.filter(until__lt=at).delete()
    PushedRequest.objects.filter(until__lt=at).delete()
    WalletOffer.objects.filter(until__lt=at - timedelta(1)).delete()


def _of(row: WalletOffer) -> Offer:
    held = row.certificate
    return Offer(
        id=row.pk,
        certificate=held.number,
        type=held.type,
        holder=Subject(SubjectKind(held.holder_kind), held.holder_id),
        account=row.account,
        client=row.client,
        redirect=row.redirect,
        challenge=row.challenge,
        has_pin=bool(row.pin),
    )
