"""Runs on FEBRL: how good they are, what they leave behind, who may start them."""

import math
import time
from datetime import datetime, timedelta, timezone
from typing import Any

import duckdb
import pytest
from django.conf import settings
from tests.capabilities.linkage.conftest import ITEMS, LINKER, MONDAY, Fill, put
from tests.capabilities.qinghe import official

from tongban.capabilities.linkage import actions, reports, running
from tongban.capabilities.linkage.model import Linkage, Method
from tongban.capabilities.linkage.settling import Verdict
from tongban.capabilities.linkage.splinking import Untrainable, link
from tongban.home import Home
from tongban.kernel.case.model import Phase
from tongban.kernel.query.engines import SourceUnavailable
from tongban.kernel.terms import Refused
from tongban.store import cases, clock, desk, fsck, uses
from tongban.store.jurisdiction import current
from tongban.store.models import CaseEvent, LedgerLeaf, UseReceipt


BOUND_S = 60
FEW = 250


def found(linkage: Linkage) -> Any:
    left, right, _ = running._registers(linkage, LINKER)
    with duckdb.connect() as database:
        return link(linkage, left, right, database)


def links(code: str) -> list[tuple[Any, ...]]:
    path = current().catalog.dataset(f"linkage.{code}").code
    folder = settings.HOME.lake / path
    version = (folder / "current").read_text("ascii").strip()
    return duckdb.read_parquet(str(folder / f"{version}.parquet")).fetchall()


def test_febrl_is_linked_precisely_and_completely(fill: Fill) -> None:
    fill()
    start = time.monotonic()
    outcome = running.run("people", by=LINKER)
    assert time.monotonic() - start < BOUND_S
    assert outcome.left_rows == outcome.right_rows == 5000
    assert outcome.quality is not None
    assert outcome.quality.labelled == 5000
    assert outcome.quality.precision >= 0.999
    assert outcome.quality.recall >= 0.999
    assert outcome.by_method["rule"] > 1000
    assert outcome.links == sum(outcome.by_method.values()) == len(links("people"))
    assert reports.last("people") == outcome


def test_the_same_data_and_seed_give_the_same_pairs(fill: Fill) -> None:
    fill(FEW)
    people = actions.linkage("people", LINKER)
    once, again = found(people), found(people)
    assert once == again
    assert any(pair.method is Method.MODEL for pair in once.pairs)


def test_the_parts_of_a_weight_are_its_sum(fill: Fill) -> None:
    fill(FEW)
    weighed = [p for p in found(actions.linkage("people", LINKER)).pairs if p.parts]
    assert weighed
    for pair in weighed:
        assert pair.weight is not None
        parts = pair.prior + sum(part.weight for part in pair.parts)
        assert math.isclose(parts, pair.weight, abs_tol=1e-9)
        odds = 2.0**pair.weight
        assert math.isclose(odds / (1 + odds), pair.probability, abs_tol=1e-9)
    assert any(part.rarity for part in weighed[0].parts)


def test_duplicates_are_found_within_one_register(
    fill: Fill, febrl: dict[str, Any]
) -> None:
    fill(FEW)
    both = febrl["febrl.one"][:FEW] + febrl["febrl.two"][:FEW]
    put(current().catalog.dataset("febrl.two"), both, settings.HOME.lake)
    outcome = running.run("doubles", by=LINKER)
    assert outcome.left_rows == outcome.right_rows == 2 * FEW
    found = {tuple(row[:2]) for row in links("doubles")}
    true = {(p["two_id"], p["one_id"]) for p in febrl["febrl.truth"][:FEW]}
    assert found <= true
    assert len(found & true) / FEW >= 0.5


def test_both_registers_are_read_by_governed_uses(fill: Fill) -> None:
    fill(FEW)
    running.run("people", by=LINKER)
    receipts = UseReceipt.objects.order_by("pk")
    read = [item for receipt in receipts for item in receipt.items]
    assert set(read) == current().purposes["people.linkage"].items
    assert {receipt.purpose for receipt in receipts} == {"people.linkage"}
    assert [receipt.rows for receipt in receipts] == [FEW, FEW, FEW]
    assert all("febrl." in code for r in receipts for code in r.versions)


def test_a_run_is_one_leaf_and_the_books_stay_whole(fill: Fill) -> None:
    fill(FEW)
    running.run("weak", by=LINKER)
    assert LedgerLeaf.objects.filter(text__contains='"kind":"linkage"').count() == 1
    assert list(fsck.fsck()) == []


def test_a_trial_on_a_past_day_keeps_nothing(fill: Fill, febrl: dict[str, Any]) -> None:
    fill(FEW)
    later = MONDAY + timedelta(days=7)
    with clock.at(later):
        fewer = febrl["febrl.one"][:100]
        put(current().catalog.dataset("febrl.one"), fewer, settings.HOME.lake)
        outcome = running.run("weak", by=LINKER, data_of=MONDAY.date())
    assert outcome.left_rows == FEW
    assert (outcome.opened, outcome.version) == (0, "")
    assert outcome.held > 0
    assert list(desk.opened("pair.review", LINKER)) == []
    assert reports.last("weak") is None
    assert not (settings.HOME.lake / "linkage.weak").exists()


# --------------------------------------------------------------------- reviews


def test_the_doubtful_become_cases_up_to_the_bound_and_the_rest_is_told(
    fill: Fill,
) -> None:
    fill(FEW)
    outcome = running.run("weak", by=LINKER)
    assert outcome.opened == actions.linkage("weak", LINKER).most_cases == 5
    assert outcome.held > 0
    opened = list(desk.opened("pair.review", LINKER))
    assert len(opened) == 5
    case = cases.dossier(opened[0].number, LINKER)
    assert case.case.phase is Phase.SUBMITTED
    assert [clock_.name for clock_ in case.clocks] == ["acceptance"]
    told = case.case.sources["weight"]
    total = float(told["prior"]) + sum(float(p["weight"]) for p in told["parts"])
    assert math.isclose(total, float(case.case.data["weight"]), abs_tol=0.03)


def test_a_second_run_asks_about_other_pairs_only(fill: Fill) -> None:
    fill(FEW)
    first = running.run("weak", by=LINKER)
    second = running.run("weak", by=LINKER)
    assert (second.waiting, second.opened) == (5, 5)
    assert second.held == first.held - 5
    assert second.version == first.version
    pairs = [
        (c.data["left_key"], c.data["right_key"])
        for c in desk.opened("pair.review", LINKER)
    ]
    assert len(pairs) == len(set(pairs)) == 10


def test_what_a_person_said_stands_in_every_later_run(fill: Fill) -> None:
    fill(FEW)
    running.run("weak", by=LINKER)
    before = {tuple(row[:2]) for row in links("weak")}
    verdicts = (Verdict.SAME, Verdict.DIFFERENT, Verdict.UNKNOWN)
    opened = list(desk.opened("pair.review", LINKER))[:3]
    for row, verdict in zip(opened, verdicts, strict=True):
        actions.decide(
            by=LINKER,
            number=row.number,
            verdict=verdict,
            note="两份档案原件核对过。",
            key=f"k{row.number}",
            seen=1,
        )
    for _ in range(2):
        outcome = running.run("weak", by=LINKER)
        assert outcome.by_method["person"] == 1
        kept = {tuple(row[:2]): row for row in links("weak")}
        same, *others = [(r.data["left_key"], r.data["right_key"]) for r in opened]
        assert kept[same][2] == 1
        assert kept[same][4] == "person"
        assert not set(others) & kept.keys()
        assert kept.keys() - {same} <= before
    said = actions.said(actions.linkage("weak", LINKER), LINKER)
    assert [said[r.data["left_key"], r.data["right_key"]] for r in opened] == list(
        verdicts
    )


def test_a_case_bears_keys_and_weights_and_no_value_of_either_row(
    fill: Fill, febrl: dict[str, Any]
) -> None:
    fill(FEW)
    running.run("weak", by=LINKER)
    text = str(list(CaseEvent.objects.values_list("data", flat=True)))
    values = {
        row[name]
        for code in ("febrl.one", "febrl.two")
        for row in febrl[code][:FEW]
        for name in ITEMS
        if row[name] and len(str(row[name])) > 4
    }
    assert "rec-" in text
    assert [value for value in values if f"'{value}'" in text] == []


# -------------------------------------------------------------------- refusals


def test_others_have_no_linkage_here(fill: Fill) -> None:
    fill(FEW)
    with pytest.raises(actions.UnknownLinkage):
        running.run("people", by=official("archive", "keeper"))
    assert UseReceipt.objects.count() == 0


def test_without_a_grant_in_force_nothing_is_read(fill: Fill) -> None:
    fill(FEW)
    later = datetime(2028, 3, 1, 9, tzinfo=timezone(timedelta(hours=8)))
    with clock.at(later), pytest.raises(Refused) as refused:
        running.run("people", by=LINKER)
    assert refused.value.code.startswith("query.")
    assert UseReceipt.objects.count() == 0
    assert reports.last("people") is None


def test_a_register_that_is_not_there_is_told(county: Home) -> None:
    del county
    with pytest.raises(SourceUnavailable):
        running.run("people", by=LINKER)


def test_registers_that_teach_nothing_are_told(
    fill: Fill, febrl: dict[str, Any]
) -> None:
    fill(1)
    stranger = febrl["febrl.two"][1:2]
    put(current().catalog.dataset("febrl.two"), stranger, settings.HOME.lake)
    with pytest.raises(Untrainable) as told:
        running.run("weak", by=LINKER)
    assert told.value.mend


def test_one_run_at_a_time(fill: Fill) -> None:
    fill(FEW)
    with reports.alone("weak"), pytest.raises(reports.UnderWay):
        running.run("weak", by=LINKER)
    assert UseReceipt.objects.count() == 0


def test_an_unknown_linkage_is_told_with_a_hint(county: Home) -> None:
    del county
    with pytest.raises(actions.UnknownLinkage) as told:
        running.run("peopel", by=LINKER)
    assert "people" in str(told.value.mend)


def test_links_may_be_used_by_whoever_is_granted_them_alone(fill: Fill) -> None:
    fill(FEW)
    running.run("people", by=LINKER)
    with pytest.raises(Refused):
        uses.use(
            by=LINKER,
            organization="registry",
            purpose="people.linkage",
            sql="SELECT left_key FROM linkage.people",
        )
