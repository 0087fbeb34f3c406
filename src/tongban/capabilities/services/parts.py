"""Which parts of a form are asked, by what is known and answered so far.

A part that is not asked is not shown, not required and not sent. What was typed in
it stays in the draft, for the person may change the deciding answer back.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from tongban.capabilities.services.record import Rows
from tongban.capabilities.services.values import element_of, meant
from tongban.kernel.case.declaration import CaseType, Field, Group
from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.query.logic import reads_of
from tongban.pack import form_logic


Cells = tuple[tuple[Field, ...], ...]  # the fields asked in each row


@dataclass(frozen=True, slots=True)
class Asked:
    """The fields and groups that are asked; ``cells`` of each row by group."""

    fields: tuple[Field, ...]
    groups: tuple[Group, ...] = ()
    cells: Mapping[str, Cells] = field(default_factory=dict)

    @property
    def shown(self) -> tuple[str, ...]:
        """All that its page shows: fields, groups, and the cells of their rows."""
        cells = (
            f"{group}.{place}.{field.name}"
            for group, rows in self.cells.items()
            for place, fields in enumerate(rows)
            for field in fields
        )
        return (*sorted(self.names), *cells)

    @property
    def names(self) -> frozenset[str]:
        return frozenset(part.name for part in (*self.fields, *self.groups))


def asked(
    case_type: CaseType,
    catalog: Catalog,
    values: Mapping[str, str],
    rows: Mapping[str, Rows],
    day: date,
) -> Asked:
    """What of the form is asked on ``day``, given the ``values`` of its fields."""
    (truths,) = form_logic.of_form(case_type, catalog).truths([values], day)
    fields = tuple(f for f in case_type.fields if truths.get(f.name, True))
    groups = tuple(g for g in case_type.groups if truths.get(g.name, True))
    kept = {f.name: values[f.name] for f in fields if f.name in values}
    cells = {
        group.name: cells_of(
            case_type, group, catalog, kept, rows.get(group.name, ()), day
        )
        for group in groups
    }
    return Asked(fields, groups, cells)


def cells_of(
    case_type: CaseType,
    group: Group,
    catalog: Catalog,
    values: Mapping[str, str],
    rows: Rows,
    day: date,
) -> Cells:
    """The fields asked in each row; a name means the row's own field first."""
    given = [
        {
            **values,
            **{
                field.name: meant(element_of(field, catalog), row.get(field.name, ""))
                for field in group.fields
            },
        }
        for row in rows
    ]
    truths = form_logic.of_rows(case_type, group, catalog).truths(given, day)
    return tuple(
        tuple(field for field in group.fields if truth.get(field.name, True))
        for truth in truths
    )


def deciding(parts: Iterable[Field | Group]) -> frozenset[str]:
    """The names that the conditions of ``parts`` and of their rows look at."""
    found: set[str] = set()
    for part in parts:
        found |= reads_of(part.when) if part.when else set()
        if isinstance(part, Group):
            found |= deciding(part.fields)
    return frozenset(found)
