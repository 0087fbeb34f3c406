"""What can be done here: the list of services and the page of each."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tongban.capabilities.services import actions, directory, editions, guide
from tongban.kernel.case.declaration import CaseKind
from tongban.store import clock
from tongban.store.doors import Who, door
from tongban.store.jurisdiction import current
from tongban.words.catalogue import language, say


LONGEST_QUERY = 60


@require_GET
@door(Who.PUBLIC)
def services(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "")[:LONGEST_QUERY].strip()
    found = directory.search(current(), query, clock.now().date())
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
    """The guide of a matter: today's, or with ``?on=2026-01-01`` that of a day."""
    pack, today = current(), clock.now().date()
    if code not in pack.case_types:
        actions.service(code)
    day = editions.day_of(request.GET.get("on", ""), today)
    read = editions.reading(pack, code, day=day or today, today=today)
    matter, within = read.matter, guide.within(read.pack, code)
    if matter.kind is CaseKind.APPLICATION:
        raise Http404
    user = request.user
    citizen = user.is_authenticated and user.kind == Who.CITIZEN
    begun = actions.begun(by=user.actor(), type_code=code) if citizen else None
    context = {
        "page": guide.page(matter, read.pack),
        "matter": matter,
        "read": read,
        "misread": day is None,
        "begun": begun,
        "startable": matter.alone and read.is_today and read.in_force,
        "within": () if matter.alone else within,
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
