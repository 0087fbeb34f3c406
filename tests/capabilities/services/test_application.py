"""What an application lacks, and what the case holds once it lacks nothing."""

import pytest
from tests.capabilities.services.matters import (
    CATALOG,
    FIELDS,
    PLAN,
    field,
    known,
    paper,
)

from tongban.capabilities.services import application
from tongban.capabilities.services.papers import Needs
from tongban.capabilities.services.parts import Asked
from tongban.capabilities.services.record import (
    Correction,
    Entries,
    Prefilled,
    entries_from_json,
    prefilled_from_json,
    prefilled_to_json,
    typed_to_json,
    with_paper,
)


NEEDS = Needs((PLAN,), (), ())
PREFILLED = Prefilled({"founder": known("林晚")})
GOOD = Entries(
    {"mobile": "13800000000", "capital": "", "staff": "5", "trade": "6210"},
    {},
    {"plan": paper()},
)


def places(entries: Entries, prefilled: Prefilled = PREFILLED) -> list[str]:
    found = application.problems(Asked(FIELDS), NEEDS, CATALOG, prefilled, entries)
    return [problem.where for problem in found]


def answering(**answers: str) -> Entries:
    return Entries({**GOOD.answers, **answers}, {}, GOOD.files)


def correcting(value: str, reason: str) -> Entries:
    return Entries(GOOD.answers, {"founder": Correction(value, reason)}, GOOD.files)


def test_a_complete_application_lacks_nothing() -> None:
    assert places(GOOD) == []


def test_what_nobody_knows_and_nobody_gave_is_missing_in_order() -> None:
    assert places(Entries(), Prefilled()) == [
        "founder",
        "mobile",
        "staff",
        "trade",
        "plan",
    ]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("mobile", "1380000"),
        ("staff", "five"),
        ("trade", "9999"),
        ("capital", "ten thousand"),
        ("capital", "0.001"),
    ],
)
def test_a_wrong_value_is_told_in_its_place(name: str, typed: str) -> None:
    assert places(answering(**{name: typed})) == [name]


def test_an_over_long_value_is_told_with_both_numbers() -> None:
    found = application.problems(
        Asked((field("founder", "name"),)),
        Needs((), (), ()),
        CATALOG,
        Prefilled(),
        Entries({"founder": "长" * 31}),
    )
    assert "31" in found[0].what.zh
    assert "30" in found[0].what.en


def test_a_correction_needs_a_right_value_and_a_reason() -> None:
    assert places(correcting("林婉", "")) == ["reason:founder"]
    assert places(correcting("", "写错了")) == ["founder"]
    assert places(correcting("林婉", "写错了")) == []


def test_data_are_typed_and_a_blank_stays_out() -> None:
    found = application.data(Asked(FIELDS), CATALOG, PREFILLED, GOOD)
    assert found == {
        "founder": "林晚",
        "mobile": "13800000000",
        "staff": 5,
        "trade": "6210",
    }


@pytest.mark.parametrize(("typed", "fen"), [("12.5", 1250), ("１，000", 100000)])
def test_money_is_typed_in_yuan_and_kept_in_fen(typed: str, fen: int) -> None:
    found = application.data(
        Asked(FIELDS), CATALOG, PREFILLED, answering(capital=typed)
    )
    assert found["capital"] == fen


def test_numbers_are_read_as_people_copy_them() -> None:
    # GB 11643 sample number with blanks and a small check character.
    entries = Entries({"id": " 11010519 491231 002x"})
    found = application.data(Asked((field("id", "id"),)), CATALOG, Prefilled(), entries)
    assert found == {"id": "11010519491231002X"}


def test_a_correction_travels_with_what_the_register_said() -> None:
    entries = correcting("林婉", " 登记写错了 ")
    assert (
        application.data(Asked(FIELDS), CATALOG, PREFILLED, entries)["founder"]
        == "林婉"
    )
    source = application.sources(Asked(FIELDS), PREFILLED, entries)["founder"]
    assert (source["known"], source["reason"]) == ("林晚", "登记写错了")
    assert (source["provider"], source["receipt"]) == ("police", "7")


def test_an_uncorrected_source_does_not_repeat_the_value() -> None:
    source = application.sources(Asked(FIELDS), PREFILLED, GOOD)["founder"]
    assert "known" not in source
    assert "value" not in source


def test_a_draft_comes_back_from_json_as_it_was() -> None:
    entries = correcting("林婉", "写错了")
    kept = {**typed_to_json(entries), **with_paper({}, PLAN, paper())}
    assert entries_from_json(kept) == entries
    assert prefilled_from_json(prefilled_to_json(PREFILLED)) == PREFILLED
