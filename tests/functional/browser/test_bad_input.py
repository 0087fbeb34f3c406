"""Bad input in the browser: one clear message, and nothing that was given is lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page
from tests.functional.browser import story
from tests.functional.browser.city import Site
from tests.functional.browser.visitor import Visitor, Visits


FORM = f"{story.MATTER}apply/"
MIB = 1024 * 1024


@pytest.fixture
def applicant(visits: Visits) -> Visitor:
    """The second founder before the form of their own draft."""
    return at_form(visits.of("zhou.qiming"))


def at_form(visitor: Visitor) -> Visitor:
    visitor.go(FORM)
    if visitor.path != FORM:
        visitor.press(visitor.page.locator("form[action$='/start/'] button"))
    return visitor


def send(visitor: Visitor) -> None:
    visitor.press(visitor.page.locator("button[value=submit]"))


def errors(page: Page, name: str) -> list[str]:
    """The messages at the field of that name."""
    field = page.locator(f".field:has([name='{name}'])").last
    return field.locator(".error").all_inner_texts()


def test_a_wrong_check_digit_is_named_where_it_stands(applicant: Visitor) -> None:
    page = applicant.page
    row = page.locator(".known-row:has([name='instead-founder_id_number'])")
    row.locator("summary").click()
    page.fill("[name='instead-founder_id_number']", "990102197811219357")
    page.fill("[name='reason-founder_id_number']", "登记有误")
    send(applicant)
    (told,) = errors(page, "instead-founder_id_number")
    assert "校验码不对" in told
    assert page.input_value("[name='instead-founder_id_number']") == (
        "990102197811219357"
    )
    assert page.input_value("[name='reason-founder_id_number']") == "登记有误"
    page.fill("[name='instead-founder_id_number']", "")
    page.fill("[name='reason-founder_id_number']", "")
    applicant.press(page.locator("button.second[value=save]"))


def test_a_value_too_long_is_refused_and_kept(applicant: Visitor) -> None:
    page, long = applicant.page, "晚" * 500
    page.fill("[name='answer-trade_name']", long)
    page.fill("[name='answer-seats']", "24")
    send(applicant)
    (told,) = errors(page, "answer-trade_name")
    assert "500" in told
    assert page.input_value("[name='answer-trade_name']") == long
    assert page.input_value("[name='answer-seats']") == "24"


def test_everything_missing_is_listed_once(applicant: Visitor) -> None:
    page = applicant.page
    send(applicant)
    listed = page.locator("[role=alert] li a")
    targets = listed.evaluate_all("all => all.map(a => a.hash.slice(1))")
    assert len(targets) == len(set(targets)) > 3
    missing = [name for name in targets if page.locator(f"#{name}").count() == 0]
    assert missing == []


def test_a_program_called_pdf_is_refused(applicant: Visitor) -> None:
    page = applicant.page
    story.upload(page, "sign-design")
    story.upload(page, "kitchen-plan", b"MZ\x90\x00" + bytes(512), "plan.pdf")
    (told,) = errors(page, "paper-kitchen-plan")
    assert "PDF" in told
    assert "已收到" in page.locator("#field-paper-sign-design").inner_text()


def test_a_file_of_fifty_mebibytes_is_refused(
    applicant: Visitor, tmp_path: Path
) -> None:
    huge = tmp_path / "huge.pdf"
    with huge.open("wb") as file:
        file.write(story.PDF)
        file.truncate(50 * MIB)
    page = applicant.page
    page.fill("[name='answer-sign_text']", "晚来香")
    page.set_input_files("[name='paper-fire-plan']", huge)
    page.locator("#field-paper-fire-plan .error").wait_for(timeout=30_000)
    (told,) = errors(page, "paper-fire-plan")
    assert "10 MB" in told
    assert page.input_value("[name='answer-sign_text']") == "晚来香"


def test_two_windows_send_one_case(visits: Visits) -> None:
    founder = at_form(visits.of("lin.wan"))
    story.fill(founder.page)
    second = founder.context.new_page()
    second.goto(founder.site.url(FORM), wait_until="load")
    second.check("[name=declaration]")
    send(founder)
    first_case = founder.path
    with second.expect_navigation(wait_until="load"):
        second.click("button[value=submit]")
    assert first_case.startswith("/cases/")
    assert second.url == founder.site.url(first_case)
    second.close()


def test_a_case_of_somebody_else_stays_closed(visits: Visits) -> None:
    owner, other = visits.of("lin.wan"), visits.of("zhou.qiming")
    number = newest_case(owner)
    answer = other.go(f"/cases/{number}/")
    assert answer.status == 403
    assert other.page.locator("h1").inner_text() == "这个办件不对您的账号开放"
    assert "林晚" not in other.page.content()


def newest_case(visitor: Visitor) -> str:
    visitor.go("/cases/")
    link = visitor.page.locator("main .offer a[href^='/cases/']").first
    return (link.get_attribute("href") or "").split("/")[2]


@pytest.mark.parametrize("number", ["2026112300000000", "1%27--", "x" * 300])
def test_a_number_that_is_no_case_is_not_found(visits: Visits, number: str) -> None:
    visitor = visits.of("zhou.qiming")
    assert visitor.go(f"/cases/{number}/").status == 404
    assert visitor.page.locator("h1").count() == 1


def test_a_decision_on_an_old_page_keeps_its_words(visits: Visits) -> None:
    official, inspector = visits.of("food.approver"), visits.of("food.inspector")
    second = visits.of("food.inspector2")
    number = story.open_case(official, story.TITLES["food"])
    story.do(official, number, "accept", {})
    story.open_case(second, story.TITLES["food"])
    story.do(second, number, "sign", story.PASSED)
    story.open_case(inspector, story.TITLES["food"])
    story.do(inspector, number, "complete-step", story.PASSED)
    official.go(f"/desk/{number}/")
    old = official.context.new_page()
    old.goto(official.page.url, wait_until="load")
    extension = {"days": "3", "reason": "需要专家评审"}
    story.do(official, number, "ask-extension", extension)
    decide(old)
    assert "您的操作没有生效" in old.locator("[role=alert]").inner_text()
    assert old.input_value("[name=reasons]") == story.GRANTED["reasons"]
    with old.expect_navigation(wait_until="load"):
        story.form_of(old, "decide").locator("button.button").click()
    assert old.locator("section.note.good").inner_text().startswith("准予")
    old.close()


def decide(page: Page) -> None:
    form = story.form_of(page, "decide")
    if form.get_attribute("open") is None:
        form.locator("summary").click()
    form.locator("[name=outcome][value=granted]").check()
    form.locator("[name=reasons]").fill(story.GRANTED["reasons"])
    with page.expect_navigation(wait_until="load"):
        form.locator("button.button").click()


def test_a_decision_without_reasons_is_refused(visits: Visits) -> None:
    official = visits.of("fire.officer")
    number = story.open_case(official, story.TITLES["fire"])
    story.do(official, number, "accept", {})
    story.attempt(official, "complete-step", {"outcome": "refused"})
    alert = official.page.locator("[role=alert]")
    assert "请写明理由" in alert.inner_text()


@contextmanager
def missing(site: Site, database: str) -> Iterator[None]:
    """The department's database is gone while the block runs."""
    path = site.home / "departments" / f"{database}.sqlite"
    away = path.with_suffix(".away")
    path.rename(away)
    try:
        yield
    finally:
        away.rename(path)


def test_a_department_that_is_down_does_not_stop_anybody(
    visits: Visits, site: Site
) -> None:
    """It is named, its fields are typed by hand, and the application is taken."""
    visitor = visits.of("zhou.qiming")
    visitor.go(f"{story.MATTER}discard/")
    if visitor.path.endswith("/discard/"):
        visitor.press(visitor.page.locator("main form button").first)
    with missing(site, "housing"):
        at_form(visitor)
        page = visitor.page
        assert "市住建局" in page.locator(".note.warn").inner_text()
        assert "周启明" in page.locator(".known-value").all_inner_texts()
        given = {
            **story.ANSWERS,
            "trade_name": "云州市望湖区启明小馆",
            "premises_right_number": "ZL990102-2026-100000001",
            "premises_address": "云州市望湖区月河街66号一层101铺",
            "premises_area": "88",
            "premises_floor": "1",
        }
        story.choose(page, "premises_use", "commercial")
        story.fill(page, given)
        send(visitor)
        assert visitor.path.startswith("/cases/")
        first = page.locator(".lane").first.inner_text()
        assert "已收到，待受理" in first


def test_no_browser_complained(visits: Visits) -> None:
    heard = {key: visitor.complaints for key, visitor in visits.known.items()}
    assert {key: said for key, said in heard.items() if said} == {}
