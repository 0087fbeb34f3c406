"""A served practice city and a Chromium for the tests of this folder.

The tests of a module go on from one another in a city of its own: one worker runs a
whole file (`--dist loadfile`), in the order in which it is written.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from tests.functional.browser.city import Site, build, copied, served
from tests.functional.browser.visitor import Visits


CHROMIUM = Path("/usr/bin/chromium")
# Nothing but this machine answers; software drawing, since there is no screen.
OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state folder of a practice city that nobody has acted in."""
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}: `make test-setup` installs it")
    folder = tmp_path_factory.mktemp("city")
    build(folder / "home", folder / "log")
    return folder / "home"


@pytest.fixture(scope="module")
def site(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A city of the module's own, served."""
    folder = tmp_path_factory.mktemp("site")
    with served(copied(built, folder / "home"), folder / "log") as running:
        yield running


@pytest.fixture(scope="module")
def chromium(built: Path) -> Iterator[Browser]:
    """A browser; `built` comes first, so that a missing one is a skip."""
    del built
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=list(OPTIONS)
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def visits(chromium: Browser, site: Site) -> Iterator[Visits]:
    """Visitors of the module's city, by account; each signs in once."""
    with Visits(chromium, site) as opened:
        yield opened
