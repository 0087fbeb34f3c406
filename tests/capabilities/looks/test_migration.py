"""Cases run under what was declared when they were opened, until they are moved."""

from pathlib import Path

import pytest
from tests.capabilities import declared
from tests.capabilities.acts import fire_of, grant_fire, open_shop
from tests.capabilities.qinghe import INSPECTOR, PACK, citizen

from tongban.cli.installed import migrating
from tongban.home import Home
from tongban.kernel.case.commands import Accept, CompleteStep
from tongban.kernel.case.model import Kind, Outcome
from tongban.kernel.case.refusals import Immovable
from tongban.store import cases, jurisdiction, ledger, migration
from tongban.store.jurisdiction import current, versions
from tongban.store.models import CaseDuty


SHORTER = ("days: 10, promised: 8", "days: 6, promised: 4")
ANOTHER = ("step: site-check", "step: papers")
MORE = ("  uses: [shop_name, premises_address]\n", "  uses: [shop_name]\n")


@pytest.fixture(autouse=True)
def good(looks, home) -> None:  # noqa: ARG001
    """Back to the small pack itself: these tests change it."""
    Home.create(home.path, pack=PACK, origin=home.origin)
    jurisdiction.forget()


def due(case, act="step:site-check"):
    return str(CaseDuty.objects.get(case=case.number, act=act).due)


def test_a_case_keeps_the_limits_it_was_opened_under(tmp_path: Path) -> None:
    fire = fire_of(open_shop())
    declared.change(tmp_path / "pack", SHORTER)
    cases.act(fire.number, Accept(), by=INSPECTOR, key="a")
    clocks = {view.name: view.days for view in cases.clocks(fire.number, INSPECTOR)}
    assert clocks["decision"] == 8
    assert ledger.fsck() == []
    grant_fire(open_shop(key="other"))


def test_the_dry_run_tells_and_changes_nothing(tmp_path: Path) -> None:
    fire = fire_of(open_shop())
    digest = declared.change(tmp_path / "pack", SHORTER)
    lines = list(migrating.migrate(("shop.fire",), dry_run=True))
    assert lines == [(f"{fire.number} shop.fire: decision: 8 → 4 working days", True)]
    assert cases.case(fire.number, citizen()).pack != digest


def test_moved_it_runs_under_the_declarations_in_force(tmp_path: Path) -> None:
    fire = fire_of(open_shop())
    cases.act(fire.number, Accept(), by=INSPECTOR, key="a")
    digest = declared.change(tmp_path / "pack", SHORTER)
    assert [moved for _, moved in migrating.migrate((), dry_run=False)] == [True] * 2
    case = cases.case(fire.number, citizen())
    assert case.pack == digest
    assert cases.events(fire.number, citizen())[-1].kind is Kind.MIGRATED
    clocks = {view.name: view.days for view in cases.clocks(fire.number, INSPECTOR)}
    assert clocks["decision"] == 4
    assert list(migration.moves()) == []
    ledger.integrate()
    assert ledger.fsck() == []


def test_a_step_at_work_is_not_lost(tmp_path: Path) -> None:
    fire = fire_of(open_shop())
    cases.act(fire.number, Accept(), by=INSPECTOR, key="a")
    declared.change(tmp_path / "pack", ANOTHER)
    ((line, moved),) = migrating.migrate(("shop.fire",), dry_run=False)
    assert not moved
    assert "step 'site-check' is at work and would vanish" in line
    with pytest.raises(Immovable):
        migration.move(fire.number)
    # It ends under what it was begun under.
    done = CompleteStep("site-check", Outcome.GRANTED, "合格")
    assert cases.act(fire.number, done, by=INSPECTOR, key="b").steps


def test_a_step_that_has_not_begun_is_exchanged(tmp_path: Path) -> None:
    fire = fire_of(open_shop())
    declared.change(tmp_path / "pack", ANOTHER)
    migration.move(fire.number)
    cases.act(fire.number, Accept(), by=INSPECTOR, key="a")
    assert due(fire, "step:papers") == "2026-11-30"


def test_a_type_that_is_gone_keeps_its_cases(tmp_path: Path) -> None:
    fire = fire_of(open_shop())
    declared.change(
        tmp_path / "pack",
        ("shop.fire", "shop.fire-check"),
    )
    ((line, moved),) = migrating.migrate(("shop.fire",), dry_run=True)
    assert "no case type 'shop.fire' is declared any more" in line
    assert not moved
    accepted = cases.act(fire.number, Accept(), by=INSPECTOR, key="a")
    assert accepted.accepted is not None


def test_case_types_come_back_as_they_were_kept(tmp_path: Path) -> None:
    before = current()
    declared.change(tmp_path / "pack", SHORTER)
    assert versions(before.digest) == before.versions
    assert versions(current().digest) is current().versions
    with pytest.raises(jurisdiction.PackLost):
        versions("0" * 64)
