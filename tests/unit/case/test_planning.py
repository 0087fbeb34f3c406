"""Plans of one-things, drawn by hand."""

from dataclasses import replace

import pytest
from tests.spec.case.declared import ACCEPTANCE, FOOD, PLAIN, SHOP, TITLE, TYPES

from tongban.kernel.case.declaration import Clock, Step
from tongban.kernel.case.planning import PlannedStep, Unplannable, plan


def test_the_restaurant():
    # licence: by rule at once (5 + 3 by law); food, sign, party: 5 + 20 each
    found = plan(SHOP, TYPES)
    assert found.steps == (
        PlannedStep("licence", 0, 0, 0, 8),
        PlannedStep("food", 0, 25, 25, 25),
        PlannedStep("sign", 0, 25, 25, 25),
        PlannedStep("party", 25, 50, 25, 25),
    )
    assert found.critical == ("licence", "food", "party")
    assert (found.promised, found.statutory) == (50, 58)


def test_the_slowest_branch_is_critical_and_promises_shorten_it():
    quick = replace(PLAIN, acceptance=None, decision=Clock(20, "x", promised=2))
    slow = replace(PLAIN, decision=None, acceptance=replace(ACCEPTANCE, days=4))
    case_type = replace(
        SHOP,
        steps=(
            Step("join", TITLE, frozenset({"quick", "slow"}), case_type="quick"),
            Step("quick", TITLE, case_type="quick"),
            Step("slow", TITLE, case_type="slow"),
        ),
    )
    found = plan(case_type, {"quick": quick, "slow": slow})
    assert found.steps == (
        PlannedStep("join", 4, 6, 2, 20),
        PlannedStep("quick", 0, 2, 2, 20),
        PlannedStep("slow", 0, 4, 4, 4),
    )
    assert found.critical == ("slow", "join")
    assert (found.promised, found.statutory) == (6, 40)


def test_the_steps_of_an_item_take_their_own_clocks():
    # inspect 10 and papers 3 side by side, then report without a limit
    found = plan(FOOD, {})
    assert (found.promised, found.critical) == (10, ("inspect", "report"))


def test_a_one_thing_within_another_takes_as_long_as_its_plan():
    whole = replace(SHOP, code="whole", steps=(Step("in", TITLE, case_type="shop"),))
    found = plan(whole, TYPES)
    assert found.steps == (PlannedStep("in", 0, 50, 50, 58),)


def test_nothing_to_do_takes_no_time():
    empty = plan(replace(SHOP, steps=()), {})
    assert (empty.steps, empty.critical, empty.promised) == ((), (), 0)


def test_steps_in_a_circle():
    one = Step("one", TITLE, frozenset({"two"}), case_type="plain")
    two = Step("two", TITLE, frozenset({"one"}), case_type="plain")
    with pytest.raises(Unplannable, match="one → two → one|two → one → two"):
        plan(replace(SHOP, steps=(one, two)), TYPES)


def test_one_things_in_a_circle():
    inner = replace(SHOP, code="inner", steps=(Step("a", TITLE, case_type="shop"),))
    outer = replace(SHOP, steps=(Step("b", TITLE, case_type="inner"),))
    with pytest.raises(Unplannable, match="shop → inner → shop"):
        plan(outer, {"inner": inner, "shop": outer})


def test_a_case_type_nobody_declared():
    lost = replace(SHOP, steps=(Step("a", TITLE, case_type="foood"),))
    with pytest.raises(Unplannable) as refusal:
        plan(lost, TYPES)
    assert refusal.value.mend == "did you mean 'food'?"
