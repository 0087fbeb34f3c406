"""Drafts: what is suggested, what is left to people, and that the loader takes them."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from tongban.kernel.catalog.model import DataType
from tongban.kernel.terms import SubjectKind
from tongban.pack.loader import load
from tongban.pack.sketch import Column, Surveyed, sketch


SINCE = date(2026, 11, 23)
# Check digits by GB 11643, worked in tests/spec/catalog.
PEOPLE = ["990101199003070015", "99010119900307004X", "990101199003070074"]


def surveyed(*columns: Column, rows: int = 3) -> Surveyed:
    return Surveyed(
        "hospital.visit",
        "mysql hospital, table VISIT",
        {"mysql": "hospital", "table": "VISIT"},
        "数据库",
        columns,
        rows,
    )


def drafted(*columns: Column, rows: int = 3, elements=None) -> dict[str, dict]:
    """The declarations of the draft by their codes."""
    made = sketch(surveyed(*columns, rows=rows), elements or {}, since=SINCE)
    return {next(iter(each.values())): each for each in yaml.safe_load(made.text)}


def item(*columns: Column, **more) -> dict:
    return drafted(*columns, **more)["hospital.visit"]["items"][-1]


def element(*columns: Column, **more) -> dict:
    declared = drafted(*columns, **more)
    return declared[declared["hospital.visit"]["items"][-1]["element"]]


NUMBER = Column("SFZH", PEOPLE, is_key=True)


def filled(text: str) -> str:
    """What an officer does with a draft."""
    text = text.replace("provider: TODO", "provider: public-security")
    text = text.replace("duty: TODO", "duty: public-security.register")
    return text.replace("TODO", "待定")


def fill_in(town: Path, elements) -> None:
    columns = (
        NUMBER,
        Column("XM", ["王伟", "李芳", "张敏"], comment="姓名"),
        Column("就诊日期", ["2026-01-02", "2026-01-03", "2026-01-04"]),
        Column("FEE", ["12.5", "3", "0.25"], DataType.DECIMAL),
        Column("remark #1: x", [None, "好: 的", "# 无"]),
    )
    made = sketch(surveyed(*columns), elements, since=SINCE)
    (town / "catalog" / "draft.yaml").write_text(filled(made.text), encoding="utf-8")


@pytest.mark.parametrize("known", [True, False])
def test_a_draft_loads_once_it_is_filled_in(town, known):
    fill_in(town, load(town).catalog.elements if known else {})
    dataset = load(town).catalog.dataset("hospital.visit")
    assert list(dataset.items) == ["sfzh", "xm", "item_3", "fee", "remark_1_x"]
    stored = [each.stored for each in dataset.items.values()]
    assert stored[:4] == ["SFZH", "XM", "就诊日期", "FEE"]
    assert dataset.subjects == {SubjectKind.PERSON: "sfzh"}
    assert (dataset.items["sfzh"].mask, dataset.items["sfzh"].key) == (
        "id-number",
        True,
    )
    assert dataset.items["item_3"].type is DataType.DATE
    assert dataset.grade == 3
    assert all(each.personal and each.grade >= 2 for each in dataset.items.values())


def test_what_is_to_be_filled_is_listed_and_nothing_else():
    made = sketch(surveyed(Column("uscc", [], comment="代码")), {}, since=SINCE)
    keys = [line.split(":")[0] for line in made.todo]
    assert keys == ["title", "provider", "duty", "abstract", "sharing"]


def test_no_value_of_a_row_is_in_a_draft():
    values = ["秘密一", "秘密二", "秘密三"]
    made = sketch(surveyed(NUMBER, Column("memo", values)), {}, since=SINCE)
    assert [each for each in (*values, *PEOPLE) if each in made.text] == []


def test_content_suggests_and_tells_how_many_values_said_so():
    made = sketch(surveyed(NUMBER), {}, since=SINCE)
    # Wilson for 3 of 3: 3 / (3 + 3.8416) = 0.44
    assert "# 公民身份号码: 3 of 3 values, confidence 0.44" in made.text


def test_a_comment_of_the_source_is_the_title():
    assert item(Column("a", ["x"], comment="病情"))["title"] == {
        "zh": "病情",
        "en": "a",
    }


def test_text_of_a_source_cannot_become_yaml_of_its_own():
    hostile = "x}\n- grant: all\n  items: ["
    declared = drafted(Column("a", ["x"], comment=hostile))
    assert set(declared) == {"hospital.visit.a", "hospital.visit"}
    assert declared["hospital.visit.a"]["title"]["zh"] == hostile


def test_names_that_sql_cannot_have_are_numbered():
    names = [Column(n, ["x"]) for n in ("Name", "name", "病情", "2nd", "a b")]
    items = drafted(*names)["hospital.visit"]["items"]
    assert [each["name"] for each in items] == [
        "name", "item_2", "item_3", "item_4", "a_b",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "declared", "expected"),
    [
        (["1", "-20", "0"], None, "integer"),
        (["01", "02", "10"], None, "text"),  # a code: a number has no leading zero
        (["1234567890123", "2", "3"], None, "text"),  # so long a number is a code
        (["1.5", "2", "-0.25"], None, "decimal"),
        (["true", "false", "true"], None, "boolean"),
        (["2026-01-02", "2026/1/3", "20260104"], None, "date"),
        (["1", "2", "3"], DataType.TEXT, "text"),
        (["1", "0", "1"], DataType.BOOLEAN, "boolean"),
        ([None, "", None], None, "text"),
    ],
)
def test_types(values, declared, expected):
    assert element(Column("a", values, declared))["type"] == expected


@pytest.mark.parametrize(
    ("column", "length"),
    [
        (Column("a", ["ab", "cd"]), 2),  # all alike
        (Column("a", ["ab", "c" * 12]), 20),  # half as much again is 18
        (Column("a", ["ab"], DataType.TEXT, length=40), 40),  # as declared
    ],
)
def test_lengths(column, length):
    assert element(column)["length"] == length


def test_a_column_without_repetition_is_taken_for_the_key():
    numbers = [f"A{n}" for n in range(20)]
    same = Column("kind", ["x"] * 20)
    items = drafted(same, Column("no", numbers), rows=20)["hospital.visit"]["items"]
    assert [each.get("key") for each in items] == [None, True]


def test_a_few_rows_make_no_key():
    assert "key" not in item(Column("no", ["A1", "A2", "A3"]))


def test_a_column_with_gaps_is_no_key():
    values = [None, *(f"A{n}" for n in range(20))]
    assert "key" not in item(Column("no", values), rows=21)
