"""Events of OpenLineage: they hold to the specification and name nobody."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from tests.unit.query.world import AT, CASE, CATALOG, FOUNDER, bulk, use

from tongban.kernel.query.explaining.openlineage import UseRun, events, run_id


DATA = Path(__file__).parents[2] / "data" / "openlineage"
SCHEMA = Draft202012Validator(
    json.loads((DATA / "run-event.json").read_text("utf-8")),
    format_checker=FormatChecker(),
)
SITE = "yunzhou.example/ledger"
SQL = (
    "SELECT sex, max(income) AS most, count(*) FILTER (WHERE name = '何小雨') AS n "
    "FROM population.person WHERE birth_date < DATE '1990-01-01' GROUP BY sex"
)


@pytest.fixture
def run(compiler):
    plan = compiler.compile(bulk(SQL))
    return UseRun(
        receipt=21,
        at=AT,
        organization="bureau",
        purpose="planning",
        plan=plan.digest,
        items=sorted(plan.items),
        versions={"population.person": "d85a59cec5f3ae03"},
        lineage=compiler.lineage(bulk(SQL)),
    )


def complete(run):
    return events(run, CATALOG, SITE)[1]


def test_they_hold_to_the_specification(run):
    for event in events(run, CATALOG, SITE):
        SCHEMA.validate(event)
        assert datetime.fromisoformat(event["eventTime"]).tzinfo is not None


@pytest.mark.parametrize("part", ["run", "job", "schemaURL"])
def test_the_specification_refuses_what_lacks_a_part(run, part):
    event = complete(run)
    del event[part]
    with pytest.raises(ValidationError):
        SCHEMA.validate(event)


def test_a_run_is_a_receipt_and_a_job_a_purpose(run):
    start, end = events(run, CATALOG, SITE)
    assert (start["eventType"], end["eventType"]) == ("START", "COMPLETE")
    assert start["run"] == end["run"] == {"runId": str(run_id(SITE, 21))}
    assert end["job"] == {"namespace": SITE, "name": "bureau/planning"}
    assert run_id(SITE, 21) != run_id(SITE, 22) != run_id("other", 22)


def test_inputs_are_what_was_read(run):
    (person,) = complete(run)["inputs"]
    facets = person["facets"]
    assert (person["namespace"], person["name"]) == (SITE, "population.person")
    assert facets["version"]["datasetVersion"] == "d85a59cec5f3ae03"
    assert [(f["name"], f["type"]) for f in facets["schema"]["fields"]] == [
        ("name", "text"),
        ("birth_date", "date"),
        ("sex", "text"),
        ("income", "money"),
    ]
    assert facets["dataSource"]["name"] == "police"
    assert facets["dataSource"]["uri"] == "lake:population.person"


def test_a_department_that_was_asked_itself_is_the_source(run):
    asked = replace(run, versions={"population.person": f"live@{AT.isoformat()}"})
    (person,) = complete(asked)["inputs"]
    assert person["facets"]["dataSource"]["uri"] == "sqlite:police/person"


def test_columns_come_from_items(run):
    (output,) = complete(run)["outputs"]
    lineage = output["facets"]["columnLineage"]

    def told(fields):
        return {
            f["field"]: [
                (t["type"], t["subtype"], t["masking"]) for t in f["transformations"]
            ]
            for f in fields
        }

    assert {n: told(c["inputFields"]) for n, c in lineage["fields"].items()} == {
        "sex": {"sex": [("DIRECT", "IDENTITY", False)]},
        "most": {"income": [("DIRECT", "AGGREGATION", True)]},
        "n": {"name": [("INDIRECT", "FILTER", True)]},
    }
    assert told(lineage["dataset"]) == {
        "birth_date": [("INDIRECT", "FILTER", True)],
        "sex": [("INDIRECT", "GROUP_BY", False)],
    }


def test_nothing_personal_is_told(compiler):
    wish = use(
        "SELECT sex, '990101199001011239', '何小雨' FROM population.person "
        "WHERE name = :name",
        name="何小雨",
    )
    plan = compiler.compile(wish, CASE)
    run = UseRun(
        7,
        AT,
        "bureau",
        "licensing",
        plan.digest,
        sorted(plan.items),
        {"population.person": "live@x"},
        compiler.lineage(wish, CASE),
    )
    text = json.dumps(events(run, CATALOG, SITE), ensure_ascii=False)
    for secret in (FOUNDER.id, "何小雨", CASE.number + '"', wish.by):
        assert secret not in text
    assert "column_2" in text


def test_a_plan_that_is_not_known_any_more_has_no_columns(run):
    event = complete(replace(run, lineage=None))
    SCHEMA.validate(event)
    assert event["outputs"][0]["facets"] == {}


def test_a_receipt_of_an_entry_that_is_gone_is_told_without_its_items(run):
    event = complete(replace(run, versions={"gone.entry": "d85a59cec5f3ae03"}))
    SCHEMA.validate(event)
    assert set(event["inputs"][0]["facets"]) == {"version"}
