"""Without a mouse: the form from its first field to the case, and the inbox."""

import pytest
from playwright.sync_api import Page
from tests.functional.browser import story
from tests.functional.browser.visitor import Visitor, Visits


MOST_STOPS = 120
# An answer that may be left out, and those that bring in what comes next.
SKIPPED = ("answer-family_run", "person")
DECIDING = ("answer-entity_type", "answer-gas_use", "answer-gas_kind")
FOLLOWS_MS = 1_000
# What has the focus: its name, whether a ring can be seen, its place in the document.
FOCUS = """() => {
  const one = document.activeElement, style = getComputedStyle(one);
  const all = [...document.querySelectorAll("*")];
  return {
    tag: one.tagName.toLowerCase(), name: one.getAttribute("name") || "",
    value: one.getAttribute("value") || "", type: one.getAttribute("type") || "",
    place: all.indexOf(one),
    ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    seen: one.getBoundingClientRect().height > 0,
  };
}"""


@pytest.fixture(scope="module")
def form(visits: Visits) -> Visitor:
    founder = visits.of("lin.wan")
    founder.go(story.MATTER)
    start = founder.page.locator("form[action$='/start/'] button")
    start.focus()
    with founder.page.expect_navigation(wait_until="load"):
        founder.page.keyboard.press("Enter")
    return founder


def stops(page: Page) -> list[dict[str, object]]:
    """Every stop of the Tab key from the top of the page to its end."""
    page.evaluate("() => document.activeElement.blur()")
    found = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop["tag"] == "body":
            break
        found.append(stop)
    return found


def test_the_way_into_the_content_comes_first(form: Visitor) -> None:
    page = form.page
    page.reload(wait_until="load")
    page.keyboard.press("Tab")
    assert page.locator(".skip").evaluate("one => one === document.activeElement")
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main"


def test_tab_goes_down_the_page_and_is_always_seen(form: Visitor) -> None:
    form.page.reload(wait_until="load")
    way = stops(form.page)
    places = [stop["place"] for stop in way]
    assert len(way) > 30
    assert places == sorted(places)
    assert [stop for stop in way if not (stop["ring"] and stop["seen"])] == []


def test_the_whole_form_can_be_sent_by_keys(form: Visitor) -> None:
    """Files come from the system's own dialogue, which no page can hold."""
    page = form.page
    page.reload(wait_until="load")
    for name in story.PAPERS:
        story.upload(page, name)
    page.evaluate("() => document.activeElement.blur()")
    left = {f"answer-{name}": text for name, text in story.ANSWERS.items()}
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop["name"] in left and stop["tag"] in ("input", "textarea"):
            type_into(page, stop, left.pop(stop["name"]))
        elif stop["tag"] == "select":
            page.keyboard.press("ArrowDown")
        elif stop["name"] not in SKIPPED and stop["type"] in ("radio", "checkbox"):
            page.keyboard.press("Space")
            if stop["name"] in DECIDING:
                page.wait_for_timeout(FOLLOWS_MS)
        elif (stop["name"], stop["value"]) == ("act", "submit"):
            break
    assert left == {}
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")
    assert form.path.startswith("/cases/")


def type_into(page: Page, stop: dict[str, object], text: str) -> None:
    """As fingers would; a date goes part by part, in the order of the browser."""
    if stop["type"] == "date":
        name = stop["name"]
        page.locator(f"[name='{name}']").fill(text)
    else:
        page.keyboard.insert_text(text)


def test_the_inbox_is_worked_with_j_k_and_enter(visits: Visits, form: Visitor) -> None:
    assert form.path.startswith("/cases/"), "the case of the test before is awaited"
    official = visits.of("fire.officer")
    official.go("/desk/")
    page = official.page
    page.keyboard.press("j")
    assert page.evaluate("() => document.activeElement.closest('.inbox') !== null")
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")
    assert official.path.startswith("/desk/2")
