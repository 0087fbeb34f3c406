"""The printed form (照面): PDF/A-2b and PDF/UA-1, the same bytes each time.

Typst sets it, from ``printed/certificate.typ``; segno draws the QR code. It needs a
font with Chinese signs: without one nothing is printed, since boxes in place of names
would be worse than none. The certificate itself is issued all the same.
"""

import hashlib
import io
import json
from collections.abc import Collection
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import segno
import typst
from django.urls import reverse
from django.utils.http import urlencode

from tongban.capabilities.certificates import addresses, face, keys, slip
from tongban.kernel.case.certificate import masked_name
from tongban.kernel.case.identifier import parts
from tongban.kernel.terms import Text, UserError
from tongban.store import certificate_copies
from tongban.store.certificate_copies import Copy
from tongban.store.certificates import Certificate
from tongban.store.jurisdiction import current
from tongban.words.catalogue import words


TEMPLATE = Path(__file__).parent / "printed" / "certificate.typ"
STANDARDS = ["a-2b", "ua-1"]
# Families with Chinese signs, serif first, as systems and Debian's fonts-noto-cjk
# call them.
FAMILIES = (
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Songti SC",
    "SimSun",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "PingFang SC",
    "Microsoft YaHei",
    "WenQuanYi Micro Hei",
)
DENSEST = 15  # version of a QR code that an office printer still prints readably


class NoFont(UserError):
    """This machine has no font with Chinese signs."""

    code = "certificate.no-font"


def printed(
    certificate: Certificate, copy: Copy | None = None, *, bilingual: bool = False
) -> bytes:
    """The PDF of a certificate, or of an annotated copy of it; kept by its digest.

    NoFont where none of FAMILIES is installed.
    """
    made = typst.compile(
        str(TEMPLATE),
        format="pdf",
        pdf_standards=STANDARDS,
        sys_inputs=_inputs(certificate, copy, bilingual),
        timestamp=int(certificate.issued_at.timestamp()),
        font_paths=_installed(),
    )
    digest = hashlib.sha256(made).hexdigest()
    certificate_copies.note_file(digest, certificate, copy)
    return made


def image(certificate: Certificate, *, shown: Collection[str] | None = None) -> bytes:
    """The face as a PNG, for a screen (亮证); of ``shown`` fields alone if given."""
    made = typst.compile(
        str(TEMPLATE),
        format="png",
        ppi=110,
        sys_inputs=_inputs(certificate, None, bilingual=False, shown=shown),
        font_paths=_installed(),
    )
    # Beyond one page there is one picture each; a screen shows the first.
    return made if isinstance(made, bytes) else made[0]


def token(certificate: Certificate, copy: Copy | None = None) -> str:
    """The signed slip of a certificate or copy, by the key of the day of its issue."""
    key = keys.signing_key(certificate.issued_at, alg=keys.EDDSA)
    holder = certificate.holder
    said = slip.Slip(
        number=certificate.number,
        title="" if copy else current().certificates[certificate.type].title.zh,
        holder=masked_name(holder.kind, certificate.holder_name),
        issued=certificate.issued_at.date(),
        until=None if copy else certificate.valid_until,
        copy=copy.code if copy else "",
        receiver=copy.receiver if copy else "",
        reason=copy.reason if copy else "",
        copy_until=copy.until if copy else None,
    )
    return slip.signed(said, key.jwk, key.kid)


def address(text: str) -> str:
    """Where the slip is checked against the state of today: what the QR code holds."""
    query = urlencode({"q": text})
    return f"{addresses.issuer()}{reverse('certificate-check')}?{query}"


def qr(text: str) -> segno.QRCode:
    """The QR code of an address, robust where it fits, and never denser than DENSEST.

    An address that does not fit gives way to the slip alone, which is all that an
    offline check needs.
    """
    for content in (text, slip.find(text.encode())):
        for error in ("m", "l"):
            made = segno.make(content, error=error, micro=False, boost_error=False)
            if made.version <= DENSEST:
                return made
    return made


def _inputs(
    certificate: Certificate,
    copy: Copy | None,
    bilingual: bool,
    *,
    shown: Collection[str] | None = None,
) -> dict[str, str]:
    pack = current()
    kind = pack.certificates[certificate.type]
    issuer = pack.catalog.organizations[kind.issuer].title
    text = token(certificate, copy)
    drawn = io.BytesIO()
    qr(address(text)).save(drawn, kind="svg", border=1, xmldecl=False)
    said = {
        "style": kind.style.value,
        "fonts": fonts(),
        "title": _both(kind.title),
        "summary": f"{issuer.zh}：{kind.title.zh}",
        "issuer": _both(issuer),
        "number": certificate.number,
        "serial": parts(certificate.number).serial,
        "payload": text,
        "issued": _date(certificate.issued_at.date()),
        "day": _day(certificate.issued_at.date()),
        "bilingual": bilingual,
        "fields": _fields(certificate, shown),
        "words": {
            "number": _both(words()["certificates.paper.serial"]),
            "qr": words()["certificates.qr"].zh,
            "scan": words()["certificates.paper.scan"].zh,
            "seal-of": issuer.zh + words()["certificates.paper.seal"].zh,
        },
        "annotation": _annotation(copy) if copy else None,
    }
    return {
        "said": json.dumps(said, ensure_ascii=False, sort_keys=True),
        "qr": drawn.getvalue().decode(),
    }


def _fields(
    certificate: Certificate, shown: Collection[str] | None
) -> list[dict[str, Any]]:
    until = certificate.valid_until
    last = until if until else words()["certificates.unlimited"]
    lines = [*face.rows(certificate, shown), (words()["certificates.until"], last)]
    return [{"title": _both(title), "value": _plain(value)} for title, value in lines]


def _plain(value: Text | date | str) -> str:
    """A value as it stands on paper, in Chinese; days as 2026年11月23日."""
    return _day(value) if isinstance(value, date) else str(value)


def _annotation(copy: Copy) -> dict[str, Any]:
    until = _day(copy.until)
    lines = [
        ("receiver", copy.receiver),
        ("reason", copy.reason),
        ("until", until),
        ("maker", copy.maker),
        ("made", f"{copy.made_at:%Y-%m-%d %H:%M:%S}"),
        ("code", copy.code),
    ]
    return {
        "heading": words()["certificates.paper.copy"].zh,
        "watermark": words()["certificates.paper.watermark"].zh.format(
            receiver=copy.receiver, reason=copy.reason, until=until
        ),
        "lines": [
            {"title": words()[f"certificates.copy.{name}"].zh, "value": value}
            for name, value in lines
        ],
    }


@cache
def _installed() -> typst.Fonts:
    """The machine's fonts, looked for once a process: that takes most of a second."""
    return typst.Fonts()


@cache
def fonts() -> tuple[str, ...]:
    """The families to set Chinese in, of those that are installed; NoFont."""
    known = set(_installed().families())
    found = tuple(family for family in FAMILIES if family in known)
    if not found:
        raise NoFont(
            "this machine has no font with Chinese signs",
            why=f"one of these is needed: {', '.join(FAMILIES)}",
            mend="install one, on Debian: apt-get install fonts-noto-cjk",
        )
    return found[:1]


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _date(day: date) -> dict[str, int]:
    return {"year": day.year, "month": day.month, "day": day.day}


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
