"""Applications in preparation."""

from datetime import timedelta

from tests.capabilities.acts import open_shop
from tests.capabilities.qinghe import MONDAY, SHOP, citizen

from tongban.store import clock, drafts
from tongban.store.models import CaseNumber


def test_a_draft_keeps_what_was_saved_last_under_one_number() -> None:
    first = drafts.save(citizen(), "open-shop", {"a": 1})
    with clock.at(MONDAY + timedelta(minutes=5)):
        again = drafts.save(citizen(), "open-shop", {"a": 2})
    assert (again.number, again.data) == (first.number, {"a": 2})
    assert again.updated - first.updated == timedelta(minutes=5)
    assert drafts.load(citizen(), "open-shop") == again
    assert drafts.of(citizen()) == (again,)


def test_a_draft_is_its_authors_alone() -> None:
    drafts.save(citizen(), "open-shop", {"a": 1})
    assert drafts.load(citizen(1), "open-shop") is None
    assert drafts.of(citizen(1)) == ()


def test_a_discarded_drafts_number_is_never_another_case() -> None:
    number = drafts.save(citizen(), "open-shop", {}).number
    drafts.discard(citizen(), "open-shop")
    assert drafts.load(citizen(), "open-shop") is None
    assert CaseNumber.objects.filter(pk=number).exists()


def test_a_sent_draft_gives_its_number_to_the_case() -> None:
    number = drafts.save(citizen(), "open-shop", dict(SHOP)).number
    assert open_shop().number == number
    assert drafts.load(citizen(), "open-shop") is None
