"""fsck finds every kind of damage, each planted by hand behind the store's back."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from tests.capabilities import declared
from tests.capabilities.acts import fire_of, grant_fire, open_shop
from tests.capabilities.qinghe import MONDAY, citizen, person

from tongban.home import Home
from tongban.store import cases, files, ledger
from tongban.store.models import (
    CaseDuty,
    CaseEvent,
    CaseRecord,
    CertificateRecord,
    Checkpoint,
    LeafOpening,
    LedgerLeaf,
    LedgerNode,
    LedgerTree,
    RuleVerdict,
    StoredFile,
    UseReceipt,
)


AN_HOUR = timedelta(hours=1)
PDF = b"%PDF-1.7\n" + b"x" * 500


@pytest.fixture(autouse=True)
def lived_in(installed: None) -> None:  # noqa: ARG001
    """A store in which every table that fsck reads has rows."""
    ref = files.keep(io.BytesIO(PDF), by=citizen(), name="plan.pdf")
    shop = cases.open_case(
        "open-shop",
        by=citizen(),
        key="lived-in",
        applicant=person(),
        data={"shop_name": "店"},
        materials={"plan": ref},
    )
    grant_fire(shop)
    open_shop(1, key="by-hand")
    open_shop(key="still-open")
    ledger.integrate()


def found() -> str:
    """Everything that fsck says, as one text; the tests look for words in it."""
    return "\n".join(map(str, ledger.fsck()))


def test_a_store_that_was_only_used_is_whole() -> None:
    assert ledger.fsck() == []


def test_leaves_that_wait_for_the_tree_are_no_damage() -> None:
    open_shop(2, key="child")
    assert ledger.fsck() == []


def altered_leaf() -> None:
    leaf = LedgerLeaf.objects.filter(text__contains='"event":"decided"').first()
    assert leaf is not None
    leaf.text = leaf.text.replace('"event":"decided"', '"event":"refused"')
    leaf.save()


def lost_leaf() -> None:
    row = CaseEvent.objects.order_by("-id").first()
    assert row is not None
    last = LedgerLeaf.objects.order_by("-index").first()
    assert last is not None
    LedgerLeaf.objects.filter(pk=last.pk).update(index=last.index + 1)


def first_event() -> CaseEvent:
    return CaseEvent.objects.order_by("id")[0]


def changed_data() -> None:
    row = first_event()
    row.data["data"]["shop_name"] = "别家的店"
    row.save()


def changed_opening() -> None:
    LeafOpening.objects.filter(name="data", leaf=first_event().leaf).update(value={})


def changed_receipt() -> None:
    UseReceipt.objects.update(rows=0)


def changed_grants() -> None:
    UseReceipt.objects.update(grants=["another"])


def changed_subject() -> None:
    UseReceipt.objects.update(subject_id=person(2).id)


def deleted_last_event() -> None:
    number = fire_number()
    CaseEvent.objects.filter(case=number).order_by("-seq")[0].delete()


def fire_number() -> str:
    return CaseRecord.objects.filter(type="shop.fire", phase="closed")[0].number


def deleted_middle_event() -> None:
    CaseEvent.objects.filter(case=fire_number(), seq=2).delete()


def wrong_phase() -> None:
    CaseRecord.objects.filter(pk=fire_number()).update(outcome="refused")


DAMAGE: list[tuple[Callable[[], object], str]] = [
    (altered_leaf, "its hash is not that of its text"),
    (altered_leaf, "its 'event' is not what the ledger records"),
    (lost_leaf, "the last is"),
    (changed_data, "its 'data' is not what the ledger seals"),
    (changed_opening, "opening 'data'"),
    (
        lambda: LeafOpening.objects.filter(name="by", leaf=first_event().leaf).delete(),
        "the opening of 'by' is gone",
    ),
    (
        lambda: CaseEvent.objects.filter(pk=first_event().pk).update(by="somebody"),
        "its 'by' is not what the ledger seals",
    ),
    (
        lambda: CaseEvent.objects.filter(kind="opened").update(at=MONDAY + AN_HOUR),
        "its time is not what the ledger records",
    ),
    (changed_receipt, "its 'rows' is not what the ledger seals"),
    (changed_grants, "its 'grants' is not what the ledger records"),
    (changed_subject, "its 'subject' is not what the ledger seals"),
    (lambda: UseReceipt.objects.all().delete(), "the use that it proves is gone"),
    (
        lambda: CertificateRecord.objects.all().delete(),
        "the certificate that it proves is gone",
    ),
    (
        lambda: CertificateRecord.objects.update(fields={}),
        "its 'fields' is not what the ledger seals",
    ),
    (
        lambda: RuleVerdict.objects.update(explanation=[]),
        "its 'explanation' is not what the ledger seals",
    ),
    (deleted_last_event, "says another 'version'"),
    (deleted_last_event, "the case-event that it proves is gone"),
    (deleted_middle_event, "of its 5 events only 4 are there"),
    (
        lambda: CaseEvent.objects.filter(case=fire_number()).delete(),
        "have lost all their events",
    ),
    (wrong_phase, "says another 'outcome'"),
    (
        lambda: CaseRecord.objects.filter(phase="submitted").update(due=MONDAY),
        "says another 'due'",
    ),
    (
        lambda: CaseRecord.objects.update(organization="housing"),
        "says another 'organization'",
    ),
    (
        lambda: CaseRecord.objects.update(pack="0" * 64),
        "its row names a pack that was never in force",
    ),
    (
        lambda: CaseDuty.objects.update(organization="housing"),
        "waits at another organization",
    ),
    (
        lambda: CertificateRecord.objects.update(status="revoked"),
        "its status is 'revoked', its changes make it 'valid'",
    ),
    (
        lambda: StoredFile.objects.all().delete(),
        "the record of its material 'plan' is gone",
    ),
    (
        lambda: CaseRecord.objects.update(applicant_id=person(2).id),
        "says another 'applicant_id'",
    ),
    (lambda: CaseDuty.objects.all().delete(), "does not show what it waits for"),
    (
        lambda: LedgerNode.objects.filter(level=1, index=0).update(hash=b"\1" * 32),
        "ledger node 1/0: is not the hash of its leaves",
    ),
    (
        lambda: LedgerNode.objects.filter(level=2, index=0).delete(),
        "ledger node 2/0: is gone",
    ),
    (
        lambda: LedgerNode.objects.create(level=40, index=0, hash=b"\1" * 32),
        "ledger nodes: there should be",
    ),
    (lambda: LedgerTree.objects.update(size=3), "it should hold 3 leaves"),
    (
        lambda: Checkpoint.objects.create(
            size=10**6, root=b"\1" * 32, note="", at=MONDAY
        ),
        "checkpoint 1000000: the tree has only",
    ),
    (
        lambda: Checkpoint.objects.update(root=b"\1" * 32),
        "its row does not say what was signed",
    ),
    (
        lambda: Checkpoint.objects.update(
            note="qinghe.example/ledger\n1\nx\n\n— x y\n"
        ),
        "signed",
    ),
    (
        lambda: StoredFile.objects.update(ref="file:" + "0" * 64),
        "file " + "0" * 64 + ": it is gone",
    ),
]


@pytest.mark.parametrize(("damage", "words"), DAMAGE)
def test_damage_is_found(damage: Callable[[], object], words: str) -> None:
    damage()
    assert words in found()


def test_a_leaf_rewritten_with_its_hash_no_longer_fits_the_signed_root() -> None:
    leaf = LedgerLeaf.objects.get(index=0)
    leaf.hash = b"\2" * 32
    leaf.save()
    assert "the leaves do not have the root that was signed" in found()


def test_a_leaf_of_another_kind_proves_nothing() -> None:
    use, event = UseReceipt.objects.all()[0], first_event()
    spare = LedgerLeaf.objects.create(text="{}", hash=b"\0" * 32, created=MONDAY)
    use_leaf, event_leaf = use.leaf_id, event.leaf_id
    UseReceipt.objects.filter(pk=use.pk).update(leaf=spare)
    CaseEvent.objects.filter(pk=event.pk).update(leaf=use_leaf)
    UseReceipt.objects.filter(pk=use.pk).update(leaf=event_leaf)
    assert "is of another kind" in found()


def test_a_changed_paper_is_found(home: Home) -> None:
    (path,) = [path for path in home.files.rglob("*") if path.is_file()]
    path.write_bytes(PDF[:-1] + b"y")
    assert "its content has changed" in found()


def test_a_lost_paper_is_found_by_file_and_by_case(home: Home) -> None:
    (path,) = [path for path in home.files.rglob("*") if path.is_file()]
    path.unlink()
    assert "it is gone" in found()
    assert "the file of its material 'plan' is gone" in found()


def test_a_changed_paper_without_its_record_is_found_by_its_case(home: Home) -> None:
    (path,) = [path for path in home.files.rglob("*") if path.is_file()]
    path.write_bytes(PDF[:-1] + b"y")
    StoredFile.objects.all().delete()
    assert "its content has changed" in found()


def test_a_material_that_names_no_file_is_found() -> None:
    row = first_event()
    row.data["materials"]["plan"] = "file:../keys/secret"
    row.save()
    assert "its material 'plan' names no file" in found()


def test_who_answers_is_told_by_the_leaves_under_any_pack(tmp_path: Path) -> None:
    declared.change(tmp_path / "pack", ("days: 10, promised: 8", "days: 10"))
    assert ledger.fsck() == []
    CaseRecord.objects.update(organization="housing")
    CaseDuty.objects.update(organization="housing")
    assert "says another 'organization' than its leaves" in found()
    assert "'accept' waits at another organization" in found()


def test_a_tree_whose_checkpoints_were_deleted_is_damaged() -> None:
    size = LedgerLeaf.objects.count()
    Checkpoint.objects.all().delete()
    assert f"no checkpoint over its {size} leaves is there" in found()


def emptied() -> None:
    """Everything that was signed, and what it was signed over, is as never done."""
    for table in (Checkpoint, LedgerTree, LedgerNode):
        table._default_manager.all().delete()
    LedgerLeaf.objects.update(index=None)


def test_a_tree_that_was_emptied_is_found_by_the_file_beside_it() -> None:
    emptied()
    assert found() == "file checkpoint: the tree has only 0 leaves"


def test_a_history_written_anew_is_found_by_the_file_beside_it(home: Home) -> None:
    before = (home.path / "checkpoint").read_text("utf-8")
    emptied()
    LedgerLeaf.objects.filter(pk=LedgerLeaf.objects.order_by("id")[0].pk).update(
        hash=b"\2" * 32
    )
    open_shop(2, key="later")
    ledger.integrate()
    assert "file checkpoint: the leaves do not have the root that was signed" in found()
    assert (home.path / "checkpoint").read_text("utf-8") == before


def test_a_home_without_that_file_is_no_damage(home: Home) -> None:
    """As a backup that was just restored, which holds the database's state alone."""
    (home.path / "checkpoint").unlink()
    assert ledger.fsck() == []


def test_a_file_of_an_earlier_checkpoint_is_no_damage(home: Home) -> None:
    file = home.path / "checkpoint"
    before = file.read_text("utf-8")
    open_shop(2, key="later")
    ledger.integrate()
    file.write_text(before, "utf-8")
    assert ledger.fsck() == []


def test_a_file_that_we_did_not_sign_is_found_and_left_alone(home: Home) -> None:
    file = home.path / "checkpoint"
    forged = file.read_text("utf-8").replace("\n", "\n1", 1)
    file.write_text(forged, "utf-8")
    open_shop(2, key="later")
    ledger.integrate()
    assert "file checkpoint: " in found()
    assert file.read_text("utf-8") == forged


def test_a_case_that_is_open_shows_in_the_inbox_as_it_should() -> None:
    shop = open_shop(key="one-more")
    CaseDuty.objects.filter(case=fire_of(shop).number).update(post="director")
    assert "does not show what it waits for" in found()
