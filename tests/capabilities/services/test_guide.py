"""The page of a matter, worked out from declarations alone."""

from tests.capabilities.services.matters import (
    ALL_TYPES,
    LICENCE,
    PLAN,
    RESTAURANT,
    STEPS,
    one_thing,
    text,
)

from tongban.capabilities.services.graph import draw
from tongban.capabilities.services.papers import needs_of
from tongban.kernel.case.declaration import CaseType, Step
from tongban.kernel.case.item import Material


def test_a_paper_two_items_want_is_asked_once_and_an_issued_one_never() -> None:
    needs = needs_of(RESTAURANT, ALL_TYPES)
    assert needs.uploads == (PLAN,)
    assert needs.issued == (LICENCE,)
    assert needs.held == ()


def test_a_certificate_no_step_issues_is_looked_up() -> None:
    held = Material("health", text("健康证明"), certificate="health")
    matter = one_thing(*STEPS, materials=(held,))
    assert needs_of(matter, ALL_TYPES).held == (held,)


def test_a_paper_is_mandatory_if_one_item_says_so() -> None:
    optional = Material("plan", text("平面图"), required=False)
    matter = one_thing(*STEPS, materials=(optional,))
    assert needs_of(matter, ALL_TYPES).upload("plan") == PLAN


def test_steps_side_by_side_stand_in_one_column_critical_on_top() -> None:
    drawing = draw(RESTAURANT, ("licence", "food"))
    places = {box.name: (box.x, box.y) for box in drawing.boxes}
    assert places["licence"][0] < places["food"][0] == places["fire"][0]
    assert places["food"][1] < places["fire"][1]
    assert [arrow.critical for arrow in drawing.arrows] == [True, False]


def test_the_drawing_holds_every_box() -> None:
    drawing = draw(RESTAURANT, ("licence", "food"))
    assert max(box.x for box in drawing.boxes) + drawing.box_width < drawing.width
    assert max(box.y for box in drawing.boxes) + drawing.box_height < drawing.height


def chain() -> CaseType:
    names = "abc"
    steps = [
        Step(name, text(name), frozenset(names[: names.index(name)])) for name in names
    ]
    return one_thing(*steps)


def test_a_step_stands_right_of_the_last_it_needs() -> None:
    xs = [box.x for box in draw(chain(), ()).boxes]
    assert xs == sorted(set(xs))
