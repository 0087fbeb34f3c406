"""A row that the terms of a use keep back is not computed on: not even an error tells.

The lake has two kinds of rows. Those with the mark ``hidden`` hold values on which
a condition of an author fails: they are another subject's, or a grant's filter
takes them out.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.unit.engines.practice import make_dataset

from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.model import DataType, Source, SourceKind
from tongban.kernel.query.compiler import Compiler
from tongban.kernel.query.engines import Sources, run
from tongban.kernel.query.engines.faults import ValueFault
from tongban.kernel.query.model import CaseView, Grant, Purpose, Scope, Use
from tongban.kernel.query.terms.access import bindings
from tongban.kernel.terms import Subject, SubjectKind, Text
from tongban.store.lake import mirror


AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
TYPES = {
    "owner": DataType.TEXT,
    "mark": DataType.TEXT,
    "sign": DataType.TEXT,
    "large": DataType.INTEGER,
    "small": DataType.INTEGER,
    "share": DataType.DECIMAL,
    "day": DataType.DATE,
}
ROWS = make_dataset("reg.row", Source(SourceKind.FILE, "reg.row"), TYPES)
LARGEST = 2**63 - 1
SHOWN, HIDDEN = "A,shown,!,5,-3,2,2026-01-31", f"B,hidden,ab,{LARGEST},{-LARGEST - 1},"
HIDDEN += "999999999999.999999,9999-12-31"
# Hidden rows stand among others: an engine looks at two thousand at once.
CSV = "\n".join([",".join(TYPES), *([SHOWN, HIDDEN] * 50), ""])
CSV_WITHOUT = "\n".join([",".join(TYPES), *([SHOWN] * 50), ""])

# Each fails on a hidden row, in DuckDB or in an engine that orders them otherwise.
CONDITIONS = [
    "large + 1 > 0",
    "small - 1 < 0",
    "large * 2 > 0",
    "-small > 0",
    "abs(small) > 0",
    "share * share * share > 0",
    "left(mark, large) = 'shown'",
    "right(mark, small) <> ''",
    "day + INTERVAL (large) DAY > DATE '2026-01-01'",
    "last_day(day) > DATE '2026-01-01'",
    "make_date(large, 1, 1) IS NOT NULL",
    "mark = 'shown' AND large // (small + 3) IS NULL",
    "CASE WHEN large > 3 THEN large + large ELSE 1 END > 0",
    "mark IN (SELECT left(r.mark, r.large) FROM reg.row AS r)",
    "EXISTS (SELECT 1 FROM reg.row AS r WHERE r.large + row.large > 0)",
]
STATEMENTS = [
    *(f"SELECT count(*) AS n FROM reg.row WHERE {each}" for each in CONDITIONS),
    (
        "SELECT count(*) AS n FROM (SELECT left(mark, large) AS l FROM reg.row) AS q "
        "WHERE l = 'shown'"
    ),
    (
        "WITH q AS (SELECT left(mark, large) AS l FROM reg.row) "
        "SELECT count(*) AS n FROM q WHERE l = 'shown'"
    ),
    (
        "SELECT mark, count(*) AS n FROM reg.row GROUP BY mark "
        "HAVING left(mark, 5) = 'shown'"
    ),
    (
        "SELECT count(*) AS n FROM reg.row AS a JOIN reg.row AS b "
        "ON left(a.mark, a.large) = b.mark"
    ),
    "SELECT max(large + 1) AS m, min(left(mark, large)) AS l FROM reg.row",
]
# What DuckDB 1.5 does try on rows that another condition has not let through.
CARELESS = "SELECT count(*) AS n FROM reg.row WHERE left(mark, large) = 'shown'"

PERSON = SubjectKind.PERSON
# What keeps rows back: whose they are, what the grant lets through, or both.
FILTERS = {
    "subject": None,
    "filter": "NOT regexp_matches(mark || owner, 'enB')",
    "both": "large < 100",
}


@pytest.fixture(scope="module")
def lakes(tmp_path_factory) -> Iterator[dict[str, Sources]]:
    """The rows with hidden ones among them, and the same rows alone."""
    found = {}
    for name, text in {"among": CSV, "alone": CSV_WITHOUT}.items():
        root: Path = tmp_path_factory.mktemp(name)
        (root / "reg.row.csv").write_text(text, "utf-8")
        mirror(ROWS, departments={}, dropped=root, lake=root, at=AT)
        found[name] = Sources({}, root)
    yield found
    for sources in found.values():
        sources.close()


def planned(sql, terms):
    """The plan of a use whose rows are kept back by its subject, a filter, or both."""
    scope = Scope.POPULATION if terms == "filter" else Scope.SUBJECT
    items = frozenset(f"reg.row.{name}" for name in TYPES)
    purpose = Purpose("p", Text("用途"), scope, items, "依据", frozenset({"t"}))
    if scope is Scope.POPULATION:
        purpose = replace(purpose, case_types=frozenset())
    names, since = frozenset(TYPES), date(2025, 1, 1)
    grant = Grant("g", "o", "p", "reg.row", names, scope, "依据", since)
    grant = replace(grant, filter=FILTERS[terms])
    compiler = Compiler(Catalog(datasets={"reg.row": ROWS}), {"p": purpose}, [grant])
    if scope is Scope.POPULATION:
        use, case = Use("a", "o", "p", sql, AT), None
    else:
        subject = Subject(PERSON, "A")
        use = Use("a", "o", "p", sql, AT, case="c", subject=subject)
        case = CaseView("c", "t", is_open=True, parties=frozenset({subject}))
    return use, compiler.compile(use, case)


def outcome(sql, terms, sources):
    use, plan = planned(sql, terms)
    return run(plan, bindings(use), sources, at=AT, limit=100).rows


# By hand: the fifty rows shown pass every condition, and nothing else does.
EXPECTED = {
    "HAVING": [("shown", 50)],
    "JOIN": [(2500,)],
    "max(": [(6, "shown")],
}


@pytest.mark.parametrize("place", ["among", "alone"])
@pytest.mark.parametrize("terms", FILTERS)
@pytest.mark.parametrize("sql", STATEMENTS)
def test_no_hidden_row_is_computed_on(sql, terms, place, lakes):
    word = next((word for word in EXPECTED if word in sql), None)
    expected = EXPECTED[word] if word else [(50,)]
    assert outcome(sql, terms, lakes[place]) == expected


def test_without_the_fence_an_error_would_tell(lakes):
    use, plan = planned(CARELESS, "filter")
    (fetch,) = plan.fetches
    # Without TRY either, which some functions are softened with.
    bare = fetch.sql.replace("TRY(LEFT", "(LEFT")
    unfenced = replace(fetch, sql=bare.replace(" OFFSET 0", ""))
    assert unfenced.sql != bare
    plan = replace(plan, fetches=(unfenced,))
    assert run(plan, bindings(use), lakes["alone"], at=AT, limit=9).rows == [(50,)]
    with pytest.raises(ValueFault):
        run(plan, bindings(use), lakes["among"], at=AT, limit=9)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) AS n FROM reg.row WHERE mark = 'shown'",
        "SELECT mark FROM reg.row WHERE day < DATE '2026-01-01' AND large IN (3, 4)",
        # Computed of what is left, for the answer alone.
        "SELECT sum(large * 2) AS n, left(mark, large) AS l FROM reg.row GROUP BY l",
    ],
)
def test_fence_stands_only_where_a_condition_may_fail(sql):
    _, plan = planned(sql, "filter")
    assert "OFFSET" not in plan.fetches[0].sql
