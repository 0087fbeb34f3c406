"""A small district for the clean room: people, their insurance, their employers.

Its rows are few enough to count by hand:

========  =====================================================================
division  people
========  =====================================================================
990101    30: 12 F, 18 M
990102    25: 11 F, 14 M
990103     4: all M
========  =====================================================================

Person n is ``p000`` … in that order, women first; income is 1000 for everybody but
p012 (division 990101, M), who has 1,000,000. Persons p000 to p039 are insured.
"""

from datetime import date

import duckdb
from tests.unit.query.world import LAKE, T, dataset, grant
from tests.unit.query.world import use as _use

from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.model import Item, Organization
from tongban.kernel.query.compiler import Compiler
from tongban.kernel.query.engines.types import DUCKDB_TYPES
from tongban.kernel.query.model import Purpose, Scope
from tongban.kernel.query.recipe import Privacy
from tongban.kernel.query.room.disclosure import release
from tongban.kernel.query.terms.access import bindings
from tongban.kernel.terms import SubjectKind, Text


def keyed(entry, *keys):
    items = {
        name: Item(**{**_fields(item), "key": name in keys})
        for name, item in entry.items.items()
    }
    return type(entry)(**{**_fields(entry), "items": items})


def _fields(value):
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


PERSON, ENTERPRISE = SubjectKind.PERSON, SubjectKind.ENTERPRISE
DATASETS = [
    keyed(
        dataset(
            "pop.person",
            "police",
            LAKE,
            [
                ("id", T.TEXT, "id-number"),
                ("sex", T.TEXT, None),
                ("born", T.DATE, None),
                ("division", T.TEXT, None),
                ("income", T.INTEGER, None),
                ("children", T.INTEGER, None),
            ],
            {PERSON: "id"},
        ),
        "id",
    ),
    keyed(
        dataset(
            "soc.insurance",
            "tax",
            LAKE,
            [
                ("id", T.TEXT, None),
                ("employer", T.TEXT, None),
                ("months", T.INTEGER, None),
            ],
            {PERSON: "id", ENTERPRISE: "employer"},
        ),
        "id",
        "employer",
    ),
    keyed(
        dataset(
            "ref.division",
            "police",
            LAKE,
            [("code", T.TEXT, None), ("name", T.TEXT, None)],
        ),
        "code",
    ),
]
CATALOG = Catalog(
    organizations={
        code: Organization(code, Text(code), "", "990100")
        for code in ("police", "tax", "bureau")
    },
    datasets={entry.code: entry for entry in DATASETS},
)
ITEMS = {entry.code: frozenset(entry.items) for entry in DATASETS}


def people():
    rows = []
    for division, women, men in (
        ("990101", 12, 18),
        ("990102", 11, 14),
        ("990103", 0, 4),
    ):
        for sex in "F" * women + "M" * men:
            number = len(rows)
            income = 1_000_000 if number == 12 else 1000
            born = date(1950 + number, 3, 7)
            rows.append((f"p{number:03}", sex, born, division, income, number % 3))
    return rows


PEOPLE = people()
INSURED = [(row[0], f"e{n % 20:02}", 10 + n % 5) for n, row in enumerate(PEOPLE[:40])]
DIVISIONS = [(f"99010{n}", f"division {n}") for n in (1, 2, 3)]
ROWS = {"pop.person": PEOPLE, "soc.insurance": INSURED, "ref.division": DIVISIONS}


def purpose(privacy=None):
    items = frozenset(
        f"{code}.{name}" for code, names in ITEMS.items() for name in names
    )
    return Purpose(
        "statistics",
        Text("统计"),
        Scope.AGGREGATE,
        items,
        "basis",
        privacy=privacy or Privacy(),
    )


GRANTS = [
    grant(
        code,
        "statistics",
        code,
        " ".join(names),
        Scope.AGGREGATE,
        # Numbers join rows; the clean room lets them do nothing else.
        reveal=frozenset({"id"} & names),
    )
    for code, names in ITEMS.items()
]


def room(privacy=None):
    return Compiler(CATALOG, {"statistics": purpose(privacy)}, GRANTS)


def question(sql, **params):
    return _use(sql, subject=None, purpose="statistics", **params)


def engine(rows=ROWS):
    found = duckdb.connect()
    found.execute("CREATE SCHEMA lake")
    for entry in DATASETS:
        columns = ", ".join(
            f'"{i.name}" {DUCKDB_TYPES[i.type]}' for i in entry.items.values()
        )
        found.execute(f'CREATE TABLE lake."{entry.code}" ({columns})')
        if rows[entry.code]:
            marks = ", ".join("?" * len(entry.items))
            insert = f'INSERT INTO lake."{entry.code}" VALUES ({marks})'
            found.executemany(insert, rows[entry.code])
    return found


def ask(duck, sql, privacy=None, **params):
    """What is released of the answer to ``sql``."""
    wish = question(sql, **params)
    plan = room(privacy).compile(wish)
    (fetch,) = plan.fetches
    values = bindings(wish)
    rows = duck.execute(fetch.sql, {name: values[name] for name in fetch.params})
    return release(plan.recipe, rows.fetchall(), values)
