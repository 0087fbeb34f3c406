"""The page of a guide: what the law asks to be told, on the day that is asked for."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from tests.capabilities.declaring import declare
from tests.capabilities.qinghe import MONDAY
from tests.capabilities.services.portal import signed_in

from tongban.home import Home
from tongban.store import clock


pytestmark = pytest.mark.usefixtures("portal")
GUIDE = """
  codes: {basic: "990131001000", part: "02"}
  until: 2027-06-30
  changes:
    - since: 2027-01-01
      decision: {promised: 3}
  guide:
    place: {zh: 河滨路一号, en: 1 River Road}
    contact: {zh: "12345", en: "12345"}
    complaint: {zh: 局长信箱, en: Letters to the director}
    conditions: {zh: 场所已经装修完毕, en: The premises are finished}
    visits: 1
    on-site: {zh: 须当场核对钥匙, en: The keys are looked at}
    fees:
      - fee: {zh: 检测费, en: Test fee}
        standard: {zh: 每次五十元, en: Fifty yuan each}
        basis: 清河县收费目录第三条
        reduction: 清河县收费目录第四条
    channels: {mail: true, bookings: 12}
    questions:
      - question: {zh: 要停业吗, en: Must I close}
        answer: {zh: 不用, en: "No"}
    litigation:
      organ: {zh: 清河县人民法院, en: County court}
      address: {zh: 法院路二号, en: 2 Court Road}
      phone: "000-1"
"""
Page = Callable[..., str]


@pytest.fixture
def page(home: Home, tmp_path: Path) -> Page:
    declare(home, tmp_path, "shop.fire", GUIDE)

    def get(address: str = "", language: str = "zh-hans", day: int = 0) -> str:
        client = Client(headers={"accept-language": language})
        with clock.at(MONDAY + timedelta(days=day)):
            response = client.get(f"/services/shop.fire/{address}")
        assert response.status_code == 200
        return response.content.decode()

    return get


@pytest.mark.parametrize(
    "told",
    [
        "场所已经装修完毕",
        "最多 1 次",
        "须当场核对钥匙",
        "每次五十元",
        "清河县收费目录第三条",
        "可以减免：清河县收费目录第四条",
        "承诺 8 个工作日，法定最长 10 个工作日",
        "河滨路一号",
        "每天 12 个号",
        "邮寄材料",
        "要停业吗",
        "局长信箱",
        "清河县人民法院",
        "《消防法》第十五条",
        'href="/powers/fire-rescue/#fire.check"',
        "到期不答复，视为受理",
    ],
)
def test_the_guide_tells(page: Page, told: str) -> None:
    assert told in page()


def test_the_codes_are_computed(page: Page) -> None:
    """Credit code, level of the division 990200, basic code, part."""
    shown = page()
    code = "11990100000120491P3990131001000"
    assert f"<code>{code}</code>" in shown
    assert f"<code>{code}02</code>" in shown


def test_another_day_has_its_own_guide(page: Page) -> None:
    shown = page("?on=2027-01-01")
    assert "承诺 3 个工作日" in shown
    assert "这是 2027年1月1日(周五) 的指南" in shown
    assert "/sign-in/" not in shown.split("<main")[1]


def test_what_is_coming_is_announced_and_the_old_version_stays(page: Page) -> None:
    assert "从 2027年1月1日(周五)起，这个事项有变化" in page()
    assert 'href="/services/shop.fire/?on=2027-01-01"' in page()
    later = page(day=60)
    assert "承诺 3 个工作日" in later
    assert "有变化" not in later
    assert 'href="/services/shop.fire/?on=2026-12-31"' in later


def test_what_has_ended_says_so_and_cannot_be_started(page: Page) -> None:
    shown = page(day=300)
    assert "到 2027年6月30日(周三) 为止" in shown
    with clock.at(MONDAY + timedelta(days=300)):
        started = signed_in().post("/services/shop.fire/start/")
        listed = Client().get("/services/").content.decode()
    assert started.status_code == 404
    assert "/services/shop.fire/" not in listed


def test_a_day_that_is_none_is_told(page: Page) -> None:
    shown = page("?on=tomorrow", language="en")
    assert "The day in the address could not be read" in shown
    assert "Promised: 8 working days" in shown
