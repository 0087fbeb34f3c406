"""The words of governed use: purpose, grant, use, plan, receipt.

A use of data is compiled against the catalogue and the caller's grants before
any engine sees it. Nothing else in the product reads a department's rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from tongban.kernel.catalog.model import DataType
from tongban.kernel.query.quota import Quota
from tongban.kernel.query.recipe import Privacy, Recipe
from tongban.kernel.terms import Subject, Text


class Scope(StrEnum):
    """How many people one use may concern."""

    SUBJECT = "subject"  # one subject, party to one open case
    POPULATION = "population"  # rules over everyone, for purposes declared so
    AGGREGATE = "aggregate"  # the clean room: figures of groups, never a row


@dataclass(frozen=True, slots=True)
class Purpose:
    """A declared purpose (使用用途): the least set of items it needs, and for what.

    ``items`` are ``dataset.item`` names, each with two dots. ``case_types`` are the
    case types whose open cases a subject-scope use may name. ``privacy`` protects
    those counted by a purpose of aggregate scope.
    """

    code: str
    title: Text
    scope: Scope
    items: frozenset[str]
    basis: str
    case_types: frozenset[str] = frozenset()
    privacy: Privacy = Privacy()


@dataclass(frozen=True, slots=True)
class Grant:
    """What one organisation may have of one dataset for one purpose (授权).

    ``filter`` is SQL over the dataset's own items and, with IN and EXISTS, those of
    others (see `row_filter`), ANDed at the base relation. ``quota`` is how much of
    it there is; None: no end.
    ``reveal`` names items that come unmasked; every other masked item stays
    masked. ``organization`` receives; the provider is the dataset's.
    """

    id: str
    organization: str
    purpose: str
    dataset: str
    items: frozenset[str]
    scope: Scope
    basis: str
    since: date
    until: date | None = None
    filter: str | None = None
    reveal: frozenset[str] = frozenset()
    quota: Quota | None = None

    def in_force(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class CaseView:
    """What is known of the case that a use serves.

    A case ``in_preparation`` is not sent yet: no office has to do with it.
    """

    number: str
    type: str
    is_open: bool
    parties: frozenset[Subject]
    in_preparation: bool = False


@dataclass(frozen=True, slots=True)
class Use:
    """One wish to use data: who, for which purpose and case, which SQL, when.

    ``at`` is the moment of the use, by which grants and the case are judged;
    ``as_of`` the value of the placeholder of that name, where it is another day.
    ``data_of`` is the day whose data and catalogue are meant, where it is not
    today: every dataset is then read in the version in force at the end of it.
    """

    by: str  # account, or "system"
    organization: str
    purpose: str
    sql: str
    at: datetime
    params: Mapping[str, Any] = field(default_factory=dict)
    case: str | None = None
    subject: Subject | None = None
    as_of: date | None = None
    data_of: date | None = None

    @property
    def day(self) -> date:
        """The value of ``:as_of``."""
        return self.as_of or self.law_day

    @property
    def law_day(self) -> date:
        """The day whose catalogue entries are in force for the use."""
        return self.data_of or self.at.date()

    @property
    def is_past(self) -> bool:
        """Whether the data are those of a day that is over: kept snapshots alone."""
        return self.law_day < self.at.date()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the answer and the base items it is computed from (its lineage)."""

    name: str
    sources: frozenset[str]  # dataset.item
    masked: bool
    type: DataType | None = None  # SQLite's cells are read by it


@dataclass(frozen=True, slots=True)
class Fetch:
    """One statement for one place: a department's database, or the lake's engine.

    ``kind`` is that of the dataset's source (``sqlite``, ``postgresql`` …), or
    ``duckdb`` for the lake's engine, which has no ``database``.

    ``into`` names the relation that the federating engine sees; empty when the
    fetch is the whole answer. ``columns`` and ``filter`` tell what of a dataset is
    asked for at its place, and which of its rows, when it is joined elsewhere.
    """

    kind: str
    database: str
    sql: str
    params: tuple[str, ...]  # names, in the order of the placeholders
    into: str = ""
    datasets: tuple[str, ...] = ()  # whose rows this statement reads at its place
    columns: tuple[str, ...] = ()
    types: tuple[DataType, ...] = ()  # of the columns
    filter: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A compiled use: what runs where, what it yields, what must be kept of it.

    ``fetches`` run first, each on its own source; ``final`` joins them (None when
    a single fetch is the whole answer: push-down). ``datasets`` are those read.
    """

    fetches: tuple[Fetch, ...]
    final: Fetch | None
    columns: tuple[Column, ...]
    items: frozenset[str]  # dataset.item read anywhere in the statement
    datasets: frozenset[str]
    grants: frozenset[str]  # ids of the grants that allowed it
    scope: Scope
    digest: str  # SHA-256 of the governed statement
    providers: Mapping[str, str] = field(default_factory=dict)  # dataset → provider
    quotas: Mapping[str, Quota] = field(default_factory=dict)  # of its grants
    recipe: Recipe | None = None  # of aggregate scope: how rows become an answer
    beside: frozenset[str] = frozenset()  # datasets that filters look into


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is kept of a use. No rows leave without one."""

    by: str
    organization: str
    purpose: str
    case: str | None
    subject: Subject | None
    items: tuple[str, ...]
    grants: tuple[str, ...]
    rows: int
    plan: str
    versions: Mapping[str, str]  # dataset → data version read
    at: datetime
