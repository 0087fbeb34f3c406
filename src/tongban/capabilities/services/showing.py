"""The form as it stands on the page: what is known, asked, wrong, still open."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from tongban.capabilities.services.application import REASON
from tongban.capabilities.services.forms import (
    ADD,
    ANSWER,
    CONTEST,
    INSTEAD,
    PAPER,
    REMOVE,
    ROWS,
    WHY,
)
from tongban.capabilities.services.parts import Asked, deciding
from tongban.capabilities.services.record import (
    Correction,
    Entries,
    Known,
    Paper,
    Prefilled,
    Problem,
)
from tongban.capabilities.services.rows import cell, padded
from tongban.capabilities.services.values import (
    choices_of,
    element_of,
    shown,
)
from tongban.kernel.case.declaration import CaseType, Field, Group, Material
from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.model import DataType, Element
from tongban.kernel.terms import Text
from tongban.store.readings import Checked


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
    that was asked and has nothing settled on record. What is answered to a field that
    ``decides`` changes which parts are asked. ``contested`` is the number under which
    the provider verifies the known value.
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
    decides: bool = False
    contested: str = ""

    @property
    def has_notes(self) -> bool:
        about = (self.failed, self.blank, self.field.hint, self.field.because)
        return self.control.is_money or any(note is not None for note in about)

    @property
    def contest(self) -> str:
        """What the button says that has the known value verified."""
        return CONTEST + self.field.name

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
    checked: Checked | None = None  # what was read on it, beside the form

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
class Line:
    """One row of a repeated group; a cell that is not asked is None."""

    group: Group
    place: int
    cells: tuple[Row | None, ...]

    @property
    def number(self) -> int:
        return self.place + 1

    @property
    def act(self) -> str:
        """What the button says that takes the row away."""
        return f"{REMOVE}{self.group.name}.{self.place}"


@dataclass(frozen=True, slots=True)
class Several:
    """A repeated group on the page."""

    group: Group
    lines: tuple[Line, ...]
    problems: tuple[Problem, ...]

    @property
    def id(self) -> str:
        return ANSWER + self.group.name

    @property
    def count(self) -> str:
        """The name under which the page says how many rows it has."""
        return ROWS + self.group.name

    @property
    def act(self) -> str:
        """What the button says that adds a row."""
        return ADD + self.group.name

    @property
    def is_full(self) -> bool:
        return len(self.lines) >= self.group.most


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the form with what is still open in it."""

    code: str
    title: Text
    rows: tuple[Row, ...]
    several: Several | None = None

    @property
    def open(self) -> int:
        lines = self.several.lines if self.several else ()
        cells = (cell for line in lines for cell in line.cells if cell is not None)
        return sum(
            row.known is None and row.field.required and not row.control.value
            for row in (*self.rows, *cells)
        )

    @property
    def known(self) -> list[Row]:
        return [row for row in self.rows if row.known is not None]

    @property
    def asked(self) -> list[Row]:
        return [row for row in self.rows if row.known is None]

    @property
    def asked_count(self) -> int:
        """Fields to fill in; a repeated group counts as one."""
        return len(self.asked) + (self.several is not None)


def sections(
    form: CaseType,
    asked: Asked,
    catalog: Catalog,
    prefilled: Prefilled,
    entries: Entries,
    problems: Iterable[Problem] = (),
) -> tuple[Section, ...]:
    """The form's sections in the order declared; left out where nothing is asked."""
    shown = Shown(
        catalog, prefilled, entries, _by_place(problems), deciding(form.parts)
    )
    by_section: dict[str, list[Row]] = {}
    for field in asked.fields:
        by_section.setdefault(field.section, []).append(shown.row(field))
    groups = {group.section: shown.several(group, asked) for group in asked.groups}
    return tuple(
        Section(code, title, tuple(by_section.get(code, ())), groups.get(code))
        for code, title in form.sections.items()
        if code in by_section or code in groups
    )


def lines_of(
    asked: Asked,
    catalog: Catalog,
    entries: Entries,
    problems: Iterable[Problem] = (),
) -> tuple[list[Row], list[Several]]:
    """Fields and groups of a form without sections, in which nothing is known."""
    shown = Shown(catalog, Prefilled(), entries, _by_place(problems))
    rows = [shown.row(field) for field in asked.fields]
    return rows, [shown.several(group, asked) for group in asked.groups]


def _by_place(problems: Iterable[Problem]) -> dict[str, tuple[Problem, ...]]:
    places: dict[str, tuple[Problem, ...]] = {}
    for problem in problems:
        places[problem.where] = (*places.get(problem.where, ()), problem)
    return places


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page knows while it puts one field after another."""

    catalog: Catalog
    prefilled: Prefilled
    entries: Entries
    wrong: Mapping[str, tuple[Problem, ...]]
    deciding: frozenset[str] = frozenset()

    def row(self, field: Field) -> Row:
        catalog = self.catalog
        known = self.prefilled.values.get(field.name)
        correction = self.entries.corrections.get(field.name, Correction("", ""))
        answer = self.entries.answers.get(field.name, "")
        failure = self.prefilled.failure(field.name)
        return Row(
            field=field,
            control=_control(
                field,
                catalog,
                (INSTEAD if known else ANSWER) + field.name,
                correction.value if known else answer,
            ),
            known=known,
            provider=_short(known.provider, catalog) if known else None,
            shown=_shown(field, known, catalog) if known else None,
            reason=correction.reason,
            reason_id=WHY + field.name,
            problems=self.wrong.get(field.name, ()),
            reason_problems=self.wrong.get(REASON + field.name, ()),
            failed=_short(failure.provider, catalog) if failure else None,
            blank=_blank(field, known, catalog) if failure is None else None,
            decides=field.name in self.deciding,
            contested=correction.case,
        )

    def several(self, group: Group, asked: Asked) -> Several:
        cells = asked.cells[group.name]
        rows = padded(group, self.entries.rows.get(group.name, ()))
        lines = (
            self.line(group, place, row, fields)
            for place, (row, fields) in enumerate(zip(rows, cells, strict=True))
        )
        return Several(group, tuple(lines), self.wrong.get(group.name, ()))

    def line(
        self,
        group: Group,
        place: int,
        row: Mapping[str, str],
        fields: tuple[Field, ...],
    ) -> Line:
        cells = (
            self.cell(group, place, field, row.get(field.name, ""))
            if field in fields
            else None
            for field in group.fields
        )
        return Line(group, place, tuple(cells))

    def cell(self, group: Group, place: int, field: Field, typed: str) -> Row:
        name = cell(group.name, place, field.name)
        control = _control(field, self.catalog, ANSWER + name, typed)
        if group.table and control.kind == "radio":
            # Buttons side by side have no room in a cell.
            control = replace(control, kind="select")
        return Row(
            field=field,
            control=control,
            known=None,
            provider=None,
            shown=None,
            reason="",
            reason_id="",
            problems=self.wrong.get(name, ()),
            reason_problems=(),
            decides=field.name in deciding(group.fields),
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


def _control(field: Field, catalog: Catalog, name: str, typed: str) -> Control:
    element = element_of(field, catalog)
    choices = tuple(choices_of(field, catalog).items())
    return Control(
        id=name,
        name=name,
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
    checked: Mapping[str, Checked] | None = None,
) -> tuple[Upload, ...]:
    """The papers on the page, kept ones with their names."""
    wrong = _by_place(problems)
    return tuple(
        Upload(
            material,
            entries.files.get(material.name),
            wrong.get(material.name, ()),
            (tokens or {}).get(material.name, ""),
            (checked or {}).get(material.name),
        )
        for material in materials
    )
