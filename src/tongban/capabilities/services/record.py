"""What an application in preparation holds: known values, answers, papers.

The draft that the store keeps is one JSON object; these types give it its shape.
What a department said is frozen here with its source when it is fetched, so that
looking at the form again does not use the person's data again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from tongban.kernel.case.item import Material
from tongban.kernel.terms import Text


@dataclass(frozen=True, slots=True)
class Known:
    """A value that a department holds, whose it is, and why it may be shown here.

    ``value`` is the text a form would carry; ``version`` names the data read and
    ``as_of`` when; ``basis`` is the grant's legal basis, ``receipt`` the receipt of
    the use. A ``masked`` value is shown as it came and never checked.
    """

    value: str
    dataset: str
    item: str
    provider: str
    version: str
    as_of: datetime
    basis: str
    grant: str
    receipt: str
    masked: bool = False


@dataclass(frozen=True, slots=True)
class SourceFailure:
    """A dataset that could not be read, and the fields that a person must fill."""

    dataset: str
    provider: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prefilled:
    """What the departments knew when the form was opened or refreshed."""

    values: Mapping[str, Known] = field(default_factory=dict)
    failed: tuple[SourceFailure, ...] = ()

    def failure(self, name: str) -> SourceFailure | None:
        """The failure for want of which the field ``name`` is not filled."""
        return next((f for f in self.failed if name in f.fields), None)


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that was received: where it is kept, its own name, its bytes."""

    ref: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Correction:
    """A known value that the person says is wrong, and why (declared, not yet law).

    ``case`` is the number under which the provider of the data verifies it (校核),
    once it has been asked to; ``proof`` a paper that shows it.
    """

    value: str
    reason: str
    case: str = ""
    proof: Paper | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody types: which browser and of what kind, and what it had before it.

    ``seen`` is the revision of the draft that its page showed.
    """

    browser: str
    device: str
    seen: int


Rows = tuple[Mapping[str, str], ...]  # of a repeated group: typed texts by field


@dataclass(frozen=True, slots=True)
class Entries:
    """What the person gave: typed texts by field, corrections, papers by material.

    ``rows`` are those of the repeated groups, by group.
    """

    answers: Mapping[str, str] = field(default_factory=dict)
    corrections: Mapping[str, Correction] = field(default_factory=dict)
    files: Mapping[str, Paper] = field(default_factory=dict)
    rows: Mapping[str, Rows] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one place of the form, and how to mend it.

    ``where`` names a field, a group, a material, ``reason:<field>``, ``declaration`` or
    a cell, ``<group>.<row>.<field>`` with rows counted from 0; the ``title`` of the
    place is given where ``what`` does not name it.
    """

    where: str
    what: Text
    mend: Text
    title: Text | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """An application in preparation, read from the store's draft.

    ``looked`` are the fields about which departments have been asked what they know;
    ``revision`` counts the times it was typed in, last on a ``device`` of that kind
    (``phone``, ``computer``, empty before the first time).
    """

    number: str
    type: str
    prefilled: Prefilled
    entries: Entries
    updated: datetime
    looked: frozenset[str]
    revision: int = 0
    device: str = ""


def prefilled_to_json(
    prefilled: Prefilled, looked: Iterable[str] = ()
) -> dict[str, Any]:
    return {
        "looked": sorted(looked),
        "known": {
            name: {**asdict(known), "as_of": known.as_of.isoformat()}
            for name, known in prefilled.values.items()
        },
        "failed": [asdict(failure) for failure in prefilled.failed],
    }


def prefilled_from_json(data: Mapping[str, Any]) -> Prefilled:
    return Prefilled(
        values={
            name: Known(**{**known, "as_of": datetime.fromisoformat(known["as_of"])})
            for name, known in data.get("known", {}).items()
        },
        failed=tuple(
            SourceFailure(f["dataset"], f["provider"], tuple(f["fields"]))
            for f in data.get("failed", ())
        ),
    )


def typed_to_json(entries: Entries) -> dict[str, Any]:
    """What was typed, without the papers: these are kept one by one."""
    return {
        "answers": dict(entries.answers),
        "corrections": {n: asdict(c) for n, c in entries.corrections.items()},
        "rows": {n: [dict(row) for row in rows] for n, rows in entries.rows.items()},
    }


def with_paper(
    data: Mapping[str, Any], material: Material, paper: Paper
) -> dict[str, Any]:
    """The papers that ``data`` of a draft holds, with one more or another one."""
    return {"files": {**data.get("files", {}), material.name: asdict(paper)}}


def entries_from_json(data: Mapping[str, Any]) -> Entries:
    return Entries(
        answers=data.get("answers", {}),
        corrections={
            name: _correction(c) for name, c in data.get("corrections", {}).items()
        },
        files={name: Paper(**paper) for name, paper in data.get("files", {}).items()},
        rows={name: tuple(rows) for name, rows in data.get("rows", {}).items()},
    )


def _correction(data: Mapping[str, Any]) -> Correction:
    proof = data["proof"]
    return Correction(**{**data, "proof": Paper(**proof) if proof else None})


def with_correction(
    data: Mapping[str, Any], name: str, correction: Correction
) -> dict[str, Any]:
    """The corrections that ``data`` of a draft holds, with one replaced."""
    return {"corrections": {**data.get("corrections", {}), name: asdict(correction)}}


def only(names: Iterable[str], entries: Entries) -> Entries:
    """``entries`` without what the form does not ask for."""
    asked = set(names)
    return Entries(
        answers={n: v for n, v in entries.answers.items() if n in asked},
        corrections={n: c for n, c in entries.corrections.items() if n in asked},
        files=entries.files,
        rows={n: rows for n, rows in entries.rows.items() if n in asked},
    )
