"""Whose address counts when front servers stand between."""

from typing import Any

import pytest
from django.conf import settings as site
from django.test import Client

from tongban.web.proxies import BadProxies, client, how_many


OURS, VISITOR, OTHER, FORGED = "10.0.0.1", "192.0.2.7", "192.0.2.8", "203.0.113.9"


@pytest.mark.parametrize(
    ("forwarded", "proxies", "address"),
    [
        ("", 0, OURS),
        (FORGED, 0, OURS),
        (VISITOR, 1, VISITOR),
        (f"{FORGED}, {VISITOR}", 1, VISITOR),
        (f"{FORGED},{VISITOR}, 10.0.0.2", 2, VISITOR),
        (VISITOR, 2, OURS),
        ("", 1, OURS),
        ("unknown", 1, OURS),
        ("2001:DB8::1", 1, "2001:db8::1"),
    ],
)
def test_only_trusted_entries_count(forwarded: str, proxies: int, address: str) -> None:
    assert client(OURS, forwarded, proxies) == address


@pytest.mark.parametrize("text", ["-1", "one", "1.5", "²"])
def test_a_number_of_proxies_is_a_number(text: str) -> None:
    with pytest.raises(BadProxies) as caught:
        how_many(text)
    assert caught.value.where == "TONGBAN_PROXIES"


def guess(visitor: Client, address: str) -> int:
    """The status of one wrong try that a front server passes on."""
    given = {"username": "nobody", "password": "wrong"}
    forwarded = f"{FORGED}, {address}"
    meta = {"REMOTE_ADDR": OURS, "HTTP_X_FORWARDED_FOR": forwarded}
    return visitor.post(site.LOGIN_URL, given, **meta).status_code


@pytest.mark.usefixtures("home", "db")
@pytest.mark.parametrize(("proxies", "neighbour"), [(1, 200), (0, 429)])
def test_behind_a_proxy_visitors_are_told_apart(
    settings: Any, proxies: int, neighbour: int
) -> None:
    settings.PROXIES = proxies
    told = [guess(Client(), VISITOR) for _ in range(site.AXES_FAILURE_LIMIT)]
    assert told[-1] == 429
    assert guess(Client(), OTHER) == neighbour
