"""Every page in both languages, wide and narrow, light and dark, large and on paper."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.functional.browser import story
from tests.functional.browser.addresses import PAGES
from tests.functional.browser.city import copied, environment, served
from tests.functional.browser.pages import Survey
from tests.functional.browser.visitor import Visits
from tools.source import ROOT


MOST_STATEMENTS = 10
COUNT = """
import django; django.setup()
from tests.functional.browser import statements; statements.main()
"""
STATUS = {"not-found": 404, "forbidden": 403, "foreign-case": 403}


@pytest.fixture(scope="module")
def seen(
    built: Path, chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Survey]:
    """A city in which the story is over and the second founder's case runs."""
    folder = tmp_path_factory.mktemp("pages")
    home = copied(built, folder / "home")
    facts = told(home)
    with (
        served(home, folder / "log") as site,
        Visits(chromium, site) as visits,
    ):
        yield Survey(visits, {**facts, **running(visits)})


@pytest.fixture(scope="module")
def counted(seen: Survey) -> dict[str, list[str]]:
    """The SQL statements of each page, from a process of its own beside the server."""
    home = seen.visits.site.home
    told = {"DJANGO_SETTINGS_MODULE": "tongban.web.settings", "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(
        [sys.executable, "-c", COUNT, json.dumps(dict(seen.facts))],
        env={**environment(home), **told},
        capture_output=True,
        check=False,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    found: dict[str, list[str]] = json.loads(ended.stdout)
    return found


def told(home: Path) -> dict[str, str]:
    """The story without a browser: the same deeds by the same functions."""
    line = [sys.executable, "-m", "tongban", "story", "--json", "--home", str(home)]
    ended = subprocess.run(
        line, env=environment(home), capture_output=True, check=False, text=True
    )
    assert ended.returncode == 0, ended.stderr
    facts = json.loads(ended.stdout)
    first = facts["items"][0]
    return {
        "case": facts["case"],
        "item": first["number"],
        "certificate": first["certificate"],
    }


def running(visits: Visits) -> dict[str, str]:
    """The second founder's application, which waits for a registrar; a new draft."""
    second = visits.of("zhou.qiming")
    second.go(story.MATTER)
    second.press(second.page.locator("form[action$='/start/'] button"))
    story.fill(second.page, {**story.ANSWERS, "trade_name": "启明小馆"})
    second.press(second.page.locator("button[value=submit]"))
    number = second.path.split("/")[2]
    founder = visits.of("lin.wan")
    founder.go(story.MATTER)
    founder.press(founder.page.locator("form[action$='/start/'] button"))
    waiting = story.open_case(visits.of("registrar"), "企业营业执照办理")
    return {"running": number, "waiting": waiting}


@pytest.mark.parametrize("name", PAGES)
def test_page_answers(seen: Survey, name: str) -> None:
    assert set(seen[name].statuses) == {STATUS.get(name, 200)}


@pytest.mark.parametrize("name", PAGES)
def test_page_is_accessible(seen: Survey, name: str) -> None:
    assert seen[name].axe == []


@pytest.mark.parametrize("name", PAGES)
def test_page_never_scrolls_sideways(seen: Survey, name: str) -> None:
    assert seen[name].wide == []


@pytest.mark.parametrize("name", PAGES)
def test_page_has_one_title_and_no_rank_left_out(seen: Survey, name: str) -> None:
    assert seen[name].headings == []


@pytest.mark.parametrize("name", PAGES)
def test_page_is_english_when_asked(seen: Survey, name: str) -> None:
    assert seen[name].chinese == []


@pytest.mark.parametrize("name", PAGES)
def test_page_prints_its_content_alone(seen: Survey, name: str) -> None:
    assert seen[name].printed == []


@pytest.mark.parametrize("name", PAGES)
def test_page_makes_no_browser_complain(seen: Survey, name: str) -> None:
    assert seen[name].complaints == []


@pytest.mark.parametrize("name", PAGES)
def test_page_needs_few_statements(counted: dict[str, list[str]], name: str) -> None:
    assert len(counted[name]) <= MOST_STATEMENTS, "\n".join(counted[name])
