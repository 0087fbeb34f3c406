"""What brings too much gets its page, and nothing of it is kept."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.test.client import FakePayload
from django.urls import resolve
from tests.capabilities.services.portal import APPLY, signed_in, start

from tongban.kernel.ledger import verifier
from tongban.web.bounds import BOUNDS, GENERAL, most_for


MIB = 1024 * 1024
PAPERS = "/services/open-shop/papers/plan/"


class Body(FakePayload):
    """A body of zeros that counts what was read of it, and in what portions."""

    def __init__(self) -> None:
        super().__init__()
        self.read_in_all = self.largest = 0

    def read(self, size: int = -1) -> bytes:
        assert size >= 0, "all of it is asked for at once"
        self.read_in_all += size
        self.largest = max(self.largest, size)
        return bytes(size)


def sent(client: Client, path: str, body: Body | None = None, **meta: Any) -> Any:
    """The answer to a POST with such a body."""
    given = {"CONTENT_TYPE": "multipart/form-data; boundary=x"} | meta
    stream = Body() if body is None else body
    return client.generic("POST", path, **given, **{"wsgi.input": stream})


@pytest.mark.usefixtures("home", "db")
@pytest.mark.parametrize(
    ("path", "length", "limit", "passed_by"),
    [
        ("/sign-in/", 200 * MIB, 2, 0),
        ("/sign-in/", 2 * MIB + 1, 2, 0),
        ("/verify/", 200 * MIB, 16, 0),
        (APPLY, 50 * MIB, 48, 50 * MIB),
        ("/cases/990000202611230001/correct/", 50 * MIB, 48, 50 * MIB),
        (PAPERS, 65 * MIB, 64, 65 * MIB),
        (PAPERS, 128 * MIB + 1, 64, 0),
    ],
)
def test_too_much_gets_a_page(
    path: str, length: int, limit: int, passed_by: int
) -> None:
    body = Body()
    answer = sent(Client(), path, body, CONTENT_LENGTH=str(length))
    assert body.read_in_all == passed_by
    assert body.largest <= 64 * 1024
    page = answer.content.decode()
    assert answer.status_code == 413
    assert "request.too-large" in page
    assert f"最多 {limit} MB" in page
    assert "您填的内容没有丢" in page
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.usefixtures("home", "db")
def test_the_page_speaks_the_readers_language() -> None:
    client = Client(headers={"accept-language": "en"})
    page = sent(client, APPLY, CONTENT_LENGTH=str(50 * MIB)).content.decode()
    assert "Too much was sent at once (at most 48 MB)" in page
    assert "what you typed is not lost" in page


@pytest.mark.usefixtures("home", "db")
def test_htmx_gets_a_line_that_it_shows() -> None:
    meta = {"CONTENT_LENGTH": str(65 * MIB), "HTTP_HX_REQUEST": "true"}
    answer = sent(Client(), PAPERS, **meta)
    assert answer.status_code == 200
    assert answer.headers["HX-Reswap"] == "afterbegin"
    assert answer.content.decode().startswith('<p class="error" role="alert">')


@pytest.mark.usefixtures("home", "db")
@pytest.mark.parametrize(
    "meta",
    [
        {"HTTP_TRANSFER_ENCODING": "chunked"},
        {"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": "5"},
        {},
        {"CONTENT_LENGTH": "-5"},
    ],
)
def test_a_body_must_say_how_long_it_is(meta: dict[str, str]) -> None:
    body = Body()
    answer = sent(Client(), "/sign-in/", body, **meta)
    assert body.read_in_all == 0
    assert answer.status_code == 411
    assert "request.no-length" in answer.content.decode()


@pytest.mark.usefixtures("home", "monday", "db")
def test_what_is_typed_stays_when_a_paper_is_too_much() -> None:
    client = signed_in()
    number = start(client)
    typed = {"answer-shop_name": "晚来香书店", "number": number}
    assert client.post("/services/open-shop/save/", typed).status_code == 200
    answer = sent(client, APPLY, CONTENT_LENGTH=str(50 * MIB), HTTP_REFERER=APPLY)
    assert answer.status_code == 413
    assert f'href="{APPLY}"' in answer.content.decode()
    assert "晚来香书店" in client.get(APPLY).content.decode()


def test_bounds_are_of_routes_that_exist() -> None:
    for bound in BOUNDS:
        assert resolve(bound.route.replace("*", "1")).route


def test_bounds_let_pass_what_the_pages_take() -> None:
    assert most_for("/verify/") == verifier.MAX_BYTES + 64 * 1024
    assert most_for(APPLY) == 48 * MIB
    assert most_for("/verify/x/") == most_for("/sign-in/") == GENERAL
    assert most_for("/services/a/b/apply/") == GENERAL
    assert GENERAL == 2 * MIB == settings.DATA_UPLOAD_MAX_MEMORY_SIZE
