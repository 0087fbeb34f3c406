"""Pages of the holder: my certificates, one of them, its copies, the pass code."""

from typing import Any

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from tongban.capabilities.certificates import actions, face, holding, pdf
from tongban.capabilities.certificates.forms import CopyForm
from tongban.kernel.terms import Refused, UserError
from tongban.store import (
    certificate_copies,
    certificate_life,
    certificate_uses,
    certificates,
    clock,
    pass_codes,
)
from tongban.store.certificates import Certificate
from tongban.store.doors import Who, door
from tongban.store.jurisdiction import current
from tongban.words.catalogue import language, say, sentences


@require_GET
@door(Who.CITIZEN)
def mine(request: HttpRequest) -> HttpResponse:
    held = certificates.of_holder(request.user.actor())
    context = {
        "groups": holding.groups(held, clock.now().date()),
        "types": current().certificates,
        "bodies": current().catalog.organizations,
        "today": clock.now().date(),
    }
    return render(request, "certificates/mine.html", context)


@require_GET
@door(Who.CITIZEN, Who.OFFICIAL, Who.AUDITOR)
def show(request: HttpRequest, number: str) -> HttpResponse:
    """One certificate with what happened to it and, for its holder, who looked."""
    by = request.user.actor()
    held = certificates.one(number, viewer=by)
    own = by.subject == held.holder
    pack = current()
    context = {
        **_page(held),
        "own": own,
        "changes": certificate_life.history([number])[number],
        "looks": certificate_uses.looks_at(number, by) if own else (),
        "copies": certificate_copies.of_certificate(number, by) if own else (),
        "uses": {**pack.purposes, **pack.disclosures},
        "bodies": pack.catalog.organizations,
        "may_change": bool(actions.open_changes(held, by)),
    }
    return render(request, "certificates/show.html", context)


@require_GET
@door(Who.CITIZEN)
def present(request: HttpRequest, number: str) -> HttpResponse:
    """亮证: the face alone, over the whole screen."""
    held = _own(request, number)
    return render(request, "certificates/present.html", _page(held))


def _page(held: Certificate) -> dict[str, Any]:
    pack, today = current(), clock.now().date()
    kind = pack.certificates[held.type]
    address = pdf.address(pdf.token(held))
    return {
        "held": held,
        "status": held.on(today).value,
        "in_force": held.is_valid(today),
        "kind": kind,
        "issuer": pack.catalog.organizations[kind.issuer],
        "shown": face.rows(held),
        "qr": drawn(pdf.qr(address)),
        "crumbs": [
            ("/certificates/", say("shell.my-certificates")),
            ("", kind.title.get(language())),
        ],
    }


def drawn(code: segno.QRCode) -> str:
    """The address of an image that carries its own bytes."""
    return str(code.svg_data_uri(border=1, omitsize=True))


def _own(request: HttpRequest, number: str) -> Certificate:
    """The visitor's own certificate; UnknownCertificate for anybody else's."""
    by = request.user.actor()
    held = certificates.one(number, viewer=by)
    if held.holder != by.subject:
        raise Refused(
            "this is for the holder alone",
            why="a certificate is shown, printed and copied by its holder",
            mend="sign in as its holder",
            code="certificate.not-holder",
        )
    return held


# -------------------------------------------------------------------------- on paper


@require_GET
@door(Who.CITIZEN)
def paper(request: HttpRequest, number: str) -> HttpResponse:
    """The PDF of one's own certificate; ``?both`` has English beside the Chinese."""
    held = _own(request, number)
    made = pdf.printed(held, bilingual="both" in request.GET)
    return _file(made, held.number)


@require_GET
@door(Who.CITIZEN, Who.OFFICIAL)
def copy_paper(request: HttpRequest, code: str) -> HttpResponse:
    """The PDF of an annotated copy, for its holder and for who made it."""
    copy = certificate_copies.one(code, by=request.user.actor())
    return _file(pdf.printed(copy.certificate, copy), copy.code)


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response


# ------------------------------------------------------------------- annotated copies


@never_cache
@require_http_methods(["GET", "POST"])
@door(Who.CITIZEN)
def copy(request: HttpRequest, number: str) -> HttpResponse:
    held = _own(request, number)
    today = clock.now().date()
    form = CopyForm(today, held.valid_until, request.POST or None)
    refusal, status = None, 422 if form.is_bound else 200
    if form.is_valid():
        try:
            made = certificate_copies.make(
                number, by=request.user.actor(), **form.cleaned_data
            )
        except UserError as refused:
            refusal = sentences(refused)
        else:
            messages.success(request, say("certificates.copy.done"), extra_tags="good")
            return redirect("certificate-copy", made.code)
    context = {**_page(held), "form": form, "refusal": refusal}
    return render(request, "certificates/copy.html", context, status=status)


@never_cache
@require_GET
@door(Who.CITIZEN, Who.OFFICIAL)
def copied(request: HttpRequest, code: str) -> HttpResponse:
    """One annotated copy: what it says, its file, and the button to take it back."""
    found = certificate_copies.one(code, by=request.user.actor())
    kind = current().certificates[found.certificate.type]
    context = {
        "copy": found,
        "kind": kind,
        "in_force": found.is_valid(clock.now().date()),
        "crumbs": [
            ("/certificates/", say("shell.my-certificates")),
            (f"/certificates/{found.certificate.number}/", kind.title.get(language())),
            ("", say("certificates.copy.title")),
        ],
    }
    return render(request, "certificates/copied.html", context)


@require_POST
@door(Who.CITIZEN, Who.OFFICIAL)
def revoke_copy(request: HttpRequest, code: str) -> HttpResponse:
    certificate_copies.revoke(code, by=request.user.actor())
    messages.success(request, say("certificates.copy.taken-back"), extra_tags="good")
    return redirect("certificate-copy", code)


# -------------------------------------------------------------------------- pass code


@never_cache
@require_GET
@door(Who.CITIZEN)
def pass_code(request: HttpRequest) -> HttpResponse:
    """The pass code; HTMX fetches the next one before this one ends."""
    code = pass_codes.issue(request.user.actor())
    context = {
        "code": code,
        "qr": drawn(segno.make(code.text, error="m", micro=False)),
        "seconds": pass_codes.LIFE.seconds,
        "next": pass_codes.LIFE.seconds - 10,
        "crumbs": [
            ("/certificates/", say("shell.my-certificates")),
            ("", say("certificates.pass.title")),
        ],
    }
    name = "_pass.html" if request.headers.get("HX-Request") else "pass.html"
    return render(request, f"certificates/{name}", context)
