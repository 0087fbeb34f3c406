"""Ask departments what they know of a form's fields; each question leaves a receipt."""

from collections.abc import Iterable, Iterator

from tongban.capabilities.services import prefill
from tongban.capabilities.services.record import Known, Prefilled, SourceFailure
from tongban.kernel.case.declaration import CaseType, Field
from tongban.kernel.terms import Actor
from tongban.store import jurisdiction, uses


def look_up(
    by: Actor, case_type: CaseType, number: str, fields: Iterable[Field]
) -> Prefilled:
    """What departments hold of ``fields``, asked for the case of that number."""
    questions = prefill.questions(fields)
    values: dict[str, Known] = {}
    failed = []
    for question, answer in zip(
        questions, _ask(by, case_type, number, questions), strict=True
    ):
        if isinstance(answer, uses.Result):
            values |= _settled(question, answer)
        else:
            failed.append(_failure(question))
    return Prefilled(values, tuple(failed))


def _ask(
    by: Actor,
    case_type: CaseType,
    number: str,
    asked: tuple[prefill.Question, ...],
) -> list[uses.Result | uses.SourceUnavailable]:
    return uses.use_many(
        [
            uses.UseSpec(
                organization=case_type.organization,
                purpose=case_type.purpose or "",
                sql=question.sql(),
                case=number,
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
