"""The case record set: what is told of cases, to whom, and told alike again."""

import csv
import json
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.capabilities.acts import fire_of, grant_fire, open_shop
from tests.capabilities.qinghe import MONDAY, PACK, citizen, person

from tongban.cli.installed.mirrors import mirror
from tongban.home import Home
from tongban.kernel.case.commands import Withdraw
from tongban.kernel.terms import Actor, UserError
from tongban.store import cases, clock, jurisdiction
from tongban.store.handled import RECORDS
from tongban.store.models import UseReceipt
from tongban.store.record_batches import (
    Form,
    NoRecordSet,
    OpenEnd,
    Stretch,
    Written,
    write,
)


RECEIVER = "data-bureau"
BY = Actor("command-line", organization=RECEIVER)
DECLARED = """
- power: handled.tell
  title: {zh: 办件数据汇聚, en: Records of services}
  organization: market-regulation
  type: other
  basis: 《优化营商环境条例》第三十七条
- purpose: handled.report
  title: {zh: 办件数据汇聚, en: Report}
  scope: population
  basis: 《优化营商环境条例》第三十七条
  items: [ITEMS]
"""
TABLE = """
- dataset: handled.NAME
  title: {zh: NAME, en: NAME}
  provider: market-regulation
  duty: handled.tell
  abstract: {zh: 办件, en: Cases}
  category: 办件
  format: 数据库
  grade: 3
  sharing:
    {type: conditional, modes: [批量交换], conditions: 汇聚, scope: 上级, use: 汇聚}
  open: closed
  update: daily
  source: {platform: NAME}
  since: 2025-01-01
  items:
"""
GRANT = """
- grant: handled.NAME
  organization: data-bureau
  purpose: handled.report
  dataset: handled.NAME
  items: [ITEMS]
  scope: population
  basis: 《优化营商环境条例》第三十七条
  since: 2025-01-01
"""
# Of each table the columns that the tests look at, with their types.
COLUMNS = {
    "case_accepted": ["item_title", "applied:datetime", "accepted:datetime",
                      "promised_until:date", "department_code"],
    "case_process": ["stage", "act", "opinion", "officer"],
    "case_results": ["outcome", "closed:datetime"],
    "case_materials": ["title", "way"],
}  # fmt: skip
KEPT = ["record", "created:datetime", "changed:datetime", "number"]


def declarations() -> str:
    text, items = "", []
    for name, columns in COLUMNS.items():
        text += TABLE.replace("NAME", name)
        names = []
        for told in (*KEPT, *columns):
            column, _, kind = told.partition(":")
            title = f"{{zh: {column}, en: {column}}}"
            type_ = kind or "text"
            text += f"    - {{name: {column}, title: {title}, element: text.short, "
            text += f"type: {type_}}}\n"
            names.append(column)
        text += GRANT.replace("NAME", name).replace("ITEMS", ", ".join(names))
        items += [f"handled.{name}.{column}" for column in names]
    return DECLARED.replace("ITEMS", ", ".join(items)) + text


@pytest.fixture
def told(home: Home, tmp_path: Path) -> Path:
    """The small jurisdiction with the record set catalogued and granted."""
    folder = tmp_path / "pack"
    shutil.copytree(PACK, folder)
    (folder / "handled.yaml").write_text(declarations(), "utf-8")
    Home.create(home.path, pack=folder, origin=home.origin)
    jurisdiction.forget()
    return tmp_path / "out"


Batch = Callable[..., list[Written]]


@pytest.fixture
def batch(told: Path) -> Batch:
    def batch(since: int, until: int, at: int = 5, **more: Any) -> list[Written]:
        """The days from Monday plus ``since`` to before Monday plus ``until``."""
        day = MONDAY.date()
        with clock.at(MONDAY + timedelta(days=at)):
            for dataset in jurisdiction.current().catalog.datasets.values():
                if dataset.source.table in RECORDS:
                    mirror(dataset, clock.now())
            stretch = Stretch(day + timedelta(since), day + timedelta(until))
            return write(
                told,
                stretch,
                **{
                    "organization": RECEIVER,
                    "purpose": "handled.report",
                    "by": BY,
                    **more,
                },
            )

    return batch


def rows(written: list[Written], table: str) -> list[dict[str, Any]]:
    path = next(each.path for each in written if each.table == table)
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def two_days() -> str:
    """A shop's fire check: applied for on Monday, granted on Tuesday."""
    with clock.at(MONDAY):
        shop = open_shop()
        number = fire_of(shop).number
    with clock.at(MONDAY + timedelta(days=1)):
        grant_fire(shop)
    return number


def test_a_record_is_new_once_and_then_another(batch: Batch) -> None:
    number = two_days()
    first = [
        row for row in rows(batch(0, 1), "case_accepted") if number in row.values()
    ]
    second = [
        row for row in rows(batch(1, 2), "case_accepted") if number in row.values()
    ]
    assert [(row["记录唯一标识"], row["同步类型"]) for row in (*first, *second)] == [
        (f"{number}-A", "i"),
        (f"{number}-A", "u"),
    ]
    assert (first[0]["同步批次"], second[0]["同步批次"]) == (
        "202611230001",
        "202611240001",
    )
    assert first[0]["同步时间"] == "2026-11-24 00:00:00"
    assert first[0]["数据来源"] == "11990100000060273W"


def test_each_act_is_a_record_with_its_words(batch: Batch) -> None:
    number = two_days()
    done = [row for row in rows(batch(0, 2), "case_process") if number in row.values()]
    assert {row["同步类型"] for row in done} == {"i"}
    assert len({row["记录唯一标识"] for row in done}) == len(done)
    values = [tuple(row.values()) for row in done]
    assert any("现场检查" in str(row) and "合格" in str(row) for row in values)
    assert any("办结" in str(row) for row in values)


def test_no_account_and_no_word_of_an_applicant_is_told(batch: Batch) -> None:
    with clock.at(MONDAY):
        number = fire_of(open_shop()).number
        cases.act(number, Withdraw("家中有人生病"), by=citizen(), key="w")
    told = rows(batch(0, 1), "case_process")
    assert any("撤回" in row.values() for row in told)
    assert not any("家中有人生病" in row.values() for row in told)
    assert not any(citizen().account in row.values() for row in told)


def test_the_result_says_how_it_ended(batch: Batch) -> None:
    number = two_days()
    assert rows(batch(0, 1), "case_results") != []  # the licence, at once by rule
    (row,) = [
        row for row in rows(batch(1, 2), "case_results") if number in row.values()
    ]
    assert "准予" in row.values()


def test_the_same_days_are_told_alike(batch: Batch) -> None:
    """On another day, after more has happened, in the same words and bytes."""
    two_days()
    first = {each.path: each.path.read_bytes() for each in batch(0, 1, at=1)}
    with clock.at(MONDAY + timedelta(days=2)):
        open_shop(place=2, key="another")
    again = {each.path: each.path.read_bytes() for each in batch(0, 1, at=4)}
    assert first == again
    assert any(first.values())


def test_every_table_leaves_a_receipt_of_the_receiver(batch: Batch) -> None:
    two_days()
    before = UseReceipt.objects.count()
    written = batch(0, 2)
    assert UseReceipt.objects.count() - before == len(written) == len(COLUMNS)
    receipt = UseReceipt.objects.get(pk=written[0].receipt)
    assert (receipt.organization, receipt.purpose) == (RECEIVER, "handled.report")
    assert receipt.rows == written[0].rows


def test_who_has_no_grant_gets_nothing(batch: Batch, told: Path) -> None:
    two_days()
    with pytest.raises(UserError):
        batch(0, 2, organization="fire-rescue", by=Actor("x", "fire-rescue"))
    assert list(told.iterdir()) == []


def test_another_purpose_is_for_no_table(batch: Batch) -> None:
    with pytest.raises(NoRecordSet):
        batch(0, 1, purpose="open-shop.prefill")


@pytest.mark.parametrize(("since", "until"), [(0, 6), (2, 2), (3, 1)])
def test_days_that_are_not_over_are_not_told(
    batch: Batch, since: int, until: int
) -> None:
    with pytest.raises(OpenEnd):
        batch(since, until)


def test_a_table_with_commas_has_the_same_rows(batch: Batch) -> None:
    two_days()
    lines = rows(batch(0, 2), "case_process")
    written = next(e for e in batch(0, 2, form=Form.CSV) if e.table == "case_process")
    with written.path.open(encoding="utf-8", newline="") as file:
        assert [row["记录唯一标识"] for row in csv.DictReader(file)] == [
            row["记录唯一标识"] for row in lines
        ]


def test_files_are_for_their_owner_alone(batch: Batch) -> None:
    assert {each.path.stat().st_mode & 0o777 for each in batch(0, 1)} == {0o600}


def test_nobody_is_named_and_no_form_is_told(batch: Batch) -> None:
    two_days()
    text = "".join(each.path.read_text("utf-8") for each in batch(0, 2))
    assert person().id not in text  # the number is not among what was granted here
    assert "何小雨" not in text
    assert "河滨路" not in text


def test_a_batch_is_named_by_its_last_day() -> None:
    assert Stretch(date(2026, 11, 1), date(2026, 11, 3), 12).batch == "202611020012"
