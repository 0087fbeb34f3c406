"""The ledger as kept: leaves join the tree later, and proofs hold without us."""

import json
from datetime import timedelta

import pytest
from tests.capabilities.acts import open_shop
from tests.capabilities.qinghe import MONDAY, REGISTRAR, citizen

from tongban.home import Home
from tongban.kernel.ledger import checkpoint, merkle, verifier
from tongban.kernel.terms import SYSTEM
from tongban.store import clock, ledger, trail, tree
from tongban.store.commit import batch
from tongban.store.models import Checkpoint, LeafOpening, LedgerLeaf, LedgerNode


def record(count: int) -> list[int]:
    """The ids of so many new leaves."""
    with batch(by=SYSTEM) as draft:
        leaves = [draft.leaf("test", {"n": n}, {"secret": n}) for n in range(count)]
    return [leaf.pk for leaf in leaves]


def verified(bundle: dict[str, object]) -> verifier.Report:
    return verifier.verify(json.dumps(bundle, ensure_ascii=False).encode())


def test_a_leaf_waits_for_its_place_in_the_tree() -> None:
    (leaf,) = record(1)
    assert LedgerLeaf.objects.get(pk=leaf).index is None
    assert ledger.integrate().size == 1
    assert LedgerLeaf.objects.get(pk=leaf).index == 0


def test_the_empty_log_has_a_checkpoint() -> None:
    head = ledger.integrate()
    # RFC 6962: the hash of nothing.
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert (head.size, head.root.hex()) == (0, empty)


@pytest.mark.parametrize("steps", [[7], [1, 1, 1, 1, 1, 1, 1], [3, 4], [2, 0, 5]])
def test_the_root_does_not_depend_on_how_the_tree_grew(steps: list[int]) -> None:
    hashes: list[bytes] = []
    for count in steps:
        record(count)
        head = ledger.integrate()
    rows = LedgerLeaf.objects.order_by("id").values_list("hash", flat=True)
    hashes = [bytes(value) for value in rows]
    assert head.root == merkle.root(hashes)
    assert LedgerNode.objects.count() == 4  # of seven leaves: 3 + 1 above them


def test_integrating_again_changes_nothing() -> None:
    record(3)
    first = ledger.integrate()
    with clock.at(MONDAY + timedelta(hours=1)):
        assert ledger.integrate() == first
    assert Checkpoint.objects.count() == 1


def test_the_last_checkpoint_lies_beside_the_database_too(home: Home) -> None:
    file = home.path / "checkpoint"
    for count in (2, 3):
        record(count)
        assert ledger.integrate().note == file.read_text("utf-8")
    file.unlink()
    assert ledger.integrate().note == file.read_text("utf-8")


def test_every_batch_that_the_tree_takes_in_is_signed_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tree, "BATCH", 2)
    record(5)
    assert ledger.integrate().size == 5
    sizes = Checkpoint.objects.order_by("size").values_list("size", flat=True)
    assert list(sizes) == [2, 4, 5]


def test_a_checkpoint_is_signed_by_the_published_key() -> None:
    record(2)
    head = ledger.integrate()
    note, signed = checkpoint.open_note(head.note, [ledger.signer().verifier])
    assert checkpoint.Checkpoint.parse(note.text).root == head.root
    assert len(signed) == 1


def test_a_proof_of_pending_leaves_takes_them_in_first() -> None:
    leaves = record(5)
    report = verified(ledger.proof(leaves))
    assert [proven.opened for proven in report.leaves] == [
        {"secret": n} for n in range(5)
    ]
    assert report.head.size == 5


def test_a_proof_without_openings_tells_only_what_is_public() -> None:
    leaves = record(2)
    report = verified(ledger.proof(leaves, openings=False))
    assert [proven.opened for proven in report.leaves] == [{}, {}]


def test_a_proof_can_tie_itself_to_an_earlier_checkpoint() -> None:
    record(3)
    early = ledger.integrate()
    leaves = record(6)
    report = verified(ledger.proof(leaves, earlier=early.size))
    assert report.earlier is not None
    assert report.earlier.root == early.root


def test_consistency_between_two_checkpoints() -> None:
    record(5)
    old = ledger.integrate()
    record(8)
    new = ledger.integrate()
    proof = ledger.consistency(old.size, new.size)
    merkle.verify_consistency(old.size, new.size, old.root, new.root, proof)


def test_a_proof_of_many_leaves_reads_nodes_together(
    django_assert_max_num_queries: object,
) -> None:
    leaves = record(60)
    ledger.integrate()
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        ledger.proof(leaves)


def test_what_was_never_recorded_is_not_proven() -> None:
    with pytest.raises(ledger.NoLeaf):
        ledger.proof([4711])
    with pytest.raises(ledger.NoCheckpoint):
        ledger.proof(record(1), earlier=99)


def test_an_erased_opening_leaves_the_proof_of_the_rest() -> None:
    leaves = record(3)
    LeafOpening.objects.filter(leaf=leaves[1]).delete()
    opened = [proven.opened for proven in verified(ledger.proof(leaves)).leaves]
    assert opened == [{"secret": 0}, {}, {"secret": 2}]


def test_a_case_is_proven_with_its_items_and_uses() -> None:
    shop = open_shop()
    report = verified(trail.bundle_for_case(shop.number, by=citizen()))
    kinds = [proven.leaf.kind for proven in report.leaves]
    # The one-thing: opened, accepted, two steps started, one done; the licence:
    # opened, accepted, decided; the fire check: opened.
    assert kinds.count("case-event") == 9
    assert (kinds.count("use"), kinds.count("certificate")) == (1, 1)


def test_leaves_of_one_act_stand_in_the_order_in_which_it_happened() -> None:
    open_shop()
    ledger.integrate()
    rows = LedgerLeaf.objects.order_by("index").values_list("text", flat=True)
    told = [
        (leaf["kind"], leaf["public"].get("event"), leaf["public"].get("type"))
        for leaf in map(json.loads, rows)
    ]
    decided = told.index(("case-event", "decided", "shop.licence"))
    issued = next(n for n, each in enumerate(told) if each[0] == "certificate")
    fire = told.index(("case-event", "opened", "shop.fire"))
    assert decided < issued < fire


def test_who_used_my_data_is_paged_and_filtered() -> None:
    shop = open_shop()
    page = trail.uses_of(citizen())
    (use,) = page.rows
    assert (use.organization, use.purpose) == ("market-regulation", "licence.decision")
    assert (use.case_type, use.by_system, use.rows) == ("shop.licence", True, 1)
    assert "population.person.birth_date" in use.items
    assert trail.uses_of(citizen(), case=shop.number).rows == ()
    assert trail.uses_of(citizen(), organization="fire-rescue").rows == ()
    assert trail.organizations_of(citizen()) == ["market-regulation"]
    assert trail.uses_of(citizen(1)).rows == ()
    assert trail.uses_of(REGISTRAR).rows == ()


def test_a_use_is_proven_to_whom_it_concerned_alone() -> None:
    open_shop()
    (use,) = trail.uses_of(citizen()).rows
    report = verified(trail.bundle([use.receipt_id], by=citizen()))
    (proven,) = report.leaves
    assert proven.opened["subject"] == f"person:{citizen().subject.id}"  # type: ignore[union-attr]
    for other in (citizen(1), REGISTRAR):
        with pytest.raises(trail.NotYourUse):
            trail.bundle([use.id], by=other)
    with pytest.raises(trail.NotYourUse):
        trail.bundle([], by=citizen())
