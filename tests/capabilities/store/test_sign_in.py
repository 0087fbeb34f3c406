"""Signing in: by the cast's password, and not by guessing it."""

import pytest
from django.conf import settings
from django.test import Client
from tests.capabilities.qinghe import person

from tongban.kernel.terms import Text
from tongban.store import accounts, jurisdiction
from tongban.store.models import Account


PASSWORD = "rain-on-the-river"


@pytest.fixture
def keeper() -> Account:
    return accounts.create(
        "keeper",
        title=Text("何小雨", "He Xiaoyu"),
        kind="citizen",
        subject=person(),
        password=PASSWORD,
    )


def sign_in(password: str, client: Client) -> int:
    given = {"username": "keeper", "password": password}
    return client.post(settings.LOGIN_URL, given).status_code


@pytest.mark.usefixtures("keeper")
def test_the_right_password_opens(client: Client) -> None:
    assert sign_in("wrong", client) == 200
    assert sign_in(PASSWORD, client) == 302


@pytest.mark.usefixtures("keeper")
def test_guessing_is_stopped_for_a_while(client: Client) -> None:
    told = [sign_in(f"guess-{n}", client) for n in range(settings.AXES_FAILURE_LIMIT)]
    assert told[:-1] == [200] * (settings.AXES_FAILURE_LIMIT - 1)
    assert told[-1] == 429
    assert sign_in(PASSWORD, client) == 429


def test_the_cast_signs_in_with_one_password() -> None:
    cast = jurisdiction.current().cast.values()
    assert accounts.enrol(cast, PASSWORD) == 2
    assert accounts.enrol(cast, PASSWORD) == 2
    he = Account.objects.get(username="he.xiaoyu")
    assert he.check_password(PASSWORD)
    assert he.actor().subject == person()
    registrar = Account.objects.get(username="registrar")
    assert registrar.actor().posts == {"registrar"}


def test_pages_carry_their_security_headers(client: Client) -> None:
    headers = client.get(settings.LOGIN_URL).headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
