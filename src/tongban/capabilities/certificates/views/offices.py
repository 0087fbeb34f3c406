"""Pages of offices: scanning a pass code, and asking for a change of a certificate."""

import json
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tongban.capabilities.certificates import actions, face, services
from tongban.capabilities.certificates.forms import ChangeForm, ScanForm
from tongban.kernel.case.certificate import Change, Holder
from tongban.kernel.terms import UserError
from tongban.store import certificate_uses, certificates, pass_codes
from tongban.store.doors import Who, door
from tongban.store.jurisdiction import current
from tongban.words.catalogue import language, say, sentences, words


MOST_BYTES = 12 * 1024 * 1024


@never_cache
@require_http_methods(["GET", "POST"])
@door(Who.OFFICIAL)
def scan(request: HttpRequest) -> HttpResponse:
    """What a holder's pass code opens for one of the office's declared uses."""
    by = request.user.actor()
    open_ones = certificate_uses.open_to(by, Holder.PRESENT)
    form = ScanForm(open_ones, request.POST or None)
    found, refusal, status = None, None, 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                found = pass_codes.scan(given["code"], given["disclosure"], by=by)
                status = 200
            except UserError as refused:
                refusal = sentences(refused)
    context = {
        "form": form,
        "open": open_ones,
        "scan": found,
        "faces": _faces(found) if found else (),
        "types": current().certificates,
        "refusal": refusal,
        "crumbs": [
            ("/desk/", say("shell.desk")),
            ("", say("certificates.scan-form.title")),
        ],
    }
    return render(request, "certificates/scan.html", context, status=status)


def _faces(found: pass_codes.Scan) -> list[tuple[object, list[face.Row]]]:
    return [
        (each, face.rows(each.certificate, only=each.fields)) for each in found.shown
    ]


@never_cache
@require_http_methods(["GET", "POST"])
@door(Who.OFFICIAL, Who.CITIZEN)
def change(request: HttpRequest, number: str) -> HttpResponse:
    """Open the case that, once decided, suspends, revokes, … a certificate."""
    by = request.user.actor()
    held = certificates.one(number, viewer=by)
    kind = current().certificates[held.type]
    open_changes = actions.open_changes(held, by)
    first = {"key": uuid4().hex}
    own = by.subject == held.holder
    form = ChangeForm(open_changes, own, request.POST or None, initial=first)
    refusal, status = None, 422 if form.is_bound else 200
    if form.is_valid():
        given = dict(form.cleaned_data)
        asked, key = Change(given.pop("change")), given.pop("key")
        try:
            case = actions.ask(asked, number, by=by, answers=given, key=key)
        except UserError as refused:
            refusal = sentences(refused)
        else:
            done = say("certificates.change-form.done", number=case.number)
            messages.success(request, done, extra_tags="good")
            return redirect("certificate", number)
    context = {
        "held": held,
        "kind": kind,
        "form": form,
        "refusal": refusal,
        "crumbs": [
            (f"/certificates/{number}/", kind.title.get(language())),
            ("", say("certificates.change-form.title")),
        ],
    }
    return render(request, "certificates/change.html", context, status=status)


@require_POST
@door(Who.OFFICIAL)
def service(request: HttpRequest, name: str) -> JsonResponse:
    """One of the shared services (JT/T 1546 §6): JSON in, result code and JSON out."""
    try:
        asked = json.loads(request.body[:MOST_BYTES])
    except ValueError:
        asked = None
    if not isinstance(asked, dict):
        asked = {}
    answer = services.ask(name, asked, by=request.user.actor())
    message = words()[f"certificates.result.{answer.result.name.lower()}"].zh
    told = {"code": answer.result.value, "message": message, "data": dict(answer.data)}
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False})
