"""The form of a correction (补正): what the notice named, mended and nothing else."""

from dataclasses import replace

from tongban.capabilities.services import application, parts
from tongban.capabilities.services.papers import Needs
from tongban.capabilities.services.record import Entries, Prefilled
from tongban.capabilities.services.rows import padded
from tongban.kernel.case.declaration import CaseType
from tongban.kernel.case.model import Case
from tongban.store import cases, clock, jurisdiction


def wanted(case: Case) -> tuple[CaseType, Needs]:
    """A form of what the notice of correction of ``case`` names, and its papers.

    What the form left open to choice is mandatory once a notice names it, since a
    second notice would not be allowed; and it is the person who is asked now.
    """
    case_type = cases.kind_of(case, jurisdiction.current())
    missing = case.corrections[-1].missing if case.corrections else ()
    fields = (
        replace(field, required=True, prefill=None, when=None)
        for field in case_type.fields
        if field.name in missing
    )
    groups = (
        replace(group, least=max(1, group.least), when=None)
        for group in case_type.groups
        if group.name in missing
    )
    papers = (paper for paper in case_type.materials if paper.name in missing)
    return (
        replace(case_type, fields=tuple(fields), groups=tuple(groups)),
        Needs(tuple(replace(paper, required=True) for paper in papers), (), ()),
    )


def held(case: Case, form: CaseType) -> Entries:
    """What the case holds of ``form``, to be mended rather than typed anew."""
    catalog = jurisdiction.current().catalog
    return application.as_typed(form.parts, catalog, case.data)


def asked_again(case: Case, form: CaseType, entries: Entries) -> parts.Asked:
    """What of a correction's form is asked, by the case's other data as well."""
    pack = jurisdiction.current()
    whole = cases.kind_of(case, pack)
    texts = application.as_typed(whole.fields, pack.catalog, case.data).answers
    said = Entries({**texts, **entries.answers})
    values = application.values(whole.fields, pack.catalog, Prefilled(), said)
    day = clock.now().date()
    cells = {
        group.name: parts.cells_of(
            whole,
            group,
            pack.catalog,
            values,
            padded(group, entries.rows.get(group.name, ())),
            day,
        )
        for group in form.groups
    }
    return parts.Asked(form.fields, form.groups, cells)
