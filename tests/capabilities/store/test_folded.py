"""Kept sums of a case's events: as the events say, and found when they do not."""

import pytest
from tests.capabilities.acts import grant_fire, open_shop

from tongban.store import folded, history, ledger
from tongban.store.models import CaseEvent


pytestmark = pytest.mark.usefixtures("installed")


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the sum at every second event, so that short cases have some."""
    monkeypatch.setattr(folded, "EVERY", 2)


def test_a_case_read_from_what_is_kept_is_the_case_of_its_events() -> None:
    shop = open_shop()
    fire = grant_fire(shop)
    for number in (shop.number, fire.number):
        assert CaseEvent.objects.filter(case=number, state__gt="").exists()
        assert history.load(number).case == history.whole(number).case


def test_the_sum_is_kept_when_a_multiple_is_passed() -> None:
    assert [folded.due(a, b) for a, b in [(0, 1), (1, 2), (2, 3), (1, 5)]] == [
        False,
        True,
        False,
        True,
    ]


def test_fsck_finds_a_kept_sum_that_the_events_do_not_make() -> None:
    grant_fire(open_shop())
    event = CaseEvent.objects.filter(state__gt="").first()
    assert event is not None
    changed = event.state.replace('"web"', '"counter"')
    assert changed != event.state
    CaseEvent.objects.filter(pk=event.pk).update(state=changed)
    (found,) = map(str, ledger.fsck())
    assert f"at event {event.seq} is wrong" in found
