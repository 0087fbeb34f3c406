"""Routes of the issuer: what is published, what wallets call, what holders see."""

import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import segno
from authlib.oauth2 import OAuth2Error
from csp.decorators import csp_update
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from tongban.capabilities.certificates import keys, statuslist
from tongban.capabilities.certificates.openid import issuing, metadata
from tongban.capabilities.certificates.openid.consent import Asked, asked
from tongban.capabilities.certificates.openid.limits import limited
from tongban.capabilities.certificates.openid.oauth import (
    Access,
    Choice,
    Request,
    protect,
    secret,
    server,
)
from tongban.store import certificates, clock, issuances
from tongban.store.doors import Who, door
from tongban.store.jurisdiction import current


PUBLISHED_S = 300
LARGEST_PUSHED = 16 * 1024  # bytes: anybody may leave them, and they are kept
OFTEN, SELDOM = 600, 120  # calls a minute from one address
REQUEST_URI = "urn:ietf:params:oauth:request_uri:"
STATUS_LIST = "application/statuslist+jwt"


def _published(document: Mapping[str, Any]) -> JsonResponse:
    response = JsonResponse(document, json_dumps_params={"ensure_ascii": False})
    patch_cache_control(response, public=True, max_age=PUBLISHED_S)
    response["Access-Control-Allow-Origin"] = "*"  # it is meant for everybody
    return response


@require_safe
@door(Who.PUBLIC)
def credential_issuer(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    return _published(metadata.credential_issuer())


@require_safe
@door(Who.PUBLIC)
def authorization_server(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    return _published(metadata.authorization_server())


@require_safe
@door(Who.PUBLIC)
def jwt_vc_issuer(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    return _published(metadata.jwt_vc_issuer())


@require_safe
@door(Who.PUBLIC)
def no_such_document(request: HttpRequest, name: str) -> HttpResponse:  # noqa: ARG001
    """Programs ask here what there is: they are told so in their way (RFC 9457)."""
    told = {"title": "there is no such document here", "status": 404}
    return JsonResponse(told, status=404, content_type="application/problem+json")


@require_safe
@door(Who.PUBLIC)
def issuing_keys(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    return _published(keys.published())


@require_safe
@door(Who.PUBLIC)
def credential_type(request: HttpRequest, code: str) -> HttpResponse:  # noqa: ARG001
    kind = current().certificates.get(code)
    if kind is None:
        raise Http404
    return _published(metadata.type_metadata(kind))


@require_safe
@door(Who.PUBLIC)
@limited(OFTEN)
def status_list(request: HttpRequest, number: int) -> HttpResponse:
    """The list as it is now; 304 for who has it already (RFC 9110 section 13)."""
    found = statuslist.read(number, clock.now())
    if found is None:
        raise Http404
    if request.headers.get("If-None-Match") == found.etag:
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(found.token(), content_type=STATUS_LIST)
    response["ETag"] = found.etag
    response["Access-Control-Allow-Origin"] = "*"
    patch_cache_control(response, public=True, max_age=statuslist.TTL_S)
    return response


def _told(document: Mapping[str, Any], status: int = 200) -> JsonResponse:
    response = JsonResponse(document, status=status)
    patch_cache_control(response, no_store=True)
    return response


def _oauth_error(error: OAuth2Error) -> HttpResponse:
    response = _told(dict(error.get_body()), error.status_code)
    for name, value in error.get_headers():
        response[name] = value
    return response


@csrf_exempt
@require_POST
@door(Who.PUBLIC)
@limited(SELDOM)
def token(request: HttpRequest) -> HttpResponse:
    answer: HttpResponse = server.create_token_response(Request(request))
    return answer


@csrf_exempt
@require_POST
@door(Who.PUBLIC)
@limited(OFTEN)
def nonce(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    return _told({"c_nonce": issuing.nonce()})


Wallets = Callable[[HttpRequest, Access], HttpResponse]


def with_token(view: Wallets) -> Callable[[HttpRequest], HttpResponse]:
    """Let only who has an access token in; errors as RFC 6750 and OpenID4VCI say."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        try:
            return view(request, protect.acquire_token(request))
        except OAuth2Error as error:
            return _oauth_error(error)
        except issuing.CredentialError as error:
            told = {"error": error.code, "error_description": error.told}
            return _told(told, error.status)

    return guarded


@csrf_exempt
@require_POST
@door(Who.PUBLIC)
@limited(OFTEN)
@with_token
def credential(request: HttpRequest, access: Access) -> HttpResponse:
    body = request.body.decode("utf-8", "replace")
    return _told(issuing.answer(access, body, at=clock.now()))


@csrf_exempt
@require_POST
@door(Who.PUBLIC)
@limited(OFTEN)
@with_token
def notification(request: HttpRequest, access: Access) -> HttpResponse:
    try:
        told = json.loads(request.body)
    except ValueError:
        told = None
    issuing.notify(access, told)
    response = HttpResponse(status=204)
    patch_cache_control(response, no_store=True)
    return response


@csrf_exempt
@require_POST
@door(Who.PUBLIC)
@limited(SELDOM)
def push(request: HttpRequest) -> HttpResponse:
    """Take the parameters of an authorization request beforehand (RFC 9126)."""
    if len(request.body) > LARGEST_PUSHED:
        return _told({"error": "invalid_request"}, 413)
    sent = Request(request)
    try:
        asked(sent)
    except OAuth2Error as error:
        error.redirect_uri = None  # told to the wallet itself, not through a browser
        return _oauth_error(error)
    handle, client = secret(), sent.payload.client_id
    try:
        issuances.push(handle, client, sent.payload.data, clock.now())
    except issuances.Busy:
        return _told({"error": "temporarily_unavailable"}, 503)
    lasts = int(issuances.PUSHED_GOOD.total_seconds())
    uri = f"{REQUEST_URI}{handle}"
    return _told({"request_uri": uri, "expires_in": lasts}, 201)


@require_http_methods(["GET", "POST"])
@door(Who.CITIZEN)
def authorize(request: HttpRequest) -> HttpResponse:
    """The holder, signed in, lets a wallet fetch a certificate, or does not."""
    sent = Request(request, _parameters(request))
    try:
        wished = asked(sent)
    except OAuth2Error as error:
        answer: HttpResponse = server.handle_error_response(sent, error)
        return answer
    by, at = request.user.actor(), clock.now()
    held = [
        each
        for each in certificates.of_holder(by)
        if each.type == wished.type and each.is_valid(at.date())
    ]
    if request.method == "GET":
        return _consent_page(request, wished, held)
    chosen = {each.number: each for each in held}.get(request.POST.get("number", ""))
    choice = Choice(chosen, by, at) if chosen else None
    answer = server.create_authorization_response(sent, choice, wished.grant)
    return answer


def _parameters(request: HttpRequest) -> dict[str, str]:
    """What the wallet asks for: in the address, or pushed before."""
    told = {name: request.GET.get(name, "") for name in request.GET}
    uri = told.get("request_uri", "")
    if not uri.startswith(REQUEST_URI):
        return told
    handle, client = uri.removeprefix(REQUEST_URI), told.get("client_id", "")
    kept = issuances.pushed(handle, client, clock.now())
    return dict(kept) if kept is not None else {"client_id": client}


def _consent_page(
    request: HttpRequest, wished: Asked, held: list[certificates.Certificate]
) -> HttpResponse:
    kind = current().certificates[wished.type]
    context = {
        "wallet": wished.wallet,
        "kind": kind,
        "held": held,
        "claims": metadata.titles(kind).values(),
    }
    # The form is answered by sending the browser on to the wallet, which this
    # page's policy has to allow.
    allow = csp_update({"form-action": [wished.origin]})
    page: HttpResponse = allow(render)(
        request, "certificates/openid/consent.html", context
    )
    return page


@require_http_methods(["GET", "POST"])
@door(Who.CITIZEN)
def offer(request: HttpRequest, number: str) -> HttpResponse:
    """The holder's page: a code to scan with a wallet, and a number to type in."""
    by, at = request.user.actor(), clock.now()
    held = certificates.one(number, viewer=by)
    context: dict[str, Any] = {
        "held": held,
        "kind": current().certificates[held.type],
        "in_force": held.is_valid(at.date()),
        "minutes": int(issuances.CODE_GOOD.total_seconds()) // 60,
        "told": issuances.told_of(number, by.account),
    }
    if request.method == "POST":
        offered = issuing.offer(held, by=by, at=at)
        context |= {"offered": offered, "qr": qr(offered.uri)}
    return render(request, "certificates/openid/offer.html", context)


def qr(text: str) -> str:
    """The address of an image that carries its own bytes."""
    return segno.make(text, error="l").svg_data_uri(border=2, omitsize=True)
