"""Pages of linkage: what is linked and how well; a doubtful pair and its decision."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tongban.capabilities.linkage import actions, reports, showing
from tongban.capabilities.linkage.forms import DecideForm
from tongban.capabilities.linkage.model import Linkage
from tongban.capabilities.linkage.settling import Verdict
from tongban.kernel.case.refusals import CaseRefused
from tongban.store.doors import Who, door
from tongban.store.jurisdiction import current
from tongban.words.catalogue import language, say, sentences


CONFLICT = 409
A_PAGE = 25


@require_GET
@door(Who.OFFICIAL)
def linkages(request: HttpRequest) -> HttpResponse:
    found = actions.of_organization(request.user.actor())
    context = {"found": [(each, _last(each.code)) for each in found]}
    return render(request, "linkage/list.html", context)


@require_GET
@door(Who.OFFICIAL)
def linkage(request: HttpRequest, code: str) -> HttpResponse:
    viewer, pack = request.user.actor(), current()
    shown = actions.linkage(code, viewer)
    waiting = Paginator(actions.waiting(shown, viewer), A_PAGE)
    catalog = pack.catalog
    context = {
        "linkage": shown,
        "purpose": pack.purposes[shown.purpose],
        "left": catalog.dataset(shown.left.dataset),
        "right": catalog.dataset(shown.other.dataset),
        "links": catalog.dataset(shown.links),
        "organizations": catalog.organizations,
        "measures": showing.measures(shown, catalog),
        "certain": showing.rules(shown, catalog, shown.certain),
        "blocks": showing.rules(shown, catalog, shown.blocks),
        "last": _last(code),
        "waiting": waiting.get_page(request.GET.get("page")),
        "crumbs": [
            ("/linkage/", say("linkage.title")),
            ("", shown.title.get(language())),
        ],
    }
    return render(request, "linkage/linkage.html", context)


def _last(code: str) -> dict[str, Any] | None:
    found = reports.last(code)
    if found is None:
        return None
    quality = found.quality
    shares = [quality.precision, quality.recall] if quality else []
    return {
        "run": found,
        "at": datetime.fromisoformat(found.at),
        "shares": [None if s is None else f"{s:.2%}" for s in shares],
    }


@require_GET
@door(Who.OFFICIAL)
def review(request: HttpRequest, number: str) -> HttpResponse:
    return _page(request, number)


@require_POST
@door(Who.OFFICIAL)
def rows(request: HttpRequest, number: str) -> HttpResponse:
    """Read the two rows: uses, so they are asked for by an act, not a link."""
    found = actions.rows(by=request.user.actor(), number=number)
    return _page(request, number, rows=found)


@require_POST
@door(Who.OFFICIAL)
def decide(request: HttpRequest, number: str) -> HttpResponse:
    viewer = request.user.actor()
    form = DecideForm(request.POST)
    if not form.is_valid():
        return _page(request, number, form=form, status=422)
    given = form.cleaned_data
    try:
        actions.decide(
            by=viewer,
            number=number,
            verdict=Verdict(given["verdict"]),
            note=given["note"],
            key=given["key"],
            seen=given["seen"],
        )
    except CaseRefused as refused:
        return _page(request, number, form=form, refused=refused, status=CONFLICT)
    messages.success(request, say("linkage.decided"), extra_tags="good")
    shown, _ = actions.review(number, viewer)
    return redirect("linkage", code=shown.code)


def _page(
    request: HttpRequest,
    number: str,
    *,
    rows: list[actions.Compared] | None = None,
    form: DecideForm | None = None,
    refused: CaseRefused | None = None,
    status: int = 200,
) -> HttpResponse:
    viewer, catalog = request.user.actor(), current().catalog
    shown, found = actions.review(number, viewer)
    case = found.case
    start, lines = showing.waterfall(shown, catalog, case.sources["weight"])
    initial = {"key": uuid4().hex, "seen": case.version}
    if form and refused:
        # What was written is kept; it now stands on the state the reader sees.
        form.data = form.data.copy()
        form.data.update({"seen": case.version})
    may_decide = actions.may_decide(found)
    context = {
        "linkage": shown,
        "case": case,
        "kind": found.case_type,
        "clocks": found.clocks,
        "left": catalog.dataset(shown.left.dataset),
        "right": catalog.dataset(shown.other.dataset),
        "start": start,
        "lines": lines,
        # Sure enough to be linked, and yet asked about: it is not the only one.
        "rivals": float(case.data["probability"]) >= shown.accept,
        "rows": None if rows is None else showing.side_by_side(shown, catalog, rows),
        "may_decide": may_decide,
        "form": form or (DecideForm(initial=initial) if may_decide else None),
        "refusal": sentences(refused) if refused else None,
        "crumbs": _crumbs(shown, number),
    }
    return render(request, "linkage/review.html", context, status=status)


def _crumbs(shown: Linkage, number: str) -> list[tuple[str, str]]:
    return [
        ("/linkage/", say("linkage.title")),
        (f"/linkage/{shown.code}/", shown.title.get(language())),
        ("", number),
    ]
