"""Pages of the workbench: the inbox on the left, the case and its acts on the right."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tongban.capabilities.workbench import actions
from tongban.capabilities.workbench.forms import FORMS, ActForm, forms_for
from tongban.kernel.case.model import Case
from tongban.kernel.terms import UserError
from tongban.store import cases, files
from tongban.store.doors import Who, door
from tongban.store.jurisdiction import current
from tongban.words.catalogue import say


VIEWS = ("open", "overdue", "closed")


@require_GET
@door(Who.OFFICIAL)
def inbox(request: HttpRequest) -> HttpResponse:
    return render(request, "workbench/inbox.html", _inbox(request))


def _inbox(request: HttpRequest) -> dict[str, Any]:
    view = request.GET.get("view", "open")
    page = cases.inbox(
        request.user.actor(),
        page=request.GET.get("page", "1"),
        filters={"view": view if view in VIEWS else "open"},
    )
    return {"page": page, "view": view, "views": VIEWS, "types": current().case_types}


@require_GET
@door(Who.OFFICIAL)
def case(request: HttpRequest, number: str) -> HttpResponse:
    viewer = request.user.actor()
    shown = cases.case(number, viewer=viewer)
    kind = current().case_types[shown.type]
    acts = cases.acts(number, viewer=viewer)
    return _case_page(request, shown, forms_for(acts, kind, shown, uuid4().hex))


def _case_page(
    request: HttpRequest, shown: Case, acts: list[ActForm], status: int = 200
) -> HttpResponse:
    viewer = request.user.actor()
    pack = current()
    kind = pack.case_types[shown.type]
    context = {
        **_inbox(request),
        "case": shown,
        "kind": kind,
        "acts": acts,
        "clocks": cases.clocks(shown.number, viewer=viewer),
        "events": cases.events(shown.number, viewer=viewer),
        "answers": [
            (field, shown.data[field.name], shown.sources.get(field.name))
            for field in kind.fields
            if field.name in shown.data
        ],
        "papers": [
            (material, shown.materials.get(material.name))
            for material in kind.materials
        ],
    }
    return render(request, "workbench/case.html", context, status=status)


@require_POST
@door(Who.OFFICIAL)
def act(request: HttpRequest, number: str) -> HttpResponse:
    viewer = request.user.actor()
    shown = cases.case(number, viewer=viewer)
    kind = current().case_types[shown.type]
    chosen = FORMS.get(request.POST.get("act", ""))
    if chosen is None:
        raise UserError("no such act", code="workbench.no-such-act")
    prefix = request.POST.get("prefix") or None
    form = chosen(kind, shown, request.POST, prefix=prefix)
    if not form.is_valid():
        return _case_page(request, shown, [form], status=422)
    given = form.cleaned_data
    actions.act(
        by=viewer,
        number=number,
        command=form.command(),
        key=given["key"],
        seen=given["seen"],
    )
    messages.success(request, say(f"workbench.done.{form.act}"), extra_tags="good")
    return redirect("desk-case", number=number)


@require_GET
@door(Who.OFFICIAL)
def paper(request: HttpRequest, number: str, name: str) -> HttpResponseBase:
    viewer = request.user.actor()
    shown = cases.case(number, viewer=viewer)
    reference = shown.materials.get(name, "")
    if reference.startswith("certificate:"):
        return redirect(f"/certificates/{reference.removeprefix('certificate:')}/")
    opened = files.open_file(reference, viewer=viewer, case=number)
    return FileResponse(opened.stream, content_type=opened.media, filename=opened.name)
