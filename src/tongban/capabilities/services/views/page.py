"""What the page of an application in preparation shows."""

from typing import Any

from django.http import HttpRequest

from tongban.capabilities.services import (
    actions,
    contesting,
    forms,
    promising,
    showing,
)
from tongban.capabilities.services.record import Draft, Problem
from tongban.kernel.case.declaration import CaseType
from tongban.store.jurisdiction import current
from tongban.store.promises import Barring, barring
from tongban.words.catalogue import language, say


def page_of(
    request: HttpRequest,
    matter: CaseType,
    draft: Draft,
    problems: tuple[Problem, ...],
) -> dict[str, Any]:
    """All that the page of the form shows, once what was sent is in the draft."""
    catalog = current().catalog
    needs = actions.needs(matter)
    known = draft.prefilled.values
    papers = {material.name for material in needs.uploads}
    asked = actions.asked(matter, draft.prefilled, draft.entries)
    sections = showing.sections(
        matter, asked, catalog, draft.prefilled, draft.entries, problems
    )
    checked = actions.checked_papers(matter, draft)
    uploads = showing.uploads(needs.uploads, draft.entries, problems, checked=checked)
    return {
        "matter": matter,
        "draft": draft,
        "sections": sections,
        "uploads": uploads,
        "fields": {field.name: field for field in matter.fields},
        "open_uploads": sum(u.material.required and u.paper is None for u in uploads),
        "needs": needs,
        "has_papers": bool(needs.uploads or needs.issued or needs.held),
        "save_to": f"/services/{matter.code}/papers/",
        "failed": list(
            dict.fromkeys(
                row.failed for section in sections for row in section.rows if row.failed
            )
        ),
        "known_count": sum(len(section.known) for section in sections),
        "asked_count": sum(section.asked_count for section in sections),
        "contestable": contesting.is_possible(),
        "shown": ",".join(asked.shown),
        "problems": [(forms.target(p, known, papers), p) for p in problems],
        "undeclared": [p for p in problems if p.where == forms.DECLARATION],
        "offers": promising.offers(matter, current().case_types, request.POST),
        "barring": _barring(request),
        "by_rule": promising.is_decided_by_rule(matter, current().case_types),
        "asks_person": request.POST.get(promising.PERSON) == promising.YES,
        "declared": request.POST.get(forms.DECLARATION) == "yes",
        "crumbs": crumbs(matter, say("services.apply.title")),
    }


def _barring(request: HttpRequest) -> tuple[Barring, ...]:
    subject = request.user.actor().subject
    return barring(subject) if subject is not None else ()


def crumbs(matter: CaseType, here: str) -> list[tuple[str, str]]:
    return [
        ("/services/", say("shell.services")),
        (f"/services/{matter.code}/", matter.title.get(language())),
        ("", here),
    ]
