"""Applications in preparation."""

from datetime import timedelta

import pytest
from tests.capabilities.acts import open_shop
from tests.capabilities.qinghe import MONDAY, citizen

from tongban.store import clock, drafts
from tongban.store.models import CaseNumber, LedgerLeaf


def change(number: str, place: int = 0, type_code: str = "open-shop") -> drafts.Draft:
    return drafts.change(
        number,
        lambda data: {**data, "a": data.get("a", 0) + 1},
        by=citizen(place),
        type_code=type_code,
    )


def test_a_draft_keeps_what_changes_make_of_it_under_one_number() -> None:
    first = drafts.start(citizen(), "open-shop")
    assert first.data == {}
    change(first.number)
    with clock.at(MONDAY + timedelta(minutes=5)):
        again = change(first.number)
    assert (again.number, again.data) == (first.number, {"a": 2})
    assert again.updated - first.updated == timedelta(minutes=5)
    assert drafts.load(citizen(), "open-shop") == again
    assert drafts.of(citizen()) == (again,)


def test_starting_again_goes_on_with_the_draft_and_its_one_leaf() -> None:
    first = drafts.start(citizen(), "open-shop")
    changed = change(first.number)
    assert drafts.start(citizen(), "open-shop") == changed
    begun = LedgerLeaf.objects.filter(text__contains="application-begun")
    assert begun.count() == 1


def test_a_draft_is_its_authors_alone() -> None:
    number = drafts.start(citizen(), "open-shop").number
    assert drafts.load(citizen(1), "open-shop") is None
    assert drafts.of(citizen(1)) == ()
    drafts.discard(citizen(1), "open-shop", number)
    assert drafts.load(citizen(), "open-shop") is not None


@pytest.mark.parametrize(
    "wrong", [{"place": 1}, {"type_code": "shop.fire"}, {"number": "2026112300000000"}]
)
def test_only_the_authors_draft_of_that_type_and_number_is_changed(
    wrong: dict[str, str],
) -> None:
    number = drafts.start(citizen(), "open-shop").number
    with pytest.raises(drafts.DraftGone):
        change(**{"number": number, **wrong})
    assert drafts.of(citizen())[0].data == {}


def test_a_draft_that_is_gone_is_not_begun_by_a_change() -> None:
    number = drafts.start(citizen(), "open-shop").number
    drafts.discard(citizen(), "open-shop", number)
    with pytest.raises(drafts.DraftGone):
        change(number)
    assert drafts.of(citizen()) == ()


def test_a_discarded_drafts_number_is_never_another_case() -> None:
    number = drafts.start(citizen(), "open-shop").number
    drafts.discard(citizen(), "open-shop", number)
    assert drafts.load(citizen(), "open-shop") is None
    assert CaseNumber.objects.filter(pk=number).exists()


def test_a_sent_draft_gives_its_number_to_the_case() -> None:
    number = drafts.start(citizen(), "open-shop").number
    assert open_shop().number == number
    assert drafts.load(citizen(), "open-shop") is None
