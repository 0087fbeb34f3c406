"""`tongban query`: the same governed door, with its receipt, in four formats."""

import csv
import io
import json
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import psutil
import pytest
from pyarrow import parquet
from tests.functional.conftest import ENVIRONMENT, ROOT, Run

from tongban.kernel.query.engines.duckdb import version_of


COUNT = "SELECT count(*) AS people FROM population.person"
FROM = "SELECT sex FROM population.person"
ASKED = ("--as", "data-bureau", "--purpose", "population.planning")


@pytest.fixture(scope="module")
def people(built_city: Path) -> int:
    """How many people the use may see: the grant is for those alive."""
    with closing(sqlite3.connect(built_city / "departments" / "police.sqlite")) as own:
        (count,) = own.execute("SELECT count(*) FROM person WHERE alive").fetchone()
    return int(count)


def test_rows_go_out_and_the_receipt_to_standard_error(
    tongban: Run, built_city: Path, people: int
) -> None:
    told = tongban(
        "query", "--home", built_city, *ASKED, "--sql", COUNT, "--format", "json"
    )
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout) == [{"people": people}]
    receipt, grants, read = told.stderr.splitlines()
    assert receipt.startswith("receipt ")
    assert " · 1 rows · " in receipt
    assert grants == "  grants: planning.person"
    assert read.startswith("  read: population.person ")


def test_what_json_has_no_number_for_is_text(tongban: Run, built_city: Path) -> None:
    sql = "SELECT CAST('nan' AS DOUBLE) AS a, [CAST('inf' AS DOUBLE)] AS b, 1.5 AS c"
    told = tongban(
        "query", "--home", built_city, *ASKED, "--sql", sql, "--format", "json"
    )
    assert json.loads(told.stdout) == [{"a": "nan", "b": ["inf"], "c": "1.5"}]


def test_a_file_that_cannot_be_written_is_told_after_the_receipt(
    tongban: Run, built_city: Path, tmp_path: Path
) -> None:
    target = tmp_path / "no" / "rows.csv"
    told = tongban(
        *("query", "--home", built_city, *ASKED, "--sql", COUNT),
        *("--format", "csv", "--output", target),
    )
    assert told.returncode == 1
    assert told.stderr.startswith("receipt ")
    assert "the rows cannot be written" in told.stderr
    assert "Traceback" not in told.stderr


def test_explain_can_be_read_by_programs(tongban: Run, built_city: Path) -> None:
    told = tongban(
        *("query", "--home", built_city, *ASKED, "--sql", COUNT),
        *("--explain", "--format", "json"),
    )
    assert json.loads(told.stdout)["allowed"] is True


def test_each_use_leaves_a_receipt_of_its_own(tongban: Run, built_city: Path) -> None:
    command = ("query", "--home", built_city, *ASKED, "--sql", COUNT)
    first, second = tongban(*command), tongban(*command)
    assert first.stderr.splitlines()[0] != second.stderr.splitlines()[0]


@pytest.fixture
def statement(tmp_path: Path) -> Path:
    file = tmp_path / "by-division.sql"
    file.write_text(
        "SELECT division, count(*) AS people FROM population.person\n"
        "GROUP BY division ORDER BY division\n"
    )
    return file


def test_csv_and_parquet_hold_the_same_rows(
    tongban: Run, built_city: Path, statement: Path, tmp_path: Path, people: int
) -> None:
    command = ("query", "--home", built_city, *ASKED, "--file", statement)
    as_csv = tongban(*command, "--format", "csv")
    assert as_csv.returncode == 0, as_csv.stderr
    table = tmp_path / "rows.parquet"
    made = tongban(*command, "--format", "parquet", "--output", table)
    assert (made.returncode, made.stdout) == (0, "")
    rows = list(csv.DictReader(io.StringIO(as_csv.stdout)))
    assert sum(int(row["people"]) for row in rows) == people
    stored = parquet.read_table(table).to_pylist()
    assert [{k: str(v) for k, v in row.items()} for row in stored] == rows


def test_a_table_is_for_people(tongban: Run, built_city: Path, people: int) -> None:
    told = tongban("query", "--home", built_city, *ASKED, "--sql", COUNT)
    assert told.returncode == 0, told.stderr
    assert "people" in told.stdout
    assert str(people) in told.stdout


def test_a_cut_answer_says_so(tongban: Run, built_city: Path) -> None:
    everyone = "SELECT sex FROM population.person"
    told = tongban(
        "query", "--home", built_city, *ASKED, "--sql", everyone, "--limit", "5"
    )
    assert "cut: there are more rows" in told.stderr


def test_a_value_is_given_by_name(tongban: Run, built_city: Path, people: int) -> None:
    sql = f"{COUNT} WHERE sex = :sex"
    command = ("query", "--home", built_city, *ASKED, "--format", "json", "--sql", sql)
    counts = [
        json.loads(tongban(*command, "--param", f"sex={sex}").stdout)[0]["people"]
        for sex in "12"
    ]
    assert sum(counts) == people
    assert all(counts)


def test_who_has_no_grant_is_refused_and_told_what_is_missing(
    tongban: Run, built_city: Path
) -> None:
    told = tongban(
        "query",
        "--home",
        built_city,
        *("--as", "tax", "--purpose", "population.planning"),
        *("--sql", COUNT),
    )
    assert told.returncode == 1
    assert told.stdout == ""
    assert "receipt" not in told.stderr
    assert "tax" in told.stderr


@pytest.mark.parametrize(
    ("organization", "code", "word"),
    [("data-bureau", 0, "allowed"), ("tax", 1, "refused")],
)
def test_explain_reads_nothing(
    tongban: Run, built_city: Path, organization: str, code: int, word: str
) -> None:
    told = tongban(
        "query",
        "--home",
        built_city,
        *("--as", organization, "--purpose", "population.planning"),
        *("--sql", COUNT, "--explain"),
    )
    assert (told.returncode, told.stdout.splitlines()[0]) == (code, word)
    assert "receipt" not in told.stderr


def test_one_person_only_with_their_open_case(tongban: Run, built_city: Path) -> None:
    told = tongban(
        "query",
        "--home",
        built_city,
        *("--as", "market-regulation", "--purpose", "open-restaurant.prefill"),
        *("--subject", "person:990101199003079423"),
        *("--sql", "SELECT name FROM population.person"),
    )
    assert told.returncode == 1
    assert "case" in told.stderr


@pytest.fixture
def two_versions(city: Path, people: int) -> str:
    """The day before today has all people, today has one fewer; that day."""
    folder = city / "lake" / "population.person"
    line, *_ = (folder / "history").read_text("ascii").splitlines()
    moment, version, rows = line.split()
    yesterday = datetime.fromisoformat(moment) - timedelta(days=1)
    made = duckdb.sql(
        f"SELECT * FROM '{folder / version}.parquet' WHERE id_number <> "
        f"(SELECT min(id_number) FROM '{folder / version}.parquet' WHERE alive)"
    )
    made.write_parquet(str(folder / "new.parquet"))
    with (folder / "new.parquet").open("rb") as file:
        other = version_of(file)
    (folder / "new.parquet").rename(folder / f"{other}.parquet")
    (folder / "history").write_text(
        f"{yesterday.isoformat()} {version} {rows}\n{moment} {other} {people - 1}\n"
    )
    (folder / "current").write_text(f"{other}\n")
    return yesterday.date().isoformat()


def test_another_day_is_read_in_its_own_version(
    tongban: Run, city: Path, two_versions: str, people: int
) -> None:
    sql = f"SELECT count(*) AS n, max(:as_of)::TEXT AS day FROM ({FROM})"
    command = ("query", "--home", city, *ASKED, "--format", "json", "--sql", sql)
    (now,) = json.loads(tongban(*command).stdout)
    assert now["n"] == people - 1
    told = tongban(*command, "--at", two_versions)
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout) == [{"n": people, "day": two_versions}]
    receipt, _, _, note = told.stderr.splitlines()
    assert two_versions not in receipt
    assert note == f"  data of {two_versions}; allowed by the grants of today"
    number = receipt.split()[1]
    again = tongban(*command, "--again", number)
    assert (again.returncode, again.stdout.splitlines()[0]) == (
        0,
        f"the same answer as receipt {number}",
    )


@pytest.mark.usefixtures("two_versions")
def test_a_removed_version_is_refused_by_its_day(
    tongban: Run, city: Path, two_versions: str
) -> None:
    gone = tongban("lake", "prune", "--home", city, "--keep", "0")
    assert (gone.returncode, gone.stdout.count("\n")) == (0, 1), gone.stderr
    assert gone.stdout.startswith("population.person ")
    told = tongban(
        *("query", "--home", city, *ASKED, "--sql", COUNT, "--at", two_versions)
    )
    assert (told.returncode, told.stdout) == (1, "")
    assert f"no version of 'population.person' is kept for {two_versions}" in (
        told.stderr
    )


def test_conditions_are_asked_for_everyone(tongban: Run, built_city: Path) -> None:
    asked = ("--as", "market-regulation", "--purpose", "catering.supervision")
    told = tongban(
        *("query", "--home", built_city, *asked, "--format", "json", "--limit", "5"),
        *("--truth", "one.industry LIKE 'H62%'", "--over", "market.licence.uscc"),
        *("--truth", "one.established_on < :day", "--param", "day=2026-01-01"),
    )
    assert told.returncode == 0, told.stderr
    rows = json.loads(told.stdout)
    assert len(rows) == 5
    assert set(rows[0]) == {"subject", "truth_1", "truth_2"}
    assert {type(row["truth_1"]) for row in rows} == {bool}
    assert "truth_1: one.industry LIKE 'H62%'" in told.stderr.splitlines()


def test_a_rule_needs_to_know_for_whom(tongban: Run, built_city: Path) -> None:
    for more in ((), ("--over", "population.person", "--sql", COUNT)):
        told = tongban("query", "--home", built_city, *ASKED, "--truth", "1 = 1", *more)
        assert told.returncode != 0
        assert "--over" in told.stderr or "--truth" in told.stderr


def test_lineage_reads_nothing(tongban: Run, built_city: Path) -> None:
    sql = "SELECT sex, count(*) AS n FROM population.person GROUP BY sex"
    command = ("query", "--home", built_city, *ASKED, "--sql", sql, "--lineage")
    told = tongban(*command)
    assert told.stdout.splitlines() == [
        "sex ← population.person.sex (identity)",
        "n ← no item",
        "rows ← population.person.sex (group_by)",
    ]
    assert "receipt" not in told.stderr
    kept = json.loads(tongban(*command, "--format", "json").stdout)
    assert kept["rows"] == [
        {"item": "population.person.sex", "way": "group_by", "masked": False}
    ]


def test_uses_are_exported_as_events(tongban: Run, city: Path, tmp_path: Path) -> None:
    tongban("query", "--home", city, *ASKED, "--sql", COUNT)
    file = tmp_path / "uses.ndjson"
    told = tongban("lineage", "export", "--home", city, file)
    assert told.returncode == 0, told.stderr
    kinds = [json.loads(line)["eventType"] for line in file.read_text().splitlines()]
    assert kinds == ["START", "COMPLETE"] * (len(kinds) // 2)
    assert kinds
    later = tmp_path / "later.ndjson"
    tongban("lineage", "export", "--home", city, "--since", "9999-12-31", later)
    assert later.read_text() == ""


def test_a_day_to_come_is_refused(tongban: Run, built_city: Path) -> None:
    for more in ((), ("--explain",)):
        told = tongban(
            *("query", "--home", built_city, *ASKED, "--sql", COUNT),
            *("--at", "9999-12-31", *more),
        )
        assert (told.returncode, told.stdout) == (1, "")
        assert "9999-12-31 is still to come" in told.stderr


# So many that it does not end before it is told to.
THRICE = (
    "SELECT a.sex FROM population.person AS a CROSS JOIN population.person AS b "
    "CROSS JOIN population.person AS c"
)


@contextmanager
def querying(*words: object) -> Iterator[subprocess.Popen[str]]:
    """The command in a process of its own, which is gone when the block ends."""
    with subprocess.Popen(
        [sys.executable, "-m", "tongban", "query", *map(str, words)],
        env=ENVIRONMENT,
        cwd=ROOT / "src",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def until(process: subprocess.Popen[str], holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_an_export_that_is_ended_leaves_nothing(
    built_city: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    target = out / "rows.parquet"
    words = ("--home", built_city, *ASKED, "--sql", THRICE, "--format", "parquet")
    with querying(*words, "--output", target) as process:
        until(process, lambda: any(each.stat().st_size for each in out.iterdir()))
        (draft,) = out.iterdir()
        assert stat.S_IMODE(draft.stat().st_mode) == 0o600
        process.terminate()
        _, said = process.communicate(timeout=30)
    assert said == f"SIGTERM: ended; {target} was not written\n"
    assert process.returncode == 128 + signal.SIGTERM
    assert list(out.iterdir()) == []


@pytest.mark.parametrize(
    ("form", "number"), [("parquet", signal.SIGTERM), ("csv", signal.SIGINT)]
)
def test_a_use_that_is_ended_while_it_is_computed_says_one_sentence(
    built_city: Path, tmp_path: Path, form: str, number: signal.Signals
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    target = out / "rows"
    # Nothing comes before all is computed, which takes longer than anyone waits.
    sql = THRICE.replace("a.sex", "count(*) AS n, min(a.sex || b.sex || c.sex) AS s")
    words = ("--home", built_city, *ASKED, "--sql", sql, "--format", form)
    with querying(*words, "--output", target) as process:
        until(process, lambda: reads_the_lake(process.pid))
        process.send_signal(number)
        _, said = process.communicate(timeout=30)
    assert said == f"{number.name}: ended; {target} was not written\n"
    assert process.returncode == 128 + number
    assert list(out.iterdir()) == []


def reads_the_lake(number: int) -> bool:
    opened = psutil.Process(number).open_files()
    return any(each.path.endswith(".parquet") for each in opened)
