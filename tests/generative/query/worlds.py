"""Small cities under random terms of use: what is granted, masked and filtered."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tests.generative.query.cities import (
    AT,
    CITIES,
    DATASETS,
    ITEMS,
    SUBJECTS,
    City,
    Row,
    T,
    city,
    schema_of,
)

from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.model import (
    Source,
    SourceKind,
)
from tongban.kernel.query.compiler import Compiler
from tongban.kernel.query.model import CaseView, Grant, Purpose, Scope, Use
from tongban.kernel.terms import Subject, SubjectKind, Text


SECRET = b"of a generated city"
_MASKS = {
    T.TEXT: ["id-number", "name", "mobile", "address", "pseudonym", "suppress"],
    T.DATE: ["date-year", "date-month", "date-shift", "suppress", "name"],
    T.BOOLEAN: ["suppress"],
    T.MONEY: ["banding", "suppress"],
    T.INTEGER: ["banding", "banding:3", "suppress"],
    T.DECIMAL: ["banding", "suppress", "mobile"],
}

# A grant's filter in SQL, and the same in Python; both over raw values.
_FILTERS: Mapping[str, list[tuple[str, Callable[[Row], bool]]]] = {
    "reg.person": [
        ("alive", lambda row: row["alive"] is True),
        (
            "born < DATE '1965-01-01'",
            lambda row: row["born"] is not None and row["born"] < date(1965, 1, 1),
        ),
        (
            "income IS NULL OR alive = FALSE",
            lambda row: row["income"] is None or row["alive"] is False,
        ),
    ],
    "reg.home": [
        ("rooms > 1", lambda row: row["rooms"] is not None and row["rooms"] > 1),
        (
            "NOT (code = 'A' AND ratio IS NOT NULL)",
            lambda row: (
                not (row["ratio"] is not None and (row["code"] == "A"))
                and not (row["ratio"] is not None and row["code"] is None)
            ),
        ),
    ],
    "ref.code": [
        ("grade >= 2", lambda row: row["grade"] is not None and row["grade"] >= 2)
    ],
}


@dataclass(frozen=True)
class World:
    """A city with its terms: which items are masked, what is granted of each."""

    city: City
    masks: Mapping[tuple[str, str], str]
    grants: Mapping[str, Grant]
    subject: str | None
    databases: int
    kind: SourceKind = SourceKind.SQLITE

    @property
    def scope(self) -> Scope:
        return Scope.SUBJECT if self.subject else Scope.POPULATION

    def catalog(self) -> Catalog:
        return Catalog(
            datasets={
                code: replace(
                    dataset,
                    items={
                        name: replace(item, mask=self.masks.get((code, name)))
                        for name, item in dataset.items.items()
                    },
                    source=self._source(code),
                )
                for code, dataset in DATASETS.items()
            }
        )

    def _source(self, code: str) -> Source:
        if code not in SUBJECTS:
            return Source(SourceKind.LAKE, code)
        table = code.split(".")[1]
        database = "two" if self.databases == 2 and table == "home" else "one"
        if self.kind is not SourceKind.SQLITE:
            table = f"{schema_of(self.city.seed)}.{table}"
        return Source(self.kind, table, database)

    def compiler(self) -> Compiler:
        items = {f"{c}.{name}" for c, d in DATASETS.items() for name in d.items}
        purpose = Purpose(
            "p", Text("用途"), self.scope, frozenset(items), "依据", frozenset({"t"})
        )
        return Compiler(self.catalog(), {"p": purpose}, self.grants.values())

    def use(self, sql: str, **params: Any) -> Use:
        subject = Subject(SubjectKind.PERSON, self.subject) if self.subject else None
        case = "c1" if subject else None
        return Use("a", "o", "p", sql, AT, params, case, subject)

    def case(self) -> CaseView | None:
        if self.subject is None:
            return None
        party = Subject(SubjectKind.PERSON, self.subject)
        return CaseView("c1", "t", is_open=True, parties=frozenset({party}))

    def secrets(self) -> set[str]:
        """What no answer may show: marks of raw values out of the use's reach."""
        everything: set[str] = set()
        visible = {_mark(self.subject)} if self.subject else set()
        for code, rows in self.city.rows.items():
            for row in rows:
                for name, value in row.items():
                    mark = _mark(value)
                    if mark:
                        everything.add(mark)
                        if self._shows(code, row, name):
                            visible.add(mark)
        return everything - visible

    def _shows(self, code: str, row: Row, name: str) -> bool:
        """Whether the use may see the raw value of this cell."""
        grant = self.grants[code]
        # A day may be moved by none at all; the oracle knows by how many it is.
        hidden = self.masks.get((code, name), "date-shift") != "date-shift"
        masked = hidden and name not in grant.reveal
        mine = self.subject is None or row.get(SUBJECTS.get(code)) == self.subject
        passes = dict(_FILTERS[code]).get(grant.filter, lambda _row: True)
        reached = (mine or code not in SUBJECTS) and passes(row)
        return reached and name in grant.items and not masked


def _mark(value: Any) -> str | None:
    """What of a raw value is found nowhere else, in lower case."""
    if isinstance(value, str) and len(value) == 18:
        return value[6:14].lower()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int) and value > 10**8:
        return str(value)
    return None


def make_world(
    chance: random.Random,
    scope: Scope,
    databases: int = 1,
    kind: SourceKind = SourceKind.SQLITE,
) -> World:
    """A city under random terms."""
    place = city(chance.randrange(CITIES))
    masks = {
        (code, name): chance.choice(_MASKS[kind])
        for code, types in ITEMS.items()
        for name, kind in types.items()
        if chance.random() < 0.3
    }
    grants = {code: _grant(chance, code, scope, masks) for code in ITEMS}
    subject = chance.choice(place.people) if scope is Scope.SUBJECT else None
    return World(place, masks, grants, subject, databases, kind)


def _grant(
    chance: random.Random,
    code: str,
    scope: Scope,
    masks: Mapping[tuple[str, str], str],
) -> Grant:
    names = list(ITEMS[code])
    items = chance.sample(names, chance.randint(max(2, len(names) // 2), len(names)))
    masked = [name for name in items if (code, name) in masks]
    return Grant(
        id=f"g-{code}",
        organization="o",
        purpose="p",
        dataset=code,
        items=frozenset(items),
        scope=scope,
        basis="依据",
        since=date(2025, 1, 1),
        filter=chance.choice([None, None, *(sql for sql, _ in _FILTERS[code])]),
        reveal=frozenset(name for name in masked if chance.random() < 0.3),
    )
