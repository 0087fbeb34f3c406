"""What can be done here: the list of services and the page of each."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tongban.capabilities.services import actions, directory, guide
from tongban.store.doors import Who, door
from tongban.store.jurisdiction import current
from tongban.words.catalogue import language, say


LONGEST_QUERY = 60


@require_GET
@door(Who.PUBLIC)
def services(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "")[:LONGEST_QUERY].strip()
    found = directory.search(current(), query)
    context = {
        "query": query,
        "found": found,
        "groups": [(None, found)] if query else directory.groups(found),
        "crumbs": [("", say("shell.services"))],
    }
    return render(request, "services/list.html", context)


@require_GET
@door(Who.PUBLIC)
def service(request: HttpRequest, code: str) -> HttpResponse:
    pack = current()
    # What is a part of another matter has a guide too, and is not started by itself.
    within = guide.within(pack, code)
    matter = pack.case_types[code] if within else actions.service(code)
    user = request.user
    citizen = user.is_authenticated and user.kind == Who.CITIZEN
    begun = actions.begun(by=user.actor(), type_code=code) if citizen else None
    context = {
        "page": guide.page(matter, pack),
        "matter": matter,
        "begun": begun,
        "within": () if matter.alone else [each.title for each in within],
        "official": user.is_authenticated and not citizen,
        "crumbs": [
            ("/services/", say("shell.services")),
            ("", matter.title.get(language())),
        ],
    }
    return render(request, "services/service.html", context)


@require_POST
@door(Who.CITIZEN)
def start(request: HttpRequest, code: str) -> HttpResponse:
    by = request.user.actor()
    draft = actions.start(by=by, type_code=code)
    actions.prefilled(by=by, draft=draft)
    return redirect("apply", code)
