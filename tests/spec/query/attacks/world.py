"""A small city, its departments, and who may have what of it on what terms."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from tests.spec.query.attacks.rows import ANNA, CHEN, ROWS, SHOP
from tests.unit.query.world import LAKE, dataset, sqlite

from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.model import (
    Dataset,
    DataType,
    Organization,
    SourceKind,
)
from tongban.kernel.query.engines import Sources
from tongban.kernel.query.engines.sqlite import Departments
from tongban.kernel.query.engines.types import SQLITE_TYPES, for_sqlite
from tongban.kernel.query.model import CaseView, Grant, Purpose, Scope, Use
from tongban.kernel.terms import Subject, SubjectKind, Text
from tongban.store.lake import mirror


PERSON, ENTERPRISE = SubjectKind.PERSON, SubjectKind.ENTERPRISE
T = DataType
AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

DATASETS: Mapping[str, Dataset] = {
    each.code: each
    for each in [
        dataset(
            "reg.person",
            "police",
            sqlite("police", "person"),
            [
                ("id", T.TEXT, "id-number"),
                ("name", T.TEXT, "name"),
                ("born", T.DATE, "date-year"),
                ("sex", T.TEXT, None),
                ("alive", T.BOOLEAN, None),
                ("address", T.TEXT, "address"),
                ("mobile", T.TEXT, "mobile"),
                ("income", T.MONEY, "banding"),
                ("note", T.TEXT, "suppress"),
                ("children", T.INTEGER, None),
                ("moved", T.DATETIME, None),
                ("score", T.DECIMAL, "banding"),
                ("blood", T.TEXT, None),
            ],
            {PERSON: "id"},
        ),
        dataset(
            "reg.hukou",
            "police",
            sqlite("police", "hukou"),
            [
                ("id", T.TEXT, "id-number"),
                ("household", T.TEXT, None),
                ("head", T.TEXT, "name"),
            ],
            {PERSON: "id"},
        ),
        dataset(
            "market.licence",
            "market",
            sqlite("market", "licence"),
            [
                ("uscc", T.TEXT, None),
                ("name", T.TEXT, None),
                ("rep", T.TEXT, "id-number"),
                ("status", T.TEXT, None),
                ("opened", T.DATE, None),
                ("industry", T.TEXT, None),
                ("capital", T.MONEY, None),
            ],
            {ENTERPRISE: "uscc", PERSON: "rep"},
        ),
        dataset(
            "tax.standing",
            "tax",
            LAKE,
            [
                ("uscc", T.TEXT, None),
                ("standing", T.TEXT, None),
                ("debt", T.MONEY, None),
            ],
            {ENTERPRISE: "uscc"},
        ),
        dataset(
            "ref.industry",
            "market",
            LAKE,
            [("code", T.TEXT, None), ("title", T.TEXT, None)],
        ),
        dataset(
            "health.visit",
            "health",
            LAKE,
            [
                ("person", T.TEXT, None),
                ("day", T.DATE, None),
                ("diagnosis", T.TEXT, None),
            ],
            {PERSON: "person"},
        ),
        dataset(
            "old.list", "market", LAKE, [("code", T.TEXT, None)], until=date(2025, 1, 1)
        ),
    ]
}
CATALOG = Catalog(
    organizations={
        code: Organization(code, Text(code), "", "990100")
        for code in ("police", "market", "tax", "health", "bureau")
    },
    datasets=DATASETS,
)


def _every(code: str, *but: str) -> frozenset[str]:
    return frozenset(f"{code}.{n}" for n in DATASETS[code].items if n not in but)


_CLERKS = frozenset().union(
    _every("reg.person", "blood"),
    _every("reg.hukou"),
    _every("market.licence"),
    _every("tax.standing", "debt"),
    _every("ref.industry"),
    _every("old.list"),
)
PURPOSES = {
    each.code: each
    for each in [
        Purpose(
            "licensing",
            Text("许可"),
            Scope.SUBJECT,
            _CLERKS,
            "basis",
            frozenset({"restaurant"}),
        ),
        Purpose("planning", Text("规划"), Scope.POPULATION, _CLERKS, "basis"),
        Purpose("statistics", Text("统计"), Scope.AGGREGATE, _CLERKS, "basis"),
        Purpose("care", Text("健康"), Scope.POPULATION, _every("health.visit"), "b"),
    ]
}


def _grant(
    name: str, organization: str, purpose: str, code: str, items: str, **more: Any
) -> Grant:
    given = {
        "scope": PURPOSES[purpose].scope,
        "basis": "basis",
        "since": date(2024, 1, 1),
    }
    wanted = items.split() if items != "*" else DATASETS[code].items
    return Grant(
        id=name,
        organization=organization,
        purpose=purpose,
        dataset=code,
        items=frozenset(wanted),
        **{**given, **more},
    )


_PERSON = (
    "id name born sex alive address mobile income note children moved score"  # no blood
)
GRANTS = [
    # The bureau: one subject's rows of the living; everyone's for planning.
    _grant("c1", "bureau", "licensing", "reg.person", _PERSON, filter="alive"),
    _grant("c2", "bureau", "licensing", "reg.hukou", "*"),
    _grant("c3", "bureau", "licensing", "market.licence", "*"),
    _grant("c4", "bureau", "licensing", "tax.standing", "uscc standing debt"),
    _grant("c5", "bureau", "licensing", "ref.industry", "*"),
    _grant("c6", "bureau", "licensing", "old.list", "*"),
    _grant("p1", "bureau", "planning", "reg.person", _PERSON, filter="alive"),
    _grant("p2", "bureau", "planning", "reg.hukou", "*"),
    _grant("p3", "bureau", "planning", "market.licence", "uscc name rep industry"),
    _grant("p4", "bureau", "planning", "ref.industry", "*"),
    _grant("a1", "bureau", "statistics", "reg.person", _PERSON, filter="alive"),
    _grant("a2", "bureau", "statistics", "reg.hukou", "*"),
    # Two halves that nobody joined.
    _grant("s1", "halves", "planning", "reg.person", "sex children"),
    _grant("s2", "halves", "planning", "reg.person", "income born"),
    # A filter on the wider, none on the narrower; what shows names shows no sex.
    _grant("m1", "layers", "planning", "reg.person", "sex name income", filter="alive"),
    _grant(
        "m2",
        "layers",
        "planning",
        "reg.person",
        "name children",
        reveal=frozenset({"name"}),
        filter="sex = 'm'",
        since=date(2025, 1, 1),
    ),
    # Over, yet to come, and over with one that goes on.
    _grant(
        "l1", "late", "planning", "reg.person", "sex born", until=date(2026, 11, 22)
    ),
    _grant("e1", "early", "planning", "reg.person", "sex", since=date(2026, 11, 24)),
    _grant(
        "o1",
        "overlap",
        "planning",
        "reg.person",
        "sex children income",
        until=date(2026, 11, 22),
    ),
    _grant("o2", "overlap", "planning", "reg.person", "sex", filter="children = 0"),
    # Another scope, another purpose.
    _grant("w1", "wrong", "planning", "reg.person", "sex", scope=Scope.SUBJECT),
    _grant("h1", "clinic", "care", "health.visit", "person day diagnosis"),
]
CASES = {
    each.number: each
    for each in [
        CaseView(
            "C1",
            "restaurant",
            True,
            frozenset({Subject(PERSON, ANNA), Subject(ENTERPRISE, SHOP)}),
        ),
        CaseView("C2", "restaurant", False, frozenset({Subject(PERSON, ANNA)})),
        CaseView("C3", "restaurant", True, frozenset({Subject(PERSON, CHEN)})),
        CaseView("C4", "complaint", True, frozenset({Subject(PERSON, ANNA)})),
        CaseView(
            "C5",
            "restaurant",
            True,
            frozenset({Subject(PERSON, ANNA)}),
            in_preparation=True,
        ),
    ]
}


@dataclass(frozen=True)
class Caller:
    """Who attempts: for which organisation and purpose, about whom, in which case."""

    organization: str
    purpose: str
    subject: Subject | None = None
    case: str | None = None


CALLERS = {
    "clerk": Caller("bureau", "licensing", Subject(PERSON, ANNA), "C1"),
    "registrar": Caller("bureau", "licensing", Subject(ENTERPRISE, SHOP), "C1"),
    "planner": Caller("bureau", "planning"),
    "analyst": Caller("bureau", "statistics"),
    **{
        name: Caller(name, "planning")
        for name in ("halves", "layers", "late", "early", "overlap", "wrong")
    },
    "clinic": Caller("clinic", "care"),
}


def make_use(
    caller: Caller, sql: str, params: Mapping[str, Any], at: datetime = AT
) -> Use:
    return Use(
        by="officer",
        organization=caller.organization,
        purpose=caller.purpose,
        sql=sql,
        at=at,
        params=params,
        case=caller.case,
        subject=caller.subject,
    )


def build(root: Path) -> Iterator[Sources]:
    """The city below ``root``: departments' databases and the lake."""
    departments = {name: root / f"{name}.sqlite" for name in ("police", "market")}
    everything = root / "everything.sqlite"
    _write(everything, {code.replace(".", "_"): code for code in DATASETS})
    for name, path in departments.items():
        held = [d for d in DATASETS.values() if d.source.database == name]
        _write(path, {each.source.table: each.code for each in held})
    for each in DATASETS.values():
        bound = replace(each, source=sqlite("all", each.code.replace(".", "_")))
        mirror(
            bound,
            departments={"all": everything},
            dropped=root,
            lake=root / "lake",
            at=AT,
        )
    places = {SourceKind.SQLITE: Departments(departments)}
    with Sources(places, root / "lake", memory_limit="200MB", timeout_s=2) as city:
        yield city


def _write(path: Path, tables: Mapping[str, str]) -> None:
    with closing(sqlite3.connect(path)) as database:
        for table, code in tables.items():
            columns = ", ".join(
                f"{item.name} {SQLITE_TYPES[item.type]}"
                for item in DATASETS[code].items.values()
            )
            database.execute(f"CREATE TABLE {table} ({columns})")
            marks = ", ".join("?" * len(DATASETS[code].items))
            database.executemany(
                f"INSERT INTO {table} VALUES ({marks})",
                [[for_sqlite(cell) for cell in row] for row in ROWS[code]],
            )
        database.commit()
