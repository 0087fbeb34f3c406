"""What a citizen does to apply: start a matter, fill it in, send it.

The pages and the command line do these things by these functions alone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tongban.capabilities.services import (
    application,
    comparing,
    contesting,
    parts,
    promising,
)
from tongban.capabilities.services.contesting import CORRECTION
from tongban.capabilities.services.lookup import look_up
from tongban.capabilities.services.papers import Needs, needs_of
from tongban.capabilities.services.record import (
    Correction,
    Draft,
    Entries,
    Paper,
    Place,
    Prefilled,
    Problem,
    Rows,
    entries_from_json,
    only,
    prefilled_from_json,
    prefilled_to_json,
    typed_to_json,
    with_correction,
    with_paper,
)
from tongban.capabilities.services.refusals import (
    Crossed,
    Incomplete,
    NotForYou,
    UnknownService,
)
from tongban.capabilities.services.rows import padded
from tongban.kernel.case.declaration import CaseKind, CaseType, Field
from tongban.kernel.case.item import Material
from tongban.kernel.case.model import Case, Vow
from tongban.kernel.case.signing import signed
from tongban.kernel.terms import Actor, Subject, did_you_mean
from tongban.store import cases, clock, drafts, files, jurisdiction, readings


# Which declaration it is that the page has people confirm; other words, another one.
DECLARATION = "2026-1"


def service(code: str) -> CaseType:
    """The matter called ``code`` that citizens may start; UnknownService if none."""
    today = clock.now().date()
    offered = {
        kind.code: kind
        for kind in jurisdiction.current().case_types.values()
        if kind.alone and kind.kind is not CaseKind.APPLICATION and kind.in_force(today)
    }
    if code not in offered:
        raise UnknownService(
            f"there is no service {code!r}",
            mend=did_you_mean(code, offered),
            service=code,
        )
    return offered[code]


def needs(case_type: CaseType) -> Needs:
    """The papers of a matter, of its items included."""
    return needs_of(case_type, jurisdiction.current().case_types)


# -------------------------------------------------------------- in preparation


def start(*, by: Actor, type_code: str) -> Draft:
    """Begin the matter, or go on with what the person began; its number is reserved.

    From here on the departments' data may be used for it: the number stands for a
    case to which the person is party. Raises UnknownService, NotForYou.
    """
    _applicant(by, service(type_code))
    return _read(drafts.start(by, type_code))


def _applicant(by: Actor, case_type: CaseType) -> Subject:
    if by.subject is None or by.subject.kind not in case_type.applicants:
        kinds = ", ".join(sorted(case_type.applicants))
        raise NotForYou(
            f"{case_type.code} is not for this account",
            why=f"it is for: {kinds}",
            mend="sign in with an account of such an applicant",
        )
    return by.subject


def begun(*, by: Actor, type_code: str) -> Draft | None:
    """What the person has begun of this matter and not yet sent."""
    found = drafts.load(by, type_code)
    return None if found is None else _read(found)


def all_begun(*, by: Actor) -> list[Draft]:
    """Everything the person has begun and not yet sent, the last touched first."""
    return [_read(draft) for draft in drafts.of(by)]


def _read(stored: drafts.Draft) -> Draft:
    return Draft(
        number=stored.number,
        type=stored.type,
        prefilled=prefilled_from_json(stored.data),
        entries=entries_from_json(stored.data),
        updated=stored.updated,
        looked=frozenset(stored.data.get("looked", ())),
        revision=stored.data.get("revision", 0),
        device=stored.data.get("device", ""),
    )


def _change(
    draft: Draft, by: Actor, how: Callable[[drafts.Data], Mapping[str, Any]]
) -> Draft:
    """The draft with the parts that ``how`` gives; the rest stays as it is kept.

    What the browser sends by itself crosses with what the person sends: each
    replaces its own part of the newest state and none undoes another.
    """
    kept = drafts.change(
        draft.number,
        lambda data: {**data, **how(data)},
        by=by,
        type_code=draft.type,
    )
    return _read(kept)


def prefilled(*, by: Actor, draft: Draft, anew: bool = False) -> Prefilled:
    """What departments know of the parts asked, as the draft now holds it.

    They are asked once of each field, and of none that the form does not ask for: an
    answer that brings a part into the form lets its fields be looked up. ``anew``
    asks all of them again. A source that is down becomes a `SourceFailure` and
    hinders no other. Every question leaves a receipt. DraftGone when the draft was
    sent or thrown away meanwhile.
    """
    case_type = service(draft.type)
    found, looked = draft.prefilled, draft.looked
    if anew:
        found, looked = Prefilled(), frozenset[str]()
    before = looked
    while wanted := _not_looked_up(case_type, draft.entries, found, looked):
        found = _merged(found, look_up(by, case_type, draft.number, wanted))
        looked |= {field.name for field in wanted}
    if looked != before or anew:
        _change(draft, by, lambda _data: prefilled_to_json(found, looked))
    return found


def _not_looked_up(
    case_type: CaseType, entries: Entries, found: Prefilled, looked: frozenset[str]
) -> list[Field]:
    """The fields that departments may know and have not been asked for yet."""
    known = [field for field in case_type.fields if field.prefill is not None]
    if looked.issuperset(field.name for field in known):
        return []
    named = asked(case_type, found, entries).names
    return [field for field in known if field.name in named - looked]


def _merged(one: Prefilled, other: Prefilled) -> Prefilled:
    return Prefilled({**one.values, **other.values}, (*one.failed, *other.failed))


def save(
    *, by: Actor, draft: Draft, entries: Entries, place: Place | None = None
) -> Draft:
    """Keep what the person has typed so far, right or wrong; papers stay as kept.

    ``place`` is where it was typed: `Crossed`, and nothing is kept, when another
    browser has typed something else since that one's page was shown. DraftGone when
    the draft was sent or thrown away meanwhile.
    """
    names = [part.name for part in service(draft.type).parts]
    typed = typed_to_json(only(names, entries))

    def kept(data: drafts.Data) -> Mapping[str, Any]:
        if place is None:
            return typed
        if comparing.crosses(data, typed, place):
            raise Crossed(data.get("device", ""))
        mark = {"browser": place.browser, "device": place.device}
        return {**typed, **mark, "revision": data.get("revision", 0) + 1}

    return _change(draft, by, kept)


def kept_paper(
    *, by: Actor, material: Material, stream: files.Readable, name: str
) -> Paper:
    """Keep one file for the material; raises a UserError of the store's files."""
    ref = files.keep(
        stream, by=by, name=name, media=material.media, limit=material.limit
    )
    readings.ask([material], {material.name: ref})
    return Paper(ref, name, files.size(ref))


def checked_papers(matter: CaseType, draft: Draft) -> dict[str, readings.Checked]:
    """What was read on the papers of a draft beside what it says, by material."""
    entries = draft.entries
    known = {name: known.value for name, known in draft.prefilled.values.items()}
    instead = {name: each.value for name, each in entries.corrections.items()}
    papers = {name: paper.ref for name, paper in entries.files.items()}
    found = readings.checked(
        needs(matter).uploads,
        matter.fields,
        papers,
        {**known, **entries.answers, **instead},
    )
    return {each.material.name: each for each in found}


def keep_paper(
    *, by: Actor, draft: Draft, material: Material, stream: files.Readable, name: str
) -> Draft:
    """`kept_paper` for an application in preparation, which then holds it."""
    paper = kept_paper(by=by, material=material, stream=stream, name=name)
    return _change(draft, by, lambda data: with_paper(data, material, paper))


def contest(
    *,
    by: Actor,
    draft: Draft,
    name: str,
    stream: files.Readable | None = None,
    called: str = "",
) -> Draft:
    """Ask the provider of the known value of field ``name`` to verify it, now.

    The right value and the reason are those of the draft; ``stream`` is a paper that
    shows it. Incomplete when one of them is missing or wrong. Sent again it is the
    same case of ten working days (条例 art. 26).
    """
    case_type = service(draft.type)
    form = asked(case_type, draft.prefilled, draft.entries)
    field = next((each for each in form.fields if each.name == name), None)
    if field is None:
        return draft  # the answers ask for it no more
    correction = draft.entries.corrections.get(name, Correction("", ""))
    found = application.problems(
        parts.Asked((field,)),
        Needs((), (), ()),
        jurisdiction.current().catalog,
        draft.prefilled,
        Entries(corrections={name: correction}),
    )
    if found:
        raise Incomplete(found)
    if stream is not None and not correction.case:
        (material,) = jurisdiction.current().case_types[CORRECTION].materials
        proof = kept_paper(by=by, material=material, stream=stream, name=called)
        correction = replace(correction, proof=proof)
    kept = _contested(by, draft, field, correction)
    return _change(draft, by, lambda data: with_correction(data, name, kept))


def _contested(
    by: Actor, draft: Draft, field: Field, correction: Correction
) -> Correction:
    return contesting.opened(
        by=by,
        subject=_applicant(by, service(draft.type)),
        draft=draft,
        field=field,
        correction=correction,
    )


def discard(*, by: Actor, draft: Draft) -> None:
    """Throw the application away; the receipts of the data used for it stay."""
    drafts.discard(by, draft.type, draft.number)


# ------------------------------------------------------------------------ sent


def asked(case_type: CaseType, found: Prefilled, entries: Entries) -> parts.Asked:
    """Which parts of the form are asked today, by what is known and answered."""
    catalog = jurisdiction.current().catalog
    values = application.values(case_type.fields, catalog, found, entries)
    lists = {
        group.name: padded(group, entries.rows.get(group.name, ()))
        for group in case_type.groups
    }
    return parts.asked(case_type, catalog, values, lists, clock.now().date())


def validate(*, draft: Draft, entries: Entries) -> tuple[Problem, ...]:
    """All that keeps ``entries`` from being sent, in the order of the form."""
    case_type = service(draft.type)
    return application.problems(
        asked(case_type, draft.prefilled, entries),
        needs(case_type),
        jurisdiction.current().catalog,
        draft.prefilled,
        entries,
    )


def submit(
    *,
    by: Actor,
    draft: Draft,
    answers: Mapping[str, str],
    papers: Mapping[str, Paper],
    corrections: Mapping[str, Correction],
    key: str,
    rows: Mapping[str, Rows] | None = None,
    declared: str = "",
    promises: Sequence[Vow] = (),
    person: bool = False,
) -> Case:
    """Send the application: one case, however often the same ``key`` comes.

    What the form does not ask for is not sent. ``declared`` are the words that the
    person confirmed, as they read them: sent with them, it is signed with the account.
    ``promises`` stand for the papers they name; ``person`` asks that no rule decide.
    Raises Incomplete with every problem; then nothing is sent and the draft stays.
    """
    entries = Entries(answers, corrections, papers, rows or {})
    if found := promising.besides(promises, validate(draft=draft, entries=entries)):
        raise Incomplete(found)
    case_type = service(draft.type)
    catalog = jurisdiction.current().catalog
    form = asked(case_type, draft.prefilled, entries)
    entries = replace(entries, corrections=_all_contested(by, draft, form, entries))
    applicant = _applicant(by, case_type)
    data = application.data(form, catalog, draft.prefilled, entries)
    materials = application.materials(needs(case_type).uploads, entries)
    said: dict[str, Any] = {
        "applicant": applicant,
        "data": data,
        "materials": materials,
    }
    return cases.open_case(
        case_type.code,
        by=by,
        key=key,
        **said,
        sources=application.sources(form, draft.prefilled, entries),
        channel="web",
        promises=promises,
        person=person,
        signed=signed(declared, DECLARATION, case_type=case_type.code, **said)
        if declared
        else None,
    )


def _all_contested(
    by: Actor, draft: Draft, form: parts.Asked, entries: Entries
) -> Mapping[str, Correction]:
    """The corrections sent, each now before the provider of the value."""
    if not contesting.is_possible():
        return entries.corrections
    return {
        field.name: _contested(by, draft, field, entries.corrections[field.name])
        for field in form.fields
        if field.name in entries.corrections
    }
