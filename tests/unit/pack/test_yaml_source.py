"""Strict YAML: what a value means, and where it stands."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tongban.pack.problems import Mark, PackProblem
from tongban.pack.yaml_source import (
    MOST_BYTES,
    Entries,
    Leaf,
    Many,
    parse,
    plain,
    plain_value,
    read,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("-3", -3),
        ("0", 0),
        ("012", "012"),
        ("1_000", "1_000"),
        ("0x10", "0x10"),
        ("1.5", Decimal("1.5")),
        ("1.0.0", "1.0.0"),
        ("1e3", "1e3"),
        (".inf", ".inf"),
        ("true", True),
        ("false", False),
        ("yes", "yes"),
        ("off", "off"),
        ("True", "True"),
        ("null", None),
        ("~", None),
        ("2026-03-05", date(2026, 3, 5)),
        ("2026-02-30", "2026-02-30"),
        ("2026-03-05 10:00:00", "2026-03-05 10:00:00"),
        ("云州", "云州"),
    ],
)
def test_plain_values_mean_what_they_look_like(text: str, value: object) -> None:
    found = plain_value(text)
    assert found == value
    assert type(found) is type(value)


def test_nothing_after_a_colon_is_null() -> None:
    assert plain(parse("a:", "f")) == {"a": None}


@pytest.mark.parametrize("quoted", ["'12'", '"12"', "|-\n  12", ">-\n  12"])
def test_quoted_values_are_text(quoted: str) -> None:
    assert plain(parse(f"a: {quoted}", "f")) == {"a": "12"}


def test_every_value_and_key_knows_its_place() -> None:
    root = parse("- 名: 甲\n  list: [1, 22]\n", "f.yaml")
    assert isinstance(root, Many)
    (entry,) = root.items
    assert isinstance(entry, Entries)
    assert entry.mark == Mark("f.yaml", 1, 3)
    assert entry.marks["list"] == Mark("f.yaml", 2, 3)
    listed = entry.values["list"]
    assert isinstance(listed, Many)
    assert [item.mark for item in listed.items] == [
        Mark("f.yaml", 2, 10),
        Mark("f.yaml", 2, 13),
    ]


def test_keys_are_text_whatever_they_look_like() -> None:
    assert plain(parse("6210: a\ntrue: b", "f")) == {"6210": "a", "true": "b"}


def test_plain_is_json() -> None:
    root = parse("- [2026-03-05, 1.50, 3, x, ~, true]", "f")
    assert plain(root) == [["2026-03-05", "1.50", 3, "x", None, True]]


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n"])
def test_an_empty_file_declares_nothing(text: str) -> None:
    root = parse(text, "f")
    assert plain(root) in ([], None)


def test_control_characters_are_no_yaml() -> None:
    with pytest.raises(PackProblem, match="not YAML") as caught:
        parse("a: 1\nb: \x01", "f")
    assert caught.value.mark.line == 2


def test_an_alias_in_place_of_a_key_is_refused() -> None:
    with pytest.raises(PackProblem, match="anchors and aliases"):
        parse("&a x: 1", "f")


def test_the_laughing_billion_is_refused_at_the_first_anchor() -> None:
    bomb = "a: &a [x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n"
        for n in range(9)
    )
    with pytest.raises(PackProblem) as caught:
        parse(bomb, "f")
    assert caught.value.rule == "alias"
    assert caught.value.mark.line == 1


def test_a_missing_file_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(PackProblem, match="cannot be read") as caught:
        read(tmp_path / "none.yaml")
    assert caught.value.rule == "unreadable"


def test_a_large_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_bytes(b"#" * (MOST_BYTES + 1))
    with pytest.raises(PackProblem, match="2,097,153 bytes") as caught:
        read(path)
    assert caught.value.rule == "too-large"


def test_other_encodings_are_refused_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "gbk.yaml"
    path.write_bytes(b"a: 1\nb: " + "云州".encode("gbk"))
    with pytest.raises(PackProblem, match="not UTF-8") as caught:
        read(path)
    assert caught.value.rule == "not-utf8"
    assert caught.value.mark.line == 2


def test_a_byte_order_mark_is_no_content(tmp_path: Path) -> None:
    path = tmp_path / "bom.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1")
    assert plain(read(path)) == {"a": 1}


def test_marks_can_bear_another_name(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: 1")
    assert read(path, Path("shown.yaml")).mark == Mark("shown.yaml", 1, 1)


def test_a_leaf_is_a_value_with_its_place() -> None:
    assert parse("x", "f") == Leaf(Mark("f", 1, 1), "x")
