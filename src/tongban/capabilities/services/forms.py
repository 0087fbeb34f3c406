"""Between the browser's fields and an application's entries.

A field called ``x`` comes as ``answer-x``; in place of a known value
``instead-x`` with ``reason-x``; a paper ``p`` as the file ``paper-p``. A repeated
group ``g`` says how many rows it has in ``rows-g``, and a field of its row 0 comes
as ``answer-g.0.x``.
"""

from collections.abc import Mapping
from dataclasses import replace

from tongban.capabilities.services.application import REASON
from tongban.capabilities.services.record import (
    Correction,
    Entries,
    Known,
    Problem,
    Rows,
)
from tongban.capabilities.services.rows import cell, padded
from tongban.kernel.case.declaration import CaseType, Group


ANSWER, INSTEAD, WHY, PAPER = "answer-", "instead-", "reason-", "paper-"
PROOF, CONTEST = "proof-", "contest:"
ROWS, ADD, REMOVE = "rows-", "add:", "remove:"
DECLARATION = "declaration"
REVISION = "revision"  # of the draft that the page shows
SHOWN = "shown"  # the names of the parts that the page asked for


def entries_of(
    form: CaseType,
    post: Mapping[str, str],
    known: Mapping[str, Known],
    before: Entries,
) -> Entries:
    """What the person typed; what the page did not ask for stays as it was ``before``.

    A correction is whatever was written in place of a known value, the reason
    alone included, so that a half-made one is neither lost nor sent unseen.
    """
    answers: dict[str, str] = {}
    corrections: dict[str, Correction] = {}
    for field in form.fields:
        if field.name in known:
            if found := _correction(field.name, post, before):
                corrections[field.name] = found
        else:
            typed = before.answers.get(field.name, "")
            answers[field.name] = post.get(ANSWER + field.name, typed)
    rows = {
        group.name: _rows(group, post)
        if ROWS + group.name in post
        else before.rows.get(group.name, ())
        for group in form.groups
    }
    return Entries(answers, corrections, before.files, rows)


def _correction(
    name: str, post: Mapping[str, str], before: Entries
) -> Correction | None:
    held = before.corrections.get(name)
    if WHY + name not in post and INSTEAD + name not in post:
        return held
    value = post.get(INSTEAD + name, "").strip()
    reason = post.get(WHY + name, "").strip()
    if not (value or reason):
        return None
    return replace(held or Correction("", ""), value=value, reason=reason)


def _rows(group: Group, post: Mapping[str, str]) -> Rows:
    """The rows of the page in their order; of too many, one is kept to be told."""
    said = post[ROWS + group.name]
    count = int(said) if said.isascii() and said.isdigit() else 0
    return tuple(
        {
            field.name: post.get(ANSWER + cell(group.name, place, field.name), "")
            for field in group.fields
        }
        for place in range(min(count, group.most + 1))
    )


def with_rows_changed(
    form: CaseType, entries: Entries, act: str
) -> tuple[Entries, str]:
    """``entries`` with a row more or less, as the pressed button says; where to look.

    Anything else that a button may say changes nothing, and there is nowhere to look.
    """
    for group in form.groups:
        rows = padded(group, entries.rows.get(group.name, ()))
        if act == ADD + group.name and len(rows) < group.most:
            first = cell(group.name, len(rows), group.fields[0].name)
            return _with(entries, group, (*rows, {})), ANSWER + first
        for place in range(len(rows)):
            if act == f"{REMOVE}{group.name}.{place}":
                left = (*rows[:place], *rows[place + 1 :])
                return _with(entries, group, left), ANSWER + group.name
    return entries, ""


def _with(entries: Entries, group: Group, rows: Rows) -> Entries:
    return replace(entries, rows={**entries.rows, group.name: rows})


def target(problem: Problem, known: Mapping[str, Known], papers: set[str]) -> str:
    """The id of the element that the list of problems leads to."""
    where = problem.where
    if where.startswith(REASON):
        return WHY + where.removeprefix(REASON)
    if where in papers:
        return PAPER + where
    if where in known:
        return INSTEAD + where
    return where if where == DECLARATION else ANSWER + where
