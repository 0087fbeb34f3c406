"""The unified catalogue: what data exist, whose they are, on what terms they go out."""

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from tongban.capabilities.sharing import actions
from tongban.capabilities.sharing.forms import ApplicationForm
from tongban.capabilities.sharing.search import Query, find
from tongban.kernel.catalog.model import Dataset, SharingType
from tongban.store.doors import Who, door
from tongban.store.jurisdiction import current


@require_GET
@door(Who.PUBLIC)
def catalogue(request: HttpRequest) -> HttpResponse:
    catalog = current().catalog
    query = Query(
        words=request.GET.get("q", "")[:60],
        provider=request.GET.get("provider", ""),
        sharing=request.GET.get("sharing", ""),
    )
    providers = {d.provider for d in catalog.datasets.values()}
    context = {
        "query": query,
        "found": find(catalog, query),
        "organizations": catalog.organizations,
        "providers": sorted(providers),
        "sharings": list(SharingType),
    }
    return render(request, "sharing/catalogue.html", context)


@require_GET
@door(Who.PUBLIC)
def entry(request: HttpRequest, code: str) -> HttpResponse:
    return render(request, "sharing/entry.html", _entry(code))


def _entry(code: str) -> dict[str, Any]:
    pack = current()
    dataset = pack.catalog.dataset(code)
    return {
        "dataset": dataset,
        "provider": pack.catalog.organizations[dataset.provider],
        "power": pack.catalog.powers[dataset.duty],
        "items": dataset.items.values(),
        "elements": pack.catalog.elements,
        "users": _users(dataset),
        "organizations": pack.catalog.organizations,
        "purposes": pack.purposes,
    }


def _users(dataset: Dataset) -> list[Any]:
    """Who may use the dataset for what: the grants in force, by organisation."""
    granted = [g for g in actions.grants() if g.dataset == dataset.code]
    return sorted(granted, key=lambda g: (g.organization, g.purpose))


@require_http_methods(["GET", "POST"])
@door(Who.OFFICIAL)
def apply(request: HttpRequest, code: str) -> HttpResponse:
    pack = current()
    dataset = pack.catalog.dataset(code)
    kind = pack.case_types[actions.APPLICATION]
    given = request.POST or None
    form = ApplicationForm(pack, kind, dataset, given, initial={"key": uuid4().hex})
    if request.method == "POST" and form.is_valid():
        opened = actions.apply(
            by=request.user.actor(),
            dataset=dataset,
            answers=form.answers(),
            key=form.cleaned_data["key"],
        )
        return redirect("desk-case", number=opened.number)
    status = 422 if form.errors else 200
    context = _entry(code) | {"form": form}
    return render(request, "sharing/apply.html", context, status=status)
