"""The public check: by number, by the text of a QR code, or by the PDF itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from tongban.capabilities.certificates import checking
from tongban.capabilities.certificates.checking import Finding
from tongban.store import clock
from tongban.store.doors import Who, door
from tongban.store.jurisdiction import current


LONGEST = 2000
LARGEST = 5 * 1024 * 1024


@require_http_methods(["GET", "POST"])
@door(Who.PUBLIC)
def check(request: HttpRequest) -> HttpResponse:
    """Whether a certificate or copy is genuine and in force.

    Of its holder it shows no more than what the code in the visitor's hand says.
    """
    asked = request.GET.get("q", "").strip()[:LONGEST]
    found = _found(request, asked)
    pack = current()
    kind = (
        pack.certificates[found.certificate.type]
        if found and found.certificate
        else None
    )
    context = {
        "asked": asked,
        "found": found,
        "kind": kind,
        "issuer": pack.catalog.organizations[kind.issuer] if kind else None,
    }
    return render(request, "certificates/check.html", context)


def _found(request: HttpRequest, asked: str) -> Finding | None:
    today = clock.now().date()
    given = request.FILES.get("file") if request.method == "POST" else None
    if given is not None:
        return checking.of_file(given.read(LARGEST), today)
    return checking.of_text(asked, today) if asked else None
