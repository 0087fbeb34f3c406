"""Practice data: the same city from the same scripts, size and seed."""

import hashlib
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.engines.practice import AT, make_dataset

from tongban.kernel.catalog.model import DataType, Source, SourceKind
from tongban.kernel.terms import SubjectKind
from tongban.store.city import City, ScriptFault, build
from tongban.store.lake import mirror


PERSON = make_dataset(
    "population.person",
    Source(SourceKind.SQLITE, "person", "police"),
    {
        "id_number": DataType.TEXT,
        "birth_date": DataType.DATE,
        "alive": DataType.BOOLEAN,
        "income": DataType.MONEY,
        "ratio": DataType.DECIMAL,
        "seen": DataType.DATETIME,
    },
)
HOUSEHOLD = replace(
    make_dataset(
        "population.household",
        Source(SourceKind.SQLITE, "household", "police"),
        {"number": DataType.INTEGER, "head": DataType.TEXT},
    ),
    subjects={SubjectKind.PERSON: "head"},
)
STREET = make_dataset(
    "ref.street", Source(SourceKind.FILE, "ref.street"), {"name": DataType.TEXT}
)
TRADE = make_dataset(
    "ref.trade",
    Source(SourceKind.FILE, "ref.trade"),
    {"code": DataType.TEXT, "from_day": DataType.DATE},
    document_format="Excel",
)
DIVISION = make_dataset(
    "ref.division", Source(SourceKind.LAKE, "ref.division"), {"code": DataType.TEXT}
)
DATASETS = (PERSON, HOUSEHOLD, STREET, TRADE, DIVISION)

PEOPLE_SQL = """
CREATE TABLE build.n AS SELECT i FROM range(getvariable('residents')) AS r(i);
CREATE TABLE police.person AS SELECT
    printf('9901%014d', hash(i, getvariable('seed')) % 100000000000000) AS id_number,
    DATE '1950-01-01' + CAST(hash(i) % 25000 AS INT) AS birth_date,
    i % 9 > 0 AS alive, i * 100 AS income, i / 8 AS ratio,
    TIMESTAMP '2026-01-01 08:00:00' + INTERVAL (i) MINUTE AS seen,
    'not catalogued' AS remark
FROM build.n;
"""
REST_SQL = """-- what hangs on the people
CREATE TABLE police.household AS
    SELECT row_number() OVER () AS number, id_number AS head FROM police.person;
CREATE TABLE dropped."ref.street" AS SELECT '湖滨,路' AS name;
CREATE TABLE dropped."ref.trade" AS
    SELECT '6210' AS code, DATE '2026-01-01' AS from_day;
CREATE TABLE lake."ref.division" AS SELECT '990101' AS code;
"""


def write(folder: Path, **scripts: str) -> list[Path]:
    folder.mkdir(exist_ok=True)
    for name, text in scripts.items():
        (folder / f"{name}.sql").write_text(text, "utf-8")
    return sorted(folder.glob("*.sql"))


def make(tmp_path: Path, out: str = "out", *, residents=500, seed=1, **scripts) -> City:
    paths = write(tmp_path / "data", **({"a": PEOPLE_SQL, "b": REST_SQL} | scripts))
    return build(
        paths, tmp_path / out, datasets=DATASETS, residents=residents, seed=seed, at=AT
    )


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_same_size_and_seed_give_the_same_bytes(tmp_path):
    make(tmp_path, "first")
    make(tmp_path, "second")
    first = digests(tmp_path / "first")
    assert first == digests(tmp_path / "second")
    suffixes = {Path(name).suffix for name in first}
    assert suffixes == {".sqlite", ".parquet", ".csv", ".xlsx", ""}


def test_another_seed_gives_another_city_of_the_same_size(tmp_path):
    first = make(tmp_path, "first", seed=1)
    second = make(tmp_path, "second", seed=2)
    versions = {s.dataset: (s.version, s.rows) for s in first.snapshots}
    others = {s.dataset: (s.version, s.rows) for s in second.snapshots}
    assert versions["population.person"] != others["population.person"]
    assert versions["population.person"][1] == others["population.person"][1] == 500
    assert versions["ref.division"] == others["ref.division"]


def test_department_holds_its_tables_as_departments_do(tmp_path):
    path = make(tmp_path, residents=9).departments["police"]
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute(
            "SELECT typeof(id_number), birth_date, alive, typeof(income), "
            "typeof(ratio), seen, remark FROM person WHERE income = 800"
        ).fetchall()
        plan = database.execute(
            "EXPLAIN QUERY PLAN SELECT * FROM person WHERE id_number = ?", ["x"]
        ).fetchall()
        indexed = database.execute(
            "EXPLAIN QUERY PLAN SELECT * FROM household WHERE head = ?", ["x"]
        ).fetchall()
    (row,) = rows
    assert row[0] == "text"
    assert len(row[1]) == len("2026-11-23")
    assert row[2:] == (1, "integer", "real", "2026-01-01 08:08:00", "not catalogued")
    assert "USING PRIMARY KEY (id_number=?)" in plan[0][-1]
    assert "INDEX household_head (head=?)" in indexed[0][-1]


def test_first_snapshots_are_what_mirroring_makes(tmp_path):
    city = make(tmp_path)
    assert [s.dataset for s in city.snapshots] == sorted(d.code for d in DATASETS)
    for dataset in DATASETS:
        again = mirror(
            dataset,
            departments=city.departments,
            dropped=tmp_path / "out" / "dropped",
            lake=tmp_path / "out" / "lake",
            at=AT,
        )
        assert not again.fresh


def test_building_again_replaces_the_departments(tmp_path):
    make(tmp_path, residents=5)
    path = make(tmp_path, residents=7).departments["police"]
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT count(*) FROM person").fetchone() == (7,)
    assert [p.name for p in path.parent.iterdir()] == ["police.sqlite"]


def test_progress_is_told(tmp_path):
    told = []
    build(
        write(tmp_path / "data", a=PEOPLE_SQL, b=REST_SQL),
        tmp_path / "out",
        datasets=DATASETS,
        residents=5,
        seed=1,
        at=AT,
        progress=lambda what, done, total: told.append((what, done, total)),
    )
    assert told[:3] == [("a.sql", 0, 2), ("b.sql", 1, 2), ("police", 0, 1)]
    assert told[-1] == ("lake", 5, 5)


# ------------------------------------------------------------- scripts that fail


def fault(tmp_path: Path, **scripts: str) -> ScriptFault:
    with pytest.raises(ScriptFault) as caught:
        make(tmp_path, **scripts)
    return caught.value


def test_statement_that_does_not_run_is_named_by_its_line(tmp_path):
    problem = fault(tmp_path, b="SELECT 1;\n\nSELECT *\nFROM nowhere;\n")
    assert problem.where.endswith("b.sql:3")
    assert "nowhere" in problem.what


def test_statement_that_does_not_parse_is_refused(tmp_path):
    assert "syntax error" in fault(tmp_path, b="SELEC 1;").what


def test_absent_table_is_named(tmp_path):
    sql = REST_SQL.replace("police.household", "police.houshold")
    problem = fault(tmp_path, b=sql)
    assert problem.what == "no script makes the table police.household"
    assert problem.mend == "did you mean 'houshold'?"


def test_absent_column_is_named(tmp_path):
    problem = fault(tmp_path, b=REST_SQL.replace("AS head", "AS haed"))
    assert problem.what == "the table police.household has no column 'head'"
    assert problem.mend == "did you mean 'haed'?"


def test_key_that_is_not_unique_is_refused(tmp_path):
    sql = REST_SQL.replace("row_number() OVER ()", "7")
    assert "UNIQUE constraint failed" in fault(tmp_path, b=sql).what


def test_value_that_does_not_fit_its_item_is_refused(tmp_path):
    sql = REST_SQL.replace("row_number() OVER ()", "'seven'")
    assert fault(tmp_path, b=sql).where == "population.household"


def test_scripts_read_no_file_but_those_beside_them(tmp_path):
    other = tmp_path / "other.csv"
    other.write_text("a\n1\n")
    problem = fault(tmp_path, b=f"SELECT * FROM read_csv('{other}')")
    assert "disabled by configuration" in problem.what
