"""What is meant for one reader is kept by no cache, and papers do nothing."""

import pytest
from django.test import Client
from tests.capabilities.services.portal import (
    PDF,
    pdf,
    send,
    signed_in,
    start,
)

from tongban.store import accounts, jurisdiction
from tongban.store.models import Account


pytestmark = pytest.mark.usefixtures("home", "monday", "db")

BACKEND = "django.contrib.auth.backends.ModelBackend"
NOBODY = {"private", "no-store"}


def directives(client: Client, path: str) -> set[str]:
    told = client.get(path).headers.get("Cache-Control", "")
    return {part.strip() for part in told.split(",") if part}


@pytest.mark.parametrize("path", ["/cases/", "/my-data/", "/certificates/"])
def test_pages_behind_a_door_are_not_kept(path: str) -> None:
    assert directives(signed_in(), path) >= NOBODY
    assert directives(Client(), path) >= NOBODY


@pytest.mark.parametrize("path", ["/", "/services/", "/verify/", "/not-a-page/"])
def test_no_page_of_who_signed_in_is_kept(path: str) -> None:
    assert directives(signed_in(), path) >= NOBODY


def test_a_refusal_is_not_kept() -> None:
    assert directives(signed_in(), "/desk/") >= NOBODY


@pytest.mark.parametrize("path", ["/", "/verify/checkpoint"])
def test_what_everybody_gets_may_be_kept(path: str) -> None:
    assert "no-store" not in directives(Client(), path)


def test_a_page_that_forbids_more_keeps_its_own_words() -> None:
    client = signed_in()
    start(client)
    told = directives(client, "/services/open-shop/apply/")
    assert told >= {"private", "no-store", "no-cache"}


def test_an_official_is_handed_a_paper_that_does_nothing() -> None:
    client = signed_in()
    number = start(client)
    assert send(client, number, paper__plan=pdf()).status_code == 302
    assert accounts.enrol(jurisdiction.current().cast.values(), "rain") > 0
    office = Client()
    office.force_login(Account.objects.get(username="registrar"), BACKEND)
    answer = office.get(f"/desk/{number}/paper/plan/")
    assert b"".join(answer.streaming_content) == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Content-Security-Policy"] == "sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert set(answer.headers["Cache-Control"].split(", ")) >= NOBODY
