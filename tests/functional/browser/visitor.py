"""Somebody in front of a browser: signs in, looks at pages, hears every complaint."""

from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, Response
from tests.functional.browser.city import Site


WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 375, "height": 740}
WAIT_MS = 10_000


@dataclass(slots=True)
class Visitor:
    """One person's browser; ``complaints`` are what its console and network said."""

    context: BrowserContext
    page: Page
    site: Site
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> Response:
        """Open the page at ``path`` and wait until it is there."""
        response = self.page.goto(self.site.url(path), wait_until="load")
        assert response is not None
        return response

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.site.address).partition("#")[0]

    def sign_in(self, account: str, then: str = "/") -> None:
        """Choose the account among the cast, as the practice city's page offers."""
        self.go(f"/sign-in/?next={then}")
        mine = self.page.locator(f"form:has(input[value='{account}']) button")
        self.press(mine)

    def press(self, button: Any) -> None:
        """Press what leads to another page, and wait for that page."""
        with self.page.expect_navigation(wait_until="load"):
            button.click()

    def speak(self, language: str) -> None:
        self._set(
            settings.LANGUAGE_COOKIE_NAME, {"zh": "zh-hans"}.get(language, language)
        )

    def print_large(self, large: bool) -> None:
        self._set("print", "large" if large else "")

    def _set(self, name: str, value: str) -> None:
        cookie: Any = {"name": name, "value": value, "url": self.site.address}
        self.context.add_cookies([cookie])


@dataclass(slots=True)
class Visits:
    """Visitors by account, made when they are first asked for."""

    browser: Browser
    site: Site
    known: dict[tuple[str, bool], Visitor] = field(default_factory=dict)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for visitor in self.known.values():
            visitor.context.close()

    def of(self, account: str = "", *, scripts: bool = True) -> Visitor:
        """The visitor signed in as ``account``; without one, a passer-by."""
        key = (account, scripts)
        if key not in self.known:
            self.known[key] = self._new(scripts)
            if account:
                self.known[key].sign_in(account)
        return self.known[key]

    def _new(self, scripts: bool) -> Visitor:
        context = self.browser.new_context(
            viewport=WIDE,
            java_script_enabled=scripts,
            locale="zh-CN",
            reduced_motion="reduce",
        )
        context.set_default_timeout(WAIT_MS)
        visitor = Visitor(context, context.new_page(), self.site)
        visitor.page.on("pageerror", lambda e: visitor.complaints.append(str(e)))
        visitor.page.on("console", lambda m: _note(visitor, m))
        visitor.page.on("request", lambda r: _stay_home(visitor, r.url))
        return visitor


def _note(visitor: Visitor, message: Any) -> None:
    # A refusal is shown as a page with its status; the console names it again.
    if message.type == "error" and "the server responded with" not in message.text:
        visitor.complaints.append(f"{visitor.path}: {message.text}")


def _stay_home(visitor: Visitor, url: str) -> None:
    if not url.startswith((visitor.site.address, "data:", "blob:")):
        visitor.complaints.append(f"asks {url}")
