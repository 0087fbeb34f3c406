"""Tables of keys and the one reader of them."""

from datetime import date
from enum import StrEnum

import pytest

from tongban.kernel.terms import Text
from tongban.pack.problems import Mark
from tongban.pack.record import INVALID, Reading, Record
from tongban.pack.schema import (
    COLUMN,
    DAY,
    TEXT,
    WHOLE,
    WORDS,
    YES_NO,
    Anything,
    Choice,
    Key,
    ListOf,
    MapOf,
    Ref,
    Table,
    Type,
    optional,
)
from tongban.pack.yaml_source import parse


def decode(type_: Type, text: str, *languages: str) -> tuple[object, Reading]:
    reading = Reading(languages or ("zh-hans",))
    return type_.decode(parse(text, "f"), reading), reading


def refusal(type_: Type, text: str, *languages: str) -> str:
    value, reading = decode(type_, text, *languages)
    assert value is INVALID
    (problem,) = reading.problems.found
    return str(problem)


@pytest.mark.parametrize(
    ("type_", "text", "value"),
    [
        (TEXT, "' 甲 '", "甲"),
        (WHOLE, "0", 0),
        (YES_NO, "true", True),
        (DAY, "2026-03-05", date(2026, 3, 5)),
        (WORDS, "{zh: 甲, en: A}", Text("甲", "A")),
        (WORDS, "{zh: 甲}", Text("甲")),
        (ListOf(WHOLE), "[1, 2]", (1, 2)),
        (MapOf(WHOLE, COLUMN), "{a: 1}", {"a": 1}),
        (Anything(), "2026-03-05", date(2026, 3, 5)),
        (COLUMN, "birth_date", "birth_date"),
    ],
)
def test_decodes_plain_values(type_: Type, text: str, value: object) -> None:
    found, reading = decode(type_, text)
    assert found == value
    assert not reading.problems


@pytest.mark.parametrize(
    ("type_", "text", "words"),
    [
        (TEXT, "990100", "this is the number 990100\n  mend: put it in quotes"),
        (TEXT, "2026-03-05", "this is the day 2026-03-05"),
        (TEXT, "[a]", "this is a list"),
        (TEXT, "{a: 1}", "this is a mapping"),
        (TEXT, "", "this is a list"),
        (TEXT, "~", "this is nothing\n  mend: write a text"),
        (WHOLE, "true", "this is true"),
        (WHOLE, "-1", "-1 is too small\n  mend: give 0 or more"),
        (YES_NO, "yes", "true or false is wanted here, this is the text 'yes'"),
        (DAY, "2026-02-30", "a day is wanted here, this is the text '2026-02-30'"),
        (WORDS, "甲", "a text in each language is wanted"),
        (WORDS, "[甲]", "a mapping is wanted here, this is a list"),
        (ListOf(TEXT), "a", "a list is wanted here, this is the text 'a'"),
        (MapOf(TEXT), "a", "a mapping is wanted here, this is the text 'a'"),
        (Table({}), "a", "a mapping is wanted here"),
        (Anything(), "[1]", "a single value is wanted here, this is a list"),
        (COLUMN, "Birth-Date", "'Birth-Date' is not a name for SQL"),
        (COLUMN, "1", "a text is wanted here, this is the number 1"),
    ],
)
def test_says_what_was_wanted_and_what_came(type_: Type, text: str, words: str) -> None:
    assert words in refusal(type_, text)


def test_english_is_mandatory_where_the_pack_names_it() -> None:
    assert "the key 'en' is missing" in refusal(WORDS, "{zh: 甲}", "zh-hans", "en")


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


def test_a_choice_is_a_member_of_its_enumeration() -> None:
    assert decode(Choice(Colour), "red")[0] is Colour.RED
    assert "did you mean 'blue'?" in refusal(Choice(Colour), "bleu")
    assert "a text is wanted" in refusal(Choice(Colour), "1")


def test_a_reference_is_noted_with_its_place() -> None:
    table = Table({"to": Key(Ref("power"))})
    _, reading = decode(table, "to: a.b")
    (reference,) = reading.references
    assert (reference.to, reference.code) == ("power", "a.b")
    assert reference.mark == Mark("f", 1, 5)


def test_a_wrong_reference_is_no_reference() -> None:
    _, reading = decode(Ref("power"), "12")
    assert reading.references == []


TABLE = Table(
    {
        "code": Key(TEXT, label="代码", why="it is asked for"),
        "size": optional(WHOLE, 7),
        "a": optional(TEXT),
        "b": optional(TEXT),
    },
    one_of=("a", "b"),
)


def test_a_table_fills_in_defaults_and_keeps_places() -> None:
    record, _ = decode(TABLE, "code: x\na: y\nsize:")
    assert isinstance(record, Record)
    assert dict(record) == {"code": "x", "size": 7, "a": "y", "b": None}
    assert len(record) == 4
    assert record.at("a") == Mark("f", 2, 4)
    assert record.at("b") == Mark("f", 1, 1)


def test_a_place_inside_a_list_is_found() -> None:
    record, _ = decode(Table({"l": Key(ListOf(TEXT))}), "l:\n  - x\n  - y")
    assert isinstance(record, Record)
    assert record.at("l", 1) == Mark("f", 3, 5)


def test_all_mistakes_of_a_table_are_told_at_once() -> None:
    value, reading = decode(TABLE, "size: big\nsiez: 3\na: x\nb: y")
    assert value is INVALID
    rules = [problem.rule for problem in reading.problems.found]
    assert rules == ["unknown-key", "one-of", "missing-key", "wrong-type"]
    said = "\n".join(map(str, reading.problems.found))
    assert "did you mean 'size'?" in said
    assert "exactly one of a, b is wanted; this has a and b" in said
    assert "the key 'code' (代码) is missing\n  why: it is asked for" in said


def test_a_text_cut_off_at_its_comma_is_recognised() -> None:
    value, reading = decode(WORDS, "{zh: 甲, en: one, two}")
    assert value is INVALID
    assert "quote the text before it" in str(reading.problems.found[0])


def test_a_wrong_element_makes_its_list_and_mapping_wrong() -> None:
    assert "number 1" in refusal(ListOf(TEXT), "[a, 1]")
    assert "number 1" in refusal(MapOf(TEXT), "{a: 1}")


def test_names_in_a_mapping_are_judged() -> None:
    _, reading = decode(MapOf(WHOLE, COLUMN), "{Wrong Name: 1}")
    assert [problem.rule for problem in reading.problems.found] == ["wrong-form"]
