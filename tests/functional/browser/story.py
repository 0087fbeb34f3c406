"""The flagship story in a browser: a founder opens a restaurant, officials decide.

Each function is one scene; what it finds on the way it leaves in `Told`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator, Page
from tests.functional.browser.visitor import Visitor, Visits


FOUNDER = "lin.wan"
MATTER = "/services/open-restaurant/"
PDF = b"%PDF-1.4\n% a plan\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
NAME = "云州市云溪区晚来香餐馆"
ANSWERS: Mapping[str, str] = {
    "trade_name": NAME,
    "opening_date": "2027-03-01",
    "employees": "4",
    "food_items": "热食类食品制售",
    "seats": "24",
    "sign_text": "晚来香",
    "sign_area": "2.56",
    "equipment.0.device": "双眼炒菜灶",
    "equipment.0.pieces": "2",
}
CHOICES: Mapping[str, str] = {
    "entity_type": "9500",
    "industry": "6210",
    "gas_use": "true",
    "gas_kind": "pipe",
    "equipment.0.use": "cooking",
}
PAPERS = ("kitchen-plan", "sign-design", "fire-plan")


@dataclass(slots=True)
class Told:
    """What the story brought to light, for the tests to judge."""

    known: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    asked: int = 0
    number: str = ""
    after_again: str = ""
    cases: list[str] = field(default_factory=list)
    lanes: dict[str, str] = field(default_factory=dict)
    conditions: list[str] = field(default_factory=list)
    inbox: dict[str, str] = field(default_factory=dict)
    ending: dict[str, str] = field(default_factory=dict)
    certificates: list[str] = field(default_factory=list)


def find(visitor: Visitor) -> None:
    """From the home page by search to the matter, and through sign-in to its form."""
    page = visitor.page
    visitor.go("/")
    page.fill("#q", "开饭馆")
    visitor.press(page.locator("form[role=search] button"))
    visitor.press(page.get_by_role("link", name="开办餐饮店", exact=True))
    visitor.press(page.locator("a.button[href^='/sign-in/']"))
    visitor.press(page.locator(f"form:has(input[value='{FOUNDER}']) button"))
    assert visitor.path == MATTER
    visitor.press(page.locator("form[action$='/start/'] button"))


def look(page: Page, told: Told) -> None:
    """What the form knows already, and what it still asks."""
    told.known = page.locator(".known-value").all_inner_texts()
    told.sources = page.locator(".known-row .source").all_inner_texts()
    inputs = page.locator("[name^='answer-']:visible")
    # The rows of a table are one thing to answer.
    names = inputs.evaluate_all("all => all.map(one => one.name.split('.')[0])")
    told.asked = len(set(names))


def fill(page: Page, answers: Mapping[str, str] = ANSWERS) -> None:
    for name, text in answers.items():
        page.fill(f"[name='answer-{name}']", text)
    for name, code in CHOICES.items():
        follow_answers(page, name)
        choose(page, name, code)
    for name in PAPERS:
        upload(page, name)
    page.check("[name=declaration]")


def follow_answers(page: Page, name: str) -> None:
    """Have the form ask for ``name``; without scripts there is a button for that."""
    asked = page.locator(f"[name='answer-{name}']")
    if page.evaluate("() => 'htmx' in window"):
        asked.first.wait_for()
    elif not asked.count():
        page.locator("button[value=continue]").last.click()
        page.wait_for_load_state()


def choose(page: Page, name: str, code: str) -> None:
    """One of several codes, by radio buttons or a list."""
    if page.locator(f"select[name='answer-{name}']").count():
        page.select_option(f"[name='answer-{name}']", code)
    else:
        page.check(f"[name='answer-{name}'][value='{code}']")


def upload(
    page: Page, name: str, body: bytes = PDF, called: str = "", media: str = ""
) -> None:
    """Choose a file; with scripts it is kept at once, and the form says so."""
    file = {
        "name": called or f"{name}.pdf",
        "mimeType": media or "application/pdf",
        "buffer": body,
    }
    page.set_input_files(f"[name='paper-{name}']", files=[file])
    if page.evaluate("() => 'htmx' in window"):
        page.locator(f"#field-paper-{name} :is(.kept, .error)").wait_for()


def submit_twice(visitor: Visitor, told: Told) -> None:
    """A double click, then once more from the form that the browser still shows."""
    page = visitor.page
    page.locator("button[value=submit]").dblclick()
    page.wait_for_url("**/cases/*/")
    page.wait_for_load_state()
    told.number = visitor.path.split("/")[2]
    page.go_back(wait_until="load")
    if visitor.path.endswith("/apply/"):
        visitor.press(page.locator("button[value=submit]"))
    told.after_again = visitor.path
    visitor.go("/cases/")
    told.cases = page.locator("main .offer a[href^='/cases/']").all_inner_texts()


def lanes(page: Page) -> dict[str, str]:
    """The departments' parts side by side: title and how each stands."""
    shown = page.locator(".lane")
    return {
        lane.locator("h3").inner_text(): lane.locator(".chip").first.inner_text()
        for lane in shown.all()
    }


def follow(visitor: Visitor, told: Told) -> None:
    visitor.go(f"/cases/{told.number}/")
    told.lanes = lanes(visitor.page)
    met = visitor.page.locator(".why .lines > li > .chip")
    told.conditions = met.all_text_contents()


# ------------------------------------------------------------------- officials


Act = tuple[str, str, Mapping[str, str]]
PASSED = {"outcome": "granted", "opinion": "现场与申报一致。"}
GRANTED = {"outcome": "granted", "reasons": "材料齐全，符合法定条件。"}
# Who does what to which case, in an order that the clocks and steps allow.
ACTS: tuple[Act, ...] = (
    ("food.approver", "accept", {}),
    ("food.inspector2", "sign", PASSED),
    ("food.inspector", "complete-step", PASSED),
    ("food.approver", "decide", GRANTED),
    ("sign.officer", "accept", {}),
    ("sign.officer", "complete-step", PASSED),
    ("sign.officer", "decide", GRANTED),
    ("fire.officer", "accept", {}),
    ("fire.officer", "complete-step", PASSED),
    ("fire.officer", "decide", GRANTED),
)
TITLES = {
    "food": "食品经营许可新办",
    "sign": "户外招牌设施设置",
    "fire": "公众聚集场所",
}


def work(visits: Visits, told: Told, *, scripts: bool) -> None:
    """Every act that brings the three cases to their end."""
    for account, act, given in ACTS:
        official = visits.of(account, scripts=scripts)
        number = open_case(official, TITLES[account.partition(".")[0]])
        told.inbox[account] = number
        do(official, number, act, given)


def open_case(official: Visitor, title: str) -> str:
    """Open the first case of that title from the inbox; its number."""
    official.go("/desk/")
    row = official.page.locator(".inbox a", has_text=title).first
    number = row.locator(".number").inner_text()
    official.press(row)
    return number


def form_of(page: Page, act: str) -> Locator:
    return page.locator(f"details:has(input[name=act][value='{act}'])").first


def do(official: Visitor, number: str, act: str, given: Mapping[str, str]) -> None:
    """One act on the case that is open, by its form; it must succeed."""
    attempt(official, act, given)
    told = official.page.locator("main").inner_text()
    assert official.path == f"/desk/{number}/", told


def attempt(official: Visitor, act: str, given: Mapping[str, str]) -> None:
    """Fill the form of an act and press its button, whatever comes of it."""
    chosen = form_of(official.page, act)
    if chosen.get_attribute("open") is None:
        chosen.locator("summary").click()
    for name, text in given.items():
        fields = chosen.locator(f"[name$='{name}']")
        if fields.first.get_attribute("type") == "radio":
            chosen.locator(f"[name$='{name}'][value='{text}']").check()
        else:
            fields.fill(text)
    official.press(chosen.locator("button.button"))


def harvest(visitor: Visitor, told: Told) -> None:
    """What the founder finds at the end."""
    visitor.go(f"/cases/{told.number}/")
    told.ending = lanes(visitor.page)
    visitor.go("/certificates/")
    links = visitor.page.locator("main .cards a")
    told.certificates = links.evaluate_all("all => all.map(a => a.pathname)")


# -------------------------------------------------------------------- papers


def download(page: Page, press: Callable[[], None], folder: Path) -> Path:
    with page.expect_download() as coming:
        press()
    target = folder / coming.value.suggested_filename
    coming.value.save_as(target)
    return target
