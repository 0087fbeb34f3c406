"""Copies of a certificate annotated for one receiver, matter and time (加注件).

And the printed forms that were made, by their digest: a file is genuine when it is,
byte by byte, one that was made here.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from tongban.kernel.case.certificate import not_in_force
from tongban.kernel.terms import Actor, Refused, UserError
from tongban.store import certificates, clock, pass_codes
from tongban.store.accounts import title_of
from tongban.store.certificates import Certificate
from tongban.store.commit import batch
from tongban.store.jurisdiction import current
from tongban.store.models import CertificateCopy, CertificateFile


LONGEST = 60
CODE_BYTES = 8
MOST = 200


class BadCopy(UserError):
    """A copy is asked for without what makes it one for a single use."""

    code = "certificate.bad-copy"


class NotYourCopy(Refused):
    """A copy of somebody else, or none at all: which of them is not told."""

    code = "certificate.not-your-copy"


@dataclass(frozen=True, slots=True)
class Copy:
    """One annotated copy: for whom, for what and until when."""

    code: str
    certificate: Certificate
    receiver: str
    reason: str
    until: date
    maker: str
    made_at: datetime
    revoked_at: datetime | None

    def is_valid(self, day: date) -> bool:
        """Whether it may still be relied upon: it and what it is a copy of."""
        living = self.revoked_at is None and day <= self.until
        return living and self.certificate.is_valid(day)

    @property
    def annotation(self) -> Mapping[str, str]:
        """What a copy adds to its certificate, by national short names.

        There is none for the receiver (接收方), who stands among the extensions.
        """
        return {
            "JZJZZSY": self.reason,
            "KZ_JSF": self.receiver,
            "JZJYXQJZSJ": self.until.isoformat(),
            "JZJZZZ": self.maker,
            "JZJZZSJ": self.made_at.isoformat(timespec="seconds"),
        }


def make(number: str, *, by: Actor, receiver: str, reason: str, until: date) -> Copy:
    """A copy that the holder makes of a certificate of their own; durable.

    UnknownCertificate for another's, NotInForce, BadCopy for an empty or long word
    or a last day that is past or beyond the certificate's own.
    """
    found = certificates.one(number, by)
    if by.subject != found.holder:
        raise _not_yours()
    maker = found.holder_name or title_of(by.account)
    return _made(found, by, maker, receiver, reason, until)


def make_with_consent(
    number: str,
    *,
    by: Actor,
    consent: str,
    disclosure: str,
    reason: str,
    until: date,
) -> Copy:
    """A copy that an organisation makes for itself while its holder shows a pass code.

    ``consent`` is the text of the code: scanned for this, it is used up. Sent again
    it is the same copy; a code that opened a look, or another copy, is no consent
    to this one (PassUsed). The disclosure must show every field, as a copy does.
    Raises what `pass_codes.scan` raises, NotYourCopy for a certificate that is not
    among those shown in full, and what `make` raises.
    """
    scan = pass_codes.scan(consent, disclosure, by=by)
    whole = [each for each in scan.shown if each.certificate.number == number]
    if not whole or set(whole[0].fields) != set(whole[0].certificate.fields):
        raise _not_yours()
    if scan.again:
        same = {"certificate": number, "reason": reason, "until": until}
        rows = CertificateCopy.objects.select_related("certificate").filter(**same)
        made = rows.filter(made_by=by.account, made_at__gte=scan.at).first()
        if made is None:
            raise pass_codes.used()
        return _of(made)
    assert by.organization is not None
    body = current().catalog.organizations[by.organization].title.zh
    return _made(whole[0].certificate, by, body, body, reason, until)


def _made(
    found: Certificate, by: Actor, maker: str, receiver: str, reason: str, until: date
) -> Copy:
    now = clock.now()
    _refuse_words(receiver, reason)
    if not found.is_valid(now.date()):
        raise not_in_force([found.number])
    _refuse_day(until, now.date(), found.valid_until)
    with batch(by=by, at=now) as draft:
        row = CertificateCopy(
            code=secrets.token_hex(CODE_BYTES).upper(),
            certificate_id=found.number,
            receiver=receiver,
            reason=reason,
            until=until,
            maker=maker,
            made_by=by.account,
            made_at=now,
        )
        public = {"type": found.type, "until": until.isoformat()}
        row.leaf = draft.leaf("certificate-copy", public, sealed(row))
        draft.row(row)
    return _of(row, found)


def sealed(row: CertificateCopy) -> dict[str, str]:
    """What the leaf of a copy seals."""
    return {
        "copy": row.code,
        "certificate": row.certificate_id,
        "receiver": row.receiver,
        "reason": row.reason,
        "maker": row.maker,
        "by": row.made_by,
    }


def _refuse_words(*words: str) -> None:
    if not all(0 < len(word.strip()) <= LONGEST for word in words):
        raise BadCopy(
            "a copy names its receiver and its matter",
            why=f"each in 1 to {LONGEST} characters, since both stand on every page",
            mend="say it shortly",
            most=LONGEST,
        )


def _refuse_day(until: date, today: date, last: date | None) -> None:
    if until < today or (last is not None and until > last):
        raise BadCopy(
            "the last day of a copy lies between today and the certificate's last day",
            why="a copy is worth no more than what it is a copy of",
            mend="choose a day in between",
            code="certificate.bad-copy-day",
            today=today.isoformat(),
            last=last.isoformat() if last else "",
        )


def revoke(code: str, *, by: Actor) -> Copy:
    """Take a copy back: its holder, or who made it; once more changes nothing."""
    copy = _row(code)
    holder = certificates.of(copy.certificate).holder
    if by.account != copy.made_by and by.subject != holder:
        raise _not_yours()
    if copy.revoked_at is None:
        with batch(by=by) as draft:
            rows = CertificateCopy.objects.filter(pk=code, revoked_at=None)
            if rows.update(revoked_at=draft.at, revoked_by=by.account):
                told = {"copy": code, "by": by.account}
                draft.leaf("certificate-copy-revoked", {}, told)
    return _of(_row(code))


def of_certificate(number: str, viewer: Actor) -> tuple[Copy, ...]:
    """The copies of a certificate of the viewer's own, the newest first."""
    if viewer.subject is None:
        return ()
    rows = CertificateCopy.objects.select_related("certificate").filter(
        certificate=number,
        certificate__holder_kind=viewer.subject.kind.value,
        certificate__holder_id=viewer.subject.id,
    )
    return tuple(_of(row) for row in rows.order_by("-made_at", "pk")[:MOST])


def one(code: str, *, by: Actor) -> Copy:
    """A copy, for its holder and for who made it; NotYourCopy."""
    found = _of(_row(code))
    row = found.certificate
    if by.subject == row.holder or by.account == _row(code).made_by:
        return found
    raise _not_yours()


def checked(code: str) -> Copy | None:
    """The copy of that code for whoever holds it in hand, or None.

    The page that asks shows what stands on the copy, so that a copy for another
    receiver, matter or time is seen to be one.
    """
    row = CertificateCopy.objects.select_related("certificate").filter(pk=code).first()
    return None if row is None else _of(row)


# ------------------------------------------------------------------- printed forms


@dataclass(frozen=True, slots=True)
class Printed:
    """A printed form that was made here: of which certificate, or of which copy."""

    certificate: Certificate
    copy: Copy | None


def note_file(digest: str, certificate: Certificate, copy: Copy | None = None) -> None:
    """Keep the SHA-256 (hex) of a printed form, once, so that it can be recognised."""
    if CertificateFile.objects.filter(pk=digest).exists():
        return
    maker = Actor("printing")
    told = {"certificate": certificate.number, "copy": copy.code if copy else ""}
    with batch(by=maker) as draft:
        leaf = draft.leaf("certificate-file", {"digest": digest}, told)
        draft.row(
            CertificateFile(
                digest=digest,
                certificate_id=certificate.number,
                copy_id=copy.code if copy else None,
                at=draft.at,
                leaf=leaf,
            )
        )


def printed(digest: str) -> Printed | None:
    """What the file of that SHA-256 was made of, or None: it was not made here."""
    rows = CertificateFile.objects.select_related("certificate", "copy__certificate")
    row = rows.filter(pk=digest).first()
    if row is None:
        return None
    return Printed(
        certificates.of(row.certificate), _of(row.copy) if row.copy else None
    )


def _row(code: str) -> CertificateCopy:
    row = CertificateCopy.objects.select_related("certificate").filter(pk=code).first()
    if row is None:
        raise _not_yours()
    return row


def _of(row: CertificateCopy, found: Certificate | None = None) -> Copy:
    return Copy(
        code=row.code,
        certificate=found or certificates.of(row.certificate),
        receiver=row.receiver,
        reason=row.reason,
        until=row.until,
        maker=row.maker,
        made_at=clock.local(row.made_at),
        revoked_at=clock.local(row.revoked_at) if row.revoked_at else None,
    )


def _not_yours() -> NotYourCopy:
    return NotYourCopy(
        "this copy is not yours",
        why="copies are made, seen and taken back by the holder of the certificate, or "
        "by who made them with the holder's consent",
        mend="sign in as its holder",
    )
