"""What the people and offices of qinghe.py do, through the one door to cases."""

from typing import Any

from tests.capabilities.qinghe import INSPECTOR, SHOP, citizen, person

from tongban.kernel.case.commands import Accept, CompleteStep, Decide
from tongban.kernel.case.model import Case, Outcome
from tongban.kernel.terms import Actor
from tongban.store import cases


def open_shop(place: int = 0, key: str = "open", **data: Any) -> Case:
    """The one-thing of one of PEOPLE, as they send it."""
    return cases.open_case(
        "open-shop",
        by=citizen(place),
        key=key,
        applicant=person(place),
        data={**SHOP, **data},
        materials={},
    )


def fire_of(shop: Case) -> Case:
    """The fire check of a one-thing whose licence was granted."""
    (found,) = [
        child
        for child in cases.children(shop.number, citizen_of(shop))
        if child.type == "shop.fire"
    ]
    return found


def citizen_of(case: Case) -> Actor:
    return Actor("citizen.0", subject=case.applicant)


def grant_fire(shop: Case) -> Case:
    """The inspector goes all the way; what the fire check then is."""
    number = fire_of(shop).number
    steps = (
        Accept(),
        CompleteStep("site-check", Outcome.GRANTED, "合格"),
        Decide(Outcome.GRANTED, ""),
    )
    for place, command in enumerate(steps):
        done = cases.act(number, command, by=INSPECTOR, key=f"{number}-{place}")
    return done
