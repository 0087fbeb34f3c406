"""Conditions over given values alone, as a form asks them."""

from datetime import date

import pytest

from tongban.kernel.catalog.model import DataType
from tongban.kernel.query.language.parse import StatementError
from tongban.kernel.query.logic import logic, reads_of


DAY = date(2026, 11, 23)
TYPES = {
    "gas": DataType.BOOLEAN,
    "kind": DataType.TEXT,
    "seats": DataType.INTEGER,
    "born": DataType.DATE,
    "area": DataType.DECIMAL,
}


def truth(condition: str, **given: str | None) -> bool | None:
    (found,) = logic({"it": condition}, TYPES).truths([given], DAY)
    return found["it"]


@pytest.mark.parametrize(
    ("condition", "given", "expected"),
    [
        (":gas", {"gas": "true"}, True),
        (":gas", {"gas": "false"}, False),
        (":gas", {}, None),
        (":gas", {"gas": ""}, None),
        # Kleene's three values: what is known decides, the rest stays unknown.
        (":gas AND :seats > 50", {"gas": "false"}, False),
        (":gas AND :seats > 50", {"gas": "true"}, None),
        (":gas OR :seats > 50", {"gas": "true"}, True),
        ("NOT :gas", {}, None),
        (":kind <> 'x'", {}, None),
        (":kind IN ('x', 'y')", {"kind": "y"}, True),
        (":kind IS NULL", {}, True),
        # Numbers are compared as numbers, though the form carries texts.
        (":seats > 9", {"seats": "10"}, True),
        (":seats > 9", {"seats": "ten"}, None),
        (":area >= 2.5", {"area": "2.50"}, True),
        (":born < DATE '2000-01-01'", {"born": "1999-12-31"}, True),
        ("age(:born, :as_of) >= 18", {"born": "2008-11-23"}, True),
        ("age(:born, :as_of) >= 18", {"born": "2008-11-24"}, False),
    ],
)
def test_a_condition_means_what_it_means_in_a_rule(
    condition: str, given: dict[str, str], expected: bool | None
) -> None:
    assert truth(condition, **given) is expected


def test_the_value_of_a_part_that_is_not_asked_is_unknown_to_the_others() -> None:
    form = logic({"kind": ":gas", "area": ":kind = 'bottle'"}, TYPES)
    left_over = {"gas": "false", "kind": "bottle"}
    asked = {"gas": "true", "kind": "bottle"}
    assert form.truths([left_over, asked], DAY) == [
        {"kind": False, "area": None},
        {"kind": True, "area": True},
    ]


def test_rows_are_judged_together_in_their_order() -> None:
    form = logic({"it": ":seats > 1"}, TYPES)
    found = form.truths([{"seats": "1"}, {}, {"seats": "2"}], DAY)
    assert [each["it"] for each in found] == [False, None, True]


def test_a_form_without_conditions_asks_nobody() -> None:
    assert logic({}, TYPES).truths([{"gas": "true"}], DAY) == [{}]


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        (":ga", "query.param"),
        (":subject = 'x'", "query.param"),
        ("gas", "query.logic"),
        (":seats", "query.logic"),
        (":kind > 5", "query.logic"),
        (":gas = 'maybe'", "query.logic"),
        ("(SELECT true)", "query.logic"),
        ("EXISTS (SELECT 1 FROM population.person)", "query.logic"),
        ("count(:gas) > 1", "query.logic"),
        ("random() > 0.5", "query.function"),
        (":gas AND", "query.syntax"),
    ],
)
def test_what_is_no_condition_of_a_form_is_refused(condition: str, code: str) -> None:
    with pytest.raises(StatementError) as refused:
        logic({"it": condition}, TYPES)
    assert refused.value.code == code


def test_a_condition_tells_which_values_it_looks_at() -> None:
    found = reads_of(":gas AND age(:born, :as_of) > 3 OR :gas IS NULL")
    assert found == {"gas", "born"}
