"""Changes of grants are noticed by whoever looks, whenever they are committed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connections
from tests.capabilities.acts import open_shop
from tests.capabilities.qinghe import MONDAY

from tongban.kernel.query.model import Grant, Scope
from tongban.kernel.terms import SYSTEM
from tongban.store import clock, grants, jurisdiction, ledger
from tongban.store.commit import batch
from tongban.store.models import GrantRecord, GrantRevision, LedgerLeaf, UseReceipt


AN_HOUR = timedelta(hours=1)
GRANT = Grant(
    id="application-1",
    organization="market-regulation",
    purpose="open-shop.prefill",
    dataset="population.person",
    items=frozenset({"name"}),
    scope=Scope.SUBJECT,
    basis="《政务数据共享条例》第二十条",
    since=MONDAY.date(),
)


class Broken(Exception):
    """What ends a transaction early."""


def test_every_change_makes_the_revision_greater() -> None:
    seen = [grants.revision()]
    assert seen == [0]
    grants.add(GRANT, by=SYSTEM)
    seen.append(grants.revision())
    grants.revoke(GRANT.id, [], by=SYSTEM)
    seen.append(grants.revision())
    with batch(by=SYSTEM) as draft:
        grants.give(replace(GRANT, id="application-2"), by=SYSTEM, draft=draft)
    seen.append(grants.revision())
    assert seen == sorted(set(seen))


def give_and_break() -> None:
    with batch(by=SYSTEM) as draft:
        grants.give(replace(GRANT, id="application-2"), by=SYSTEM, draft=draft)
        raise Broken


def test_a_change_that_was_taken_back_counts_for_nothing() -> None:
    grants.add(GRANT, by=SYSTEM)
    before = grants.revision()
    with pytest.raises(grants.GrantTaken):
        grants.add(GRANT, by=SYSTEM)
    with pytest.raises(Broken):
        give_and_break()
    assert grants.revision() == before


def test_two_databases_do_not_count_alike() -> None:
    grants.add(GRANT, by=SYSTEM)
    first = grants.revision()
    GrantRevision.objects.all().delete()
    GrantRecord.objects.all().delete()
    grants.add(GRANT, by=SYSTEM)
    assert grants.revision() != first


def test_the_revision_is_one_look_at_one_row(
    django_assert_num_queries: Callable[[int], object],
) -> None:
    with django_assert_num_queries(1) as looked:  # type: ignore[attr-defined]
        grants.revision()
    assert '"store_grantrevision"."id" = 1' in looked.captured_queries[0]["sql"]
    assert "store_grantrecord" not in looked.captured_queries[0]["sql"]


@pytest.mark.django_db(transaction=True)
def test_of_changes_at_once_each_is_noticed() -> None:
    grants.add(GRANT, by=SYSTEM)
    before, start = grants.revision(), Barrier(4)

    def change(place: int) -> int:
        start.wait()
        try:
            with clock.at(MONDAY):
                grants.add(replace(GRANT, id=f"at-once-{place}"), by=SYSTEM)
                return grants.revision()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        seen = list(threads.map(change, range(4)))
    assert min(seen) > before
    assert max(seen) == grants.revision() == before + 4


@pytest.fixture
def changed(installed: None) -> None:  # noqa: ARG001
    """A grant that was given, one revoked, one of the pack's revoked; and a use."""
    open_shop()
    grants.revoke("prefill.person", jurisdiction.current().grants, by=SYSTEM)
    for name in ("application-1", "application-2"):
        grants.add(replace(GRANT, id=name), by=SYSTEM)
    grants.revoke("application-2", [], by=SYSTEM)


@pytest.mark.usefixtures("changed")
def test_changes_of_grants_are_no_damage() -> None:
    assert ledger.fsck() == []


def given() -> GrantRecord:
    return GrantRecord.objects.get(pk="application-1")


def forged_grant() -> None:
    use = UseReceipt.objects.order_by("id")[0]
    row = given()
    row.id, row.leaf, row.reveal = "forged", use.leaf, ["name"]
    row.save(force_insert=True)


def moved_grant() -> None:
    use = UseReceipt.objects.order_by("id")[0]
    GrantRecord.objects.filter(pk="application-1").update(leaf=use.leaf)


def restored_grant() -> None:
    """As it was before it was revoked, down to its leaf."""
    leaf = LedgerLeaf.objects.get(
        text__contains='"grant":"application-2"', text__regex='"kind":"grant-given"'
    )
    GrantRecord.objects.filter(pk="application-2").update(
        leaf=leaf, revoked_at=None, revoked_by=""
    )


def with_columns(name: str, **columns: object) -> Callable[[], object]:
    return lambda: GrantRecord.objects.filter(pk=name).update(**columns)


DAMAGE: list[tuple[Callable[[], object], str]] = [
    (forged_grant, "grant forged: leaf"),
    (moved_grant, "grant application-1: its last change is leaf"),
    (restored_grant, "grant application-2: its last change is leaf"),
    (with_columns("application-1", reveal=["name"]), "its 'reveal' is not what"),
    (with_columns("application-1", items=["name", "x"]), "its 'items' is not what"),
    (with_columns("application-1", until=MONDAY), "its 'until' is not what"),
    (
        with_columns("application-1", revoked_at=MONDAY, revoked_by="somebody"),
        "whether it is revoked is not what the ledger records",
    ),
    (
        with_columns("prefill.person", revoked_at=None, revoked_by=""),
        "whether it is revoked is not what the ledger records",
    ),
    (
        with_columns("prefill.person", revoked_at=MONDAY + AN_HOUR),
        "its time is not what the ledger records",
    ),
    (
        with_columns("prefill.person", revoked_by="somebody"),
        "its 'by' is not what the ledger seals",
    ),
    (
        lambda: given().delete(),
        "the grant 'application-1' that it proves is gone",
    ),
    (
        lambda: GrantRecord.objects.filter(pk="prefill.person").delete(),
        "the grant 'prefill.person' that it proves is gone",
    ),
]


@pytest.mark.usefixtures("changed")
@pytest.mark.parametrize(("damage", "words"), DAMAGE)
def test_damage_to_grants_is_found(damage: Callable[[], object], words: str) -> None:
    damage()
    assert words in "\n".join(map(str, ledger.fsck()))
