"""Between the browser's fields and an application's entries.

A field called ``x`` comes as ``answer-x``; in place of a known value
``instead-x`` with ``reason-x``; a paper ``p`` as the file ``paper-p``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tongban.capabilities.services.application import REASON
from tongban.capabilities.services.record import (
    Correction,
    Entries,
    Known,
    Paper,
    Prefilled,
    Problem,
)
from tongban.capabilities.services.values import (
    choices_of,
    element_of,
    shown,
)
from tongban.kernel.case.declaration import CaseType, Field
from tongban.kernel.case.item import Material
from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.model import DataType, Element
from tongban.kernel.terms import Text


ANSWER, INSTEAD, WHY, PAPER = "answer-", "instead-", "reason-", "paper-"
DECLARATION = "declaration"
# As many choices as are read at a glance become buttons, more become a list.
AT_A_GLANCE = 6
INPUT_TYPES = {DataType.DATE: "date", DataType.DATETIME: "datetime-local"}
INPUT_MODES = {
    DataType.INTEGER: "numeric",
    DataType.DECIMAL: "decimal",
    DataType.MONEY: "decimal",
}
# WCAG 1.3.5: browsers may fill in what is about the person themselves.
AUTOCOMPLETE = {
    "mobile": "tel",
    "person.name": "name",
    "person.mobile": "tel",
    "person.email": "email",
}
LONG_TEXT = 300  # characters from which a text gets a box of several lines


@dataclass(frozen=True, slots=True)
class Control:
    """How one field is typed or chosen."""

    id: str
    name: str
    kind: str  # "radio", "select", "area" or "input"
    type: str
    mode: str
    is_money: bool
    autocomplete: str
    choices: tuple[tuple[str, Text], ...]
    value: str


@dataclass(frozen=True, slots=True)
class Row:
    """One field on the page: known with a way to object, or asked.

    ``failed`` names the provider whose data could not be fetched, ``blank`` the one
    that was asked and has nothing settled on record.
    """

    field: Field
    control: Control
    known: Known | None
    provider: Text | None
    shown: Text | None
    reason: str
    reason_id: str
    problems: tuple[Problem, ...]
    reason_problems: tuple[Problem, ...]
    failed: Text | None = None
    blank: Text | None = None

    @property
    def has_notes(self) -> bool:
        about = (self.failed, self.blank, self.field.hint)
        return self.control.is_money or any(note is not None for note in about)

    @property
    def is_corrected(self) -> bool:
        return bool(self.control.value or self.reason or self.reason_problems)


@dataclass(frozen=True, slots=True)
class Upload:
    """One paper on the page: kept already, or to be given."""

    material: Material
    paper: Paper | None
    problems: tuple[Problem, ...]
    token: str = ""  # what a page without a draft hands back for a kept paper

    @property
    def id(self) -> str:
        return f"{PAPER}{self.material.name}"

    @property
    def accept(self) -> str:
        return ",".join(self.material.media)

    @property
    def mebibytes(self) -> int:
        return self.material.limit // (1024 * 1024)


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the form with what is still open in it."""

    code: str
    title: Text
    rows: tuple[Row, ...]

    @property
    def open(self) -> int:
        return sum(
            row.known is None and row.field.required and not row.control.value
            for row in self.rows
        )

    @property
    def known(self) -> list[Row]:
        return [row for row in self.rows if row.known is not None]

    @property
    def asked(self) -> list[Row]:
        return [row for row in self.rows if row.known is None]


def entries_of(
    fields: Iterable[Field],
    post: Mapping[str, str],
    known: Mapping[str, Known],
    kept: Mapping[str, Paper],
) -> Entries:
    """What the person typed; ``kept`` are the papers received so far.

    A correction is whatever was written in place of a known value, the reason
    alone included, so that a half-made one is neither lost nor sent unseen.
    """
    answers: dict[str, str] = {}
    corrections: dict[str, Correction] = {}
    for field in fields:
        if field.name in known:
            value = post.get(INSTEAD + field.name, "").strip()
            reason = post.get(WHY + field.name, "").strip()
            if value or reason:
                corrections[field.name] = Correction(value, reason)
        else:
            answers[field.name] = post.get(ANSWER + field.name, "")
    return Entries(answers, corrections, kept)


def sections(
    case_type: CaseType,
    catalog: Catalog,
    prefilled: Prefilled,
    entries: Entries,
    problems: Iterable[Problem] = (),
) -> tuple[Section, ...]:
    """The form's sections in the order declared."""
    rows: dict[str, list[Row]] = {}
    for row in rows_of(case_type.fields, catalog, prefilled, entries, problems):
        rows.setdefault(row.field.section, []).append(row)
    return tuple(
        Section(code, case_type.sections.get(code, case_type.title), tuple(found))
        for code, found in rows.items()
    )


def rows_of(
    fields: Iterable[Field],
    catalog: Catalog,
    prefilled: Prefilled,
    entries: Entries,
    problems: Iterable[Problem] = (),
) -> list[Row]:
    """The fields as they stand on the page, each with what is wrong with it."""
    wrong = _by_place(problems)
    return [_row(field, catalog, prefilled, entries, wrong) for field in fields]


def _by_place(problems: Iterable[Problem]) -> dict[str, tuple[Problem, ...]]:
    places: dict[str, tuple[Problem, ...]] = {}
    for problem in problems:
        places[problem.where] = (*places.get(problem.where, ()), problem)
    return places


def _row(
    field: Field,
    catalog: Catalog,
    prefilled: Prefilled,
    entries: Entries,
    wrong: Mapping[str, tuple[Problem, ...]],
) -> Row:
    known = prefilled.values.get(field.name)
    correction = entries.corrections.get(field.name, Correction("", ""))
    typed = correction.value if known else entries.answers.get(field.name, "")
    failure = prefilled.failure(field.name)
    return Row(
        field=field,
        control=_control(field, catalog, INSTEAD if known else ANSWER, typed),
        known=known,
        provider=_short(known.provider, catalog) if known else None,
        shown=_shown(field, known, catalog) if known else None,
        reason=correction.reason,
        reason_id=WHY + field.name,
        problems=wrong.get(field.name, ()),
        reason_problems=wrong.get(REASON + field.name, ()),
        failed=_short(failure.provider, catalog) if failure else None,
        blank=_blank(field, known, catalog) if failure is None else None,
    )


def _blank(field: Field, known: Known | None, catalog: Catalog) -> Text | None:
    if known is not None or field.prefill is None:
        return None
    return _short(catalog.dataset(field.prefill.dataset).provider, catalog)


def _shown(field: Field, known: Known, catalog: Catalog) -> Text:
    if known.masked:
        return Text(known.value, known.value)
    return shown(field, known.value, catalog)


def _short(organization: str, catalog: Catalog) -> Text:
    declared = catalog.organizations[organization]
    return declared.short or declared.title


def _control(field: Field, catalog: Catalog, prefix: str, typed: str) -> Control:
    element = element_of(field, catalog)
    choices = tuple(choices_of(field, catalog).items())
    return Control(
        id=prefix + field.name,
        name=prefix + field.name,
        kind=_kind(element, len(choices)),
        type=INPUT_TYPES.get(element.type, "tel" if _is_mobile(element) else "text"),
        mode=INPUT_MODES.get(element.type, ""),
        is_money=element.type is DataType.MONEY,
        autocomplete=AUTOCOMPLETE.get(element.check or element.code, "off"),
        choices=choices,
        value=typed,
    )


def _is_mobile(element: Element) -> bool:
    return element.check == "mobile"


def _kind(element: Element, choices: int) -> str:
    if choices:
        return "radio" if choices <= AT_A_GLANCE else "select"
    is_text = element.type is DataType.TEXT
    return "area" if is_text and (element.length or 0) >= LONG_TEXT else "input"


def uploads(
    materials: Iterable[Material],
    entries: Entries,
    problems: Iterable[Problem] = (),
    tokens: Mapping[str, str] | None = None,
) -> tuple[Upload, ...]:
    """The papers on the page, kept ones with their names."""
    wrong = _by_place(problems)
    return tuple(
        Upload(
            material,
            entries.files.get(material.name),
            wrong.get(material.name, ()),
            (tokens or {}).get(material.name, ""),
        )
        for material in materials
    )


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
