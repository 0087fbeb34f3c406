"""Uses of the past as events: what receipts and kept lineages can tell."""

import hmac
import json

import pytest
from tests.capabilities.qinghe import MONDAY, citizen, person

from tongban.home import Home
from tongban.store import drafts, flows, uses
from tongban.store.models import PlanLineage, UseReceipt


@pytest.fixture
def used() -> uses.Result:
    draft = drafts.start(citizen(), "open-shop")
    return uses.use(
        by=citizen(),
        organization="market-regulation",
        purpose="open-shop.prefill",
        sql="SELECT name AS who FROM population.person",
        case=draft.number,
        subject=person(),
    )


@pytest.mark.usefixtures("used")
def test_a_receipt_is_a_start_and_a_complete() -> None:
    start, complete = flows.exported()
    assert (start["eventType"], complete["eventType"]) == ("START", "COMPLETE")
    assert complete["eventTime"] == MONDAY.isoformat()
    assert complete["job"] == {
        "namespace": "qinghe.example/ledger",
        "name": "market-regulation/open-shop.prefill",
    }
    fields = complete["outputs"][0]["facets"]["columnLineage"]["fields"]
    assert fields["who"]["inputFields"][0]["field"] == "name"


@pytest.mark.usefixtures("used")
def test_from_a_day_on() -> None:
    assert len(list(flows.exported(MONDAY.date()))) == 2
    assert list(flows.exported(MONDAY.date().replace(day=24))) == []


def test_what_is_kept_of_a_plan_is_keyed_and_not_its_bare_hash(
    used: uses.Result, home: Home
) -> None:
    plan = uses.explain(
        by=citizen(),
        organization="market-regulation",
        purpose="open-shop.prefill",
        sql="SELECT name AS who FROM population.person",
        case=UseReceipt.objects.get().case,
        subject=person(),
    ).plan
    assert plan is not None
    receipt = UseReceipt.objects.get(pk=used.receipt_id)
    key = hmac.digest(home.pseudonym_secret(), b"tongban plan ", "sha256")
    told = hmac.digest(key, plan.digest.encode(), "sha256").hex()
    public = json.loads(receipt.leaf.text)["public"]
    kept = (receipt.plan, public["plan"], PlanLineage.objects.get().digest)
    assert kept == (told, told, told)
    assert plan.digest not in f"{receipt.leaf.text} {list(flows.exported())}"


def test_a_lineage_is_kept_once_a_plan(used: uses.Result) -> None:
    first = PlanLineage.objects.get()
    draft = drafts.start(citizen(1), "open-shop")
    uses.use(
        by=citizen(1),
        organization="market-regulation",
        purpose="open-shop.prefill",
        sql="SELECT name AS who FROM population.person",
        case=draft.number,
        subject=person(1),
    )
    assert PlanLineage.objects.get() == first
    assert len(list(flows.exported())) == 4
    assert used.receipt_id


@pytest.mark.usefixtures("used")
def test_without_its_lineage_a_use_is_told_by_its_inputs() -> None:
    PlanLineage.objects.all().delete()
    _, complete = flows.exported()
    assert complete["inputs"][0]["name"] == "population.person"
    assert complete["outputs"][0]["facets"] == {}
