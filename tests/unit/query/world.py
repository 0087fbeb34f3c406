"""A small jurisdiction: three departments, two kinds of subject, every mask."""

from datetime import UTC, date, datetime

from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.model import (
    Dataset,
    DataType,
    Item,
    Organization,
    Sharing,
    SharingType,
    Source,
    SourceKind,
    UpdateCycle,
)
from tongban.kernel.query.model import CaseView, Grant, Purpose, Scope, Use
from tongban.kernel.terms import Subject, SubjectKind, Text


PERSON, ENTERPRISE = SubjectKind.PERSON, SubjectKind.ENTERPRISE
T = DataType
FOUNDER = Subject(PERSON, "990101199001011239")
SHOP = Subject(ENTERPRISE, "91990101MA00000000")
AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def dataset(code, provider, source, items, subjects=None, **more):
    entries = {
        name: Item(name, Text(name), f"e.{name}", kind, mask=mask)
        for name, kind, mask in items
    }
    sharing = Sharing(SharingType.CONDITIONAL, ("query",), conditions="by law")
    given = {
        "title": Text(code),
        "duty": f"{provider}.duty",
        "abstract": Text(code),
        "category": "c",
        "format": "table",
        "grade": 2,
        "sharing": sharing,
        "open": "closed",
        "update": UpdateCycle.DAILY,
        "since": date(2020, 1, 1),
    }
    return Dataset(
        code=code,
        provider=provider,
        source=source,
        items=entries,
        subjects=subjects or {},
        **{**given, **more},
    )


def sqlite(database, table):
    return Source(SourceKind.SQLITE, table, database)


LAKE = Source(SourceKind.LAKE, "")

DATASETS = [
    dataset(
        "population.person",
        "police",
        sqlite("police", "person"),
        [
            ("id_number", T.TEXT, "id-number"),
            ("name", T.TEXT, "name"),
            ("birth_date", T.DATE, "date-year"),
            ("sex", T.TEXT, None),
            ("alive", T.BOOLEAN, None),
            ("address", T.TEXT, "address"),
            ("mobile", T.TEXT, "mobile"),
            ("income", T.MONEY, "banding"),
            ("height", T.DECIMAL, "banding"),
            ("notes", T.TEXT, "suppress"),
            ("children", T.INTEGER, None),
            ("moved_at", T.DATETIME, None),
        ],
        {PERSON: "id_number"},
    ),
    dataset(
        "population.hukou",
        "police",
        sqlite("police", "hukou"),
        [("id_number", T.TEXT, None), ("division", T.TEXT, None)],
        {PERSON: "id_number"},
    ),
    dataset(
        "market.licence",
        "market",
        sqlite("market", "licence"),
        [
            ("uscc", T.TEXT, None),
            ("name", T.TEXT, None),
            ("legal_rep_id", T.TEXT, "id-number"),
            ("status", T.TEXT, None),
            ("opened", T.DATE, None),
            ("industry", T.TEXT, None),
            ("capital", T.MONEY, None),
        ],
        {ENTERPRISE: "uscc", PERSON: "legal_rep_id"},
    ),
    dataset(
        "tax.standing",
        "tax",
        LAKE,
        [("uscc", T.TEXT, None), ("standing", T.TEXT, None)],
        {ENTERPRISE: "uscc"},
    ),
    dataset(
        "ref.industry",
        "market",
        sqlite("market", "industry"),
        [("code", T.TEXT, None), ("title", T.TEXT, None)],
    ),
    dataset(
        "ref.closed",
        "market",
        LAKE,
        [("code", T.TEXT, None)],
        until=date(2025, 12, 31),
    ),
]
CATALOG = Catalog(
    organizations={
        code: Organization(code, Text(code), "", "990100")
        for code in ("police", "market", "tax", "bureau")
    },
    datasets={entry.code: entry for entry in DATASETS},
)


def every(code, *but):
    items = CATALOG.datasets[code].items
    return frozenset(f"{code}.{name}" for name in items if name not in but)


PURPOSES = {
    purpose.code: purpose
    for purpose in [
        Purpose(
            "licensing",
            Text("许可"),
            Scope.SUBJECT,
            frozenset().union(*(every(c) for c in CATALOG.datasets))
            - {"population.person.notes"},
            "basis",
            frozenset({"restaurant"}),
        ),
        Purpose(
            "planning",
            Text("规划"),
            Scope.POPULATION,
            every("population.person") | every("market.licence", "capital"),
            "basis",
        ),
    ]
}


def grant(name, purpose, code, items, scope=Scope.SUBJECT, **more):
    return Grant(
        id=name,
        organization="bureau",
        purpose=purpose,
        dataset=code,
        items=frozenset(items.split()),
        scope=scope,
        basis="basis",
        since=more.pop("since", date(2024, 1, 1)),
        **more,
    )


GRANTS = [
    grant(
        "person",
        "licensing",
        "population.person",
        "id_number name birth_date sex alive address mobile income height children "
        "moved_at",
        filter="alive",
        reveal=frozenset({"id_number", "birth_date"}),
    ),
    grant("hukou", "licensing", "population.hukou", "id_number division"),
    grant(
        "licence",
        "licensing",
        "market.licence",
        "uscc name legal_rep_id status opened industry",
    ),
    grant("standing", "licensing", "tax.standing", "uscc standing"),
    grant("industry", "licensing", "ref.industry", "code title"),
    grant("closed", "licensing", "ref.closed", "code"),
    grant(
        "people",
        "planning",
        "population.person",
        "id_number name birth_date sex children income address",
        Scope.POPULATION,
        filter="alive AND birth_date <= :as_of",
    ),
    grant(
        "licences",
        "planning",
        "market.licence",
        "uscc name legal_rep_id status opened industry capital",
        Scope.POPULATION,
        reveal=frozenset({"legal_rep_id"}),
    ),
]
CASE = CaseView("C1", "restaurant", True, frozenset({FOUNDER, SHOP}))


def use(sql, *, subject=FOUNDER, purpose="licensing", at=AT, **params):
    return Use(
        by="officer",
        organization="bureau",
        purpose=purpose,
        sql=sql,
        at=at,
        params=params,
        case="C1" if subject else None,
        subject=subject,
    )


def bulk(sql, **params):
    return use(sql, subject=None, purpose="planning", **params)
