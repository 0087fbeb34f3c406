"""Somebody at the pages, without a browser: forms are sent as a browser sends them."""

import html
import json
import re
from types import TracebackType
from typing import Any

import httpx
from tests.functional.browser.city import Site


TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Person:
    """One account of the cast, signed in."""

    def __init__(self, site: Site, account: str) -> None:
        self.http = httpx.Client(base_url=site.address, follow_redirects=True)
        practice = json.loads((site.home / "practice.json").read_text("utf-8"))
        self.send("/sign-in/", username=account, password=practice["password"])

    def __enter__(self) -> "Person":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.http.close()

    def page(self, path: str) -> str:
        answer = self.http.get(path)
        assert answer.status_code == 200, answer.status_code
        return answer.text

    def send(self, path: str, *, follow: bool = True, **form: str) -> httpx.Response:
        """Fill in the form of a page and send it."""
        found = TOKEN.search(self.page(path))
        assert found, path
        data: dict[str, Any] = {"csrfmiddlewaretoken": found[1], **form}
        return self.http.post(
            path, data=data, follow_redirects=follow, headers={"Referer": path}
        )

    def certificate(self, title: str) -> str:
        """The number of the holder's certificate of that title."""
        page = self.page("/certificates/")
        found = re.search(rf'href="/certificates/([^/"]+)/">{title}<', page)
        assert found, title
        return found[1]

    def offer(self, title: str) -> tuple[str, str]:
        """What the holder carries to a wallet: the link of the code, and the number."""
        number = self.certificate(title)
        page = self.send(f"/certificates/{number}/wallet/").text
        link = re.search(r'href="(openid-credential-offer:[^"]+)"', page)
        pin = re.search(r"<output>(\d{6})</output>", page)
        assert link, page[-2000:]
        assert pin
        return html.unescape(link[1]), pin[1]
