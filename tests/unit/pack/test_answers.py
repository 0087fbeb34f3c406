"""Answers that a form's conditions can tell apart."""

import pytest

from tongban.kernel.case.declaration import Field
from tongban.kernel.catalog.catalog import Catalog
from tongban.kernel.catalog.model import DataType, Element
from tongban.kernel.terms import Text
from tongban.pack.checks.answers import MOST, OTHER, answers


def element(code: str, kind: DataType) -> Element:
    return Element(code, Text(code), kind)


CATALOG = Catalog(
    elements={
        "flag": element("flag", DataType.BOOLEAN),
        "count": element("count", DataType.INTEGER),
        "area": element("area", DataType.DECIMAL),
        "text": element("text", DataType.TEXT),
        "date": element("date", DataType.DATE),
    }
)


def field(name: str, element: str, **more: object) -> Field:
    return Field(name, Text(name), element, "one", **more)  # type: ignore[arg-type]


def found(condition: str, *fields: Field) -> list[dict[str, str | None]] | None:
    named = {each.name: each for each in fields}
    whole = {each.name: each.when for each in fields if each.when is not None}
    return answers("it", {**whole, "it": condition}, named, CATALOG)


def test_yes_and_no_are_all_answers_to_a_mandatory_flag() -> None:
    assert found(":f", field("f", "flag")) == [{"f": "true"}, {"f": "false"}]


def test_no_answer_is_one_where_the_form_does_not_insist() -> None:
    given = found(":f", field("f", "flag", required=False))
    assert given is not None
    assert {"f": None} in given


def test_a_conditional_field_may_be_left_out_and_brings_in_what_decides_it() -> None:
    choices = {"a": Text("a")}
    given = found(
        ":f = 'a'", field("f", "text", choices=choices, when=":g"), field("g", "flag")
    )
    assert given == [
        {"f": "a", "g": "true"},
        {"f": "a", "g": "false"},
        {"f": None, "g": "true"},
        {"f": None, "g": "false"},
    ]


def test_numbers_are_tried_at_between_and_beyond_the_literals() -> None:
    given = found(":n > 3 AND :n < 7", field("n", "count"))
    assert given == [{"n": text} for text in ("2", "3", "4", "7", "8")]
    halves = found(":n > 3 AND :n < 4", field("n", "area"))
    assert halves == [{"n": text} for text in ("2", "3", "3.5", "4", "5")]


def test_a_free_text_is_the_literals_and_any_other() -> None:
    given = found(":t = 'a' OR 'b' = :t", field("t", "text"))
    assert given == [{"t": "a"}, {"t": "b"}, {"t": OTHER}]


@pytest.mark.parametrize(
    ("condition", "kind"),
    [
        (":x + 1 > 3", "count"),
        ("length(:x) > 3", "text"),
        (":x > 'a'", "text"),
        (":x > DATE '2026-01-01'", "date"),
        ("DATE '2026-01-01' < :as_of", "date"),
    ],
)
def test_what_cannot_be_listed_is_left_undecided(condition: str, kind: str) -> None:
    assert found(condition, field("x", kind)) is None


def test_too_many_answers_are_left_undecided() -> None:
    choices = {str(n): Text("") for n in range(MOST)}
    big, flag = field("x", "text", choices=choices), field("f", "flag")
    assert found(":x = '1' OR :f", big, flag) is None
