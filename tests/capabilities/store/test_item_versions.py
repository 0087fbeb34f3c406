"""An application is worked to its end by the declaration of the day it was made."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.capabilities.acts import fire_of, open_shop
from tests.capabilities.declaring import declare
from tests.capabilities.qinghe import (
    INSPECTOR,
    MONDAY,
    REGISTRAR,
    citizen,
    person,
)

from tongban.home import Home
from tongban.kernel.case.commands import Accept, Decide
from tongban.kernel.case.model import Outcome
from tongban.kernel.case.refusals import NotInForce
from tongban.store import cases, clock, jurisdiction


TUESDAY = MONDAY + timedelta(days=1)
CHANGES = """
  changes:
    - since: 2026-11-24
      decision: {promised: 2}
"""
ENDED = """
  until: 2026-11-23
"""


def test_today_counts_for_whoever_asks_today(home: Home, tmp_path: Path) -> None:
    declare(home, tmp_path, "shop.fire", CHANGES)
    seen = []
    for day in (MONDAY, TUESDAY):
        with clock.at(day):
            seen.append(jurisdiction.current().case_types["shop.fire"].version)
    assert seen == [1, 2]


def test_a_case_keeps_the_version_of_its_day(home: Home, tmp_path: Path) -> None:
    declare(home, tmp_path, "shop.fire", CHANGES)
    limits = {}
    for place, day in ((0, MONDAY), (2, TUESDAY)):
        with clock.at(day):
            number = cases.open_case(
                "shop.fire",
                by=citizen(place),
                key=f"open-{place}",
                applicant=person(place),
                data={"shop_name": "店", "premises_address": "路"},
                materials={},
            ).number
            cases.act(number, Accept(), by=INSPECTOR, key=f"accept-{place}")
        with clock.at(TUESDAY):
            views = cases.clocks(number, INSPECTOR)
        limits[day] = next(view.days for view in views if view.name == "decision")
    assert limits == {MONDAY: 8, TUESDAY: 2}


def test_an_item_follows_the_day_of_its_one_thing(home: Home, tmp_path: Path) -> None:
    """A licence that waits for a person is granted a day later, and then comes fire."""
    declare(home, tmp_path, "shop.fire", CHANGES)
    with clock.at(MONDAY):
        shop = open_shop(place=1)
        (licence,) = cases.children(shop.number, citizen(1))
    with clock.at(TUESDAY):
        cases.act(licence.number, Accept(), by=REGISTRAR, key="accept")
        granted = Decide(Outcome.GRANTED, "")
        cases.act(licence.number, granted, by=REGISTRAR, key="grant")
        fire = fire_of(shop)
    assert (fire.opened, fire.type_version) == (TUESDAY, 1)


def test_what_has_ended_is_no_longer_applied_for(home: Home, tmp_path: Path) -> None:
    declare(home, tmp_path, "shop.fire", ENDED)
    with clock.at(TUESDAY), pytest.raises(NotInForce):
        cases.open_case(
            "shop.fire",
            by=citizen(0),
            key="late",
            applicant=person(0),
            data={"shop_name": "店", "premises_address": "路"},
            materials={},
        )
