"""Language, print size and colours by the buttons that every page offers."""

import pytest
from tests.functional.browser.visitor import Visitor, Visits


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def reader(request: pytest.FixtureRequest, visits: Visits) -> Visitor:
    return visits.of(scripts=bool(request.param))


def press(reader: Visitor, name: str) -> None:
    reader.press(reader.page.locator("footer").get_by_role("button", name=name))


def size(reader: Visitor) -> str:
    found: str = reader.page.evaluate(
        "() => getComputedStyle(document.documentElement).fontSize"
    )
    return found


def test_english_is_one_press_away_and_stays(reader: Visitor) -> None:
    reader.go("/catalogue/?q=lease")
    press(reader, "English")
    assert reader.path == "/catalogue/?q=lease"
    assert reader.page.locator("html").get_attribute("lang") == "en"
    reader.go("/")
    assert reader.page.locator("h1").inner_text() == "What do you need to do?"
    press(reader, "中文")
    assert reader.page.locator("h1").inner_text() == "您要办什么事？"


def test_print_grows_to_24_pixels_and_back(reader: Visitor) -> None:
    reader.go("/")
    assert size(reader) == "18px"
    press(reader, "大字版")
    assert size(reader) == "24px"
    press(reader, "标准字号")
    assert size(reader) == "18px"


def test_light_colours_win_over_a_dark_system(reader: Visitor) -> None:
    reader.page.emulate_media(color_scheme="dark")
    reader.go("/")
    dark = ground(reader)
    press(reader, "浅色")
    light = ground(reader)
    press(reader, "跟随系统配色")
    assert (dark, light) == ("rgb(20, 23, 26)", "rgb(250, 250, 247)")
    assert ground(reader) == dark
    reader.page.emulate_media(color_scheme="light")


def ground(reader: Visitor) -> str:
    found: str = reader.page.evaluate(
        "() => getComputedStyle(document.body).backgroundColor"
    )
    return found


def test_a_wrong_password_is_told_and_the_account_kept(visits: Visits) -> None:
    passer = visits.of(scripts=False)
    passer.go("/sign-in/")
    passer.page.fill("#id_username", "lin.wan")
    passer.page.fill("#id_password", "wrong")
    passer.press(passer.page.locator("form:has(#id_password) button"))
    assert "账号或密码不对" in passer.page.locator("[role=alert]").inner_text()
    assert passer.page.input_value("#id_username") == "lin.wan"
