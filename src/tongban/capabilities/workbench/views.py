"""Pages of the workbench: the case and its acts, beside them the inbox."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tongban.capabilities.workbench import actions
from tongban.capabilities.workbench.charges import held, signed, waiting
from tongban.capabilities.workbench.facts import facts, listings
from tongban.capabilities.workbench.forms import (
    FORMS,
    AbsenceForm,
    ActForm,
    RelationForm,
    batch_form,
    forms_for,
)
from tongban.capabilities.workbench.wordings import filled_in, wording
from tongban.kernel.case.declaration import CaseType
from tongban.kernel.case.item import Material
from tongban.kernel.case.model import Case
from tongban.kernel.case.refusals import CaseRefused
from tongban.kernel.terms import UserError
from tongban.store import cases, desk, figures, files, readings, staff
from tongban.store.doors import Who, door
from tongban.store.history import PROVIDER
from tongban.store.jurisdiction import current
from tongban.words.catalogue import language, say, sentences


CONFLICT = 409
LONGEST_KEY = 18
VIEWS = ("open", "overdue", "unclaimed", "mine", "closed")
# What is done on a case's own page, where a capability has one.
WORKED_ON = ("accept", "decide")
# What can be done to several cases at once.
BATCHED = ("accept", "decide")


@require_GET
@door(Who.OFFICIAL)
def inbox(request: HttpRequest) -> HttpResponse:
    return render(request, "workbench/inbox.html", _inbox(request))


def _inbox(request: HttpRequest, **known: Any) -> dict[str, Any]:
    view, kind = request.GET.get("view", "open"), request.GET.get("type", "")
    viewer, types = request.user.actor(), current().case_types
    filters = {"view": view if view in VIEWS else "open"}
    if kind in types:
        filters["type"] = kind
    number = request.GET.get("page", "1")
    page = cases.inbox(viewer, page=number, filters=filters, **known)
    posts = {viewer.organization, PROVIDER}
    return {
        "page": page,
        "rows": waiting(page.rows, types),
        "view": filters["view"],
        "views": VIEWS,
        "types": types,
        "kinds": [t for t in types.values() if t.organization in posts],
        "chosen": filters.get("type", ""),
        "query": urlencode(filters),
        "overseer": desk.is_overseer(viewer),
        "organizations": current().catalog.organizations,
    }


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
    office = staff.colleagues(viewer) if _moves(found) else None
    worded = wording(kind, request.GET.get("wording", ""))
    filled = filled_in(worded, kind, shown) if worded else ""
    own = forms_for(found.acts, kind, shown, uuid4().hex)
    for form in own:
        if form.act == "decide" and worded:
            begun = {"outcome": worded.outcome, "reasons": filled}
            form.initial |= {**begun, "wording": worded.name}
    if wrong:
        others = [form for form in own if not form.is_same(wrong)]
        own = [wrong, *others]
    elsewhere = desk.worked_on_at(shown.type, shown.number)
    if elsewhere:
        own = [form for form in own if form.act not in WORKED_ON]
    asks = actions.purposes(shown, viewer) if shown.is_open else []
    context = {
        **_inbox(request, known=found.known, there=office and office.there),
        "case": shown,
        "kind": kind,
        "acts": own,
        "wordings": [w for w in kind.wordings if w.outcome != "correction"],
        "signed": signed(kind, shown),
        "held": held(kind, shown),
        "barred": viewer.account in {each.account for each in shown.recusals},
        "colleagues": office.titles if office else {},
        "refusal": sentences(refused) if refused else None,
        "elsewhere": elsewhere,
        "clocks": found.clocks,
        "events": found.events,
        "lost": found.lost,
        "certificates": pack.certificates,
        "explanation": _explanation(found),
        "facts": facts(kind, shown, pack.catalog),
        "listings": listings(kind, shown, pack.catalog),
        "papers": _papers(kind, shown),
        "fields": {field.name: field for field in kind.fields},
        "purposes": asks,
        "looked_up": looked_up,
        "catalog": pack.catalog,
        "crumbs": [("/desk/", say("shell.desk")), ("", kind.title.get(language()))],
    }
    return render(request, "workbench/case.html", context, status=status)


def _moves(found: cases.Dossier) -> bool:
    return any(act.startswith("reassign") for act in found.acts)


def _papers(
    kind: CaseType, shown: Case
) -> list[tuple[Material, str | None, readings.Checked | None]]:
    """Each paper that is asked for, what was given for it, what was read on it."""
    papers = shown.materials
    read = readings.checked(kind.materials, kind.fields, papers, shown.data)
    checked = {each.material.name: each for each in read}
    return [(m, papers.get(m.name), checked.get(m.name)) for m in kind.materials]


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


# ---------------------------------------------------------- what has risen, figures


@require_GET
@door(Who.OFFICIAL)
def risen(request: HttpRequest) -> HttpResponse:
    """What is left undone elsewhere, before the competent department (督办)."""
    viewer, pack = request.user.actor(), current()
    given = {n: request.GET[n] for n in ("organization", "type") if request.GET.get(n)}
    page = cases.risen(viewer, page=request.GET.get("page"), filters=given)
    context = {
        "page": page,
        "rows": waiting(page.rows, pack.case_types),
        "types": pack.case_types,
        "organizations": pack.catalog.organizations,
        "answering": sorted({t.organization for t in pack.case_types.values()}),
        "chosen": given.get("organization", ""),
        "overseer": desk.is_overseer(viewer),
        "crumbs": [("/desk/", say("shell.desk")), ("", say("workbench.risen"))],
    }
    return render(request, "workbench/risen.html", context)


@require_GET
@door(Who.PUBLIC)
def timeliness(request: HttpRequest) -> HttpResponse:
    """How timely each department is, for everybody."""
    pack, told = current(), figures.timeliness()
    context = {
        "figures": told,
        "least": figures.LEAST_TOLD,
        "slowest": max((each.p90 or 0 for each in told.offices), default=0) or 1,
        "types": pack.case_types,
        "organizations": pack.catalog.organizations,
    }
    return render(request, "workbench/timeliness.html", context)


# ------------------------------------------------------------------ one's own page


@require_GET
@door(Who.OFFICIAL)
def me(request: HttpRequest) -> HttpResponse:
    return _me(request)


def _me(request: HttpRequest, *, status: int = 200, **wrong: Any) -> HttpResponse:
    viewer = request.user.actor()
    context = {
        "own": figures.own(viewer),
        "absence": staff.absence(viewer),
        "relations": staff.relations(viewer),
        "absence_form": AbsenceForm(),
        "relation_form": RelationForm(),
        "colleagues": staff.colleagues(viewer).titles,
        "crumbs": [("/desk/", say("shell.desk")), ("", say("workbench.me"))],
    }
    return render(request, "workbench/me.html", context | wrong, status=status)


@require_POST
@door(Who.OFFICIAL)
def absence(request: HttpRequest) -> HttpResponse:
    viewer = request.user.actor()
    if "back" in request.POST:
        staff.end_absence(by=viewer)
        return redirect("desk-me")
    form = AbsenceForm(request.POST)
    if form.is_valid():
        try:
            staff.declare_absence(by=viewer, **form.cleaned_data)
            return redirect("desk-me")
        except staff.NoAbsence as refused:
            form.add_error(None, sentences(refused)["what"])
    return _me(request, status=422, absence_form=form)


@require_POST
@door(Who.OFFICIAL)
def relation(request: HttpRequest) -> HttpResponse:
    viewer = request.user.actor()
    ended = request.POST.get("end", "")
    if ended.isdecimal() and len(ended) < LONGEST_KEY:
        staff.end_relation(int(ended), by=viewer)
        return redirect("desk-me")
    form = RelationForm(request.POST)
    if form.is_valid():
        staff.declare_relation(by=viewer, **form.declared())
        return redirect("desk-me")
    return _me(request, status=422, relation_form=form)


# --------------------------------------------------------------- several at once


@require_POST
@door(Who.OFFICIAL)
def batch(request: HttpRequest) -> HttpResponse:
    """Several cases of one type at one act: confirmed on a page, then done one by one.

    Each case is an act of its own with its own key: what one refuses hinders no
    other, and the same page sent again does nothing twice.
    """
    viewer = request.user.actor()
    rows = actions.chosen(request.POST.getlist("case"))
    kinds = {(row.type, row.act) for row in rows}
    kind = current().case_types.get(next(iter(kinds))[0]) if len(kinds) == 1 else None
    if kind is None or next(iter(kinds))[1] not in BATCHED:
        messages.warning(request, say("workbench.batch.mixed"), extra_tags="warn")
        return redirect("desk")
    act = rows[0].act
    form = batch_form(act, kind, request.POST, uuid4().hex)
    outcomes: Sequence[tuple[actions.Done, Any]] = ()
    if form.is_bound and form.is_valid():
        key = form.cleaned_data["key"]
        done = actions.act_on_each(by=viewer, rows=rows, form=form, key=key)
        outcomes = [(e, e.refused and sentences(e.refused)) for e in done]
    context = {
        "rows": rows,
        "kind": kind,
        "form": form,
        "outcomes": outcomes,
        "failed": [told for _, told in outcomes if told],
        "crumbs": [("/desk/", say("shell.desk")), ("", say("workbench.batch.title"))],
    }
    return render(request, "workbench/batch.html", context)
