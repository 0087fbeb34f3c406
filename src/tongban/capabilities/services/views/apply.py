"""The form that is a confirmation: shown, saved, sent."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tongban.capabilities.services import (
    actions,
    comparing,
    forms,
    promising,
)
from tongban.capabilities.services.judging import missing
from tongban.capabilities.services.record import Draft, Entries, Place, Problem
from tongban.capabilities.services.views.page import crumbs, page_of
from tongban.kernel.case.declaration import CaseType
from tongban.kernel.case.item import Material
from tongban.kernel.case.refusals import Unknown
from tongban.kernel.terms import Text, UserError
from tongban.store import cases
from tongban.store.doors import Who, door
from tongban.store.drafts import DraftGone, gone
from tongban.store.jurisdiction import current
from tongban.words.catalogue import say, sentences


@never_cache
@require_http_methods(["GET", "POST"])
@door(Who.CITIZEN)
def apply(request: HttpRequest, code: str) -> HttpResponse:
    matter = actions.service(code)
    draft = actions.begun(by=request.user.actor(), type_code=code)
    if request.method == "GET":
        if draft is None:
            return redirect("service", code)
        return _form(request, matter, draft, ())
    number = request.POST.get("number", "")
    if draft is None or draft.number != number:
        return _sent_already(request, number)
    try:
        return _done(request, matter, draft)
    except actions.Crossed as crossed:
        return _crossed(request, matter, crossed)
    except DraftGone:
        return _sent_already(request, number)


def _crossed(
    request: HttpRequest, matter: CaseType, crossed: actions.Crossed
) -> HttpResponse:
    """What was typed here, not kept yet, beside what the other device has kept."""
    theirs = actions.begun(by=request.user.actor(), type_code=matter.code)
    if theirs is None:
        raise gone(request.POST.get("number", ""))
    known = theirs.prefilled.values
    ours = forms.entries_of(matter, request.POST, known, theirs.entries)
    differing = comparing.differences(matter, current().catalog, theirs, ours)
    return _form(
        request,
        matter,
        replace(theirs, entries=ours),
        (),
        status=409,
        crossed=comparing.Crossing(crossed.device, theirs.updated, differing),
    )


def _place(request: HttpRequest) -> Place | None:
    """Where this was typed; None for a page that does not say what it had seen."""
    seen = request.POST.get(forms.REVISION, "")
    if not (seen.isascii() and seen.isdigit()):
        return None
    session = request.session.session_key or ""
    browser = hashlib.sha256(session.encode()).hexdigest()[:16]
    # RFC 9110 §10.1.5 with what browsers of phones say of themselves.
    phone = "Mobi" in request.headers.get("User-Agent", "")
    return Place(browser, "phone" if phone else "computer", int(seen))


def _sent_already(request: HttpRequest, number: str) -> HttpResponse:
    """A form sent twice leads to the one case; DraftGone if it was never sent."""
    try:
        found = cases.case(number, viewer=request.user.actor())
    except Unknown as unknown:
        raise gone(number) from unknown
    return redirect("case", found.number)


def _done(request: HttpRequest, matter: CaseType, draft: Draft) -> HttpResponse:
    """What the pressed button says, once everything typed is kept."""
    draft, problems = _kept(request, matter, draft)
    act = request.POST.get("act", "save")
    if act == "submit":
        return _submitted(request, matter, draft, problems)
    if act == "refresh":
        actions.prefilled(by=request.user.actor(), draft=draft, anew=True)
        messages.success(request, say("services.apply.refreshed"))
        return redirect("apply", matter.code)
    if problems:
        return _form(request, matter, draft, problems, status=422)
    if act.startswith(forms.CONTEST):
        return _contested(request, matter, draft, act.removeprefix(forms.CONTEST))
    if act != "save":
        return _followed(request, matter, draft, act)
    messages.success(request, say("services.apply.saved-note"))
    return redirect("apply", matter.code)


def _contested(
    request: HttpRequest, matter: CaseType, draft: Draft, name: str
) -> HttpResponse:
    """A known value is wrong: its department is asked at once, the form goes on."""
    if name not in draft.prefilled.values:
        return redirect("apply", matter.code)
    proof = request.FILES.get(forms.PROOF + name)
    try:
        actions.contest(
            by=request.user.actor(),
            draft=draft,
            name=name,
            stream=proof,
            called=(proof.name if proof else None) or name,
        )
    except actions.Incomplete as incomplete:
        return _form(request, matter, draft, incomplete.problems, status=422)
    messages.success(request, say("services.apply.contested"))
    return redirect(f"/services/{matter.code}/apply/#known-{name}")


def _followed(
    request: HttpRequest, matter: CaseType, draft: Draft, act: str
) -> HttpResponse:
    """The form after an answer that decides about others, or with another row."""
    entries, focus = forms.with_rows_changed(matter, draft.entries, act)
    if focus:
        draft = actions.save(by=request.user.actor(), draft=draft, entries=entries)
    place = f"#{focus}" if focus else "#application"
    return redirect(f"/services/{matter.code}/apply/{place}")


def _kept(
    request: HttpRequest, matter: CaseType, draft: Draft
) -> tuple[Draft, tuple[Problem, ...]]:
    """Everything the browser sent, kept in the draft before it is judged.

    What was typed comes last: the answers judged are those of this form, whatever
    another window saved meanwhile, and the papers are all that were received.
    """
    by = request.user.actor()
    entries = forms.entries_of(
        matter, request.POST, draft.prefilled.values, draft.entries
    )
    problems: list[Problem] = []
    for material in actions.needs(matter).uploads:
        upload = request.FILES.get(forms.PAPER + material.name)
        if upload is None:
            continue
        try:
            draft = actions.keep_paper(
                by=by,
                draft=draft,
                material=material,
                stream=upload,
                name=upload.name or material.name,
            )
        except DraftGone:
            raise
        except UserError as refused:
            problems.append(paper_problem(material, refused))
    place = _place(request)
    saved = actions.save(by=by, draft=draft, entries=entries, place=place)
    found = actions.prefilled(by=by, draft=saved)
    return replace(saved, prefilled=found), tuple(problems)


def paper_problem(material: Material, refused: UserError) -> Problem:
    """What is wrong with a file, in the place where it was given."""
    told = sentences(refused)
    return Problem(
        material.name, Text(told["what"]), Text(told["mend"]), material.title
    )


def _submitted(
    request: HttpRequest,
    matter: CaseType,
    draft: Draft,
    problems: tuple[Problem, ...],
) -> HttpResponse:
    entries = draft.entries
    offered = promising.offers(matter, current().case_types, request.POST)
    vows = promising.vows(offered, request.POST)
    lacking = promising.besides(vows, _not_refused_yet(draft, entries, problems))
    found = [*problems, *lacking]
    found += _unseen(request, matter, draft, found)
    if request.POST.get(forms.DECLARATION) != "yes":
        found.append(missing(forms.DECLARATION, matter.title, "declaration"))
    if found:
        return _form(request, matter, draft, tuple(found), status=422)
    case = actions.submit(
        by=request.user.actor(),
        draft=draft,
        answers=entries.answers,
        papers=entries.files,
        corrections=entries.corrections,
        rows=entries.rows,
        declared=say("services.apply.declaration"),
        key=f"apply:{draft.number}",
        promises=vows,
        person=request.POST.get(promising.PERSON) == promising.YES,
    )
    messages.success(request, say("services.apply.sent", number=case.number))
    return redirect("case", case.number)


def _not_refused_yet(
    draft: Draft, entries: Entries, refused: Iterable[Problem]
) -> list[Problem]:
    """A file that was refused is not reported as missing too."""
    places = {problem.where for problem in refused}
    found = actions.validate(draft=draft, entries=entries)
    return [problem for problem in found if problem.where not in places]


def _unseen(
    request: HttpRequest, matter: CaseType, draft: Draft, told: Iterable[Problem]
) -> list[Problem]:
    """What the last answers brought into the form: nobody signs what they never saw."""
    if forms.SHOWN not in request.POST:
        return []
    shown = {*request.POST[forms.SHOWN].split(","), *(each.where for each in told)}
    asked = actions.asked(matter, draft.prefilled, draft.entries)
    return [
        missing(part.name, part.title, "unseen")
        for part in (*asked.fields, *asked.groups)
        if part.name not in shown
    ]


def _form(
    request: HttpRequest,
    matter: CaseType,
    draft: Draft,
    problems: tuple[Problem, ...],
    status: int = 200,
    crossed: comparing.Crossing | None = None,
) -> HttpResponse:
    shown = page_of(request, matter, draft, problems) | {"crossed": crossed}
    return render(request, "services/apply.html", shown, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@door(Who.CITIZEN)
def discard(request: HttpRequest, code: str) -> HttpResponse:
    """Asked first: what was typed is gone for good."""
    matter = actions.service(code)
    draft = actions.begun(by=request.user.actor(), type_code=code)
    if draft is None:
        return redirect("service", code)
    if request.method == "POST":
        if request.POST.get("number") != draft.number:
            raise gone(request.POST.get("number", ""))
        actions.discard(by=request.user.actor(), draft=draft)
        messages.success(request, say("services.apply.discarded"))
        return redirect("service", code)
    context = {
        "matter": matter,
        "draft": draft,
        "crumbs": crumbs(matter, say("services.apply.discard")),
    }
    return render(request, "services/discard.html", context)


@require_POST
@door(Who.CITIZEN)
def save(request: HttpRequest, code: str) -> HttpResponse:
    """What was typed so far, saved while the person goes on; answers the hour."""
    matter = actions.service(code)
    by = request.user.actor()
    draft = meant(request, code)
    if draft is not None:
        entries = forms.entries_of(
            matter, request.POST, draft.prefilled.values, draft.entries
        )
        place = _place(request)
        try:
            saved = actions.save(by=by, draft=draft, entries=entries, place=place)
            found = actions.prefilled(by=by, draft=saved)
        except actions.Crossed:
            return render(request, "services/_saved.html", {"crossed": True})
        except DraftGone:
            pass
        else:
            saved = replace(saved, prefilled=found)
            return render(
                request, "services/_saved.html", _news(request, matter, saved)
            )
    return render(request, "services/_saved.html", {"draft": None})


def _news(request: HttpRequest, matter: CaseType, draft: Draft) -> dict[str, Any]:
    """That it is saved; and the parts anew where the answers ask for others."""
    shown = page_of(request, matter, draft, ())
    return {**shown, "anew": request.POST.get(forms.SHOWN) != shown["shown"]}


def meant(request: HttpRequest, code: str) -> Draft | None:
    """The draft that the form on the screen is about, if it is still there."""
    draft = actions.begun(by=request.user.actor(), type_code=code)
    number = request.POST.get("number")
    return draft if draft is not None and draft.number == number else None
