"""Conditional parts and repeated groups: what is asked, what is wrong, what is kept."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from tests.capabilities.services.matters import CATALOG, NOON, RESTAURANT, field, text

from tongban.capabilities.services import application, rows
from tongban.capabilities.services.papers import Needs
from tongban.capabilities.services.parts import Asked, asked, deciding
from tongban.capabilities.services.record import Entries, Prefilled, Rows
from tongban.kernel.case.declaration import Group


COOKS = Group(
    "cooks",
    text("厨师", "Cooks"),
    text("厨师", "Cook"),
    "one",
    (
        field("name", "name"),
        field("id", "id"),
        field("absent", "gas", required=False),
        field("why", "note", when=":absent"),
    ),
    least=1,
    most=2,
    unique=("id",),
    when=":gas",
)
MATTER = replace(
    RESTAURANT,
    fields=(
        field("gas", "gas"),
        field("trade", "trade", when=":gas"),
        field("staff", "count", when=":trade = '6220'"),
    ),
    groups=(COOKS,),
)
LIN = {"name": "林晚", "id": "11010519491231002X", "absent": "", "why": ""}
NOBODY = Needs((), (), ())


def form(values: Mapping[str, str], given: Rows = ()) -> Asked:
    return asked(MATTER, CATALOG, values, {"cooks": given}, NOON.date())


def wrong(*given: Mapping[str, str]) -> list[tuple[str, str]]:
    found = form({"gas": "true"}, given)
    told = rows.problems(COOKS, found.cells["cooks"], given, CATALOG)
    return [(problem.where, problem.what.zh) for problem in told]


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({}, {"gas"}),
        ({"gas": "false"}, {"gas"}),
        ({"gas": "true"}, {"gas", "trade", "cooks"}),
        ({"gas": "true", "trade": "6220"}, {"gas", "trade", "staff", "cooks"}),
        # The answer left over from before does not bring its part back.
        ({"gas": "false", "trade": "6220"}, {"gas"}),
    ],
)
def test_an_answer_brings_its_parts_into_the_form(
    values: dict[str, str], names: set[str]
) -> None:
    assert form(values).names == names


def test_a_row_decides_about_its_own_fields() -> None:
    found = form({"gas": "true"}, (LIN, {**LIN, "absent": "true"}))
    one, other = found.cells["cooks"]
    assert [cell.name for cell in one] == ["name", "id", "absent"]
    assert [cell.name for cell in other] == ["name", "id", "absent", "why"]


def test_what_is_not_asked_is_neither_missing_nor_sent() -> None:
    entries = Entries(
        {"gas": "false", "trade": "6220", "staff": "x"}, rows={"cooks": (LIN,)}
    )
    found = form(entries.answers, (LIN,))
    told = application.problems(found, NOBODY, CATALOG, Prefilled(), entries)
    assert told == ()
    kept = application.data(found, CATALOG, Prefilled(), entries)
    assert kept == {"gas": False}


def test_rows_are_kept_typed_and_blank_ones_left_out() -> None:
    blank = dict.fromkeys(LIN, "")
    entries = Entries({"gas": "true"}, rows={"cooks": (blank, LIN)})
    found = form(entries.answers, (blank, LIN))
    kept = application.data(found, CATALOG, Prefilled(), entries)
    assert kept["cooks"] == [{"name": "林晚", "id": "11010519491231002X"}]


def test_what_is_typed_of_a_part_not_asked_does_not_reach_the_row() -> None:
    row = {**LIN, "absent": "false", "why": "病假"}
    entries = Entries({"gas": "true"}, rows={"cooks": (row,)})
    kept = application.data(
        form(entries.answers, (row,)), CATALOG, Prefilled(), entries
    )
    assert kept["cooks"] == [{"name": "林晚", "id": LIN["id"], "absent": False}]


def test_rows_come_back_as_they_were_typed() -> None:
    held = {"gas": True, "cooks": [{"name": "林晚", "absent": True}]}
    found = application.as_typed(MATTER.parts, CATALOG, held)
    assert found.answers == {"gas": "true"}
    assert found.rows == {"cooks": ({"name": "林晚", "absent": "true"},)}


def test_too_few_and_too_many_rows_are_told_at_the_group() -> None:
    assert wrong() == [("cooks", "厨师至少要有 1 项")]
    three = [{**LIN, "id": ""} for _ in range(3)]
    assert wrong(*three)[0] == ("cooks", "厨师最多 2 项")


def test_a_wrong_cell_is_told_in_its_place_with_the_rows_number() -> None:
    # The last character of this number must be X: 17 digits worked by GB 11643.
    (told,) = wrong(LIN, {**LIN, "id": "110105194912310021"})
    assert told[0] == "cooks.1.id"
    assert "校验码不对" in told[1]


def test_a_missing_cell_is_told_with_what_row_it_is() -> None:
    (told,) = wrong({**LIN, "name": ""})
    assert told == ("cooks.0.name", "请填写厨师1·name")


def test_the_same_thing_twice_is_told_at_the_second() -> None:
    # Written with blanks and a small x it is still the same number.
    assert wrong(LIN, {**LIN, "id": "110105 19491231 002x"}) == [
        ("cooks.1.id", "厨师2·id与第 1 项重复")
    ]


def test_the_deciding_answers_are_known() -> None:
    assert deciding(MATTER.parts) == {"gas", "trade", "absent"}
