"""The national tables of items: what goes out comes back, what is wrong is told."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from tongban.cli.installed.items import Report, WrongTypes, given, taken
from tongban.pack.loader import load
from tongban.pack.national import outgoing
from tongban.pack.national.writing import FolderThere
from tongban.pack.scaffold import scaffold
from tongban.store.item_files import NoTable
from tongban.store.sheets import column_letters


DESK = "12990190MB00000026"  # the credit code of the template's library
ROW: Mapping[str, Any] = {
    "事项名称": "研修室使用",
    "基本编码": "990120009000",
    "事项类型": "20",
    "设定依据": "《公共图书馆法》第三十三条",
    "实施主体编码": DESK,
    "服务对象": "1,2",
    "法定办结时限": 10,
    "法定办结时限单位": "工作日",
    "承诺办结时限": "5",
    "是否收费": "是",
    "到办事现场次数": "1",
    "必须现场办理原因": "当面交接钥匙",
    "办理地点": "县图书馆二楼",
    "咨询方式": "服务台",
    "监督投诉方式": "馆长室",
    "审批结果名称": "研修室使用证",
    "计划生效日期": "2027-01-01",
    "材料": [{"材料名称": "使用计划", "材料必要性": "是", "来源渠道": "申请人自备"}],
    "收费项目": [
        {"收费项目名称": "场地费", "收费标准": "每天十元", "收费依据": "收费目录"}
    ],
    "常见问题": [{"问题": "可以带孩子吗", "答案": "可以"}],
}
# The same columns by the initials of their pinyin.
SHORT = {
    "SXMC": "研修室使用",
    "JBBM": "990120009000",
    "SXLX": "公共服务",
    "SDYJ": "《公共图书馆法》第三十三条",
    "SSZTBM": DESK,
    "FWDX": "自然人",
    "FDBJSX": "10",
    "BLDD": "县图书馆二楼",
    "ZXFS": "服务台",
    "JDTSFS": "馆长室",
    "SPJGMC": "研修室使用证",
}
Take = Callable[..., Report]


@pytest.fixture
def town(tmp_path: Path) -> Path:
    scaffold(tmp_path / "mytown")
    return tmp_path / "mytown"


@pytest.fixture
def take(town: Path, tmp_path: Path) -> Take:
    def take(rows: Sequence[Mapping[str, Any]], **options: Any) -> Report:
        file = tmp_path / "items.json"
        file.write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
        named = {"name": "imported", "types": None, **options}
        posts = {"acceptor": "librarian", "decider": "director"}
        return taken(file, town, **{**posts, **named})

    return take


def changed(**cells: Any) -> list[dict[str, Any]]:
    return [{**ROW, **cells}]


def refusals(report: Report) -> list[tuple[str, str]]:
    return [
        (note.where, note.column)
        for verdict in report.verdicts
        for note in verdict.notes
        if note.refuses
    ]


def test_a_row_becomes_an_item_with_its_power(take: Take, town: Path) -> None:
    report = take([ROW])
    assert refusals(report) == []
    assert report.folder == town / "services" / "imported"
    pack = load(town)
    item = pack.case_types["imported.990120009000"]
    assert (item.organization, item.acceptor, item.decider) == (
        "library",
        "librarian",
        "director",
    )
    assert item.listing is not None
    assert item.listing.implementation == f"{DESK}4990120009000"
    assert pack.catalog.powers[str(item.power)].type.code == "20"
    assert item.decision is not None
    assert (item.decision.days, item.decision.working) == (10, 5)
    assert item.guide is not None
    assert item.guide.on_site is not None
    assert item.guide.on_site.zh == "当面交接钥匙"
    assert [fee.standard.zh for fee in item.guide.fees] == ["每天十元"]
    assert [paper.title.zh for paper in item.materials] == ["使用计划"]
    assert str(item.since) == "2027-01-01"


def test_columns_may_be_named_by_their_pinyin(take: Take, town: Path) -> None:
    take([SHORT])
    assert "imported.990120009000" in load(town).case_types


@pytest.mark.parametrize("ending", ["json", "xlsx"])
def test_what_goes_out_comes_back(take: Take, tmp_path: Path, ending: str) -> None:
    """Exported, taken into a town that has no such item, and exported again."""
    take([ROW, {**SHORT, "JBBM": "990120008000", "SXMC": "自习室使用"}])
    first = tmp_path / f"first.{ending}"
    count, left = given(tmp_path / "mytown", first, None)
    # The seat of the template has no basic code.
    assert (count, left) == (3, ["library.seat"])
    other = tmp_path / "other"
    scaffold(other)
    path = other / "services" / "start-reading.yaml"
    path.write_text(
        path.read_text("utf-8").replace("990120001000", "990120001999"), "utf-8"
    )
    posts = {"acceptor": "librarian", "decider": "director"}
    report = taken(first, other, name="back", types=None, **posts)
    assert [verdict.word for verdict in report.verdicts] == ["warned"] * 3
    wanted = {row["基本编码"]: row for row in outgoing.rows(load(tmp_path / "mytown"))}
    back = {row["基本编码"]: row for row in outgoing.rows(load(other))}
    assert {code: back[code] for code in wanted} == wanted


def test_excel_has_a_sheet_for_each_part(take: Take, tmp_path: Path) -> None:
    take([ROW])
    file = tmp_path / "out.xlsx"
    given(tmp_path / "mytown", file, None)
    book = load_workbook(file)
    assert book.sheetnames == ["事项", "材料", "收费项目", "常见问题"]
    header, *rows = book["收费项目"].iter_rows(values_only=True)
    assert dict(zip(header, rows[0], strict=True))["收费标准"] == "每天十元"


@pytest.mark.parametrize(
    ("cells", "where"),
    [
        ({"事项类型": "55"}, [("/0/事项类型", "事项类型")]),
        ({"事项名称": ""}, [("/0", "事项名称")]),
        ({"法定办结时限": "十天"}, [("/0/法定办结时限", "法定办结时限")]),
        ({"法定办结时限单位": "自然日"}, [("/0/法定办结时限单位", "法定办结时限单位")]),
        ({"是否收费": "否"}, [("/0/是否收费", "是否收费")]),
        ({"事项状态": "待提交"}, [("/0/事项状态", "事项状态")]),
        ({"实施主体编码": "11990190MB00000099"}, [("/0/实施主体编码", "实施主体编码")]),
        ({"计划生效日期": "明年"}, [("/0/计划生效日期", "计划生效日期")]),
        (
            {"材料": [{"材料名称": "证明", "来源渠道": "邻居"}]},
            [("/0/材料/0/来源渠道", "来源渠道")],
        ),
    ],
)
def test_a_cell_is_refused_with_its_address(
    take: Take, town: Path, cells: dict[str, Any], where: list[tuple[str, str]]
) -> None:
    report = take([{**SHORT, "JBBM": "990120008000"}, *changed(**cells)])
    told = [
        (place.replace("/1", "/0", 1), column) for place, column in refusals(report)
    ]
    assert told == where
    assert report.folder is None
    assert not (town / "services" / "imported").exists()


@pytest.mark.parametrize(
    ("cells", "rule"),
    [
        ({"必须现场办理原因": ""}, "visit-without-reason"),
        ({"承诺办结时限": "11"}, "promise-beyond-law"),
        ({"审批结果类型": "出文办结"}, "result-unlike-name"),
        ({"实施编码": f"{DESK}3990120009000"}, "wrong-item-code"),
        ({"材料": [{"材料名称": "读者证复印件"}]}, "paper-is-a-certificate"),
    ],
)
def test_the_rules_of_the_pack_judge_each_row(
    take: Take, town: Path, cells: dict[str, Any], rule: str
) -> None:
    good = {**SHORT, "JBBM": "990120008000", "SXMC": "自习室使用"}
    report = take([good, *changed(**cells)])
    assert [verdict.word for verdict in report.verdicts][1] == "refused"
    assert not report.verdicts[0].refused
    assert any(f"({rule})" in note.why for note in report.verdicts[1].notes)
    assert not (town / "services" / "imported").exists()
    assert list(town.parent.glob(".import-*")) == []


def test_another_numbering_of_types_is_given_as_a_table(
    take: Take, town: Path, tmp_path: Path
) -> None:
    table = tmp_path / "types.yaml"
    table.write_text('"03": service\n', "utf-8")
    assert take(changed(事项类型="20"), types=table).folder is None
    take(changed(事项类型="03"), types=table)
    item = load(town).case_types["imported.990120009000"]
    assert item.listing is not None
    assert item.listing.type.code == "20"
    table.write_text('"03": nonsense\n', "utf-8")
    with pytest.raises(WrongTypes):
        take(changed(事项类型="03"), types=table, name="again")


def test_who_acts_must_be_said_where_there_are_several_posts(take: Take) -> None:
    report = take([ROW], acceptor=None)
    assert refusals(report) == [("/0/实施主体编码", "实施主体编码")]


def test_two_rows_of_one_code_are_refused(take: Take) -> None:
    report = take([ROW, ROW])
    assert [verdict.word for verdict in report.verdicts] == ["warned", "refused"]


def test_an_unknown_column_is_told_and_left_out(take: Take) -> None:
    report = take(changed(星座="白羊"))
    assert [(note.where, note.column) for note in report.notes] == [("事项", "星座")]
    assert report.folder is not None


def test_nothing_is_written_over(take: Take) -> None:
    take([ROW])
    with pytest.raises(FolderThere):
        take(changed(基本编码="990120008000", 事项名称="自习室"))


def test_a_workbook_may_have_a_title_above_and_names_its_cells(
    town: Path, tmp_path: Path
) -> None:
    file = tmp_path / "office.xlsx"
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Sheet1"
    sheet["B1"] = "云州市事项清单"
    columns = [name for name, value in ROW.items() if not isinstance(value, list)]
    for place, name in enumerate(columns, 2):
        sheet.cell(3, place, name)
        sheet.cell(4, place, ROW[name])
    sheet.cell(4, 2 + columns.index("是否收费"), "大概")
    book.save(file)
    report = taken(
        file, town, name="x", types=None, acceptor="librarian", decider="director"
    )
    letter = column_letters(1 + columns.index("是否收费"))
    assert refusals(report) == [(f"Sheet1!{letter}4", "是否收费")]


@pytest.mark.parametrize("text", ["", "{}", "[1]", "not json"])
def test_what_is_no_table_is_refused(town: Path, tmp_path: Path, text: str) -> None:
    file = tmp_path / "wrong.json"
    file.write_text(text, "utf-8")
    with pytest.raises(NoTable):
        taken(file, town, name="x", types=None, acceptor=None, decider=None)
