"""Who used my data; download of proofs; the public page that checks a proof."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from tongban.kernel.ledger import verifier
from tongban.kernel.ledger.bundle import MEDIA_TYPE
from tongban.store import ledger, trail
from tongban.store.certificate_uses import certificates_told
from tongban.store.doors import Who, door
from tongban.store.jurisdiction import current
from tongban.words.catalogue import language


MOST_RECEIPTS = 200
DIGITS = 18  # more than any receipt's number has


@require_GET
@door(Who.CITIZEN)
def uses(request: HttpRequest) -> HttpResponse:
    pack, by = current(), request.user.actor()
    organization = request.GET.get("organization", "")
    case = request.GET.get("case", "")
    page = trail.uses_of(
        by, page=request.GET.get("page", "1"), organization=organization, case=case
    )
    context = {
        "page": page,
        "organization": organization,
        "case": case,
        "organizations": trail.organizations_of(by),
        "bodies": pack.catalog.organizations,
        "purposes": {**pack.purposes, **pack.disclosures},
        "types": pack.case_types,
        "datasets": {**pack.catalog.datasets, **certificates_told()},
    }
    return render(request, "trail/uses.html", context)


@require_GET
@door(Who.CITIZEN)
def proof(request: HttpRequest) -> HttpResponse:
    """The proof of chosen uses, as a file."""
    chosen = [
        int(text)
        for text in request.GET.getlist("receipt")[:MOST_RECEIPTS]
        if text.isascii() and text.isdigit() and len(text) <= DIGITS
    ]
    return _file(trail.bundle(chosen, by=request.user.actor()), "uses")


@require_GET
@door(Who.CITIZEN)
def case_proof(request: HttpRequest, number: str) -> HttpResponse:
    """The proof of everything that happened in a case, as a file."""
    bundle = trail.bundle_for_case(number, by=request.user.actor())
    return _file(bundle, number)


def _file(bundle: Mapping[str, Any], name: str) -> HttpResponse:
    text = json.dumps(bundle, ensure_ascii=False, indent=1)
    response = HttpResponse(text, content_type=MEDIA_TYPE)
    response["Content-Disposition"] = f'attachment; filename="proof-{name}.json"'
    return response


@require_http_methods(["GET", "POST"])
@door(Who.PUBLIC)
def verify(request: HttpRequest) -> HttpResponse:
    """Check an uploaded proof with the same code that the single file runs."""
    context: dict[str, Any] = {
        "key": str(ledger.signer().verifier),
        "fingerprint": ledger.signer().verifier.fingerprint,
        "latest": ledger.latest(),
    }
    given = request.FILES.get("bundle") if request.method == "POST" else None
    if request.method == "POST":
        context["asked"] = True
    if given is not None:
        context |= _verdict(given.read(verifier.MAX_BYTES + 1))
    return render(request, "trail/verify.html", context)


def _verdict(data: bytes) -> dict[str, Any]:
    tongue = "en" if language().startswith("en") else "zh"
    try:
        report = verifier.verify(data, verifier.read_key(str(ledger.signer().verifier)))
    except verifier.Refused as refused:
        return {"refusal": refused.say(tongue), "where": refused.where}
    return {"proven": verifier.describe(report, tongue)}


@require_GET
@door(Who.PUBLIC)
def verifier_file(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The verifier itself: one file, Python's standard library alone."""
    text = Path(verifier.__file__).read_text("utf-8")
    response = HttpResponse(text, content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="verifier.py"'
    return response


@require_GET
@door(Who.PUBLIC)
def checkpoint(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The latest signed checkpoint (C2SP tlog-checkpoint), for witnesses."""
    head = ledger.latest() or ledger.integrate()
    return HttpResponse(head.note, content_type="text/plain; charset=utf-8")
