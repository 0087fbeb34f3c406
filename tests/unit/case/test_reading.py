"""What stands on a paper beside the form: labels, values, ways of writing them."""

import pytest

from tongban.kernel.case.reading import Agreement, Line, Read, compare, found
from tongban.kernel.catalog.model import DataType


def lines(*texts: str, score: float = 0.99) -> list[Line]:
    return [Line(text, score) for text in texts]


@pytest.mark.parametrize(
    ("text", "label", "value"),
    [
        ("承租方：云州好味餐饮店", "承租方", "云州好味餐饮店"),
        ("租 赁 面 积： 86.5平方米", "租赁面积", "86.5平方米"),
        ("Tenant: Good Taste Ltd", "tenant", "Good Taste Ltd"),
        (
            "统一社会信用代码 92990100MA0000001X",
            "统一社会信用代码",
            "92990100MA0000001X",
        ),
        ("面积８６．５", "面积", "86.5"),
    ],
)
def test_a_value_stands_behind_its_label(text: str, label: str, value: str) -> None:
    assert found(lines(text), [Read("f", (label,))]) == {"f": value}


def test_a_label_alone_has_its_value_on_the_next_line() -> None:
    read = lines("房屋坐落：", "和平路12号")
    assert found(read, [Read("address", ("房屋坐落",))]) == {"address": "和平路12号"}


def test_the_first_label_that_is_there_wins() -> None:
    read = lines("地址：甲路1号", "坐落：乙路2号")
    labels = ("坐落", "地址")
    assert found(read, [Read("address", labels)]) == {"address": "乙路2号"}


def test_what_the_machine_guesses_is_unread() -> None:
    guessed = lines("承租方：云州好味", score=0.5)
    assert found(guessed, [Read("tenant", ("承租方",))]) == {}


def test_a_label_within_other_words_is_none() -> None:
    assert found(lines("本合同承租方应当"), [Read("tenant", ("承租方",))]) == {}


@pytest.mark.parametrize(
    ("kind", "read", "said", "agreement"),
    [
        (DataType.TEXT, "云州（好味）餐饮店", "云州(好味)餐饮店", Agreement.AGREES),
        (DataType.TEXT, "云州好昧餐饮店", "云州好味餐饮店", Agreement.DIFFERS),
        (DataType.TEXT, "92990100ma0000001x", "92990100MA0000001X", Agreement.AGREES),
        (DataType.DATE, "2026年1月1日", "2026-01-01", Agreement.AGREES),
        (DataType.DATE, "2026年1月2日", "2026-01-01", Agreement.DIFFERS),
        (DataType.DECIMAL, "86.50平方米", "86.5", Agreement.AGREES),
        (DataType.DECIMAL, "1,086平方米", 1086, Agreement.AGREES),
        (DataType.MONEY, "人民币3,600.50元", 360050, Agreement.AGREES),
        (DataType.MONEY, "3600元", 3600, Agreement.DIFFERS),
        (DataType.INTEGER, "无", 3, Agreement.DIFFERS),
    ],
)
def test_ways_of_writing_do_not_differ(
    kind: DataType, read: str, said: object, agreement: Agreement
) -> None:
    (compared,) = compare({"f": read}, [Read("f", ("x",))], {"f": said}, {"f": kind})
    assert (compared.read, compared.agreement) == (read, agreement)


def test_what_is_not_read_is_told_and_what_is_not_asked_is_not() -> None:
    reads = [Read("a", ("甲",)), Read("b", ("乙",))]
    types = {"a": DataType.TEXT, "b": DataType.TEXT}
    compared = compare({}, reads, {"a": "1", "b": ""}, types)
    assert [(c.field, c.agreement) for c in compared] == [("a", Agreement.UNREAD)]
