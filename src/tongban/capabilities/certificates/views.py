"""Pages of the certificates: mine, one that prints like one, and the public check."""

from collections.abc import Mapping
from datetime import date

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from tongban.kernel.case.certificate import CertificateType
from tongban.kernel.case.identifier import is_whole
from tongban.kernel.terms import Text
from tongban.pack.model import Pack
from tongban.store import certificates, clock
from tongban.store.doors import Who, door
from tongban.store.jurisdiction import current
from tongban.words.values import readable


LONGEST = 120


@require_GET
@door(Who.CITIZEN)
def mine(request: HttpRequest) -> HttpResponse:
    held = certificates.of_holder(request.user.actor())
    context = {"held": held, "types": current().certificates}
    return render(request, "certificates/mine.html", context)


@require_GET
@door(Who.CITIZEN, Who.OFFICIAL, Who.AUDITOR)
def show(request: HttpRequest, number: str) -> HttpResponse:
    pack = current()
    held = certificates.one(number, viewer=request.user.actor())
    kind = pack.certificates[held.type]
    address = request.build_absolute_uri(
        f"{reverse('certificate-check')}?{urlencode({'number': number})}"
    )
    context = {
        "held": held,
        "kind": kind,
        "issuer": pack.catalog.organizations[kind.issuer],
        "shown": _shown(kind, held.fields, pack),
        "qr": _qr(address),
    }
    return render(request, "certificates/show.html", context)


def _shown(
    kind: CertificateType, fields: Mapping[str, str], pack: Pack
) -> list[tuple[Text, Text | date | str]]:
    """What the certificate says: titles, and values with names in place of codes.

    The fields are those of the case type that issues it.
    """
    asked = {
        field.name: field
        for case_type in pack.case_types.values()
        if case_type.certificate == kind.code
        for field in case_type.fields
    }
    return [
        (
            kind.fields[name].title,
            readable(asked[name], text, pack.catalog) if name in asked else text,
        )
        for name, text in fields.items()
        if name in kind.fields
    ]


def _qr(text: str) -> str:
    """The address of an image that carries its own bytes."""
    return segno.make(text, error="m").svg_data_uri(border=1, omitsize=True)


@require_GET
@door(Who.PUBLIC)
def check(request: HttpRequest) -> HttpResponse:
    """Whether a certificate is in force; nothing of its holder is shown."""
    number = request.GET.get("number", "").strip()[:LONGEST]
    pack = current()
    found = certificates.status_of(number) if number and is_whole(number) else None
    kind = pack.certificates[found.type] if found else None
    context = {
        "number": number,
        "misread": bool(number) and not is_whole(number),
        "found": found,
        "kind": kind,
        "issuer": pack.catalog.organizations[kind.issuer] if kind else None,
        "today": clock.now().date(),
    }
    return render(request, "certificates/check.html", context)
