"""Papers are really read, in a process of their own, and compared with the form."""

import io
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont
from tests.capabilities.qinghe import citizen

from tongban.cli.installed.reading import Reader
from tongban.kernel.case.declaration import CaseType
from tongban.kernel.case.item import Material
from tongban.kernel.case.reading import Agreement, Read
from tongban.kernel.terms import Text
from tongban.store import files, readings
from tongban.store.jurisdiction import current
from tongban.store.readings import State


FONTS = sorted(Path("/usr/share/fonts").rglob("NotoSansCJK-Regular*"))
LEASE = ("房屋租赁合同", "店铺名称：清河小馆", "租赁期限：2026年1月1日起")

pytestmark = [
    pytest.mark.usefixtures("installed"),
    pytest.mark.skipif(not FONTS, reason="no font to print a Chinese paper with"),
]


@pytest.fixture
def shop() -> CaseType:
    """The one-thing of the pack, with a lease whose tenant is read."""
    declared = current().case_types["open-shop"]
    lease = Material(
        "plan", Text("租赁合同"), reads=(Read("shop_name", ("店铺名称",)),)
    )
    return replace(declared, materials=(lease,))


def a_paper(*lines: str, media: str = "PNG") -> bytes:
    page = Image.new("RGB", (900, 120 + 90 * len(lines)), "white")
    font = ImageFont.truetype(str(FONTS[0]), 40)
    for place, line in enumerate(lines):
        ImageDraw.Draw(page).text((60, 60 + 90 * place), line, fill="black", font=font)
    kept = io.BytesIO()
    page.save(kept, media)
    return kept.getvalue()


def given(shop: CaseType, content: bytes) -> dict[str, str]:
    papers = {"plan": files.keep(io.BytesIO(content), by=citizen())}
    readings.ask(shop.materials, papers)
    return papers


def read_all(reader: Reader) -> None:
    """Let the worker's reader work as the worker does, until nothing waits."""
    end = time.monotonic() + 60
    while readings.waiting(1):
        reader.work()
        assert time.monotonic() < end
        time.sleep(0.05)


def beside(shop: CaseType, papers: dict[str, str], form: dict[str, str]) -> Any:
    return readings.checked(shop.materials, shop.fields, papers, form)


@pytest.mark.parametrize("media", ["PNG", "PDF"])
def test_what_is_printed_is_compared_with_the_form(shop: CaseType, media: str) -> None:
    papers = given(shop, a_paper(*LEASE, media=media))
    (before,) = beside(shop, papers, {"shop_name": "清河小馆"})
    assert before.state is State.WAITING
    read_all(Reader())
    (same,) = beside(shop, papers, {"shop_name": "清河小馆"})
    assert [c.agreement for c in same.compared] == [Agreement.AGREES]
    (other,) = beside(shop, papers, {"shop_name": "清河大馆"})
    assert other.differs
    assert other.compared[0].read == "清河小馆"


def test_a_broken_paper_is_unreadable_and_the_next_is_read(shop: CaseType) -> None:
    broken = given(shop, b"\x89PNG\r\n\x1a\n" + b"\0" * 200)
    whole = given(shop, a_paper(*LEASE))
    read_all(Reader())
    (first,) = beside(shop, broken, {"shop_name": "清河小馆"})
    (second,) = beside(shop, whole, {"shop_name": "清河小馆"})
    assert (first.state, second.state) == (State.FAILED, State.READ)


def test_a_paper_that_takes_too_long_is_given_up(shop: CaseType) -> None:
    papers = given(shop, a_paper(*LEASE))
    read_all(Reader(patience_s=0))
    (checked,) = beside(shop, papers, {"shop_name": "清河小馆"})
    assert checked.state is State.FAILED


def test_papers_of_which_nothing_is_declared_are_not_read() -> None:
    given(current().case_types["open-shop"], a_paper(*LEASE))
    assert readings.waiting(1) == []


def test_only_what_is_declared_is_kept(shop: CaseType) -> None:
    given(shop, a_paper(*LEASE))
    read_all(Reader())
    kept = readings.PaperReading.objects.get()
    assert kept.found == {"shop_name": "清河小馆"}
