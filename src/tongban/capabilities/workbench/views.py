"""Pages of the workbench: the case and its acts, beside them the inbox."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tongban.capabilities.workbench import actions
from tongban.capabilities.workbench.facts import facts, listings
from tongban.capabilities.workbench.forms import FORMS, ActForm, forms_for
from tongban.kernel.case.refusals import CaseRefused
from tongban.kernel.terms import UserError
from tongban.store import cases, desk, files
from tongban.store.doors import Who, door
from tongban.store.jurisdiction import current
from tongban.words.catalogue import language, say, sentences


CONFLICT = 409
VIEWS = ("open", "overdue", "closed")
# What is done on a case's own page, where a capability has one.
WORKED_ON = ("accept", "decide")


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
    found = cases.dossier(number, request.user.actor())
    return _page(request, found)


def _page(
    request: HttpRequest,
    found: cases.Dossier,
    *,
    wrong: ActForm | None = None,
    refused: CaseRefused | None = None,
    looked_up: Sequence[actions.LookUp] = (),
    status: int = 200,
) -> HttpResponse:
    viewer, pack = request.user.actor(), current()
    shown, kind = found.case, found.case_type
    own = forms_for(found.acts, kind, shown, uuid4().hex)
    if wrong:
        others = [form for form in own if not form.is_same(wrong)]
        own = [wrong, *others]
    elsewhere = desk.worked_on_at(shown.type, shown.number)
    if elsewhere:
        own = [form for form in own if form.act not in WORKED_ON]
    asks = actions.purposes(shown, viewer) if shown.is_open else []
    context = {
        **_inbox(request),
        "case": shown,
        "kind": kind,
        "acts": own,
        "refusal": sentences(refused) if refused else None,
        "elsewhere": elsewhere,
        "clocks": found.clocks,
        "events": found.events,
        "lost": found.lost,
        "certificates": pack.certificates,
        "explanation": _explanation(found),
        "facts": facts(kind, shown, pack.catalog),
        "listings": listings(kind, shown, pack.catalog),
        "papers": [(m, shown.materials.get(m.name)) for m in kind.materials],
        "purposes": asks,
        "looked_up": looked_up,
        "catalog": pack.catalog,
        "crumbs": [("/desk/", say("shell.desk")), ("", kind.title.get(language()))],
    }
    return render(request, "workbench/case.html", context, status=status)


def _explanation(found: cases.Dossier) -> Sequence[Mapping[str, Any]]:
    """What the declared rule found: it granted, or left the case to a person."""
    decided = found.case.decision
    if found.case_type.rule is None:
        return ()
    return decided.explanation if decided and decided.automatic else found.verdict


@require_POST
@door(Who.OFFICIAL)
def act(request: HttpRequest, number: str) -> HttpResponse:
    viewer = request.user.actor()
    found = cases.dossier(number, viewer)
    form = _given(request, found)
    if not form.is_valid():
        return _page(request, found, wrong=form, status=422)
    given = form.cleaned_data
    try:
        actions.act(
            by=viewer,
            number=number,
            command=form.command(),
            key=given["key"],
            seen=given["seen"],
        )
    except CaseRefused as refused:
        return _refused(request, cases.dossier(number, viewer), refused)
    messages.success(request, say(f"workbench.done.{form.act}"), extra_tags="good")
    return redirect("desk-case", number=number)


def _given(request: HttpRequest, found: cases.Dossier, **newer: Any) -> ActForm:
    chosen = FORMS.get(request.POST.get("act", ""))
    if chosen is None:
        raise UserError("no such act", code="workbench.no-such-act")
    prefix = request.POST.get("prefix") or None
    data = request.POST.copy()
    for name, value in newer.items():
        data[f"{prefix}-{name}" if prefix else name] = value
    return chosen(found.case_type, found.case, data, prefix=prefix)


def _refused(
    request: HttpRequest, found: cases.Dossier, refused: CaseRefused
) -> HttpResponse:
    """The case as it is now, what was refused, and the words that were written.

    The form now stands on the version that the official has before them.
    """
    form = _given(request, found, seen=found.case.version)
    return _page(request, found, wrong=form, refused=refused, status=CONFLICT)


@require_POST
@door(Who.OFFICIAL)
def look_up(request: HttpRequest, number: str) -> HttpResponse:
    """Read registers for the case: a use, so it is asked for by an act, not a link."""
    viewer = request.user.actor()
    purpose = request.POST.get("purpose", "")
    looked_up = actions.look_up(by=viewer, number=number, purpose=purpose)
    return _page(request, cases.dossier(number, viewer), looked_up=looked_up)


@require_GET
@door(Who.OFFICIAL)
def paper(request: HttpRequest, number: str, name: str) -> HttpResponseBase:
    viewer = request.user.actor()
    shown = cases.case(number, viewer=viewer)
    reference = shown.materials.get(name, "")
    if reference.startswith("certificate:"):
        return redirect(f"/certificates/{reference.removeprefix('certificate:')}/")
    opened = files.open_file(reference, viewer, case=number)
    response = FileResponse(
        opened.stream,
        as_attachment=True,
        content_type=opened.media,
        filename=opened.name,
    )
    # Strangers wrote it: where a browser shows it all the same, nothing in it acts.
    response["Content-Security-Policy"] = "sandbox"
    return response
