"""What is done about a promise or a decision: hand in, object, print the notice."""

from datetime import datetime
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tongban.capabilities.services import forms, promising, responding, showing
from tongban.capabilities.services.judging import missing
from tongban.capabilities.services.record import Entries, Problem
from tongban.capabilities.services.views.cases import (
    confirmed,
    crumbs,
    given_papers,
    seen_of,
)
from tongban.kernel.case.declaration import Material
from tongban.kernel.case.model import Case, Kind, Outcome
from tongban.kernel.case.remedies import remedies
from tongban.store import cases
from tongban.store.doors import Who, door
from tongban.store.jurisdiction import current
from tongban.words.catalogue import say, words


SUPPLY, OBJECT = "supply-promised", "object"


@never_cache
@require_http_methods(["GET", "POST"])
@door(Who.CITIZEN)
def promise(request: HttpRequest, number: str) -> HttpResponse:
    """Hand in what was promised, in time or late; or say what was mended."""
    by = request.user.actor()
    found = cases.case(number, by)
    kind = cases.kind_of(found, current())
    if SUPPLY not in cases.acts(number, by) or found.promise is None:
        messages.info(request, say("services.promise.nothing"))
        return redirect("case", number)
    asked = [m for m in kind.materials if m.name in found.promise.materials]
    if request.method == "GET":
        return _promise_form(request, found, asked, Entries(), ())
    entries, problems = given_papers(request, found, asked)
    problems = (*problems, *_lacking(request, asked, entries, problems))
    if problems:
        return _promise_form(request, found, asked, entries, problems)
    done = responding.supply_promised(
        by=by,
        number=number,
        papers={name: paper.ref for name, paper in entries.files.items()},
        note=request.POST.get("note", ""),
        key=request.POST.get("key", ""),
        seen=seen_of(request),
    )
    messages.success(request, say("services.promise.done"))
    return redirect("case", done.parent or number)


def _lacking(
    request: HttpRequest,
    asked: list[Material],
    entries: Entries,
    refused: tuple[Problem, ...],
) -> list[Problem]:
    """The papers that are still missing; without any, the words that stand for them."""
    places = {problem.where for problem in refused}
    lacking = [
        missing(material.name, material.title, "paper")
        for material in asked
        if material.name not in entries.files and material.name not in places
    ]
    if not asked and not request.POST.get("note", "").strip():
        lacking.append(missing("note", words()["services.promise.note"], "reason"))
    return lacking


def _promise_form(
    request: HttpRequest,
    found: Case,
    asked: list[Material],
    entries: Entries,
    problems: tuple[Problem, ...],
) -> HttpResponse:
    kind = cases.kind_of(found, current())
    names = {material.name for material in asked}
    context = {
        "case": found,
        "matter": kind,
        "kept": promising.kept(found, kind, (SUPPLY,)),
        "uploads": showing.uploads(asked, entries, problems),
        "problems": [
            (f"{forms.PAPER}{p.where}" if p.where in names else p.where, p)
            for p in problems
        ],
        "key": request.POST.get("key") or uuid4().hex,
        "crumbs": crumbs(found, "services.promise.page"),
    }
    status = 422 if problems else 200
    return render(request, "services/promise.html", context, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@door(Who.CITIZEN)
def contest(request: HttpRequest, number: str) -> HttpResponse:
    return confirmed(request, number, "object", OBJECT, responding.object_to)


@never_cache
@require_GET
@door(Who.CITIZEN)
def notice(request: HttpRequest, number: str) -> HttpResponse:
    """The dated paper of an acceptance, of its refusal, or of a decision (art. 32)."""
    found = cases.dossier(number, request.user.actor())
    case, kind = found.case, found.case_type
    name, moment = _told(case)
    if moment is None:
        messages.info(request, say("services.notice.none"))
        return redirect("case", number)
    declined = [e for e in found.events if e.kind is Kind.NOT_ACCEPTED]
    decision = case.decision
    context = {
        "case": case,
        "matter": kind,
        "organization": current().catalog.organizations[kind.organization],
        "heading": say(f"services.notice.{name}"),
        "sentence": say(f"services.notice.{_sentence(case, name)}"),
        "at": moment,
        "competent": declined[-1].data["competent"] if declined else "",
        "automatic": decision is not None and decision.automatic,
        "remedies": remedies(kind, case, current().calendar),
        "crumbs": crumbs(found.case, f"services.notice.{name}"),
    }
    return render(request, "services/notice.html", context)


NOTICES = {
    Outcome.GRANTED: "granted",
    Outcome.REFUSED: "refused",
    Outcome.DECLINED: "declined",
}


def _told(case: Case) -> tuple[str, datetime | None]:
    """Which notice a case has, and of when; None where it has none."""
    if case.decision is not None:
        return NOTICES[case.decision.outcome], case.decision.at
    return "accepted", case.accepted


def _sentence(case: Case, name: str) -> str:
    if name == "accepted":
        return "deemed-text" if case.deemed else "accepted-text"
    deemed = case.decision is not None and case.decision.deemed
    return "silence-text" if deemed and name == "granted" else f"{name}-text"
