"""What a citizen does: start a matter, send it, mend it, withdraw it, ask for a person.

The pages and the command line do these things by these functions alone.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from tongban.capabilities.services import application, prefill
from tongban.capabilities.services.papers import Needs, needs_of
from tongban.capabilities.services.record import (
    Correction,
    Draft,
    Entries,
    Known,
    Paper,
    Prefilled,
    Problem,
    SourceFailure,
    entries_from_json,
    only,
    prefilled_from_json,
    prefilled_to_json,
    typed_to_json,
    with_paper,
)
from tongban.kernel.case.commands import AskReview, SupplyCorrection, Withdraw
from tongban.kernel.case.declaration import CaseKind, CaseType, Field
from tongban.kernel.case.item import Material
from tongban.kernel.case.model import Case
from tongban.kernel.terms import Actor, Refused, Subject, UserError, did_you_mean
from tongban.store import cases, clock, drafts, files, jurisdiction, uses


class UnknownService(UserError):
    """A code that no matter open to citizens bears."""

    code = "not-found.service"


class NotForYou(Refused):
    """The matter is for another kind of applicant."""

    code = "services.not-for-you"


class Incomplete(UserError):
    """The application cannot be sent yet; ``problems`` says what is missing where."""

    code = "services.incomplete"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(
            f"the application is not complete: {len(problems)} problems",
            where=", ".join(problem.where for problem in problems),
            mend="mend each of them and send it again",
            count=len(problems),
        )
        self.problems = problems


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
        asked="known" in stored.data,
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
    """What departments know of the form's fields, as the draft now holds it.

    They are asked once; ``anew`` asks them again. A source that is down becomes a
    `SourceFailure` and hinders no other. Every question leaves a receipt. DraftGone
    when the draft was sent or thrown away meanwhile.
    """
    if draft.asked and not anew:
        return draft.prefilled
    case_type = service(draft.type)
    asked = prefill.questions(case_type.fields)
    answers = _ask(by, case_type, draft, asked) if asked else []
    values: dict[str, Known] = {}
    failed = []
    for question, answer in zip(asked, answers, strict=True):
        if isinstance(answer, uses.Result):
            values |= _settled(question, answer)
        else:
            failed.append(_failure(question))
    found = Prefilled(values, tuple(failed))
    _change(draft, by, lambda _data: prefilled_to_json(found))
    return found


def _ask(
    by: Actor,
    case_type: CaseType,
    draft: Draft,
    asked: tuple[prefill.Question, ...],
) -> list[uses.Result | uses.SourceUnavailable]:
    return uses.use_many(
        [
            uses.UseSpec(
                organization=case_type.organization,
                purpose=case_type.purpose or "",
                sql=question.sql(),
                case=draft.number,
                subject=by.subject,
                limit=prefill.MOST_ROWS,
            )
            for question in asked
        ],
        by=by,
    )


def _settled(
    question: prefill.Question, answer: uses.Result
) -> Iterator[tuple[str, Known]]:
    pack = jurisdiction.current()
    grant = min(answer.grants, default="")
    rows = prefill.Rows(
        [column.name for column in answer.columns],
        frozenset(column.name for column in answer.columns if column.masked),
        answer.rows,
        answer.truncated,
    )
    origin = prefill.Origin(
        provider=pack.catalog.dataset(question.dataset).provider,
        version=answer.versions[question.dataset],
        as_of=answer.at,
        basis=_basis(grant),
        grant=grant,
        receipt=answer.receipt_id,
    )
    return prefill.settled(question, rows, origin)


def _basis(grant_id: str) -> str:
    grants = jurisdiction.current().grants
    return next((grant.basis for grant in grants if grant.id == grant_id), "")


def _failure(question: prefill.Question) -> SourceFailure:
    provider = jurisdiction.current().catalog.dataset(question.dataset).provider
    return SourceFailure(question.dataset, provider, tuple(question.fields))


def save(*, by: Actor, draft: Draft, entries: Entries) -> Draft:
    """Keep what the person has typed so far, right or wrong; papers stay as kept.

    DraftGone when the draft was sent or thrown away meanwhile.
    """
    names = [field.name for field in service(draft.type).fields]
    typed = typed_to_json(only(names, entries))
    return _change(draft, by, lambda _data: typed)


def kept_paper(
    *, by: Actor, material: Material, stream: files.Readable, name: str
) -> Paper:
    """Keep one file for the material; raises a UserError of the store's files."""
    ref = files.keep(
        stream, by=by, name=name, media=material.media, limit=material.limit
    )
    return Paper(ref, name, files.size(ref))


def keep_paper(
    *, by: Actor, draft: Draft, material: Material, stream: files.Readable, name: str
) -> Draft:
    """`kept_paper` for an application in preparation, which then holds it."""
    paper = kept_paper(by=by, material=material, stream=stream, name=name)
    return _change(draft, by, lambda data: with_paper(data, material, paper))


def discard(*, by: Actor, draft: Draft) -> None:
    """Throw the application away; the receipts of the data used for it stay."""
    drafts.discard(by, draft.type, draft.number)


# ------------------------------------------------------------------------ sent


def validate(*, draft: Draft, entries: Entries) -> tuple[Problem, ...]:
    """All that keeps ``entries`` from being sent, in the order of the form."""
    case_type = service(draft.type)
    return application.problems(
        case_type.fields,
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
) -> Case:
    """Send the application: one case, however often the same ``key`` comes.

    Raises Incomplete with every problem; then nothing is sent and the draft stays.
    """
    entries = Entries(answers, corrections, papers)
    if found := validate(draft=draft, entries=entries):
        raise Incomplete(found)
    case_type = service(draft.type)
    catalog = jurisdiction.current().catalog
    return cases.open_case(
        case_type.code,
        by=by,
        key=key,
        applicant=_applicant(by, case_type),
        data=application.data(case_type.fields, catalog, draft.prefilled, entries),
        materials=application.materials(needs(case_type).uploads, entries),
        sources=application.sources(draft.prefilled, entries),
        channel="web",
    )


# ----------------------------------------------------------------- afterwards


def wanted(case: Case) -> tuple[tuple[Field, ...], Needs]:
    """Fields and papers that the notice of correction of ``case`` names: all of them.

    What the form left open to choice is mandatory once a notice names it, since a
    second notice would not be allowed; and it is the person who is asked now.
    """
    case_type = jurisdiction.current().type_of(case)
    missing = case.corrections[-1].missing if case.corrections else ()
    fields = (field for field in case_type.fields if field.name in missing)
    papers = (paper for paper in case_type.materials if paper.name in missing)
    return (
        tuple(replace(field, required=True, prefill=None) for field in fields),
        Needs(tuple(replace(paper, required=True) for paper in papers), (), ()),
    )


def held(case: Case, fields: Iterable[Field]) -> Entries:
    """What the case holds of ``fields``, to be mended rather than typed anew."""
    catalog = jurisdiction.current().catalog
    return Entries(application.as_typed(fields, catalog, case.data))


def supply(*, by: Actor, case: Case, entries: Entries, key: str) -> Case:
    """Give what the notice of correction named, all at once; Incomplete if not all."""
    fields, papers = wanted(case)
    catalog = jurisdiction.current().catalog
    nothing = Prefilled()
    found = application.problems(fields, papers, catalog, nothing, entries)
    if found:
        raise Incomplete(found)
    command = SupplyCorrection(
        application.data(fields, catalog, nothing, entries),
        application.materials(papers.uploads, entries),
    )
    return cases.act(case.number, command, by=by, key=key, seen=case.version)


def withdraw(*, by: Actor, number: str, reason: str, key: str, seen: int) -> Case:
    """Withdraw the application; it is closed for good."""
    return cases.act(number, Withdraw(reason.strip()), by=by, key=key, seen=seen)


def ask_review(*, by: Actor, number: str, reason: str, key: str, seen: int) -> Case:
    """Ask that a person decide again what a rule decided (转人工)."""
    return cases.act(number, AskReview(reason.strip()), by=by, key=key, seen=seen)
