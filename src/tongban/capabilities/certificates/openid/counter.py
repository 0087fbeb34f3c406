"""Routes of the verifier: the counter's pages, and what a wallet fetches and sends."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from tongban.capabilities.certificates import face
from tongban.capabilities.certificates.credential import COMMON
from tongban.capabilities.certificates.openid import metadata, presenting
from tongban.capabilities.certificates.openid.limits import limited
from tongban.capabilities.certificates.openid.views import SELDOM, qr
from tongban.kernel.case.certificate import Disclosure
from tongban.kernel.terms import Text
from tongban.store import clock, presentations
from tongban.store.doors import Who, door
from tongban.store.jurisdiction import current


REQUEST_OBJECT = "application/oauth-authz-req+jwt"


@require_http_methods(["GET", "POST"])
@door(Who.OFFICIAL)
def desk(request: HttpRequest) -> HttpResponse:
    """What this counter may ask for; asking leads to a code for the holder."""
    by = request.user.actor()
    if request.method == "POST":
        code = request.POST.get("disclosure", "")
        made = presenting.ask(code, by=by, at=clock.now())
        return redirect("presentation", made.id)
    offered = [
        {"declared": each, "asks": _asks(each)} for each in presenting.granted(by)
    ]
    return render(request, "certificates/openid/desk.html", {"offered": offered})


def _asks(declared: Disclosure) -> list[tuple[Text, list[Text]]]:
    """Titles of the types asked for, each with the titles of its claims."""
    return [
        (
            kind.title,
            [metadata.titles(kind)[n] for n in presenting.wanted(declared, code)],
        )
        for code in declared.shows
        for kind in [current().certificates[code]]
    ]


def _shown(code: str, fields: Mapping[str, Any]) -> tuple[Text, list[face.Row]]:
    """What was shown of one certificate: its title, and its rows."""
    kind = current().certificates[code]
    titles = metadata.titles(kind)
    common = [(titles[name], fields[name]) for name in COMMON if name in fields]
    return kind.title, [*face.told(code, fields), *common]


@require_GET
@door(Who.OFFICIAL)
def asked(request: HttpRequest, key: str) -> HttpResponse:
    """The code that the holder scans; then what they showed, for half an hour."""
    now = clock.now()
    found = presentations.of_counter(key, request.user.actor(), now)
    declared = presenting.declared_of(found)
    link = presenting.link(found)
    waiting = found.answered is None and now < found.until
    context = {
        "asked": found,
        "declared": declared,
        "waiting": waiting,
        "over": found.answered is None and not waiting,
        "link": link,
        "qr": qr(link) if waiting else "",
        "asks": _asks(declared),
        "shown": [_shown(each["type"], each["fields"]) for each in found.shown],
    }
    name = "_asked.html" if request.htmx else "asked.html"
    return render(request, f"certificates/openid/{name}", context)


def _open(key: str) -> presentations.Asked:
    found = presentations.of_wallet(key, clock.now())
    if found is None:
        raise Http404
    return found


@require_GET
@door(Who.PUBLIC)
@limited(SELDOM)
def request(request: HttpRequest, key: str) -> HttpResponse:  # noqa: ARG001
    """The signed request, for the wallet of whoever scanned the code."""
    signed = presenting.request_object(_open(key), clock.now())
    answer = HttpResponse(signed, content_type=REQUEST_OBJECT)
    patch_cache_control(answer, no_store=True)
    return answer


@csrf_exempt
@require_POST
@door(Who.PUBLIC)
@limited(SELDOM)
def response(request: HttpRequest, key: str) -> HttpResponse:
    """What the wallet sends (``direct_post.jwt``)."""
    found = _open(key)
    try:
        presenting.receive(found, request.POST.dict(), at=clock.now())
    except presenting.Unanswerable as error:
        told = {"error": "invalid_request", "error_description": str(error)}
        return JsonResponse(told, status=400)
    return JsonResponse({})
