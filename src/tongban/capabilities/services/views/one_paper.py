"""One paper of an application in preparation: sent as soon as it is chosen."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from tongban.capabilities.services import actions, forms, showing
from tongban.capabilities.services.record import Draft, Entries, Problem
from tongban.capabilities.services.views.apply import meant, paper_problem
from tongban.kernel.case.declaration import CaseType
from tongban.kernel.case.item import Material
from tongban.kernel.terms import UserError
from tongban.store.doors import Who, door
from tongban.store.drafts import gone


@require_http_methods(["GET", "POST"])
@door(Who.CITIZEN)
def paper(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """The place of one paper on the form; a file that is sent is kept at once."""
    matter = actions.service(code)
    material = actions.needs(matter).upload(name)
    if request.method == "POST":
        draft = meant(request, code)
    else:
        draft = actions.begun(by=request.user.actor(), type_code=code)
    upload = request.FILES.get(forms.PAPER + name)
    if material is None or (upload is None and request.method == "POST"):
        return HttpResponse(status=204)
    problems: tuple[Problem, ...] = ()
    try:
        if draft is None:
            raise gone(request.POST.get("number", ""))
        if upload is not None:
            draft = actions.keep_paper(
                by=request.user.actor(),
                draft=draft,
                material=material,
                stream=upload,
                name=upload.name or name,
            )
    except UserError as refused:
        problems = (paper_problem(material, refused),)
    return _one_paper(request, matter, draft, material, problems)


def _one_paper(
    request: HttpRequest,
    matter: CaseType,
    draft: Draft | None,
    material: Material,
    problems: tuple[Problem, ...],
) -> HttpResponse:
    entries = draft.entries if draft else Entries()
    checked = actions.checked_papers(matter, draft) if draft else {}
    (shown,) = showing.uploads([material], entries, problems, checked=checked)
    context = {
        "upload": shown,
        "fields": {field.name: field for field in matter.fields},
        "save_to": f"/services/{matter.code}/papers/",
    }
    return render(request, "services/_upload.html", context)
