"""Forms that would misfire quietly: conditions nobody can meet, rows without bounds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from graphlib import CycleError, TopologicalSorter

from tongban.kernel.case.declaration import CaseType, Field, Group
from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.model import DataType
from tongban.kernel.query.language.parse import StatementError
from tongban.kernel.query.logic import logic, reads_of
from tongban.kernel.terms import did_you_mean
from tongban.pack.assemble import Assembly
from tongban.pack.checks.answers import answers
from tongban.pack.checks.uses import Read
from tongban.pack.draft import Draft, sections
from tongban.pack.form_logic import conditions, row_types, types_of
from tongban.pack.problems import Mark, PackProblem
from tongban.pack.record import Record


# Any day: a condition that looks at it is left undecided.
DAY = date(2000, 1, 1)

Rule = Iterator[PackProblem]


# ------------------------------------------------------------------- repeated groups


def _groups(draft: Draft) -> Iterator[tuple[Record, Record]]:
    """Each section that is a repeated group, with its ``rows``."""
    for _, _, record in draft.case_types():
        for section in sections(record):
            if section["rows"]:
                yield section, section["rows"]


def rows_bounds(draft: Draft) -> Rule:
    for _, rows in _groups(draft):
        if rows["least"] > rows["most"]:
            yield PackProblem(
                "rows-bounds",
                rows.at("least"),
                f"{rows['name']!r} needs {rows['least']} at least and takes "
                f"{rows['most']} at most",
                why="nobody could ever send the form",
                mend="make 'most' the larger one",
            )


def rows_prefilled(draft: Draft) -> Rule:
    for section, rows in _groups(draft):
        for field in section["fields"]:
            if field["prefill"]:
                yield PackProblem(
                    "rows-prefilled",
                    field.at("prefill"),
                    f"field {field['field']!r} of the repeated group {rows['name']!r} "
                    "is prefilled",
                    why="a prefilled value is the only one of its person, and rows "
                    "are several",
                    mend="ask for it, or put it in a section without 'rows'",
                )


def rows_unique(draft: Draft) -> Rule:
    for section, rows in _groups(draft):
        known = [field["field"] for field in section["fields"]]
        for place, name in enumerate(rows["unique"]):
            if name not in known:
                yield PackProblem(
                    "rows-unique",
                    rows.at("unique", place),
                    f"the repeated group {rows['name']!r} has no field {name!r}",
                    why="rows are told apart by their own fields",
                    mend=did_you_mean(name, known),
                )


# ------------------------------------------------------------------------ conditions


@dataclass(frozen=True, slots=True)
class Part:
    """A declared condition: of which part, where, and over what it is judged.

    ``own`` is the condition as written at ``mark``; ``whole`` all of the form's that
    decide whether the part is asked, by name; ``place`` counts sections, and
    ``places`` are those of the form's fields.
    """

    name: str
    own: str
    mark: Mark
    place: int
    required: bool
    places: Mapping[str, int]
    whole: Mapping[str, str]
    types: Mapping[str, DataType]
    fields: Mapping[str, Field]


def _conditional(draft: Draft, assembly: Assembly) -> Iterator[tuple[str, list[Part]]]:
    """The conditional parts of each form, by the name of its case type."""
    for head, code, record in draft.case_types():
        versions = assembly.versions[code]
        (same, *_) = (each for each in versions if each.since == record["since"])
        found = list(_parts(record, same, assembly.catalog))
        if found:
            yield draft.name(head, code), found


def _parts(record: Record, case_type: CaseType, catalog: Catalog) -> Iterator[Part]:
    groups = {group.name: group for group in case_type.groups}
    form = partial(
        Part,
        places=_places(record),
        whole=conditions(case_type.parts),
        types=types_of(case_type.fields, catalog),
        fields={field.name: field for field in case_type.fields},
    )
    for place, section in enumerate(sections(record)):
        group = groups[section["rows"]["name"]] if section["rows"] else None
        if section["when"]:
            yield _section(form, section, place, group)
        of_field = _in_rows(form, case_type, group, catalog) if group else form
        for field in section["fields"]:
            if field["when"]:
                name, mark = field["field"], field.at("when")
                yield of_field(name, field["when"], mark, place, field["required"])


def _places(record: Record) -> dict[str, int]:
    return {
        field["field"]: place
        for place, section in enumerate(sections(record))
        if not section["rows"]
        for field in section["fields"]
    }


def _section(
    form: partial[Part], section: Record, place: int, group: Group | None
) -> Part:
    """A section's condition, under the name of the group or of its first field."""
    name = group.name if group else section["fields"][0]["field"]
    needed = group.least > 0 if group else any(e["required"] for e in section["fields"])
    found = form(name, section["when"], section.at("when"), place, needed)
    return replace(found, whole={**found.whole, name: section["when"]})


def _in_rows(
    form: partial[Part], case_type: CaseType, group: Group, catalog: Catalog
) -> partial[Part]:
    """Conditions of a row's fields: that of the group holds besides their own."""
    inner = {
        name: f"({group.when}) AND ({own})" if group.when else own
        for name, own in conditions(group.fields).items()
    }
    return partial(
        form,
        whole={**conditions(case_type.parts), **inner},
        types=row_types(case_type, group, catalog),
        fields={field.name: field for field in (*case_type.fields, *group.fields)},
    )


def when_invalid(draft: Draft, assembly: Assembly, _read: Sequence[Read]) -> Rule:
    for form, parts in _conditional(draft, assembly):
        for part in parts:
            try:
                logic({part.name: part.own}, part.types)
            except StatementError as error:
                yield PackProblem(
                    "when-invalid",
                    part.mark,
                    f"'when' of {part.name!r} in {form} cannot be judged: {error.what}",
                    why=error.why or "",
                    mend=error.mend or "compare it with the conditions of other forms",
                )


def when_cycle(draft: Draft, assembly: Assembly, _read: Sequence[Read]) -> Rule:
    for form, parts in _conditional(draft, assembly):
        round_trip = next(filter(None, map(_circle, parts)), None)
        if round_trip is not None:
            part = next((p for p in parts if p.name in round_trip), parts[0])
            yield PackProblem(
                "when-cycle",
                part.mark,
                f"parts of {form} wait for one another: {' → '.join(round_trip)}",
                why="none of them would ever be asked",
                mend="decide one of them by another answer",
            )


def _circle(part: Part) -> list[str] | None:
    """Parts whose conditions look at one another, the first again at the end."""
    try:
        needs = {name: reads_of(sql) for name, sql in part.whole.items()}
        TopologicalSorter(needs).prepare()
    except StatementError:
        return None  # told by when_invalid
    except CycleError as error:
        return list(error.args[1])
    return None


def _sound(parts: Sequence[Part]) -> bool:
    """Whether all conditions can be judged at all; what hinders is told elsewhere."""
    try:
        for part in parts:
            logic({part.name: part.own}, part.types)
    except StatementError:
        return False
    return not any(map(_circle, parts))


def when_later(draft: Draft, assembly: Assembly, _read: Sequence[Read]) -> Rule:
    for form, parts in _conditional(draft, assembly):
        for part in parts if _sound(parts) else ():
            read = reads_of(part.own)
            later = sorted(n for n in read if part.places.get(n, -1) > part.place)
            if part.required and later:
                yield PackProblem(
                    "when-later",
                    part.mark,
                    f"{part.name!r} of {form} must be answered, and a later section "
                    f"decides whether: {', '.join(later)}",
                    why="people would be asked more in a section they have left behind",
                    mend="put the deciding field before it",
                )


def when_never(draft: Draft, assembly: Assembly, _read: Sequence[Read]) -> Rule:
    for form, part, truths in _tried(draft, assembly):
        if True not in truths:
            yield PackProblem(
                "when-never",
                part.mark,
                f"{part.name!r} of {form} is asked for no answer that can be given",
                why="its condition is true for none of the declared choices",
                mend="compare it with the choices, or leave the part out",
            )


def when_always(draft: Draft, assembly: Assembly, _read: Sequence[Read]) -> Rule:
    for form, part, truths in _tried(draft, assembly, alone=True):
        if set(truths) == {True}:
            yield PackProblem(
                "when-always",
                part.mark,
                f"{part.name!r} of {form} is asked whatever is answered",
                why="its condition is true for every declared choice",
                mend="leave 'when' out, or say what was meant",
            )


def _tried(
    draft: Draft, assembly: Assembly, *, alone: bool = False
) -> Iterator[tuple[str, Part, list[bool | None]]]:
    """What each condition comes to over all answers, where these can be listed."""
    for form, parts in _conditional(draft, assembly):
        for part in parts if _sound(parts) else ():
            whole = {part.name: part.own} if alone else part.whole
            given = answers(part.name, whole, part.fields, assembly.catalog)
            if given is not None:
                truths = logic(whole, part.types).truths(given, DAY)
                yield form, part, [each[part.name] for each in truths]
