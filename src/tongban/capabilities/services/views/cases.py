"""What became of it: the person's cases, each with its lanes, and what they may do."""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core import signing
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tongban.capabilities.services import (
    actions,
    explaining,
    forms,
    listing,
    progress,
    responding,
    showing,
    supplying,
    telling,
)
from tongban.capabilities.services.record import Entries, Paper, Problem
from tongban.capabilities.services.views.apply import paper_problem
from tongban.kernel.case.item import Material
from tongban.kernel.case.model import Case
from tongban.kernel.terms import UserError
from tongban.store import cases, certificates, clock, files
from tongban.store.doors import Who, door
from tongban.store.jurisdiction import current
from tongban.words.catalogue import language, say


SEAL = "services.paper"  # the salt of what a page hands back for a kept paper
KEPT = timedelta(days=1)  # how long it may be handed back


@require_GET
@door(Who.CITIZEN)
def mine(request: HttpRequest) -> HttpResponse:
    by = request.user.actor()
    page = cases.mine(by, page=request.GET.get("page"))
    context = {
        "page": page,
        "rows": listing.lines(page.rows, current()),
        "types": current().case_types,
        "drafts": actions.all_begun(by=by) if page.number == 1 else [],
        "crumbs": [("", say("shell.my-cases"))],
    }
    return render(request, "services/mine.html", context)


@never_cache
@require_GET
@door(Who.CITIZEN)
def case(request: HttpRequest, number: str) -> HttpResponse:
    """The whole page, or for HTMX only the part that time changes."""
    viewer = request.user.actor()
    pack = current()
    found = cases.dossier(number, viewer)
    shown = progress.progress(found.case, found.children, pack, viewer, clock.now())
    events = {number: found.events, **found.child_events}
    # What was taken away shows at once, although no case has a new event for it.
    seen = f"{sum(map(len, events.values()))}-{len(found.lost)}"
    if request.htmx and request.GET.get("seen") == seen:
        # Nothing new: the page is left alone, with the reader's place in it.
        return HttpResponse(status=204)
    issued: dict[str, list[certificates.Certificate]] = {}
    for certificate in certificates.certificates_in(events):
        issued.setdefault(certificate.case, []).append(certificate)
    context = {
        "progress": shown,
        "case": found.case,
        "matter": shown.matter,
        "issued": issued,
        "certificate_types": pack.certificates,
        "lost": found.lost,
        "granted": progress.granted(shown.lanes),
        "to_supply": any(lane.to_supply for lane in shown.lanes),
        "promised": [(lane, lane.promise) for lane in shown.lanes if lane.promise],
        "explained": _explained(shown, found.verdict),
        "log": telling.log(found.case, found.children, events, pack),
        "papers": _papers(found.case),
        "seen": seen,
        "poll": shown.running and request.headers.get("Save-Data") != "on",
        "crumbs": [
            ("/cases/", say("shell.my-cases")),
            ("", shown.matter.title.get(language())),
        ],
    }
    whole = "services/_progress.html" if request.htmx else "services/case.html"
    return render(request, whole, context)


def _explained(
    shown: progress.Progress, verdict: Iterable[explaining.Condition]
) -> list[tuple[progress.Lane, list[explaining.Condition], int]]:
    """The lanes that a rule looked at: what it saw, how many conditions are met."""
    catalog = current().catalog
    found = []
    for lane in shown.lanes:
        if lane.is_automatic and lane.case and lane.case.decision:
            found.append((lane, lane.case.decision.explanation))
        elif verdict and lane.case and lane.case.number == shown.case.number:
            found.append((lane, tuple(verdict)))
    return [
        (
            lane,
            explaining.in_words(seen, catalog),
            sum(c["truth"] is True for c in seen),
        )
        for lane, seen in found
    ]


def _papers(case: Case) -> list[tuple[Material, str]]:
    needs = actions.needs(cases.kind_of(case, current()))
    return progress.papers_of(case, (*needs.uploads, *needs.issued, *needs.held))


@never_cache
@require_GET
@door(Who.CITIZEN)
def paper(request: HttpRequest, number: str, name: str) -> HttpResponseBase:
    """A file of the case, given back to whoever may see the case."""
    viewer = request.user.actor()
    found = cases.case(number, viewer)
    kept = files.open_file(found.materials.get(name, ""), viewer, number)
    return FileResponse(
        kept.stream, as_attachment=True, filename=kept.name, content_type=kept.media
    )


# ------------------------------------------------------------------ correction


@never_cache
@require_http_methods(["GET", "POST"])
@door(Who.CITIZEN)
def correct(request: HttpRequest, number: str) -> HttpResponse:
    by = request.user.actor()
    found = cases.case(number, by)
    if progress.SUPPLY not in cases.acts(number, by):
        messages.info(request, say("services.correct.nothing"))
        return redirect("case", number)
    if request.method == "GET":
        form, _ = supplying.wanted(found)
        return _correction_form(request, found, supplying.held(found, form), ())
    entries, problems = _supplied(request, found)
    form, _ = supplying.wanted(found)
    entries, focus = forms.with_rows_changed(form, entries, request.POST.get("act", ""))
    if focus:
        return _correction_form(request, found, entries, problems, focus)
    if not problems:
        try:
            responding.supply(
                by=by, case=found, entries=entries, key=request.POST.get("key", "")
            )
        except actions.Incomplete as incomplete:
            problems = incomplete.problems
        else:
            messages.success(request, say("services.correct.sent"))
            return redirect("case", found.parent or number)
    return _correction_form(request, found, entries, problems)


def _supplied(request: HttpRequest, found: Case) -> tuple[Entries, tuple[Problem, ...]]:
    """What was typed, with the papers of this and of earlier tries."""
    form, needs = supplying.wanted(found)
    given, problems = given_papers(request, found, needs.uploads)
    return forms.entries_of(form, request.POST, {}, given), problems


def given_papers(
    request: HttpRequest, found: Case, asked: Iterable[Material]
) -> tuple[Entries, tuple[Problem, ...]]:
    """The papers that came with the page, of this and of earlier tries."""
    kept: dict[str, Paper] = {}
    problems: list[Problem] = []
    for material in asked:
        try:
            given = _paper_of(request, found, material)
        except UserError as refused:
            problems.append(paper_problem(material, refused))
        else:
            if given is not None:
                kept[material.name] = given
    return Entries(files=kept), tuple(problems)


def _paper_of(request: HttpRequest, found: Case, material: Material) -> Paper | None:
    upload = request.FILES.get(forms.PAPER + material.name)
    if upload is not None:
        return actions.kept_paper(
            by=request.user.actor(),
            material=material,
            stream=upload,
            name=upload.name or material.name,
        )
    return _handed_back(request, found, request.POST.get(f"kept-{material.name}", ""))


def _seal(request: HttpRequest, found: Case, paper: Paper) -> str:
    """A kept paper as the page hands it back: to this person's form of this case."""
    told = {"by": request.user.username, "case": found.number, "paper": asdict(paper)}
    return signing.dumps(told, salt=SEAL)


def _handed_back(request: HttpRequest, found: Case, token: str) -> Paper | None:
    try:
        told = signing.loads(token, salt=SEAL, max_age=KEPT)
    except signing.BadSignature:
        return None
    ours = (told["by"], told["case"]) == (request.user.username, found.number)
    return Paper(**told["paper"]) if ours else None


def _correction_form(
    request: HttpRequest,
    found: Case,
    entries: Entries,
    problems: tuple[Problem, ...],
    focus: str = "",
) -> HttpResponse:
    pack = current()
    form, needs = supplying.wanted(found)
    asked = supplying.asked_again(found, form, entries)
    rows, groups = showing.lines_of(asked, pack.catalog, entries, problems)
    papers = {material.name for material in needs.uploads}
    tokens = {name: _seal(request, found, kept) for name, kept in entries.files.items()}
    context = {
        "case": found,
        "matter": cases.kind_of(found, pack),
        "notice": found.corrections[-1],
        "rows": rows,
        "groups": groups,
        "focus": focus,
        "uploads": showing.uploads(needs.uploads, entries, problems, tokens),
        "problems": [(forms.target(p, {}, papers), p) for p in problems],
        "key": request.POST.get("key") or uuid4().hex,
        "crumbs": crumbs(found, "services.correct.title"),
    }
    status = 422 if problems else 200
    return render(request, "services/correct.html", context, status=status)


def crumbs(found: Case, key: str) -> list[tuple[str, Any]]:
    title = cases.kind_of(found, current()).title.get(language())
    return [
        ("/cases/", say("shell.my-cases")),
        (f"/cases/{found.number}/", title),
        ("", say(key)),
    ]


# ------------------------------------------------------- withdraw, ask for a person


@never_cache
@require_http_methods(["GET", "POST"])
@door(Who.CITIZEN)
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    return confirmed(
        request, number, "withdraw", progress.WITHDRAW, responding.withdraw
    )


@never_cache
@require_http_methods(["GET", "POST"])
@door(Who.CITIZEN)
def review(request: HttpRequest, number: str) -> HttpResponse:
    return confirmed(request, number, "review", progress.REVIEW, responding.ask_review)


def confirmed(
    request: HttpRequest, number: str, name: str, act: str, does: Callable[..., Case]
) -> HttpResponse:
    """Ask first, then do it: the page names what it means before the button."""
    by = request.user.actor()
    if request.method == "POST":
        done = does(
            by=by,
            number=number,
            reason=request.POST.get("reason", ""),
            key=request.POST.get("key", ""),
            seen=seen_of(request),
        )
        messages.success(request, say(f"services.{name}.done"))
        return redirect("case", done.parent or done.number)
    found = cases.case(number, by)
    if act not in cases.acts(number, by):
        messages.info(request, say(f"services.{name}.nothing"))
        return redirect("case", found.number)
    kind = cases.kind_of(found, current())
    context = {
        "case": found,
        "matter": kind,
        "organization": current().catalog.organizations[kind.organization],
        "key": uuid4().hex,
        "crumbs": crumbs(found, f"services.{name}.title"),
    }
    return render(request, f"services/{name}.html", context)


def seen_of(request: HttpRequest) -> int:
    """The version the page showed; a page without one is stale by definition."""
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() else 0
