"""The list of powers and duties (权责清单), for everybody to read."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tongban.capabilities.services import powers
from tongban.store.doors import Who, door
from tongban.store.jurisdiction import current
from tongban.words.catalogue import language, say


@require_GET
@door(Who.PUBLIC)
def holders(request: HttpRequest) -> HttpResponse:
    context = {
        "holders": powers.holders(current()),
        "crumbs": [
            ("/services/", say("shell.services")),
            ("", say("services.powers.title")),
        ],
    }
    return render(request, "services/powers.html", context)


@require_GET
@door(Who.PUBLIC)
def holder(request: HttpRequest, organization: str) -> HttpResponse:
    pack = current()
    found = powers.holder(pack, organization)
    if found is None:
        raise Http404
    title = found.organization.title.get(language())
    context = {
        "holder": found,
        "organizations": pack.catalog.organizations,
        "crumbs": [
            ("/services/", say("shell.services")),
            ("/powers/", say("services.powers.title")),
            ("", title),
        ],
    }
    return render(request, "services/powers_of.html", context)
