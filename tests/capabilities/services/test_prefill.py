"""Which questions fill a form, and which answers settle a value."""

from dataclasses import replace

from tests.capabilities.services.matters import NOON, field

from tongban.capabilities.services.prefill import (
    Origin,
    Question,
    Rows,
    questions,
    settled,
)
from tongban.kernel.case.declaration import Prefill


ORIGIN = Origin("police", "live@x", NOON, "法", "g1", "7")
QUESTION = Question("police.person", None, None, {"founder": "name", "born": "birth"})


def rows(*cells: tuple[object, ...], **more: object) -> Rows:
    return Rows(["name", "birth"], frozenset(), cells, **more)  # type: ignore[arg-type]


def test_fields_on_the_same_rows_share_one_question() -> None:
    asked = questions(
        [
            field("a", "name", prefill=Prefill("police.person", "name")),
            field("b", "name", prefill=Prefill("police.person", "alias")),
            field("c", "name", prefill=Prefill("police.person", "name", "alive")),
            field("d", "name"),
        ]
    )
    assert [question.fields for question in asked] == [
        {"a": "name", "b": "alias"},
        {"c": "name"},
    ]


def test_the_statement_is_what_the_governed_language_reads() -> None:
    question = Question(
        "housing.lease",
        "use_kind = 'commercial' AND valid_until >= :as_of",
        "signed_on",
        {"address": "address"},
    )
    assert question.sql() == (
        "SELECT address FROM housing.lease WHERE use_kind = 'commercial' "
        "AND valid_until >= :as_of ORDER BY signed_on DESC LIMIT 1"
    )


def test_a_value_keeps_whose_it_is_and_why_it_may_be_shown() -> None:
    found = dict(settled(QUESTION, rows(("林晚", None)), ORIGIN))
    assert set(found) == {"founder"}  # NULL settles nothing
    assert (found["founder"].value, found["founder"].provider) == ("林晚", "police")
    assert (found["founder"].grant, found["founder"].receipt) == ("g1", "7")


def test_rows_that_differ_settle_nothing() -> None:
    found = dict(settled(QUESTION, rows(("林晚", "1990"), ("林晚", "1991")), ORIGIN))
    assert set(found) == {"founder"}


def test_an_answer_cut_short_settles_nothing() -> None:
    assert dict(settled(QUESTION, rows(("林晚", "1"), truncated=True), ORIGIN)) == {}


def test_a_masked_item_is_marked() -> None:
    answer = replace(rows(("林*", "1990")), masked=frozenset({"name"}))
    found = dict(settled(QUESTION, answer, ORIGIN))
    assert found["founder"].masked
    assert not found["born"].masked
